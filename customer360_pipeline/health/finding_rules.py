"""The kinds of risks and opportunities as rows, each with the action it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.health.playbook import FINDINGS
from customer360_pipeline.profile.small_table import create_small_table

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="health.finding_rules",
    description="The kinds of risks and opportunities that are looked for. One row per kind.",
    columns=columns(
        "finding VARCHAR | Risk or opportunity.",
        "finding_group VARCHAR | risk, alert or opportunity.",
        "dimension VARCHAR | Dimension it belongs to; NULL: the whole score.",
        "unit VARCHAR | Unit of its value and threshold.",
        "kind VARCHAR | derived or inferred.",
        "recommendation VARCHAR | What to do about it.",
        "action VARCHAR | The action it asks for.",
        "evidence_table VARCHAR | Published table that holds the rows behind it.",
        "evidence_rows VARCHAR | Condition on that table; {account_id} stands for the account.",
    ),
    unique=(("finding",),),
    not_null=("finding", "finding_group", "unit", "kind", "recommendation", "action", "evidence_table"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per kind."""
    rows = [(f.name, f.group, f.dimension, f.unit, f.kind, f.recommendation, f.action, *f.evidence) for f in FINDINGS]
    create_small_table(engine, TABLE, rows)
