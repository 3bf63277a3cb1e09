"""Lifetime value: contracts and purchases in, what is expected of each customer out, or why nothing is."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import Warehouse

AS_OF = datetime(2026, 6, 30)


def term(number: int, start: datetime, end: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A term of a monthly subscription of 10.00 a month, paid by the record of its number."""
    row = {"source": "stripe", "subscription_id": f"sub_{number}", "item_key": "si", "node": number, "currency": "USD"}
    return row | {"valid_from": start, "valid_to": end, "arr": 120, "mrr": 10} | more


def contracts(warehouse: Warehouse, terms: list[dict[str, Any]], ends: dict[int, dict[str, Any]] | None = None) -> None:
    """Terms, and for some the subscription's own end."""
    numbers = sorted({int(row["subscription_id"][4:]) for row in terms})
    warehouse.given("metrics.arr_terms", terms)
    names = [{"source": "stripe", "subscription_id": f"sub_{number}"} for number in numbers]
    warehouse.given(
        "metrics.subscription_prices",
        [name | {"item_key": "si", "is_metered": False, "periods_a_year": 12} for name in names],
    )
    warehouse.given("metrics.subscription_lines", [])
    warehouse.given(
        "staging.subscriptions", [name | (ends or {}).get(n, {}) for name, n in zip(names, numbers, strict=True)]
    )


def charge(number: int, node: int, at: datetime, amount: Any = 10) -> dict[str, Any]:
    """A paid charge."""
    row = {"source": "stripe", "charge_id": f"ch_{number}", "node": node, "amount": amount, "currency": "USD"}
    return row | {"is_succeeded": True, "occurred_at": at}


def buyers(count: int, first: int = 0) -> list[dict[str, Any]]:
    """Charges of so many records: every second one buys again, every fourth a third time."""
    start, found = datetime(2025, 1, 1), []
    for node in range(first, first + count):
        for purchase in range(1 + (node % 2 == 0) + (node % 4 == 0)):
            at = start + timedelta(days=node % 50 + 40 * purchase + node % 7)
            found.append(charge(len(found), node, at, 5 + node % 9 + 3 * purchase))
    return found


def test_periods_are_counted_by_renewals(warehouse: Warehouse) -> None:
    """Two months and a week old: in its third; ended on the day of the second renewal: it lasted two."""
    warehouse.configure(as_of=AS_OF)
    day = datetime(2026, 4, 22)
    contracts(
        warehouse,
        [term(0, day), term(1, day, datetime(2026, 6, 22)), term(2, day, datetime(2026, 4, 25)), term(3, AS_OF),
         term(4, day, currency="XYZ")],
        {0: {"ends_at": datetime(2026, 7, 22), "canceled_at": datetime(2026, 6, 1)},
         3: {"ends_at": datetime(2026, 7, 22), "canceled_at": datetime(2026, 7, 1)}},
    )  # fmt: skip
    warehouse.build("metrics.contracts")
    assert warehouse.rows(
        "SELECT subscription_id, period, will_end, days_to_renewal, CAST(amount AS DOUBLE) "
        "FROM metrics.contracts ORDER BY 1"
    ) == [
        ("sub_0", 3, True, 22, 10.0),
        ("sub_1", 2, False, None, None),
        ("sub_2", 1, False, None, None),
        ("sub_3", 1, False, 30, 10.0),
        ("sub_4", 3, False, 22, None),
    ]


@pytest.mark.parametrize(
    ("as_of", "present", "found"),
    [
        # The day before its first renewal, and the day of it.
        (datetime(2026, 3, 9), (datetime(2025, 3, 10), datetime(2026, 3, 10)), (1, 1)),
        (datetime(2026, 3, 10), (datetime(2026, 3, 10), datetime(2027, 3, 10)), (2, 365)),
        # The source's period is of a later day, or of an earlier one, or not known: told from days.
        (datetime(2026, 2, 20), (datetime(2026, 3, 10), datetime(2027, 3, 10)), (1, 18)),
        (datetime(2026, 4, 10), (datetime(2025, 3, 10), datetime(2026, 3, 10)), (2, 335)),
        (datetime(2026, 2, 20), (None, None), (1, 18)),
    ],
)
def test_the_present_period_ends_when_the_subscription_says(
    warehouse: Warehouse, as_of: datetime, present: tuple[datetime | None, datetime | None], found: tuple[int, int]
) -> None:
    """Yearly from 10 March 2025: (period, days to its renewal)."""
    warehouse.configure(as_of=as_of)
    period = dict(zip(("period_start_at", "period_end_at"), present, strict=True))
    contracts(warehouse, [term(0, datetime(2025, 3, 10))], {0: period})
    yearly = {"source": "stripe", "subscription_id": "sub_0", "item_key": "si", "is_metered": False}
    warehouse.given("metrics.subscription_prices", [yearly | {"periods_a_year": 1}])
    warehouse.build("metrics.contracts")
    assert warehouse.rows("SELECT period, days_to_renewal FROM metrics.contracts") == [found]


