"""How accounts are met and answer: activities in, figures out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

USUAL = {"source": "hubspot", "entity": "work", "activity_type": "meeting", "status": "completed", "is_contact": True}


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def meeting(days: float, **changes: Any) -> dict[str, Any]:
    return {"occurred_at": days_ago(days), "created_at": days_ago(max(days, 0))} | changes


def email(days: float, direction: str | None = "outbound", **changes: Any) -> dict[str, Any]:
    return meeting(days, activity_type="email", direction=direction, **changes)


def engaged(warehouse: Warehouse, activities: list[dict[str, Any]], columns: str) -> list[tuple[Any, ...]]:
    """Activities, each of the account `a` unless it says another, and columns of the accounts' engagement."""
    rows = [USUAL | {"activity_id": f"act{n}"} | one for n, one in enumerate(activities)]
    accounts = [
        {
            "source": row["source"],
            "entity": "work",
            "kind": "activity",
            "item_id": row["activity_id"],
            "basis": "company",
        }
        | {"account_id": row.pop("account", "a")}
        for row in rows
    ]
    warehouse.given("staging.activities", rows)
    warehouse.given("profile.item_accounts", accounts)
    warehouse.build("metrics.account_engagement")
    return warehouse.rows(f"SELECT {columns} FROM metrics.account_engagement ORDER BY account_id")


def test_what_reached_nobody_is_no_contact_and_what_lies_ahead_is_planned(warehouse: Warehouse) -> None:
    activities = [
        meeting(10),
        meeting(100),
        meeting(2, is_contact=False, status="canceled"),
        meeting(-3, status="planned", subject="Check-in"),
        meeting(-20, status="planned", subject="Q3 QBR with the board"),
        meeting(-1, status="canceled", is_contact=False),
        meeting(5, activity_type="call"),
        meeting(4, activity_type="call", is_contact=False),
        email(6),
        email(7, "inbound"),
        meeting(1, activity_type="task", is_contact=False),
    ]
    columns = "meetings_90d, meetings_prev_90d, calls_90d, emails_sent_90d, emails_received_90d, total_contacts"
    assert engaged(warehouse, activities, columns) == [(1, 1, 1, 1, 1, 5)]
    assert warehouse.rows(
        "SELECT CAST(last_meeting_at AS DATE), CAST(last_contact_at AS DATE), CAST(next_meeting_at AS DATE), "
        "CAST(next_review_at AS DATE), last_review_at FROM metrics.account_engagement"
    ) == [(date(2026, 6, 20), date(2026, 6, 25), date(2026, 7, 3), date(2026, 7, 20), None)]


def test_what_was_written_down_after_as_of_is_not_known(warehouse: Warehouse) -> None:
    assert engaged(warehouse, [meeting(10), meeting(5, created_at=days_ago(-1))], "meetings_90d") == [(1,)]


@pytest.mark.parametrize(
    ("days", "gap", "cadence"),
    [
        ([1, 8, 15, 22], 7, "weekly"),
        ([1, 8, 15, 80], 7, "weekly"),  # one long pause changes no median
        ([1, 1.1, 31, 61], 30, "monthly"),  # two on one day are one
        ([1, 91, 181], 90, "quarterly"),
        ([1, 200], 199, "rare"),
        ([30], None, "rare"),
        ([1, 400], None, "rare"),  # the other is more than a year ago
    ],
)
def test_cadence_is_the_median_of_the_days_between_meetings(
    warehouse: Warehouse, days: list[float], gap: int | None, cadence: str
) -> None:
    activities = [meeting(each) for each in days]
    assert engaged(warehouse, activities, "meeting_gap_days, meeting_cadence") == [(gap, cadence)]


def test_an_account_answers_with_an_email_within_a_week(warehouse: Warehouse) -> None:
    """Of four that could be answered two were; the one sent yesterday may still be; a quick answer counts at once."""
    answered = [email(60), email(59, "inbound"), email(2), email(1, "inbound")]
    silent = [email(40), email(20), email(10, "inbound", account="b"), email(0.5)]
    assert engaged(warehouse, answered + silent, "response_ratio, responsiveness") == [
        (Decimal("0.5"), "high"),
        (None, None),
    ]


def test_a_source_that_records_no_replies_says_nothing_of_them(warehouse: Warehouse) -> None:
    activities = [email(days) for days in (20, 30, 40, 50)]
    assert engaged(warehouse, activities, "emails_sent_90d, response_ratio, responsiveness") == [(4, None, None)]
    heard = [*activities, email(20, "inbound", account="b")]
    assert engaged(warehouse, heard, "response_ratio, responsiveness")[0] == (0, "low")


DRAWN = st.lists(
    st.tuples(
        st.integers(0, 400), st.sampled_from(["meeting", "call", "email"]), st.sampled_from(["inbound", "outbound"]),
              st.sampled_from(["a", "b"]), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=DRAWN, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_and_no_contact_is_lost(
    warehouse: Warehouse, drawn: list[tuple[Any, ...]], order: Any
) -> None:
    rows = [
        meeting(days, activity_type=kind, direction=way, account=account, is_contact=reached, activity_id=f"x{n}")
        for n, (days, kind, way, account, reached) in enumerate(drawn)
    ]
    first = engaged(warehouse, [dict(row) for row in rows], "*")
    order.shuffle(rows)
    assert engaged(warehouse, [dict(row) for row in rows], "*") == first
    counted = warehouse.rows("SELECT CAST(SUM(total_contacts) AS BIGINT) FROM metrics.account_engagement")
    assert counted == [(sum(row["is_contact"] for row in rows),)]


def test_two_contacts_of_one_person_have_one_meeting_in_their_timeline(warehouse: Warehouse) -> None:
    warehouse.people({}, {}, {"customer": 1})
    people = [{"source": "hubspot", "activity_id": "act0", "node": node} for node in (0, 1, 2)]
    warehouse.given("staging.activity_people", people)
    engaged(warehouse, [meeting(10)], "meetings_90d")
    warehouse.build("customer_360.customer_timeline")
    sql = "SELECT customer_id FROM customer_360.customer_timeline WHERE event_type = 'meeting' ORDER BY 1"
    assert warehouse.rows(sql) == [("c_0",), ("c_1",)]
