"""Attribution: orders and touches in, what each channel earned out, by five models; nothing lost, not a cent."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from customer360_pipeline.config import Config
from customer360_pipeline_tests.conftest import Warehouse

ORDER_AT = datetime(2026, 5, 31, 12)
MODELS = ("first_touch", "last_touch", "linear", "time_decay", "position_based")
TABLES = ("metrics.revenue", "metrics.attribution")


def order(charge_id: str, amount: Any, at: datetime | None = ORDER_AT, **more: Any) -> dict[str, Any]:
    """A paid charge of record 0."""
    row = {"source": "stripe", "charge_id": charge_id, "node": 0, "amount": Decimal(str(amount)), "currency": "USD"}
    return row | {"is_succeeded": True, "occurred_at": at} | more


def click(number: int, days_before: float, channel: str | None, **more: Any) -> dict[str, Any]:
    """A marketing event of record 0, days before the order."""
    row = {"source": "marketing", "event_id": str(number), "node": 0, "event_type": "click", "touch_source": channel}
    return row | {"medium": "cpc", "occurred_at": ORDER_AT - timedelta(days=days_before)} | more


def earned(warehouse: Warehouse, orders: list[Any], clicks: list[Any]) -> dict[str, tuple[str, ...]]:
    """What each channel earned: source -> amounts of the five models."""
    warehouse.given("staging.charges", orders)
    warehouse.given("staging.touches", clicks)
    warehouse.build(*TABLES)
    rows = warehouse.rows(f"SELECT channel_source, {', '.join(MODELS)} FROM metrics.attribution ORDER BY 1")
    return {source: tuple(str(amount) for amount in amounts) for source, *amounts in rows}


def credits(warehouse: Warehouse, orders: list[Any], clicks: list[Any]) -> list[tuple[Any, ...]]:
    """Every row of metrics.attribution."""
    earned(warehouse, orders, clicks)
    return warehouse.rows("SELECT * FROM metrics.attribution ORDER BY ALL")


def test_five_models_share_one_order(warehouse: Warehouse) -> None:
    """100.00 after touches 14, 7 and 0 days old: linear thirds, decay 1 : 2 : 4, position 40 : 20 : 40."""
    warehouse.people({})
    assert earned(warehouse, [order("a", 100)], [click(1, 14, "ad"), click(2, 7, "mail"), click(3, 0, "search")]) == {
        "ad": ("100.00", "0.00", "33.34", "14.29", "40.00"),
        "mail": ("0.00", "0.00", "33.33", "28.57", "20.00"),
        "search": ("0.00", "100.00", "33.33", "57.14", "40.00"),
    }


def test_of_two_touches_first_and_last_share_and_one_takes_all(warehouse: Warehouse) -> None:
    warehouse.configure(attribution={"first_percent": 30, "last_percent": 10})
    warehouse.people({})
    assert earned(warehouse, [order("a", 1)], [click(1, 7, "ad"), click(2, 0, "mail")]) == {
        "ad": ("1.00", "0.00", "0.50", "0.33", "0.75"),
        "mail": ("0.00", "1.00", "0.50", "0.67", "0.25"),
    }
    assert earned(warehouse, [order("a", 1)], [click(1, 7, "ad")]) == {"ad": ("1.00",) * 5}


def test_what_no_touch_led_to_is_unattributed(warehouse: Warehouse) -> None:
    """Too old, after the order, an opened mail, another customer's; and an order whose time nobody knows."""
    warehouse.people({}, {"customer": 1})
    clicks = [
        click(1, 91, "old"), click(2, -0.1, "late"), click(3, 1, "mail", event_type="Open"), click(4, 1, "x", node=1),
    ]  # fmt: skip
    assert earned(warehouse, [order("a", 7), order("b", 5, None)], clicks) == {"(unattributed)": ("12.00",) * 5}
    assert earned(warehouse, [order("a", 7)], [click(1, 90, "old")]) == {"old": ("7.00",) * 5}


def test_an_order_counts_net_of_what_went_back(warehouse: Warehouse) -> None:
    """A refund of June takes from the channel of the order of May; a loss is shared out like a gain."""
    warehouse.people({})
    refund = {"source": "stripe", "refund_id": "r", "charge_id": "a", "amount": 40, "currency": "USD"}
    warehouse.given("staging.refunds", [refund | {"is_settled": True, "occurred_at": datetime(2026, 6, 20)}])
    assert earned(warehouse, [order("a", "39.99")], [click(1, 2, "ad"), click(2, 1, "mail")]) == {
        "ad": ("-0.01", "0.00", "-0.01", "0.00", "-0.01"),
        "mail": ("0.00", "-0.01", "0.00", "-0.01", "0.00"),
    }


def test_a_direct_visit_is_credited_only_alone(warehouse: Warehouse) -> None:
    warehouse.people({})
    visits = [click(1, 3, "ad"), click(2, 0, None), click(3, 1, "(direct)")]
    assert earned(warehouse, [order("a", 10)], visits) == {"ad": ("10.00",) * 5}
    assert earned(warehouse, [order("a", 10)], visits[1:2]) == {"(direct)": ("10.00",) * 5}
    warehouse.configure(attribution={"is_direct_credited": True})
    assert earned(warehouse, [order("a", 10)], visits)["(direct)"][1] == "10.00"


