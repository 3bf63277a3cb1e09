"""The signals as rows, from the configuration, each with the published rows it can be followed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.health.evidence import EVIDENCE
from customer360_pipeline.profile.small_table import create_small_table

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="health.signal_rules",
    description="The signals of each dimension as configured. One row per signal.",
    columns=columns(
        "dimension VARCHAR | Dimension it belongs to.",
        "signal VARCHAR | Signal.",
        "unit VARCHAR | Unit of its value.",
        "weight DECIMAL(9,6) | Its share of the dimension; those of a dimension add up to 1.",
        "evidence_table VARCHAR | Published table that holds its rows.",
        "evidence_rows VARCHAR | Condition on that table; {account_id} stands for the account.",
    ),
    unique=(("signal",),),
    not_null=("dimension", "signal", "unit", "weight", "evidence_table", "evidence_rows"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per signal."""
    rows = [
        (rule.dimension, rule.signal, rule.unit, rule.weight, *EVIDENCE[rule.signal])
        for rule in context.config.health.signals
    ]
    create_small_table(engine, TABLE, rows)
