"""What accounts were billed and how they pay: invoices in, figures out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import AS_OF, Warehouse


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def billing(warehouse: Warehouse, invoices: list[dict[str, Any]], columns: str) -> tuple[Any, ...]:
    usual = {"source": "stripe", "customer_id": "cus_1", "currency": "USD", "status": "paid", "attempt_count": 1}
    warehouse.people({"source": "stripe", "record_id": "cus_1", "email": "ada@acme.example"})
    warehouse.given("staging.invoice_rows", [usual | {"invoice_id": f"in_{n}"} | one for n, one in enumerate(invoices)])
    warehouse.build("metrics.account_billing")
    (row,) = warehouse.rows(f"SELECT {columns} FROM metrics.account_billing")
    return row


def test_overdue_is_open_past_its_due_date(warehouse: Warehouse) -> None:
    invoices = [
        {
            "status": "open",
            "amount_due": 100,
            "amount_remaining": 60,
            "finalized_at": days_ago(50),
            "due_at": days_ago(20),
        },
        {
            "status": "open",
            "amount_due": 30,
            "amount_remaining": 30,
            "finalized_at": days_ago(5),
            "due_at": days_ago(-25),
        },
        {"status": "void", "amount_due": 999, "finalized_at": days_ago(50), "due_at": days_ago(20)},
        {"status": "draft", "amount_due": 999, "created_at": days_ago(1)},
        {"status": "uncollectible", "amount_due": 7, "finalized_at": days_ago(90), "due_at": days_ago(60)},
        {"status": "open", "amount_due": 999, "finalized_at": days_ago(-1)},
    ]
    found = billing(
        warehouse,
        invoices,
        "total_invoices, open_invoices, overdue_invoices, outstanding_amount, overdue_amount, overdue_days, "
        "written_off_amount",
    )
    assert found == (3, 2, 1, 90, 60, 20, 7)


def test_delay_is_days_from_due_to_paid_and_early_is_negative(warehouse: Warehouse) -> None:
    invoices = [
        {"finalized_at": days_ago(60), "due_at": days_ago(30), "paid_at": days_ago(20)},
        {"finalized_at": days_ago(60), "due_at": days_ago(30), "paid_at": days_ago(35)},
        # Charged automatically: due the day it was issued.
        {"finalized_at": days_ago(10), "paid_at": days_ago(10)},
        # Nothing to be paid: paid, and neither early nor late.
        {"finalized_at": days_ago(12), "paid_at": days_ago(12), "amount_due": 0},
    ]
    found = billing(warehouse, invoices, "paid_invoices, CAST(avg_payment_delay_days AS VARCHAR), last_paid_at")
    assert found == (4, "1.67", days_ago(10))


def test_paid_after_as_of_is_open_at_as_of(warehouse: Warehouse) -> None:
    invoice = {"finalized_at": days_ago(40), "due_at": days_ago(10), "paid_at": days_ago(-3), "amount_due": 50}
    found = billing(
        warehouse, [invoice], "paid_invoices, open_invoices, outstanding_amount, overdue_days, last_paid_at"
    )
    assert found == (0, 1, 50, 10, None)


@pytest.mark.parametrize(
    ("paid_at", "row"),
    [
        # The account owes 1000 then, so the evidence of it, status = 'open', has to find this row.
        (days_ago(-30), ("open", 0, 1000, None)),
        (days_ago(30), ("paid", 1000, 0, days_ago(30))),
    ],
)
def test_the_published_invoice_is_that_of_as_of(
    warehouse: Warehouse, paid_at: datetime, row: tuple[str, int, int, datetime | None]
) -> None:
    invoice = {"finalized_at": days_ago(90), "due_at": days_ago(60), "amount_due": 1000, "amount_paid": 1000}
    owed = billing(warehouse, [invoice | {"paid_at": paid_at}], "outstanding_amount")
    warehouse.build("customer_360.invoices")
    found = warehouse.rows("SELECT status, amount_paid, amount_remaining, paid_at FROM customer_360.invoices")
    assert (found, owed) == ([row], (row[2],))


def test_paid_on_an_unknown_day_is_paid(warehouse: Warehouse) -> None:
    invoice = {"created_at": days_ago(40), "amount_due": 50}
    assert billing(warehouse, [invoice], "paid_invoices, outstanding_amount, overdue_days") == (1, 0, None)


def test_failed_attempts_leave_out_the_one_that_succeeded_and_what_is_old(warehouse: Warehouse) -> None:
    invoices = [
        {"finalized_at": days_ago(30), "paid_at": days_ago(28), "attempt_count": 3},
        {"finalized_at": days_ago(20), "status": "open", "amount_due": 1, "attempt_count": 4},
        {"finalized_at": days_ago(364), "status": "open", "amount_due": 1, "attempt_count": 10},
        {"finalized_at": days_ago(365), "status": "open", "amount_due": 1, "attempt_count": 100},
        {"finalized_at": days_ago(400), "status": "open", "amount_due": 1, "attempt_count": 9},
    ]
    assert billing(warehouse, invoices, "failed_attempts_12m") == (16,)


@pytest.mark.parametrize(("currency", "amount", "unconverted"), [("EUR", 55, 0), ("NGN", 0, 1)])
def test_amounts_are_converted_at_the_rate_of_the_invoices_day(
    warehouse: Warehouse, currency: str, amount: int, unconverted: int
) -> None:
    rates = [{"currency": "EUR", "valid_from": "2026-06-01", "rate": "1.10"}]
    warehouse.configure(metrics={"exchange_rates": rates})
    invoice = {"status": "open", "currency": currency, "amount_due": 50, "finalized_at": days_ago(3)}
    found = billing(warehouse, [invoice], "coalesce(outstanding_amount, 0), unconverted_invoices")
    assert found == (amount, unconverted)
