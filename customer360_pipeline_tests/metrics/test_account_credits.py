"""What is held for an account: balance transactions in, amounts out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

USUAL = {"source": "stripe", "customer_id": "cus_1", "currency": "USD", "balance": "credit", "created_at": AS_OF}


def held(warehouse: Warehouse, *changes: dict[str, Any]) -> list[tuple[Any, ...]]:
    warehouse.people({"source": "stripe", "record_id": "cus_1", "email": "ada@acme.example"})
    rows = [USUAL | {"transaction_id": f"cbtxn_{n}"} | change for n, change in enumerate(changes)]
    warehouse.given("staging.balance_transaction_rows", rows)
    warehouse.build("metrics.account_credits")
    return warehouse.rows("SELECT credit_amount, cash_amount, unconverted_balances FROM metrics.account_credits")


def test_credit_is_what_was_given_less_what_invoices_used(warehouse: Warehouse) -> None:
    """Stripe's signs: -200 gives 200 of credit, 50 is applied to an invoice; cash of 30 came by bank transfer."""
    cash = {"balance": "cash", "amount": 30}
    later = {"amount": -999, "created_at": AS_OF + timedelta(days=1)}
    assert held(warehouse, {"amount": -200}, {"amount": 50}, cash, later) == [(150, 30, 0)]


def test_a_balance_without_a_rate_is_counted_and_not_guessed(warehouse: Warehouse) -> None:
    assert held(warehouse, {"amount": -200, "currency": "NGN"}) == [(None, None, 1)]
    used_up = ({"amount": -200, "currency": "NGN"}, {"amount": 200, "currency": "NGN"})
    assert held(warehouse, *used_up) == [(None, None, 0)]