LEARN = {"min_contracts": 10, "min_ended_contracts": 2, "min_buyers": 20, "min_repeat_buyers": 5}


def lifetime(warehouse: Warehouse, unit: str = "customer") -> list[tuple[Any, ...]]:
    """The columns of value of every row of the published table."""
    warehouse.build(f"customer_360.{unit}_360")
    paid = "total_revenue" if unit == "customer" else "total_paid"
    return warehouse.rows(
        f"SELECT ltv_model, ltv_reason, {paid}, ltv, ltv_expected, ltv_low, ltv_high "
        f"FROM customer_360.{unit}_360 ORDER BY 1"
    )


def test_contracts_are_worth_their_renewals(warehouse: Warehouse) -> None:
    """Twenty contracts, five ended after their first month. One that will end, or ended, brings nothing more."""
    warehouse.configure(as_of=AS_OF, lifetime_value=LEARN | {"horizon_months": 12, "discount_ratio": 0})
    warehouse.given("sources.ledger", [{"source": "stripe", "entity": "charges", "is_present": True}])
    warehouse.people(*({"customer": number} for number in range(20)))
    old, soon = datetime(2026, 3, 5), {"ends_at": datetime(2026, 7, 5), "canceled_at": AS_OF}
    terms = [term(n, old, datetime(2026, 4, 5) if n < 5 else None) for n in range(20)]
    contracts(warehouse, terms, {19: soon})
    warehouse.given("staging.charges", [charge(1, 7, old)])
    rows = lifetime(warehouse)
    assert [(model, reason) for model, reason, *_ in rows].count(("sbg", "contract_ended")) == 6
    weight, low, high = warehouse.rows("SELECT weight, weight_low, weight_high FROM metrics.contract_outlook")[0]
    worth = [row for row in rows if row[1] is None]
    assert len(worth) == 14
    assert {row[4] for row in worth} == {Decimal(str(round(10 * weight, 2)))}
    paid = next(row for row in worth if row[2] == 10)
    assert (paid[3], paid[5], paid[6]) == (10 + paid[4], 10 + Decimal(str(round(10 * low, 2))), 130)
    assert 0 <= low <= weight <= high == 12


def test_too_few_cases_say_so_and_give_no_figure(warehouse: Warehouse) -> None:
    """One contract, one buyer, one who never paid."""
    warehouse.configure(as_of=AS_OF)
    warehouse.given("sources.ledger", [{"source": "stripe", "entity": "charges", "is_present": True}])
    warehouse.people({"customer": 0}, {"customer": 1}, {"customer": 2})
    contracts(warehouse, [term(0, datetime(2026, 1, 1))])
    warehouse.given("staging.charges", [charge(1, 1, datetime(2026, 5, 1))])
    found = [("none", reason) for reason in ("no_purchase", "too_few_buyers", "too_few_contracts")]
    for unit in ("customer", "account"):
        rows = lifetime(warehouse, unit)
        assert sorted((row[0], row[1]) for row in rows) == found
        assert {row[3:] for row in rows} == {(None,) * 4}
    warehouse.given("sources.ledger", [])
    warehouse.given("staging.charges", [])
    contracts(warehouse, [])
    assert {row[:2] for row in lifetime(warehouse)} == {("none", "no_payments_read")}


