"""The stages that an opportunity was in, where its source keeps them in the object itself, as rows.

HubSpot gives them with `propertiesWithHistory=dealstage`: an array of `{value, timestamp, sourceType}`, newest first
(https://developers.hubspot.com/docs/api-reference/crm-deals-v3/guide). Sources that export changes as rows of their own
have the shape `opportunity_stage`; `opportunity_changes` has both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.sources.boundary.typed import has_zone, iso_of_millis, typed

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="staging.stage_history",
    description="Stages of opportunities from the history in the opportunity itself. One row per element of it.",
    columns=columns(
        "source VARCHAR | The source's name.",
        "opportunity_id VARCHAR | The opportunity.",
        "stage VARCHAR | Stage from then on, as written.",
        "changed_at TIMESTAMP | When, UTC; NULL where the element has no time.",
        "change_id VARCHAR | Place in the array, counted from its end.",
    ),
    depends=("staging.opportunity_rows",),
    not_null=("source", "opportunity_id", "change_id"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per element; the array runs from the newest to the oldest."""
    time = typed("timestamp", "said_at", "NULL", has_zone("said_at"))
    elements = engine.json_elements("staging.opportunity_rows", "stage_history")
    said_at = iso_of_millis("(r.element ->> '$.timestamp')")
    said = (
        "SELECT r.source, r.opportunity_id, r.place, r.element ->> '$.value' AS stage, "
        f"{said_at} AS said_at FROM ({elements}) AS r"
    )
    engine.create_table(
        TABLE.name,
        f"SELECT source, opportunity_id, stage, CAST({time} AS TIMESTAMP) AS changed_at, "
        f"lpad(CAST(999999999 - place AS VARCHAR), 9, '0') AS change_id FROM ({said})",
    )
