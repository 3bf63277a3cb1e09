"""Subscriptions and invoices in the forms of Stripe's versions and its Dashboard: the same facts, the same rows."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import PACKAGE, build_table, load_catalog
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import Bench

STRIPE = next(s for s in load_sources(PACKAGE / "defs" / "sources") if s.source == "stripe")
TABLES = {table.name: table for table in load_catalog([STRIPE])}
MAY, JUNE = 1_777_593_600, 1_780_272_000  # the first days of May and June 2026, UTC
COUPON = {"id": "TEN", "duration": "forever", "percent_off": 10}
PRICE = {"id": "price_1", "product": "prod_1", "unit_amount": 5120, "currency": "kwd",
         "recurring": {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}  # fmt: skip
USUAL = {"id": "sub_1", "customer": "cus_1", "status": "active", "currency": "kwd", "start_date": MAY, "livemode": True}
INVOICE = {"id": "in_1", "customer": "cus_1", "status": "paid", "currency": "kwd", "created": MAY, "total": 5120,
           "amount_due": 5120, "amount_paid": 5120, "amount_remaining": 0}  # fmt: skip
LINE = {"id": "il_1", "amount": 5120, "currency": "kwd", "quantity": 1, "period": {"start": MAY, "end": JUNE}}

BEFORE_2025 = (
    USUAL
    | {"current_period_start": MAY, "current_period_end": JUNE, "discount": {"coupon": COUPON}}
    | {"items": {"object": "list", "data": [{"id": "si_1", "price": PRICE, "quantity": 1}]}},
    INVOICE
    | {"subscription": "sub_1"}
    | {"lines": {"data": [LINE | {"price": PRICE, "proration": False, "subscription_item": "si_1"}]}},
)
SINCE_2025 = (
    USUAL
    | {"discounts": [{"source": {"coupon": COUPON}}]}
    | {
        "items": {
            "data": [
                {"id": "si_1", "price": PRICE, "quantity": 1, "current_period_start": MAY, "current_period_end": JUNE}
            ]
        }
    },
    INVOICE
    | {"parent": {"subscription_details": {"subscription": "sub_1"}}}
    | {
        "lines": {
            "data": [
                LINE
                | {"pricing": {"price_details": {"price": "price_1", "product": "prod_1"}}}
                | {
                    "parent": {
                        "subscription_item_details": {
                            "subscription": "sub_1", "subscription_item": "si_1", "proration": False
                        }
                    }
                }
            ]
        }
    },
)  # fmt: skip


def staged(bench: Bench, *names: str) -> None:
    """Ingest Stripe by its delivered contract and build the named tables and what they need."""
    bench.ingest(STRIPE)
    context = RunContext(Config(), (STRIPE,), bench.home, bench.extracts, datetime(2026, 6, 15))
    made: set[str] = set()

    def build(name: str) -> None:
        if name in TABLES and name not in made:
            made.add(name)
            for needed in TABLES[name].depends:
                build(needed)
            build_table(bench.engine, TABLES[name], context)

    for name in names:
        build(name)


def write(bench: Bench, subscription: dict[str, Any], invoice: dict[str, Any] | None = None) -> Path:
    bench.write("stripe/customers.jsonl", json.dumps({"id": "cus_1", "email": "ada@acme.example"}))
    if invoice:
        bench.write("stripe/invoices.jsonl", json.dumps(invoice))
    return bench.write("stripe/subscriptions.jsonl", json.dumps(subscription))


@pytest.mark.parametrize("form", [BEFORE_2025, SINCE_2025], ids=["before 2025-03-31", "since"])
def test_objects_of_old_and_new_versions_give_the_same_rows(bench: Bench, form: Any) -> None:
    write(bench, *form)
    staged(bench, "staging.subscriptions", "staging.discount_terms", "staging.invoice_lines")
    rows = bench.engine.rows
    assert rows(
        "SELECT item_id, price_id, product_id, quantity, currency, CAST(unit_amount AS VARCHAR), interval_unit "
        "FROM staging.subscription_items"
    ) == [("si_1", "price_1", "prod_1", 1, "KWD", "5.120", "month")]
    assert rows("SELECT status, period_end_at, discount_ratio FROM staging.subscriptions, staging.discount_terms") == [
        ("active", datetime(2026, 6, 1), Decimal("0.1"))
    ]
    assert rows(
        "SELECT l.subscription_id, v.subscription_id, item_id, price_id, CAST(amount AS VARCHAR), is_proration, "
        "period_start_at FROM staging.invoice_lines AS l JOIN staging.invoice_rows AS v ON v.invoice_id = l.invoice_id"
    )[0][1:] == ("sub_1", "si_1", "price_1", "5.120", False, datetime(2026, 5, 1))


def test_the_dashboards_csv_counts_in_major_units(bench: Bench) -> None:
    bench.write("stripe/customers.jsonl", json.dumps({"id": "cus_1"}))
    bench.write(
        "stripe/subscriptions.csv",
        "id,Customer ID,Customer Email,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start Date (UTC),"
        "Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),Ended At (UTC)\n"
        "sub_1,cus_1,ada@acme.example,Team,3,usd,month,20.00,active,2026-05-01 00:00,2026-05-01 00:00,"
        "2026-06-01 00:00,2026-07-01 00:00,,\n",
    )
    staged(bench, "staging.subscriptions")
    assert bench.engine.rows(
        "SELECT plan_name, CAST(plan_amount AS VARCHAR), quantity, interval_unit, items FROM staging.subscription_rows"
    ) == [("Team", "20.000", 3, "month", None)]
    assert bench.engine.rows("SELECT status, period_end_at FROM staging.subscriptions") == [
        ("active", datetime(2026, 7, 1))
    ]


def test_items_that_are_no_array_quarantine_the_subscription_and_an_odd_amount_only_itself(bench: Bench) -> None:
    items = {"data": [{"id": "si_1", "price": PRICE | {"unit_amount": "free"}, "quantity": "many"}]}
    bench.write("stripe/customers.jsonl", json.dumps({"id": "cus_1"}))
    lines = [USUAL | {"items": {"data": "gone"}}, USUAL | {"id": "sub_2", "items": items}]
    bench.write("stripe/subscriptions.jsonl", "\n".join(map(json.dumps, lines)))
    staged(bench, "staging.subscription_items")
    assert bench.quarantine() == [(1, "items", "not_nested")]
    assert bench.engine.rows("SELECT subscription_id, unit_amount, quantity FROM staging.subscription_items") == [
        ("sub_2", None, None)
    ]
