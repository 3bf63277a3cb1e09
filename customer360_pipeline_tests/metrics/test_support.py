"""How accounts and customers were supported: tickets in, figures out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

Ticket = dict[str, Any]


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def ticket(number: int, opened: float, **more: Any) -> Ticket:
    """A ticket opened so many days ago; `solved` as many days ago makes it a resolved one."""
    row: Ticket = {"source": "zendesk", "ticket_id": f"{number:03}", "node": 0, "is_escalated": False}
    row |= {"is_counted": True, "is_resolved": False, "opened_at": days_ago(opened)}
    if (solved := more.pop("solved", None)) is not None:
        minutes = int((opened - solved) * 1440)
        row |= {"is_resolved": True, "resolved_at": days_ago(solved), "settled_at": days_ago(solved)}
        row |= {"resolution_minutes": minutes}
    return row | more


def tickets(warehouse: Warehouse, rows: list[Ticket], accounts: dict[str, str | None] | None = None) -> None:
    """Put tickets in, all of the account `a` unless told otherwise."""
    warehouse.people({"source": "crm", "record_id": "1", "customer": 7}, {"record_id": "2", "customer": 8})
    warehouse.given("staging.tickets", rows)
    items = [
        {
            "source": row["source"], "entity": "tickets", "kind": "ticket", "item_id": row["ticket_id"],
            "account_id": (accounts or {}).get(row["ticket_id"], "a"), "basis": "company",
        }
        for row in rows
    ]  # fmt: skip
    warehouse.given("profile.item_accounts", items)


def figures(warehouse: Warehouse, rows: list[Ticket], columns: str) -> tuple[Any, ...]:
    tickets(warehouse, rows)
    warehouse.build("metrics.account_support")
    (row,) = warehouse.rows(f"SELECT {columns} FROM metrics.account_support")
    return row


def test_windows_are_days_of_utc_and_do_not_overlap(warehouse: Warehouse) -> None:
    """29 days ago is the first of the last 30; 90 days ago is before the last 90, and so on."""
    rows = [ticket(n, days) for n, days in enumerate((0, 29, 30, 89, 90, 179, 180, 364, 365, 729, 730))]
    found = figures(
        warehouse, rows, "tickets_30d, tickets_90d, tickets_prev_90d, tickets_12m, tickets_prev_12m, total_tickets"
    )
    assert found == (2, 4, 2, 8, 2, 11)


def test_what_is_merged_deleted_or_opened_later_counts_nowhere(warehouse: Warehouse) -> None:
    rows = [ticket(1, 5), ticket(2, 5, is_counted=False), ticket(3, -1), ticket(4, 5, opened_at=None)]
    assert figures(warehouse, rows, "total_tickets, open_tickets, last_ticket_at") == (1, 1, days_ago(5))


def test_solved_after_as_of_is_open_at_as_of(warehouse: Warehouse) -> None:
    rows = [ticket(1, 10, solved=-2, severity="P1", is_escalated=True), ticket(2, 9, solved=1, severity="P1")]
    found = figures(
        warehouse,
        rows,
        "open_tickets, open_p1_tickets, p1_tickets_90d, active_escalations, escalations_12m, oldest_open_at, "
        "avg_resolution_hours_90d",
    )
    assert found == (1, 1, 2, 1, 1, days_ago(10), Decimal(192))


def test_solved_without_a_time_is_closed_and_in_no_average(warehouse: Warehouse) -> None:
    unknown = ticket(1, 20) | {"is_resolved": True, "settled_at": days_ago(3)}
    assert figures(warehouse, [unknown], "open_tickets, avg_resolution_hours_12m") == (0, None)


def test_averages_are_of_what_was_resolved_or_opened_in_the_time(warehouse: Warehouse) -> None:
    rows = [
        ticket(1, 101, solved=100, resolution_business_minutes=60),
        ticket(2, 10, solved=8, first_reply_minutes=30, resolution_business_minutes=120),
        ticket(3, 3, solved=2, first_reply_minutes=90),
        # The reply came within the minutes that as_of is short of.
        ticket(4, 0.01, first_reply_minutes=60),
    ]
    found = figures(
        warehouse,
        rows,
        "avg_first_reply_hours_90d, avg_resolution_hours_90d, avg_resolution_hours_12m, "
        "avg_resolution_business_hours_12m",
    )
    assert found == (Decimal("1.00"), Decimal("36.00"), Decimal("32.00"), Decimal("1.50"))


def test_csat_is_the_share_of_the_satisfied_among_those_who_answered(warehouse: Warehouse) -> None:
    rows = [
        ticket(1, 50, solved=40, csat_score=100, rating=5, rated_at=days_ago(39)),
        ticket(2, 50, solved=40, csat_score=0, rating=2, rated_at=days_ago(39)),
        ticket(3, 50, solved=40, csat_score=100, rated_at=days_ago(39)),
        ticket(4, 50, solved=40),
        ticket(5, 500, solved=490, csat_score=0, rating=1, rated_at=days_ago(489)),
        ticket(6, 2, solved=1, csat_score=0, rating=1, rated_at=days_ago(-1)),
    ]
    found = figures(warehouse, rows, "csat_responses, csat_score, csat_average")
    assert found == (3, Decimal("66.67"), Decimal("3.50"))


def test_good_and_bad_have_a_score_and_no_average(warehouse: Warehouse) -> None:
    rows = [ticket(1, 9, solved=8, csat_score=100, rated_at=days_ago(7))]
    assert figures(warehouse, rows, "csat_score, csat_average") == (Decimal(100), None)
    assert figures(warehouse, [ticket(1, 9)], "csat_responses, csat_score, csat_average") == (0, None, None)


def test_severities_are_counted_only_where_they_are_said(warehouse: Warehouse) -> None:
    rows = [ticket(n, 5, severity=severity) for n, severity in enumerate(("P1", "P2", "P2", "P3", None))]
    rows.append(ticket(9, 200, severity="P1", reopens=2))
    found = figures(
        warehouse,
        rows,
        "open_tickets, open_p1_tickets, open_p2_tickets, p1_tickets_90d, p1_p2_tickets_90d, reopened_12m",
    )
    assert found == (6, 2, 2, 1, 3, 1)


def test_topics_by_how_often_then_by_name(warehouse: Warehouse) -> None:
    topics = ("login", "bug", "bug", "billing", None)
    tickets(warehouse, [ticket(n, 5, topic=topic) for n, topic in enumerate(topics)] + [ticket(8, 99, topic="bug")])
    warehouse.build("metrics.account_support_topics")
    assert warehouse.rows("SELECT category, tickets_90d, place FROM metrics.account_support_topics ORDER BY place") == [
        ("bug", 2, 1),
        ("billing", 1, 2),
        ("login", 1, 3),
    ]


def test_tickets_of_a_customer_are_those_they_asked(warehouse: Warehouse) -> None:
    rows = [
        ticket(1, 5),
        ticket(2, 400, solved=399, csat_score=0, rated_at=days_ago(398)),
        ticket(3, 5, node=1),
        ticket(4, 5, node=None),
    ]
    tickets(warehouse, rows)
    warehouse.build("metrics.support")
    assert warehouse.rows("SELECT * EXCLUDE (last_ticket_at) FROM metrics.support ORDER BY customer_number") == [
        (7, 2, 1, 1, 0, None, days_ago(400)),
        (8, 1, 1, 1, 0, None, days_ago(5)),
    ]


def test_published_tickets_stand_as_they_did_at_as_of(warehouse: Warehouse) -> None:
    rows = [
        ticket(1, 10, solved=-2, subject="Webhook", status="solved", csat_score=100, rated_at=days_ago(-3)),
        ticket(2, 10, solved=8, node=None, severity="P2"),
    ]
    tickets(warehouse, rows, {"002": None})
    warehouse.build("customer_360.tickets")
    found = warehouse.rows(
        "SELECT ticket_id, account_id, customer_id, title, severity, status, source_status, days_open, "
        "resolution_hours, csat_score, rated_at FROM customer_360.tickets ORDER BY ticket_id"
    )
    assert found == [
        ("001", "a", "c_7", "Webhook", None, "open", "solved", 10, None, None, None),
        ("002", None, None, None, "P2", "resolved", None, 2, Decimal(48), None, None),
    ]


@pytest.mark.parametrize(("is_present", "expected"), [(True, (0, 0, None, None)), (False, (None, None, None, None))])
def test_no_ticket_is_zero_where_a_help_desk_was_read_and_unknown_where_not(
    warehouse: Warehouse, is_present: bool, expected: tuple[Any, ...]
) -> None:
    warehouse.people({"source": "crm", "email": "ada@acme.example"})
    counts = ("physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode")
    ledger = dict.fromkeys(counts, 0) | {"source": "zendesk", "entity": "tickets", "is_present": is_present}
    warehouse.given("sources.ledger", [ledger])
    warehouse.build("customer_360.account_360", "customer_360.customer_360")
    figures_of_account = warehouse.rows(
        "SELECT support_ticket_count_30d, open_tickets, csat_score, avg_resolution_time_hours "
        "FROM customer_360.account_360"
    )
    assert figures_of_account == [expected]
    of_customer = warehouse.rows("SELECT total_tickets, open_tickets, csat_score FROM customer_360.customer_360")
    assert of_customer == [expected[:3]]


def test_the_timeline_tells_of_opening_resolution_and_rating_up_to_as_of(warehouse: Warehouse) -> None:
    rows = [
        ticket(1, 9, solved=8, subject="Webhook", severity="P2", csat_score=100, rating=5, rated_at=days_ago(7)),
        ticket(2, 6, solved=-1, subject="Later", csat_score=0, rated_at=days_ago(-2)),
        ticket(3, 5, subject="Merged", is_counted=False),
    ]
    tickets(warehouse, rows)
    warehouse.build("customer_360.customer_timeline")
    found = warehouse.rows(
        "SELECT occurred_at, event_type, event_id, title, status FROM customer_360.customer_timeline "
        "WHERE event_type LIKE 'ticket%' ORDER BY occurred_at"
    )
    assert found == [
        (days_ago(9), "ticket_opened", "001", "Webhook", "P2"),
        (days_ago(8), "ticket_resolved", "001", "Webhook", "P2"),
        (days_ago(7), "ticket_rated", "001", "Webhook", "5 of 5"),
        (days_ago(6), "ticket_opened", "002", "Later", None),
    ]


drawn = st.lists(
    st.tuples(
        st.integers(0, 800),
        st.one_of(st.none(), st.integers(-5, 400)),
        st.sampled_from(("P1", "P2", "P3", None)),
        st.booleans(),
        st.sampled_from((0, 100, None)),
    ),
    min_size=1,
    max_size=12,
)


def made(rows: list[tuple[int, int | None, str | None, bool, int | None]]) -> list[Ticket]:
    found = []
    for number, (opened, solved, severity, is_escalated, score) in enumerate(rows):
        more: Ticket = {"severity": severity, "is_escalated": is_escalated}
        if solved is not None and solved < opened:
            more |= {"solved": solved, "csat_score": score, "rated_at": None if score is None else days_ago(solved)}
        found.append(ticket(number, opened, **more))
    return found


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=drawn, seed=st.randoms(use_true_random=False))
def test_order_does_not_matter_and_accounts_add_up(warehouse: Warehouse, rows: Any, seed: Any) -> None:
    given_rows = made(rows)
    shuffled = given_rows[:]
    seed.shuffle(shuffled)
    accounts = {row["ticket_id"]: ("a", "b", None)[number % 3] for number, row in enumerate(given_rows)}
    found = []
    for order in (given_rows, shuffled):
        tickets(warehouse, order, accounts)
        warehouse.build("metrics.account_support")
        found.append(warehouse.rows("SELECT * FROM metrics.account_support ORDER BY account_id"))
        counted = warehouse.rows("SELECT count(*) FROM metrics.tickets_as_of WHERE account_id IS NULL")[0][0]
        assert sum(row[6] for row in found[-1]) + counted == len(given_rows)
    assert found[0] == found[1]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=drawn)
def test_a_day_later_changes_only_what_the_day_brings(warehouse: Warehouse, rows: Any) -> None:
    """Without a ticket opened, solved or rated on that day, totals stay and nothing becomes open again."""
    found = []
    for as_of in (AS_OF, AS_OF + timedelta(days=1)):
        warehouse.configure(as_of=as_of)
        tickets(warehouse, made(rows))
        warehouse.build("metrics.account_support")
        columns = "total_tickets, first_ticket_at, last_ticket_at, open_tickets, active_escalations, tickets_30d"
        found.append(warehouse.rows(f"SELECT {columns} FROM metrics.account_support")[0])
    before, after = found
    solved_that_day = sum(1 for row in made(rows) if AS_OF < row.get("settled_at", AS_OF) <= AS_OF + timedelta(days=1))
    assert after[:3] == before[:3]
    assert before[3] - after[3] == solved_that_day
    assert after[4] <= before[4] and after[5] <= before[5]


@pytest.mark.parametrize("as_of", [AS_OF, AS_OF + timedelta(hours=11)])
def test_the_hour_of_as_of_does_not_move_the_days(warehouse: Warehouse, as_of: datetime) -> None:
    warehouse.configure(as_of=as_of)
    assert figures(warehouse, [ticket(1, 29), ticket(2, 30)], "tickets_30d") == (1,)
