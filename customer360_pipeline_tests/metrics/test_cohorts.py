"""Cohorts: who came in a month, who came back and what they brought, month by month."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import Warehouse


def charge(charge_id: str, node: int, at: datetime | None, amount: Any, **more: Any) -> dict[str, Any]:
    """A paid charge."""
    row = {"source": "stripe", "charge_id": charge_id, "node": node, "amount": amount, "currency": "USD"}
    return row | {"is_succeeded": True, "occurred_at": at} | more


def cohorts(warehouse: Warehouse, columns: str = "*") -> list[tuple[Any, ...]]:
    """Rows of the published table."""
    warehouse.build("metrics.revenue", "customer_360.cohorts")
    return warehouse.rows(f"SELECT {columns} FROM customer_360.cohorts ORDER BY acquisition_month, months_since")


def payments_read(warehouse: Warehouse) -> None:
    """The ledger says that a payment source was read."""
    warehouse.given("sources.ledger", [{"source": "stripe", "entity": "charges", "is_present": True}])


def test_two_come_in_january_one_pays_and_one_comes_back(warehouse: Warehouse) -> None:
    """Both visit in January; one pays in January and March, which is given back in April; as_of is 10 April."""
    warehouse.configure(as_of=datetime(2026, 4, 10))
    payments_read(warehouse)
    warehouse.people({"customer": 0}, {"customer": 1}, {"customer": 2})
    visit = {"source": "ga4", "device_id": "d", "session_id": "1", "started_at": datetime(2026, 1, 3)}
    warehouse.given("staging.sessions", [visit | {"node": 0}, visit | {"node": 1}])
    warehouse.given(
        "staging.charges",
        [charge("a", 0, datetime(2026, 1, 20), 10), charge("b", 0, datetime(2026, 3, 1), 5),
         charge("c", 2, datetime(2026, 4, 2), 7), charge("d", 2, datetime(2026, 4, 11), 99)],
    )  # fmt: skip
    refund = {"source": "stripe", "refund_id": "r", "charge_id": "b", "amount": 5, "currency": "USD"}
    warehouse.given("staging.refunds", [refund | {"is_settled": True, "occurred_at": datetime(2026, 4, 5)}])
    assert cohorts(
        warehouse,
        "STRFTIME(acquisition_month, '%m'), months_since, STRFTIME(month_date, '%m'), is_complete, customers, "
        "active_customers, CAST(retained_ratio AS DOUBLE), paying_customers, CAST(revenue AS INTEGER), "
        "CAST(cumulative_revenue AS INTEGER)",
    ) == [
        ("01", 0, "01", True, 2, 2, 1.0, 1, 10, 10),
        ("01", 1, "02", True, 2, 0, 0.0, 0, 0, 10),
        ("01", 2, "03", True, 2, 1, 0.5, 1, 5, 15),
        ("01", 3, "04", False, 2, 0, 0.0, 0, -5, 10),
        ("04", 0, "04", False, 1, 1, 1.0, 1, 7, 7),
    ]


def test_without_payments_the_money_is_unknown(warehouse: Warehouse) -> None:
    warehouse.people({})
    visit = {"source": "ga4", "device_id": "d", "session_id": "1", "node": 0}
    warehouse.given("staging.sessions", [visit | {"started_at": datetime(2026, 6, 3)}])
    assert cohorts(warehouse, "active_customers, paying_customers, revenue, cumulative_revenue") == [
        (1, None, None, None)
    ]


def test_money_of_an_unknown_day_counts_in_the_first_month_or_in_a_row_of_its_own(warehouse: Warehouse) -> None:
    payments_read(warehouse)
    warehouse.people({"customer": 0}, {"customer": 1})
    warehouse.given(
        "staging.charges",
        [charge("a", 0, datetime(2026, 6, 20), 10), charge("b", 0, None, 5), charge("c", 1, None, 3)],
    )
    assert cohorts(warehouse, "month_date IS NULL, customers, active_customers, CAST(revenue AS INTEGER)") == [
        (False, 1, 1, 15), (True, 1, 0, 3),
    ]  # fmt: skip


CHARGES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 400), st.decimals(0, 1000, places=2), st.booleans()), max_size=8
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(charges=CHARGES)
def test_cohorts_conserve_revenue_and_a_day_later_changes_no_complete_month(
    warehouse: Warehouse, charges: list[Any]
) -> None:
    start, at = datetime(2025, 6, 1), datetime(2026, 6, 30)
    payments_read(warehouse)
    warehouse.people({"customer": 0}, {"customer": 0}, {"customer": 1})
    facts = [
        charge(str(n), node, start + timedelta(days=days), amount, amount_refunded=amount if back else 0)
        for n, (node, days, amount, back) in enumerate(charges)
    ]
    kept = "SELECT * FROM customer_360.cohorts WHERE is_complete AND month_date < DATE '2026-06-01' ORDER BY ALL"
    found = []
    for as_of, rows in ((at, facts), (at, facts[::-1]), (at + timedelta(days=1), facts)):
        warehouse.configure(as_of=as_of)
        warehouse.given("staging.charges", rows)
        cohorts(warehouse)
        totals = warehouse.rows(
            "SELECT (SELECT COALESCE(SUM(revenue), 0) FROM customer_360.cohorts), "
            "(SELECT COALESCE(SUM(total_revenue), 0) FROM metrics.revenue), "
            "(SELECT COALESCE(SUM(customers), 0) FROM customer_360.cohorts WHERE months_since = 0), "
            "(SELECT COUNT(*) FROM metrics.revenue)"
        )[0]
        assert totals[0] == totals[1] and totals[2] == totals[3]
        found.append(warehouse.rows(kept))
    assert found[0] == found[1] == found[2]


def test_revenue_of_cohorts_is_exact(warehouse: Warehouse) -> None:
    payments_read(warehouse)
    warehouse.people({})
    day = datetime(2026, 6, 1)
    warehouse.given("staging.charges", [charge(str(n), 0, day, Decimal("987654321098.01")) for n in range(3)])
    assert cohorts(warehouse, "revenue, cumulative_revenue") == [(Decimal("2962962963294.03"),) * 2]
