"""What may be sold to accounts and what was: opportunities in, figures out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

USUAL = {
    "source": "salesforce",
    "entity": "deals",
    "status": "open",
    "stage": "Proposal",
    "currency": "USD",
    "is_copy": False,
}
RATES = [
    {"currency": "EUR", "valid_from": date(2022, 1, 1), "valid_to": date(2026, 4, 1), "rate": Decimal("1.05")},
    {"currency": "EUR", "valid_from": date(2026, 4, 1), "valid_to": date(9999, 12, 31), "rate": Decimal("1.10")},
]


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def piped(warehouse: Warehouse, deals: list[dict[str, Any]], columns: str, **said: Any) -> list[tuple[Any, ...]]:
    """Opportunities of the account `a`, with the changes of stage `said` of them, and columns of its pipeline."""
    rows = [
        USUAL | {"opportunity_id": f"o{n}", "created_at": days_ago(200), "updated_at": days_ago(10)} | deal
        for n, deal in enumerate(deals)
    ]
    items = [
        {"source": "salesforce", "entity": "deals", "kind": "opportunity", "item_id": row["opportunity_id"]}
        | {"account_id": "a", "basis": "company"}
        for row in rows
    ]
    warehouse.given("staging.opportunities", rows)
    warehouse.given("staging.opportunity_changes", said.get("changes", []))
    warehouse.given("profile.item_accounts", items)
    warehouse.given("profile.exchange_rates", RATES)
    warehouse.build("metrics.account_pipeline")
    return warehouse.rows(f"SELECT {columns} FROM metrics.account_pipeline")


def won(days: float, amount: float | None = 100, **changes: Any) -> dict[str, Any]:
    return {"status": "won", "stage": "Signed", "amount": amount, "close_at": days_ago(days)} | changes


def test_open_value_is_converted_at_as_of_and_what_was_won_at_its_closing(warehouse: Warehouse) -> None:
    deals = [
        {"amount": 100, "currency": "EUR", "probability": Decimal("0.5")},
        {"amount": 10},
        {"amount": None},
        {"amount": 500, "currency": "NGN", "probability": Decimal("0.9")},
        won(120, 100, currency="EUR"),
        won(20, 300),
        won(20, 70, currency="NGN"),
    ]
    assert piped(
        warehouse,
        deals,
        "open_opportunities, open_value, weighted_value, unvalued_opportunities, unconverted_opportunities, won_12m, "
        "won_value_12m, avg_deal_value",
    ) == [(4, Decimal("120.00"), Decimal("55.00"), 1, 2, 3, Decimal("405.00"), Decimal("202.50"))]


def test_the_win_rate_is_of_those_decided_in_a_year(warehouse: Warehouse) -> None:
    deals = [won(10), won(364), won(366), {"status": "lost", "close_at": days_ago(30)}, {"status": "open"}]
    assert piped(warehouse, deals, "won_12m, lost_12m, win_rate") == [(2, 1, Decimal("0.6667"))]


def test_nothing_decided_has_no_win_rate_and_nothing_open_is_worth_nothing(warehouse: Warehouse) -> None:
    columns = "win_rate, open_value, weighted_value, won_value_12m, avg_deal_value"
    assert piped(warehouse, [won(400)], columns) == [(None, 0, 0, 0, None)]
    assert piped(warehouse, [{"amount": None}], columns) == [(None, None, None, 0, None)]


def test_a_close_expected_today_has_not_passed(warehouse: Warehouse) -> None:
    """CRMs keep a date, which is read as its midnight; as_of is noon of that day."""
    today, yesterday = datetime(2026, 6, 30), datetime(2026, 6, 29)
    assert piped(
        warehouse, [{"close_at": today}, {"close_at": yesterday}], "next_close_at, past_close_opportunities"
    ) == [(today, 1)]


def test_a_deal_that_another_crm_holds_too_counts_there(warehouse: Warehouse) -> None:
    deals = [{"amount": 100}, {"amount": 100, "is_copy": True}]
    assert piped(warehouse, deals, "open_opportunities, open_value") == [(1, 100)]


@pytest.mark.parametrize(("days", "stale"), [(29, 0), (30, 1), (31, 1)])
def test_stale_is_not_changed_for_thirty_days(warehouse: Warehouse, days: int, stale: int) -> None:
    deals = [{"updated_at": days_ago(days)}, won(10, updated_at=days_ago(90))]
    assert piped(warehouse, deals, "stale_opportunities") == [(stale,)]


def test_a_change_of_stage_is_a_change(warehouse: Warehouse) -> None:
    said = {
        "source": "salesforce",
        "opportunity_id": "o0",
        "stage": "Proposal",
        "stage_key": "proposal",
        "change_id": "1",
    }
    deals = [{"updated_at": None}]
    assert piped(warehouse, deals, "stale_opportunities", changes=[said | {"changed_at": days_ago(5)}]) == [(0,)]
    assert piped(warehouse, deals, "stale_opportunities", changes=[said | {"changed_at": days_ago(50)}]) == [(1,)]


def test_what_is_closed_after_as_of_is_open_at_as_of(warehouse: Warehouse) -> None:
    """Also where the history says when; a day of closing in the future does not open what is known to be closed."""
    later = {"updated_at": days_ago(-4)}
    signed = {
        "source": "salesforce",
        "opportunity_id": "o1",
        "stage": "Signed",
        "stage_key": "signed",
        "change_id": "2",
    }
    deals = [won(-3, **later), won(50, **later), won(-90, updated_at=days_ago(5))]
    columns = "open_opportunities, won_12m, open_value"
    assert piped(warehouse, deals, columns, changes=[signed | {"changed_at": days_ago(-2)}]) == [(2, 1, 200)]


def test_the_stage_is_that_of_as_of(warehouse: Warehouse) -> None:
    base = {"source": "salesforce", "opportunity_id": "o0"}
    changes = [
        base | {"stage": stage, "stage_key": stage.lower(), "changed_at": days_ago(days), "change_id": str(n)}
        for n, (stage, days) in enumerate([("Lead", 90), ("Offer", 30), ("Proposal", -5)])
    ]
    piped(warehouse, [{"updated_at": days_ago(-5)}], "1", changes=changes)
    assert warehouse.rows("SELECT stage, CAST(stage_entered_at AS DATE) FROM metrics.opportunities") == [
        ("Offer", date(2026, 5, 31))
    ]
    warehouse.given("profile.clock", [{"as_of": AS_OF}])
    warehouse.build("customer_360.opportunity_stages")
    assert warehouse.rows("SELECT place, stage, days FROM customer_360.opportunity_stages ORDER BY 1") == [
        (1, "Lead", 60),
        (2, "Offer", 30),
    ]


DRAWN = st.lists(
    st.tuples(st.sampled_from(["open", "won", "lost"]), st.integers(-20, 500), st.none() | st.integers(0, 10**6),
              st.sampled_from(["USD", "EUR", "NGN"])),
    min_size=1, max_size=10,
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=DRAWN, order=st.randoms(use_true_random=False))
def test_the_order_changes_nothing_and_every_deal_is_counted(
    warehouse: Warehouse, drawn: list[tuple[Any, ...]], order: Any
) -> None:
    deals = [
        {"opportunity_id": f"x{n}", "status": status, "close_at": days_ago(days), "updated_at": days_ago(-30)}
        | {"amount": amount, "currency": currency, "probability": Decimal("0.4")}
        for n, (status, days, amount, currency) in enumerate(drawn)
    ]
    first = piped(warehouse, deals, "*")
    order.shuffle(deals)
    assert piped(warehouse, deals, "*") == first
    ((open_, won_, lost),) = warehouse.rows(
        "SELECT open_opportunities, won_12m, lost_12m FROM metrics.account_pipeline"
    )
    old = sum(status != "open" and days >= 365 for status, days, *_ in drawn)
    assert open_ + won_ + lost + old == len(drawn)
