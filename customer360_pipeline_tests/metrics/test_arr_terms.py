"""What subscriptions are worth a year, over time: rows of subscriptions and invoices in, terms out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import Warehouse

Terms = Callable[..., list[tuple[Any, ...]]]


def at(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds())


def item(amount: int | None, *, quantity: int | None = 1, interval: str = "month", count: int = 1, id: str = "si_1",
         usage: str = "licensed", **more: Any) -> dict[str, Any]:  # fmt: skip
    recurring = {"interval": interval, "interval_count": count, "usage_type": usage}
    price = {"id": f"price_{id}", "currency": "usd", "unit_amount": amount, "product": "prod_1", "recurring": recurring}
    return {"id": id, "price": price, "quantity": quantity} | more


def subscription(*items: dict[str, Any], started: str = "2025-01-10", **more: Any) -> dict[str, Any]:
    return {
        "source": "stripe", "subscription_id": "sub_1", "customer_id": "cus_1", "status": "active", "currency": "USD",
        "items": json.dumps(items), "started_at": started,
    } | more  # fmt: skip


def line(amount: int, start: str, end: str, *, item: str = "si_1", proration: bool = False) -> dict[str, Any]:
    details = {"subscription": "sub_1", "subscription_item": item, "proration": proration}
    return {
        "amount": amount, "currency": "usd", "period": {"start": at(start), "end": at(end)}, "quantity": 1,
        "parent": {"type": "subscription_item_details", "subscription_item_details": details},
    }  # fmt: skip


@pytest.fixture
def terms(warehouse: Warehouse) -> Terms:
    """Build the terms as of 2026-01-01: (valid_from, valid_to, arr) as texts, in order."""

    def build(subscriptions: list[dict[str, Any]], lines: Sequence[dict[str, Any]] = ()) -> list[tuple[Any, ...]]:
        invoice = {"source": "stripe", "customer_id": "cus_1", "status": "paid", "currency": "USD"}
        invoices = [invoice | {"invoice_id": f"in_{n}", "lines": json.dumps([one])} for n, one in enumerate(lines)]
        warehouse.configure(as_of=datetime(2026, 1, 1))
        warehouse.people({"source": "stripe", "record_id": "cus_1"})
        warehouse.given("staging.subscription_rows", subscriptions)
        warehouse.given("staging.invoice_rows", invoices)
        warehouse.build("metrics.arr_terms")
        return warehouse.rows(
            "SELECT CAST(CAST(valid_from AS DATE) AS VARCHAR), CAST(CAST(valid_to AS DATE) AS VARCHAR), "
            "CAST(arr AS VARCHAR) FROM metrics.arr_terms ORDER BY subscription_id, item_key, valid_from"
        )

    return build


def test_a_price_is_worth_its_periods_in_a_year(terms: Terms) -> None:
    """12 months of 20.00 for 3 seats; a quarter of 100.00; two years of 500.00; 52 weeks of 7.00."""
    items = (
        item(2000, quantity=3),
        item(10000, count=3, id="si_2"),
        item(50000, interval="year", count=2, id="si_3"),
        item(700, interval="week", id="si_4"),
    )
    assert [arr for _, _, arr in terms([subscription(*items)])] == ["720.000", "400.000", "250.000", "364.000"]


def test_metered_and_tiered_items_and_trials_are_not_recurring_revenue(terms: Terms) -> None:
    items = (item(5, id="si_1", usage="metered", quantity=None), item(None, id="si_2"), item(1000, id="si_3"))
    found = terms([subscription(*items, trial_end_at="2025-01-24")])
    assert found == [("2025-01-24", None, "120.000")]


def test_it_counts_until_it_ends_and_not_until_the_end_was_asked_for(terms: Terms) -> None:
    asked = subscription(item(1000), canceled_at="2025-03-01", status="active", is_cancel_at_period_end=True,
                         current_period_end_at="2026-02-01")  # fmt: skip
    ended = subscription(item(1000), status="canceled", canceled_at="2025-03-01", ended_at="2025-06-10") | {
        "subscription_id": "sub_2"
    }
    assert terms([asked, ended]) == [("2025-01-10", None, "120.000"), ("2025-01-10", "2025-06-10", "120.000")]


def test_unpaid_stops_with_its_last_period_and_incomplete_never_began(terms: Terms) -> None:
    unpaid = subscription(item(1000), status="unpaid", current_period_start_at="2025-09-10")
    never = subscription(item(1000), status="incomplete_expired") | {"subscription_id": "sub_2"}
    assert terms([unpaid, never]) == [("2025-01-10", "2025-09-10", "120.000")]


def test_invoices_tell_what_earlier_periods_cost(terms: Terms) -> None:
    """Five seats now; the invoices say two until March, three in March; the fourth and fifth came on 20 April."""
    found = terms(
        [subscription(item(1000, quantity=5))],
        (
            line(2000, "2025-02-10", "2025-03-10"),
            line(3000, "2025-03-10", "2025-04-10"),
            line(3000, "2025-04-10", "2025-05-10"),
            line(1300, "2025-04-20", "2025-05-10", proration=True),
        ),
    )
    assert found == [
        ("2025-01-10", "2025-03-10", "240.000"),
        ("2025-03-10", "2025-04-10", "360.000"),
        ("2025-04-10", "2025-04-20", "360.000"),
        ("2025-04-20", None, "600.000"),
    ]


def test_an_item_that_is_gone_counts_until_its_last_period_billed(terms: Terms) -> None:
    found = terms([subscription(item(1000))], (line(500, "2025-02-10", "2025-03-10", item="si_0"),))
    assert found == [("2025-01-10", "2025-03-10", "60.000"), ("2025-01-10", None, "120.000")]


@pytest.mark.parametrize(
    ("prorations", "until"),
    [
        ((line(-86000, "2025-09-20", "2026-06-10", item="si_old", proration=True),), "2025-09-20"),
        ((), None),  # Nothing given back: paid for until 2026-06-10.
        # One seat less from July on, which is no end; then all of it.
        ((line(-90000, "2025-07-01", "2026-06-10", item="si_old", proration=True),
          line(40000, "2025-07-01", "2026-06-10", item="si_old", proration=True)), None),
        ((line(-90000, "2025-07-01", "2026-06-10", item="si_old", proration=True),
          line(40000, "2025-07-01", "2026-06-10", item="si_old", proration=True),
          line(-30000, "2025-09-20", "2026-06-10", item="si_old", proration=True)), "2025-09-20"),
    ],
)  # fmt: skip
def test_an_item_replaced_within_its_period_ends_where_its_credit_begins(
    terms: Terms, prorations: tuple[dict[str, Any], ...], until: str | None
) -> None:
    """1200 a year, swapped on 20 September for 2400: never both at once."""
    new = item(240000, interval="year", id="si_new", created=at("2025-09-20"))
    billed = line(120000, "2025-06-10", "2026-06-10", item="si_old")
    charge = line(172000, "2025-09-20", "2026-06-10", item="si_new", proration=True)
    assert terms([subscription(new, started="2025-06-10")], (billed, *prorations, charge)) == [
        ("2025-09-20", None, "2400.000"),
        ("2025-06-10", until, "1200.000"),
    ]


def test_only_coupons_that_last_forever_reduce_it(terms: Terms) -> None:
    forever = {"coupon": {"duration": "forever", "percent_off": 10}}
    once = {"source": {"coupon": {"duration": "once", "percent_off": 50}}}
    found = terms([subscription(item(1000), discounts=json.dumps([forever, once, "di_unexpanded"]))])
    assert found == [("2025-01-10", None, "108.000")]


def forever(*coupons: dict[str, Any]) -> dict[str, Any]:
    """Discounts of a subscription by coupons that last forever."""
    return {"discounts": json.dumps([{"coupon": {"duration": "forever", "currency": "usd"} | one} for one in coupons])}


@pytest.mark.parametrize(
    ("coupons", "arr"),
    [
        (({"percent_off": 50}, {"percent_off": 50}), "300.000"),
        (({"percent_off": 50}, {"percent_off": 100}), "0.000"),
        (({"percent_off": 10}, {"amount_off": 2000}), "840.000"),
        (({"amount_off": 2000}, {"amount_off": 1000}), "840.000"),
        (({"amount_off": 99900},), "0.000"),
    ],
)
def test_coupons_take_off_what_the_ones_before_left(
    terms: Terms, coupons: tuple[dict[str, Any], ...], arr: str
) -> None:
    assert terms([subscription(item(10000), **forever(*coupons))]) == [("2025-01-10", None, arr)]


@pytest.mark.parametrize(
    ("coupon", "starts", "expected"),
    [
        ({"percent_off": 25}, None, [("2025-01-10", None, "900.000")]),
        ({"percent_off": 25}, "2025-01-10T00:00:01", [("2025-01-10", None, "900.000")]),
        ({"percent_off": 25}, "2024-12-01", [("2025-01-10", None, "900.000")]),
        (
            {"percent_off": 25},
            "2025-06-01",
            [("2025-01-10", "2025-06-01", "1200.000"), ("2025-06-01", None, "900.000")],
        ),
        (
            {"amount_off": 2000},
            "2025-06-01",
            [("2025-01-10", "2025-06-01", "1200.000"), ("2025-06-01", None, "960.000")],
        ),
        ({"percent_off": 100}, "2025-06-01", [("2025-01-10", "2025-06-01", "1200.000"), ("2025-06-01", None, "0.000")]),
        ({"percent_off": 25}, "2026-02-01", [("2025-01-10", None, "1200.000")]),  # after as_of
    ],
)
def test_a_coupon_counts_from_its_start(
    terms: Terms, coupon: dict[str, Any], starts: str | None, expected: list[tuple[Any, ...]]
) -> None:
    """100 a month."""
    discount = {"coupon": {"duration": "forever", "currency": "usd"} | coupon} | (
        {"start": at(starts)} if starts else {}
    )
    assert terms([subscription(item(10000), discounts=json.dumps([discount]))]) == expected


def test_coupons_that_start_one_after_the_other_add_up_in_time(terms: Terms) -> None:
    """100 a month, billed at 80 until April; a tenth off from March, 20 off every invoice from September."""
    forever = {"duration": "forever", "currency": "usd"}
    discounts = [
        {"coupon": forever | {"amount_off": 2000}, "start": at("2025-09-01")},
        {"coupon": forever | {"percent_off": 10}, "start": at("2025-03-01")},
    ]
    billed = (line(8000, "2025-03-10", "2025-04-10"), line(10000, "2025-04-10", "2025-05-10"))
    assert terms([subscription(item(10000), discounts=json.dumps(discounts))], billed) == [
        ("2025-01-10", "2025-03-01", "960.000"),
        ("2025-03-01", "2025-04-10", "864.000"),
        ("2025-04-10", "2025-09-01", "1080.000"),
        ("2025-09-01", None, "840.000"),
    ]


def test_an_amount_off_reduces_earlier_periods_too(terms: Terms) -> None:
    """100 a month, 20 off: 960 all the time, monthly invoices or not."""
    billed = (line(10000, "2025-10-10", "2025-11-10"), line(10000, "2025-11-10", "2025-12-10"))
    assert terms([subscription(item(10000), **forever({"amount_off": 2000}))], billed) == [
        ("2025-01-10", "2025-11-10", "960.000"),
        ("2025-11-10", None, "960.000"),
    ]


def test_an_amount_off_is_shared_by_the_items_of_a_time(terms: Terms) -> None:
    """10 and, from July on, 100 a month; 50 off every invoice."""
    items = (item(1000), item(10000, id="si_2", created=at("2025-07-01")))
    assert terms([subscription(*items, **forever({"amount_off": 5000}))]) == [
        ("2025-01-10", "2025-07-01", "0.000"),
        ("2025-07-01", None, "65.455"),
        ("2025-07-01", None, "654.545"),
    ]


def test_a_flat_export_counts_the_same(terms: Terms) -> None:
    flat = subscription(plan_amount="20.00", quantity=3, interval_unit="month", plan_name="Team") | {"items": None}
    assert terms([flat]) == [("2025-01-10", None, "720.000")]


def test_a_price_that_cannot_be_is_left_out_and_counted(terms: Terms, warehouse: Warehouse) -> None:
    """A hundred billion a month, which is more than a trillion a year, beside 10 a month."""
    absurd = item(9999999999999, id="si_2")
    assert terms([subscription(item(1000), absurd)]) == [("2025-01-10", None, "120.000"), ("2025-01-10", None, None)]
    found = "SELECT current_arr, current_mrr, first_arr_date, unconverted_currencies FROM metrics.account_arr"
    warehouse.build("metrics.account_arr")
    assert warehouse.rows(found) == [(120, 10, date(2025, 1, 1), 1)]
    terms([subscription(absurd)], (line(999999999999999, "2025-02-10", "2025-03-10", item="si_2"),))
    warehouse.build("metrics.account_arr")
    assert warehouse.rows(found) == [(None, None, date(2025, 1, 1), 1)]
