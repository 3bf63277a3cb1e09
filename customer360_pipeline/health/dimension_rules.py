"""The five dimensions as rows, from the configuration: weight, how old their newest fact may be, what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.config import DIMENSIONS
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

# The category of sources (profile.sources) whose facts each dimension is computed from.
CATEGORIES = {
    "usage": "product",
    "engagement": "crm",
    "support": "support",
    "commercial": "payments",
    "outcome": "success",
}

TABLE = Table(
    name="health.dimension_rules",
    description="The dimensions of health as configured. One row per dimension.",
    columns=columns(
        "dimension VARCHAR | Dimension.",
        "place INTEGER | Its place in a list, from 1.",
        "weight DECIMAL(9,6) | Its share of the score; those of all add up to 1.",
        "max_age_hours BIGINT | Hours after which its newest fact is stale.",
        "is_required BOOLEAN | Without it a score has low confidence.",
        "category VARCHAR | The category of sources it is computed from.",
    ),
    unique=(("dimension",),),
    not_null=("dimension", "place", "weight", "max_age_hours", "is_required", "category"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per dimension."""
    health = context.config.health
    rows = [
        (
            name,
            place,
            getattr(health, f"{name}_weight") / 100,
            getattr(health, f"{name}_max_age_hours"),
            name in health.required_dimensions,
            CATEGORIES[name],
        )
        for place, name in enumerate(DIMENSIONS, 1)
    ]
    create_small_table(engine, TABLE, rows)
