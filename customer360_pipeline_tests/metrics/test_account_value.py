"""Since when accounts are customers: payments, contracts and terms in, a day out."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from customer360_pipeline_tests.conftest import Warehouse


@pytest.mark.parametrize(
    ("paid", "contract", "term", "since"),
    [
        (datetime(2025, 3, 5, 9), date(2025, 2, 1), None, date(2025, 2, 1)),
        (datetime(2025, 1, 5, 9), date(2025, 2, 1), None, date(2025, 1, 5)),
        # A subscription that ended stands in no contract of today.
        (datetime(2025, 3, 5, 9), date(2025, 2, 1), datetime(2023, 6, 10), date(2023, 6, 10)),
        (None, None, datetime(2023, 6, 10), date(2023, 6, 10)),
        (None, None, None, None),
    ],
)
def test_a_customer_since_the_first_payment_or_subscription(
    warehouse: Warehouse, paid: datetime | None, contract: date | None, term: datetime | None, since: date | None
) -> None:
    account = {"account_id": "a"}
    warehouse.configure()
    warehouse.given("profile.accounts", [account])
    warehouse.given("profile.record_accounts", [account | {"node": 0}])
    warehouse.given("metrics.account_arr", [])
    warehouse.given("metrics.account_revenue", [account | {"first_payment_at": paid}] if paid else [])
    warehouse.given("metrics.account_contracts", [account | {"contract_start_date": contract}] if contract else [])
    ended = {"node": 0, "valid_from": term, "valid_to": datetime(2024, 6, 10), "arr": 120}
    warehouse.given("metrics.arr_terms", [ended] if term else [])
    warehouse.given("metrics.zeros", [{"payments": 0}])
    warehouse.build("metrics.account_value")
    assert warehouse.rows("SELECT customer_since FROM metrics.account_value") == [(since,)]
