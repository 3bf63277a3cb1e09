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
        ("stripe.subscription", {"billing": 0}),
        ("stripe.invoice", {"billing": 0}),
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


BILLED = (
    "a.current_arr, a.total_invoices, a.outstanding_amount, a.active_subscriptions, a.product_count, a.credit_amount"
)


@pytest.mark.parametrize(
    ("tables", "paid", "billed"),
    [
        ({"staging.charges": {"charge_id": "c"} | CHARGE}, 0, None),
        ({"staging.subscription_rows": {"source": "stripe", "subscription_id": "s"}}, None, 0),
        (
            {"staging.invoice_rows": {"source": "stripe", "invoice_id": "i", "status": "open", "finalized_at": DAY}},
            None,
            0,
        ),
    ],
    ids=["charges", "subscriptions", "invoices"],
)
def test_charges_say_nothing_of_billing_and_billing_nothing_of_charges(
    warehouse: Warehouse, tables: dict[str, dict[str, Any]], paid: int | None, billed: int | None
) -> None:
    """Somebody's rows say what was read; shown is an account that has none."""
    warehouse.people({"customer": 0, "email": "ada@acme.example"}, {"customer": 1, "source": "stripe"})
    read(warehouse, "stripe.contact")
    for table, row in tables.items():
        warehouse.given(table, [row])
    warehouse.build("customer_360.account_360", "health.narratives")
    mine = "customer_360.account_360 AS a JOIN profile.record_accounts AS r USING (account_id) WHERE r.node = 0"
    assert warehouse.rows(f"SELECT a.total_paid, {BILLED} FROM {mine}") == [(paid, *[billed] * 6)]
    [(told,)] = warehouse.rows(f"SELECT a.key_narrative FROM {mine}")
    assert ("has not paid yet" in told) == (paid == 0)
    assert ("no payments were read" in told) == (paid is None)


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
