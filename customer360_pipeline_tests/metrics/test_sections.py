"""What is shown of whom nothing is known: 0 where the source was read, NULL where it was not, NULL where no rate is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customer360_pipeline.sources.contract import Source
from customer360_pipeline_tests.conftest import Warehouse

DAY = datetime(2026, 6, 1)
CHARGE = {"source": "stripe", "node": 1, "amount": 10, "is_succeeded": True, "occurred_at": DAY}

CALL = {"source": "crm", "entity": "calls", "activity_id": "1", "activity_type": "call", "occurred_at": DAY}


def read(warehouse: Warehouse, *files: str) -> None:
    """These sources were read, `source` or `source.shape`, without a row."""
    pairs = [name.partition(".") for name in files]
    ledger = [{"source": source, "entity": "contacts", "is_present": True} for source, _, _ in pairs]
    warehouse.given("sources.ledger", ledger)
    shapes = [{"source": source, "shape": shape} for source, _, shape in pairs if shape]
    warehouse.given("profile.shapes_read", shapes)


def test_a_shape_was_read_when_a_file_of_it_was_even_an_empty_one(warehouse: Warehouse) -> None:
    shapes = {"charges": "charge", "invoices": "invoice", "bills": "invoice", "subscriptions": "subscription"}
    entities = {name: {"shape": shape, "files": f"{name}.csv"} for name, shape in shapes.items()}
    stripe = Source.model_validate({"source": "stripe", "category": "payments", "entities": entities})
    warehouse.context = replace(warehouse.context, sources=(stripe,))
    ledger = [{"source": "stripe", "entity": name, "is_present": name != "subscriptions"} for name in shapes]
    warehouse.given("sources.ledger", [*ledger, {"source": "gone", "entity": "charges", "is_present": True}])
    warehouse.build("profile.shapes_read")
    assert warehouse.rows("SELECT * FROM profile.shapes_read") == [("stripe", "charge"), ("stripe", "invoice")]


@pytest.mark.parametrize(
    ("file", "zeros"),
    [
        (None, {}),
        ("stripe.contact", {}),
        ("stripe.charge", {"payments": 0}),
        ("stripe.subscription", {"subscriptions": 0}),
        ("stripe.invoice", {"invoices": 0}),
        ("stripe.balance_transaction", {"balances": 0}),
        ("ga4", {"analytics": 0}),
        ("mailchimp", {"marketing": 0}),
        ("zendesk", {"support": 0}),
        ("crm", {}),
    ],
)
def test_a_source_that_was_read_makes_zeros_of_its_own_figures_alone(
    warehouse: Warehouse, file: str | None, zeros: dict[str, int]
) -> None:
    read(warehouse, *([file] if file else []))
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


FIGURES = (
    ("charge", ("total_paid",)),
    ("subscription", ("current_arr", "current_mrr", "prev_month_arr", "active_subscriptions", "product_count")),
    ("invoice", ("total_invoices", "outstanding_amount", "overdue_amount", "failed_attempts_12m")),
    ("balance_transaction", ("credit_amount", "cash_amount")),
)


@pytest.mark.parametrize(
    ("shape", "table", "row"),
    [
        ("charge", "staging.charges", {"charge_id": "c"} | CHARGE),
        ("subscription", "staging.subscription_rows", {"subscription_id": "s"}),
        ("invoice", "staging.invoice_rows", {"invoice_id": "i", "status": "open", "finalized_at": DAY}),
        ("balance_transaction", "staging.balance_transaction_rows",
         {"transaction_id": "t", "balance": "cash", "amount": 5, "currency": "USD"}),
    ],
)  # fmt: skip
def test_what_a_payment_system_exports_says_nothing_of_what_it_does_not(
    warehouse: Warehouse, shape: str, table: str, row: dict[str, Any]
) -> None:
    """Somebody's rows say what was read; shown is an account that has none."""
    warehouse.people({"customer": 0, "email": "ada@acme.example"}, {"customer": 1, "source": "stripe"})
    read(warehouse, "stripe.contact")
    warehouse.given(table, [{"source": "stripe"} | row])
    warehouse.build("customer_360.account_360", "health.narratives")
    mine = "customer_360.account_360 AS a JOIN profile.record_accounts AS r USING (account_id) WHERE r.node = 0"
    for of, names in FIGURES:
        expected = 0 if of == shape else None
        assert warehouse.rows(f"SELECT {', '.join(f'a.{n}' for n in names)} FROM {mine}") == [(expected,) * len(names)]
    [(told,)] = warehouse.rows(f"SELECT a.key_narrative FROM {mine}")
    assert ("has not paid yet" in told) == (shape == "charge")
    assert ("no payments were read" in told) == (shape != "charge")


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
    read(warehouse, "stripe.charge", "stripe.invoice")
    assert money(warehouse) == [(Decimal(0), "no_purchase", 0, None, 0)] * 2


def test_money_without_a_rate_is_unknown_and_counted(warehouse: Warehouse) -> None:
    read(warehouse, "stripe.charge", "stripe.invoice")
    nothing = (Decimal(0), "no_purchase", 0, None, 0)
    assert money(warehouse, {"currency": "NGN"}) == [nothing, (None, "no_rate", 0, None, 1)]
    assert money(warehouse, {"currency": "NGN"}, {"currency": "USD"})[1] == (10, "too_few_buyers", 0, None, 1)


def test_value_is_of_the_customer_and_of_the_account(warehouse: Warehouse) -> None:
    """One row per customer and per account, each by its own sum."""
    read(warehouse, "stripe.charge", "stripe.invoice")
    money(warehouse, {"currency": "USD"})
    assert warehouse.rows("SELECT unit, ltv_reason FROM metrics.lifetime_values ORDER BY 1, 2") == [
        ("account", "no_purchase"), ("account", "too_few_buyers"),
        ("customer", "no_purchase"), ("customer", "too_few_buyers"),
    ]  # fmt: skip
