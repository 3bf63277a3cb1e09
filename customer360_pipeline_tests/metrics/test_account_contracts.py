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


LATER = {"current_period_start_at": datetime(2026, 3, 10), "current_period_end_at": datetime(2027, 3, 10)}


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ({}, "active"),
        ({"status": "past_due"}, "past_due"),
        (LATER, None),  # active today, in a period that had not begun
        (ENDED, None),  # ran at as_of; paid or not is not told
        ({"status": "canceled", "ended_at": datetime(2025, 12, 1)}, "canceled"),
        ({"status": "active", "cancel_at": datetime(2025, 12, 1)}, "canceled"),  # an export of before
        ({"trial_end_at": datetime(2026, 1, 5)}, "trialing"),
        (ENDED | {"trial_end_at": datetime(2026, 1, 5)}, "trialing"),
        ({"trial_end_at": datetime(2025, 3, 20)}, "active"),
        ({"status": "trialing", "trial_end_at": datetime(2025, 12, 20)}, None),
        ({"status": "unpaid"}, "unpaid"),
        ({"status": "incomplete_expired", "ended_at": datetime(2025, 3, 11)}, "incomplete_expired"),
        ({"status": "canceled"} | dict.fromkeys(LATER), "canceled"),  # without any date of its end
    ],
)
def test_a_status_is_that_of_as_of_where_dates_tell_it(
    warehouse: Warehouse, today: dict[str, Any], status: str | None
) -> None:
    """As of 2026-01-01, from an export of whatever day."""
    warehouse.configure(as_of=datetime(2026, 1, 1))
    warehouse.people({"source": "stripe", "record_id": "cus_1"})
    began_later = YEARLY | {"subscription_id": "sub_2", "started_at": datetime(2026, 1, 2)}
    warehouse.given("staging.subscription_rows", [YEARLY | today, began_later])
    warehouse.build("customer_360.subscriptions")
    assert warehouse.rows("SELECT subscription_id, status FROM customer_360.subscriptions") == [("sub_1", status)]


@pytest.mark.parametrize(
    ("period_end", "renews"), [(datetime(2026, 1, 1), date(2026, 1, 1)), (datetime(2025, 12, 31, 23), None)]
)
def test_a_period_that_an_older_export_lets_end_in_the_past_is_no_renewal(
    warehouse: Warehouse, period_end: datetime, renews: date | None
) -> None:
    assert contract(warehouse, current_period_end_at=period_end)[:4] == (True, renews, renews, 1)