def test_who_bought_more_is_expected_to_buy_more(warehouse: Warehouse) -> None:
    """Forty buyers; the contract of one takes its charges out of the purchases."""
    warehouse.configure(as_of=AS_OF, lifetime_value=LEARN)
    warehouse.people(*({"customer": number} for number in range(41)))
    contracts(warehouse, [term(40, datetime(2026, 1, 1))])
    warehouse.given("staging.charges", [*buyers(40), charge(999, 40, datetime(2026, 2, 1))])
    rows = lifetime(warehouse)
    assert sorted({row[0] for row in rows}) == ["bg_nbd", "none"]
    found = [row for row in rows if row[0] == "bg_nbd"]
    assert len(found) == 40 and all(row[5] <= row[3] <= row[6] and row[3] == row[2] + row[4] for row in found)
    assert warehouse.rows("SELECT COUNT(*), MAX(repeats) FROM metrics.purchases WHERE unit = 'customer'") == [(40, 2)]
    warehouse.build("customer_360.lifetime_models")
    learned = "FROM customer_360.lifetime_models WHERE unit <> 'contract' AND reason IS NULL"
    assert warehouse.rows(f"SELECT unit, model, cases, repeats {learned} ORDER BY 1, 2") == [
        ("account", "bg_nbd", 40, 20), ("account", "gamma_gamma", 40, 20),
        ("customer", "bg_nbd", 40, 20), ("customer", "gamma_gamma", 40, 20),
    ]  # fmt: skip


def test_orders_of_a_day_are_one_purchase_and_one_given_back_is_none(warehouse: Warehouse) -> None:
    """Three charges on two days, of which the second day's was given back: one purchase."""
    warehouse.configure(as_of=AS_OF)
    warehouse.people({})
    contracts(warehouse, [])
    day = datetime(2026, 4, 21, 9)
    back = charge(3, 0, day + timedelta(days=20)) | {"amount_refunded": 10}
    warehouse.given("staging.charges", [charge(1, 0, day), charge(2, 0, day + timedelta(hours=3)), back])
    warehouse.build("metrics.purchases")
    assert warehouse.rows(
        "SELECT unit, repeats, recency_weeks, age_weeks, repeat_amount FROM metrics.purchases ORDER BY unit"
    ) == [(unit, 0, 0, 10, None) for unit in ("account", "customer")]


def test_the_order_of_rows_changes_nothing_and_time_without_purchases_lowers_what_is_expected(
    warehouse: Warehouse,
) -> None:
    """Eight weeks later nothing was bought: with the models learned before, nobody is expected to bring more."""
    facts = buyers(40)[:60]
    warehouse.people(*({"customer": number} for number in range(40)))
    contracts(warehouse, [])
    found = []
    for rows in (facts, facts[::-1]):
        warehouse.configure(as_of=AS_OF, lifetime_value=LEARN)
        warehouse.given("staging.charges", rows)
        warehouse.build("metrics.expected_values", "metrics.lifetime_models")
        found.append(warehouse.rows("SELECT * FROM metrics.expected_values ORDER BY 1, 2"))
    assert found[0] == found[1]
    frozen = warehouse.rows("SELECT * FROM metrics.lifetime_models ORDER BY unit, model")
    names = [column.name for column in warehouse.tables["metrics.lifetime_models"].columns]
    warehouse.given("metrics.lifetime_models", [dict(zip(names, row, strict=True)) for row in frozen])
    warehouse.configure(as_of=AS_OF + timedelta(weeks=8), lifetime_value=LEARN)
    warehouse.build("metrics.expected_values")
    after = warehouse.rows("SELECT * FROM metrics.expected_values ORDER BY 1, 2")
    assert all(new[4] <= old[4] for old, new in zip(found[0], after, strict=True))


def test_the_bounds_hold_what_they_say(warehouse: Warehouse) -> None:
    """A wider interval has wider bounds; without a discount all is worth more."""
    warehouse.people(*({"customer": number} for number in range(40)))
    contracts(warehouse, [])
    warehouse.given("staging.charges", buyers(40))
    found = {}
    for interval, discount in ((0.5, 0.1), (0.9, 0.1), (0.9, 0.0)):
        warehouse.configure(
            as_of=AS_OF, lifetime_value=LEARN | {"interval_ratio": interval, "discount_ratio": discount}
        )
        warehouse.build("metrics.expected_values")
        sums = "SUM(expected), SUM(expected_low), SUM(expected_high)"
        found[interval, discount] = warehouse.rows(
            f"SELECT {sums} FROM metrics.expected_values WHERE unit = 'customer'"
        )[0]
    narrow, wide, undiscounted = found.values()
    assert narrow[0] == wide[0] < undiscounted[0]
    assert wide[1] <= narrow[1] and narrow[2] < wide[2]
    assert pytest.approx(float(undiscounted[0] / wide[0]), abs=0.05) == 1.14
