"""The published tables, on a handful of rows."""

from __future__ import annotations


def test_first_sixteen_columns_are_those_of_the_component(warehouse):
    warehouse.people({"email": "ada@example.com"})
    warehouse.build("customer_360.customer_360")
    assert [name for name, _ in warehouse.engine.columns("customer_360.customer_360")][:16] == [
        "customer_id", "email", "first_name", "last_name", "created_at", "total_revenue", "total_orders",
        "avg_order_value", "total_sessions", "total_page_views", "acquisition_source", "acquisition_medium",
        "acquisition_campaign", "last_interaction_date", "customer_lifetime_days", "is_active",
    ]  # fmt: skip
