"""Movements of recurring revenue: terms of subscriptions in, one movement per account and month out."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import Warehouse

Term = tuple[int, str, str | None, int]


def movements(warehouse: Warehouse, terms: list[Term], currency: str = "USD") -> list[tuple[Any, ...]]:
    """(month, movement, change, closing) of terms (record, from, to, arr), all records of one account."""
    warehouse.configure(as_of=datetime(2026, 1, 15))
    nodes = sorted({node for node, *_ in terms} | {0})
    warehouse.people(*({"record_id": str(node), "email": f"p{node}@acme.example"} for node in nodes))
    warehouse.given(
        "metrics.arr_terms",
        [
            {"source": "stripe", "subscription_id": f"sub_{n}", "item_key": "si", "node": node, "currency": currency,
             "valid_from": datetime.fromisoformat(start), "valid_to": end and datetime.fromisoformat(end),
             "arr": arr, "mrr": Decimal(arr) / 12}
            for n, (node, start, end, arr) in enumerate(terms)
        ],
    )  # fmt: skip
    warehouse.build("metrics.arr_movements")
    return warehouse.rows(
        "SELECT STRFTIME(month_date, '%Y-%m'), movement, CAST(arr_change AS BIGINT), CAST(closing_arr AS BIGINT) "
        "FROM metrics.arr_movements ORDER BY month_date"
    )


def test_a_customer_comes_grows_shrinks_leaves_and_comes_back(warehouse: Warehouse) -> None:
    """One account of two payers; the second seat price of March replaces the first on the same day."""
    assert movements(
        warehouse,
        [
            (0, "2025-01-10", "2025-03-10", 120),
            (0, "2025-03-10", "2025-06-20", 240),
            (1, "2025-02-01", "2025-05-31", 60),
            (0, "2025-09-01", None, 120),
        ],
    ) == [
        ("2025-01", "new", 120, 120),
        ("2025-02", "expansion", 60, 180),
        ("2025-03", "expansion", 120, 300),
        ("2025-05", "contraction", -60, 240),
        ("2025-06", "churn", -240, 0),
        ("2025-09", "reactivation", 120, 120),
    ]


def test_an_end_and_a_beginning_in_one_month_are_one_movement(warehouse: Warehouse) -> None:
    terms: list[Term] = [(0, "2025-01-10", "2025-03-10", 120), (0, "2025-03-20", None, 120)]
    assert movements(warehouse, terms) == [("2025-01", "new", 120, 120)]


def test_without_a_rate_the_movement_stands_in_its_currency_alone(warehouse: Warehouse) -> None:
    movements(warehouse, [(0, "2025-01-10", None, 120)], currency="NGN")
    assert warehouse.rows("SELECT arr_change, reporting_arr_change FROM metrics.arr_movements") == [(120, None)]


days = st.dates(datetime(2025, 1, 1).date(), datetime(2026, 1, 10).date()).map(str)
term = st.tuples(st.integers(0, 1), days, st.none() | days, st.integers(1, 500))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(term.filter(lambda t: t[2] is None or t[2] > t[1]), min_size=1, max_size=6))
def test_movements_up_to_a_month_add_up_to_what_counted_at_its_end(warehouse: Warehouse, terms: list[Term]) -> None:
    found = movements(warehouse, terms)
    assert found == movements(warehouse, terms[::-1])
    total: dict[str, int] = defaultdict(int)
    for month, movement, change, closing in found:
        before = sum(total.values())
        total[month] += change
        counted = sum(arr for _, start, end, arr in terms if start[:7] <= month and (end is None or end[:7] > month))
        assert sum(total.values()) == closing == counted
        assert {"churn": closing == 0, "contraction": 0 < closing < before, "expansion": 0 < before < closing}.get(
            movement, before == 0 and closing > 0
        )
    assert sum(total.values()) == sum(arr for _, _, end, arr in terms if end is None)