def test_one_channel_on_one_day_is_one_touch(warehouse: Warehouse) -> None:
    """A session and three clicks of an advert within a day weigh as much as the mail of the day before."""
    warehouse.people({})
    session = {"source": "ga4", "node": 0, "touch_source": "ad", "medium": "cpc", "started_at": ORDER_AT}
    warehouse.given("staging.sessions", [session])
    clicks = [click(0, 1, "mail"), *(click(n, n / 100, "ad") for n in (1, 2, 3))]
    assert earned(warehouse, [order("a", 10)], clicks) == {
        "ad": ("0.00", "10.00", "5.00", "5.25", "5.00"),
        "mail": ("10.00", "0.00", "5.00", "4.75", "5.00"),
    }


def test_the_largest_order_is_shared_out_exactly(warehouse: Warehouse) -> None:
    warehouse.people({})
    found = earned(
        warehouse, [order("a", "987654321098.77")], [click(n, n * 0.9, f"c{n}") for n in range(60)]
    )  # fmt: skip
    for model in range(5):
        assert sum(Decimal(amounts[model]) for amounts in found.values()) == Decimal("987654321098.77")


def test_published_rows_carry_the_month_the_customers_came_in(warehouse: Warehouse) -> None:
    warehouse.people({}, {"customer": 1})
    earned(
        warehouse,
        [order("a", 10), order("b", 20, node=1)],
        [click(1, 40, "ad"), click(2, 2, "ad"), click(3, 2, "ad", node=1)],
    )
    warehouse.build("customer_360.attribution")
    assert warehouse.rows(
        "SELECT CAST(acquisition_month AS VARCHAR), channel_source, model, customers, touches, attributed_revenue "
        "FROM customer_360.attribution WHERE model = 'linear' ORDER BY 1"
    ) == [
        ("2026-04-01", "ad", "linear", 1, 2, Decimal("10.00")),
        ("2026-05-01", "ad", "linear", 1, 1, Decimal("20.00")),
    ]


def test_shares_of_more_than_the_whole_are_refused() -> None:
    with pytest.raises(ValidationError, match="more than 100"):
        Config.model_validate({"attribution": {"first_percent": 60, "last_percent": 50}})


AMOUNTS = st.decimals(min_value=0, max_value=10**4, places=2)
ORDERS = st.lists(st.tuples(st.integers(0, 2), AMOUNTS, st.integers(-40, 40), AMOUNTS), max_size=6)
CLICKS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(-40, 130), st.sampled_from(["ad", "mail", None]), st.booleans()),
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS, clicks=CLICKS)
def test_every_model_conserves_what_each_customer_paid_in_any_order_of_rows(
    warehouse: Warehouse, orders: list[Any], clicks: list[Any]
) -> None:
    warehouse.people({"customer": 0}, {"customer": 0}, {"customer": 1})
    charges = [
        order(str(n), amount, ORDER_AT + timedelta(days=days), node=node, amount_refunded=min(amount, back))
        for n, (node, amount, days, back) in enumerate(orders)
    ]
    touches = [
        click(n, days, channel, node=node, medium="cpc" if has_medium else None)
        for n, (node, days, channel, has_medium) in enumerate(clicks)
    ]
    found = credits(warehouse, charges, touches)
    for model in MODELS:
        assert warehouse.rows(
            "SELECT COUNT(*) FROM metrics.revenue AS r FULL JOIN (SELECT customer_number, "
            f"SUM({model}) AS total FROM metrics.attribution GROUP BY 1) AS a USING (customer_number) "
            "WHERE r.total_revenue IS DISTINCT FROM a.total"
        ) == [(0,)]
    assert found == credits(warehouse, charges[::-1], touches[::-1])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS, clicks=CLICKS)
def test_a_day_later_changes_only_what_that_day_brought(
    warehouse: Warehouse, orders: list[Any], clicks: list[Any]
) -> None:
    """Without a new fact in the day between, every credit is the same; facts after as_of credit nobody."""
    warehouse.people({"customer": 0}, {"customer": 0}, {"customer": 1})
    at = datetime(2026, 6, 10)
    day = (at - ORDER_AT).days
    charges = [
        order(str(n), amount, ORDER_AT + timedelta(days=d), node=node)
        for n, (node, amount, d, _) in enumerate(orders)
        if not day - 1 <= d <= day + 1
    ]
    touches = [
        click(n, d, channel, node=node)
        for n, (node, d, channel, _) in enumerate(clicks)
        if not -day - 1 <= d <= 1 - day
    ]
    warehouse.configure(as_of=at)
    before = credits(warehouse, charges, touches)
    warehouse.configure(as_of=at + timedelta(days=1))
    assert credits(warehouse, charges, touches) == before
