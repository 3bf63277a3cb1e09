"""The actions that may be recommended as rows, from the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="health.action_rules",
    description="The actions that may be recommended, as configured. One row per action.",
    columns=columns(
        "action VARCHAR | Action.",
        "action_text VARCHAR | What to do.",
        "owner_role VARCHAR | Whose it is.",
        "due_days BIGINT | Days from as_of until it should be done.",
        "impact BIGINT | How much depends on it, 1 to 5.",
        "playbook VARCHAR | The playbook it starts; NULL: none.",
    ),
    unique=(("action",),),
    not_null=("action", "action_text", "owner_role", "due_days", "impact"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per action."""
    rules = context.config.health.actions
    create_small_table(
        engine, TABLE, [(r.action, r.text, r.owner_role, r.due_days, r.impact, r.trigger) for r in rules]
    )
