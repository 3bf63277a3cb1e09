"""What is shown of whom nothing is known: 0 where the source was read, NULL where it was not, NULL where no rate is."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import Warehouse

DAY = datetime(2026, 6, 1)
CHARGE = {"source": "stripe", "node": 1, "amount": 10, "is_succeeded": True, "occurred_at": DAY}

CALL = {"source": "crm", "entity": "calls", "activity_id": "1", "activity_type": "call", "occurred_at": DAY}


def read(warehouse: Warehouse, *sources: str) -> None:
    """These sources were read, without a row."""
    warehouse.given("sources.ledger", [{"source": name, "entity": "contacts", "is_present": True} for name in sources])


@pytest.mark.parametrize(
    ("source", "zeros"),
    [
        (None, {}),
        ("stripe", {"payments": 0}),
        ("ga4", {"analytics": 0}),
        ("mailchimp", {"marketing": 0}),
        ("zendesk", {"support": 0}),
        ("crm", {}),
    ],
)
def test_a_source_that_was_read_makes_zeros_of_its_own_figures_alone(
    warehouse: Warehouse, source: str | None, zeros: dict[str, int]
) -> None:
    read(warehouse, *([source] if source else []))
    warehouse.build("metrics.zeros")
    names = [column.name for column in warehouse.tables["metrics.zeros"].columns]
    [row] = warehouse.rows("SELECT * FROM metrics.zeros")
    assert {name: value for name, value in zip(names, row, strict=True) if value is not None} == zeros


def test_a_crm_without_opportunities_does_not_make_them_zero(warehouse: Warehouse) -> None:
    """Tools differ in what they hold, so rows say what was read: activities here, and no opportunities or goals."""
    read(warehouse, "crm")
    warehouse.given("staging.activity_rows", [CALL])
    warehouse.build("metrics.zeros")
    assert warehouse.rows("SELECT activities, opportunities, goals FROM metrics.zeros") == [(0, None, None)]


def money(warehouse: Warehouse, *charges: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Paid, reason of LTV, invoices, tickets and what has no rate, of two accounts; charges are of the second."""
    warehouse.people({"customer": 0}, {"customer": 1, "source": "stripe"})
    warehouse.given("staging.charges", [CHARGE | {"charge_id": str(n)} | charge for n, charge in enumerate(charges)])
    warehouse.build("customer_360.account_360")
    return warehouse.rows(
        "SELECT a.total_paid, a.ltv_reason, a.total_invoices, a.tickets_12m, a.unconverted_count "
        "FROM customer_360.account_360 AS a JOIN profile.record_accounts AS r USING (account_id) ORDER BY r.node"
    )


def test_nothing_paid_is_zero_once_payments_were_read(warehouse: Warehouse) -> None:
    assert money(warehouse) == [(None, "no_payments_read", None, None, 0)] * 2
    read(warehouse, "stripe")
    assert money(warehouse) == [(Decimal(0), "no_purchase", 0, None, 0)] * 2


def test_money_without_a_rate_is_unknown_and_counted(warehouse: Warehouse) -> None:
    read(warehouse, "stripe")
    nothing = (Decimal(0), "no_purchase", 0, None, 0)
    assert money(warehouse, {"currency": "NGN"}) == [nothing, (None, "no_rate", 0, None, 1)]
    assert money(warehouse, {"currency": "NGN"}, {"currency": "USD"})[1] == (10, "too_few_buyers", 0, None, 1)


def test_value_is_of_the_customer_and_of_the_account(warehouse: Warehouse) -> None:
    """One row per customer and per account, each by its own sum."""
    read(warehouse, "stripe")
    money(warehouse, {"currency": "USD"})
    assert warehouse.rows("SELECT unit, ltv_reason FROM metrics.lifetime_values ORDER BY 1, 2") == [
        ("account", "no_purchase"), ("account", "too_few_buyers"),
        ("customer", "no_purchase"), ("customer", "too_few_buyers"),
    ]  # fmt: skip
