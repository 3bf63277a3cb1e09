"""The checks that conserve revenue see a lost cent, wherever it is lost."""

from __future__ import annotations

from datetime import datetime

import pytest

from customer360_pipeline.customer_360.value_audits import VALUE_AUDITS
from customer360_pipeline_tests.conftest import Warehouse

AUDITS = {audit.name: str(audit.sql) for audit in VALUE_AUDITS}
CENT = "CAST(0.01 AS DECIMAL(18, 2))"


@pytest.fixture
def sold(warehouse: Warehouse) -> Warehouse:
    """One customer with an order of 10.00 after two touches."""
    day = datetime(2026, 5, 31)
    warehouse.given("sources.ledger", [{"source": "stripe", "entity": "charges", "is_present": True}])
    warehouse.people({})
    order = {"source": "stripe", "charge_id": "a", "node": 0, "amount": 10, "currency": "USD", "is_succeeded": True}
    warehouse.given("staging.charges", [order | {"occurred_at": day}])
    touch = {"source": "marketing", "node": 0, "event_type": "click", "occurred_at": day}
    names = ("ad", "mail")
    warehouse.given("staging.touches", [touch | {"event_id": name, "touch_source": name} for name in names])
    warehouse.build("customer_360.customer_360", "customer_360.attribution", "customer_360.cohorts")
    return warehouse


def test_nothing_is_broken_as_it_is_built(sold: Warehouse) -> None:
    assert {name: sold.rows(sql) for name, sql in AUDITS.items()} == {name: [(0,)] for name in AUDITS}


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (f"UPDATE customer_360.attribution SET attributed_revenue = attributed_revenue + {CENT} "
         "WHERE model = 'linear' AND channel_source = 'ad'", "attribution_conserves_revenue"),
        ("DELETE FROM customer_360.attribution WHERE channel_source = 'ad'", "attribution_conserves_revenue"),
        (f"UPDATE metrics.attribution SET time_decay = time_decay - {CENT} WHERE channel_source = 'ad'",
         "attribution_conserves_each_customer"),
        ("DELETE FROM metrics.attribution", "attribution_conserves_each_customer"),
        ("DELETE FROM customer_360.cohorts WHERE revenue <> 0", "cohorts_conserve_revenue"),
    ],
)  # fmt: skip
def test_each_check_sees_its_damage(sold: Warehouse, damage: str, seen: str) -> None:
    sold.engine.execute(damage)
    assert sold.rows(AUDITS[seen])[0][0] > 0
