"""Until when accounts have subscribed, as it was known at as_of: as_of is 2026-01-01."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from customer360_pipeline_tests.conftest import Warehouse

PRICE = {"id": "p", "currency": "usd", "unit_amount": 100000, "recurring": {"interval": "year", "interval_count": 1}}
YEARLY = {
    "source": "stripe", "subscription_id": "sub_1", "customer_id": "cus_1", "status": "active", "currency": "USD",
    "items": json.dumps([{"id": "si", "price": PRICE, "quantity": 1}]), "started_at": datetime(2025, 3, 10),
    "current_period_start_at": datetime(2025, 3, 10), "current_period_end_at": datetime(2026, 3, 10),
}  # fmt: skip
ENDED = {"status": "canceled", "ended_at": datetime(2026, 3, 10), "is_cancel_at_period_end": True}


def contract(warehouse: Warehouse, **more: Any) -> tuple[Any, ...]:
    """Whether it renews, when, and when it ends; then what other tables make of the same subscription."""
    warehouse.configure(as_of=datetime(2026, 1, 1))
    warehouse.people({"source": "stripe", "record_id": "cus_1", "email": "ada@acme.example"})
    warehouse.given("staging.subscription_rows", [YEARLY | more])
    warehouse.build("metrics.account_contracts", "metrics.contracts", "customer_360.subscriptions", "health.facts")
    [row] = warehouse.rows(
        "SELECT has_auto_renew, renewal_date, contract_end_date, contract_continues, will_end, s.ends_at, "
        "s.is_cancel_at_period_end FROM metrics.account_contracts JOIN health.facts USING (account_id), "
        "metrics.contracts, customer_360.subscriptions AS s"
    )
    return row


@pytest.mark.parametrize("asked", [datetime(2025, 12, 1), None])
def test_an_end_that_was_asked_for_ends_the_contract(warehouse: Warehouse, asked: datetime | None) -> None:
    ends = datetime(2026, 3, 10)
    assert contract(warehouse, **ENDED, canceled_at=asked) == (False, None, ends.date(), 0, True, ends, True)


def test_an_end_that_is_asked_for_after_as_of_is_not_known_yet(warehouse: Warehouse) -> None:
    """A run for a past day gives that day's figures: the contract was going to renew."""
    renews = date(2026, 3, 10)
    found = contract(warehouse, **ENDED, canceled_at=datetime(2026, 3, 1))
    assert found == (True, renews, renews, 1, False, None, False)


@pytest.mark.parametrize(
    ("period_end", "renews"), [(datetime(2026, 1, 1), date(2026, 1, 1)), (datetime(2025, 12, 31, 23), None)]
)
def test_a_period_that_an_older_export_lets_end_in_the_past_is_no_renewal(
    warehouse: Warehouse, period_end: datetime, renews: date | None
) -> None:
    assert contract(warehouse, current_period_end_at=period_end)[:4] == (True, renews, renews, 1)
