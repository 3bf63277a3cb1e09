"""Pairs of records that a shared key makes one person, and those that something keeps apart.

One row per pair and rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.links",
    description="Pairs of records that a shared key makes one person, and those that something keeps apart.",
    columns=columns(
        "left_node INTEGER | The smaller record.",
        "right_node INTEGER | The larger record.",
        "rule VARCHAR | The kind of key shared: source_merge, email, email_mailbox, user_id, customer_id or phone.",
        "pass INTEGER | 0: the source's own merge; 1: join_key; 2 and up: secondary_join_keys in order.",
        "status VARCHAR | accepted or vetoed.",
        "reason VARCHAR | What corroborates an accepted link, or what vetoed it.",
        "evidence VARCHAR | JSON: field -> how the two records compare on it. No values.",
    ),
    depends=("identity.key_values", "identity.key_records", "staging.records"),
    settings=("join_key", "secondary_join_keys"),
    unique=(("left_node", "right_node", "rule"),),
    not_null=("left_node", "right_node", "rule", "pass", "status", "evidence"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Link every record to the first one that shares a key."""
    keys = ("source_merge", context.config.join_key, *context.config.secondary_join_keys)
    passes = {kind: number for number, kind in reversed(list(enumerate(keys)))}
    passes |= {"email_mailbox": passes["email"]} if "email" in passes else {}
    cases = " ".join(f"WHEN '{kind}' THEN {number}" for kind, number in passes.items())
    engine.create_table(
        TABLE.name,
        f"""WITH stars AS (
          SELECT v.kind, min(r.node) OVER (PARTITION BY r.key_id) AS left_node, r.node AS right_node,
            CASE v.kind {cases} END AS pass
          FROM identity.key_values AS v INNER JOIN identity.key_records AS r ON r.key_id = v.key_id
          WHERE v.reason IS NULL)
        SELECT DISTINCT left_node, right_node, kind AS rule, CAST(pass AS INTEGER) AS pass, 'accepted' AS status,
          CAST(NULL AS VARCHAR) AS reason, '{{}}' AS evidence
        FROM stars WHERE left_node < right_node AND pass IS NOT NULL""",
    )
