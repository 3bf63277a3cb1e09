"""Pairs of records that are so alike that they are one person, and those a person should judge. One row per pair.

How records are compared and grouped stands in `fuzzy/`, which is pure; here are only the tables it reads and writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.config import IdentityConfig
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.resolve import Constraints, Pairs, Result, Settings
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.fuzzy_links",
    description="Pairs of records so alike that they are one person, and those a person should judge. "
    "One row per pair.",
    columns=columns(
        "left_node INTEGER | The smaller record.",
        "right_node INTEGER | The larger record.",
        "pass INTEGER | The number after that of the last secondary join key.",
        "status VARCHAR | accepted: one customer; review: two customers, and a person should judge.",
        "reason VARCHAR | What speaks for one person most, besides the names.",
        "evidence VARCHAR | JSON: field -> how the two compare and its weight, for the fields both have. No values.",
        "score DOUBLE | Log-odds that the two records are one person, by themselves.",
        "cluster_score DOUBLE | Mean log-odds between the two groups of records they stand for; of an accepted pair "
        "its own.",
    ),
    depends=(
        "staging.records", "identity.decisions", "identity.key_values", "identity.key_links",
        "identity.candidate_pairs",
    ),
    settings=(
        "identity_fuzzy", "identity_fuzzy_merge_probability", "identity_fuzzy_review_probability",
        "identity_fuzzy_max_component_records", "identity_fuzzy_max_customer_records", "secondary_join_keys",
    ),
    unique=(("left_node", "right_node"),),
    not_null=("left_node", "right_node", "pass", "status", "evidence", "score", "cluster_score"),
)  # fmt: skip

# A value that links nobody is no evidence either.
_RECORDS = """
    SELECT
      r.source, r.first_name_key, r.last_name_key, r.first_name, r.full_name, r.birth_date, r.street, r.postal_code,
      r.city, r.company, r.job_title,
      CASE WHEN e.value IS NULL THEN r.email_key END AS email_key,
      CASE WHEN p.value IS NULL THEN r.phone_key END AS phone_key,
      CASE WHEN m.value IS NULL THEN r.mobile_key END AS mobile_key
    FROM staging.records AS r
    LEFT JOIN identity.key_values AS e ON e.kind = 'email' AND e.reason IS NOT NULL AND e.value = r.email_key
    LEFT JOIN identity.key_values AS p ON p.kind = 'phone' AND p.reason IS NOT NULL AND p.value = r.phone_key
    LEFT JOIN identity.key_values AS m ON m.kind = 'phone' AND m.reason IS NOT NULL AND m.value = r.mobile_key
    ORDER BY r.node"""
_KEY_LINKS = "SELECT left_node, right_node FROM identity.key_links WHERE status = 'accepted'"
# What keys left open may be decided here: two people on one value, a phone without a name, a birth date with a slip,
# first and last name swapped. What people keep apart, and other given names, stay apart.
_APART = """
    SELECT left_node, right_node FROM identity.decisions WHERE kind = 'cannot_link'
    UNION
    SELECT l.left_node, l.right_node
    FROM identity.key_links AS l
    INNER JOIN staging.records AS a ON a.node = l.left_node
    INNER JOIN staging.records AS b ON b.node = l.right_node
    WHERE l.status = 'vetoed' AND l.reason NOT IN ('ambiguous', 'no_agreeing_name', 'birth_date') AND NOT coalesce(
      l.reason = 'first_name' AND a.first_name_key = b.last_name_key AND a.last_name_key = b.first_name_key, false)
    ORDER BY left_node, right_node"""
_USER_IDS = """
    SELECT r.node, CAST(dense_rank() OVER (ORDER BY trim(r.user_id)) AS BIGINT) AS value
    FROM staging.records AS r
    LEFT JOIN identity.key_values AS b ON b.kind = 'user_id' AND b.reason IS NOT NULL AND b.value = trim(r.user_id)
    WHERE trim(r.user_id) <> '' AND b.value IS NULL"""
_ONE_RECORD = """
    SELECT node, CAST(node AS BIGINT) AS value FROM staging.records
    WHERE source = $source AND record_type = 'contact' AND merged_into IS NULL"""
_PAIRS = "SELECT left_node, right_node FROM identity.candidate_pairs"


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Learn from the candidate pairs, group the records, and keep what was joined and what is in doubt."""
    if not context.config.identity.fuzzy or not engine.row_count("identity.candidate_pairs"):
        engine.create_table_from_arrow(TABLE.name, _table(None, [], [], context))
        return
    from customer360_pipeline.identity.fuzzy.prepare import prepare
    from customer360_pipeline.identity.fuzzy.resolve import BATCH, learn, resolve
    from customer360_pipeline.identity.fuzzy.scores import evidence

    def candidates() -> Iterator[Pairs]:
        for batch in engine.batches(_PAIRS, rows=BATCH):
            yield batch["left_node"].to_numpy(), batch["right_node"].to_numpy()

    people = prepare(engine.arrow(_RECORDS))
    model = learn(people, candidates)
    settings = _settings(context.config.identity)
    result = resolve(people, model, candidates, _constraints(engine, context, people.size), settings)
    engine.create_table_from_arrow(TABLE.name, _table(result, *evidence(model, result.code), context))


def _settings(config: IdentityConfig) -> Settings:
    from customer360_pipeline.identity.fuzzy.resolve import Settings

    merge, review = config.fuzzy_merge_probability, config.fuzzy_review_probability
    return Settings(
        merge=log(merge / (1 - merge)),
        review=log(review / (1 - review)),
        max_component=config.fuzzy_max_component_records,
        max_cluster=config.fuzzy_max_customer_records,
    )


def _constraints(engine: DuckDBEngine, context: RunContext, size: int) -> Constraints:
    import numpy as np

    from customer360_pipeline.identity.components import connected_components
    from customer360_pipeline.identity.fuzzy.resolve import Constraints

    links, apart = engine.arrow(_KEY_LINKS), engine.arrow(_APART)
    sources = [source.source for source in context.sources if source.one_record_per_person]
    exclusive = np.full((1 + len(sources), size), -1, dtype=np.int64)
    for row, found in enumerate(
        [engine.arrow(_USER_IDS), *(engine.arrow(_ONE_RECORD, {"source": source}) for source in sources)]
    ):
        exclusive[row, found["node"].to_numpy()] = found["value"].to_numpy()
    return Constraints(
        group=connected_components(size, links["left_node"].to_numpy(), links["right_node"].to_numpy()),
        exclusive=exclusive,
        apart=(apart["left_node"].to_numpy(), apart["right_node"].to_numpy()),
    )


def _table(result: Result | None, texts: list[str], reasons: list[str | None], context: RunContext) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    nodes, numbers = np.zeros(0, np.int32), np.zeros(0)
    left, right, score, mean = (
        (result.left, result.right, result.score, result.mean) if result else (nodes, nodes, numbers, numbers)
    )
    accepted: NDArray[np.bool_] = result.accepted if result else np.zeros(0, np.bool_)
    last = 2 + len(context.config.secondary_join_keys)
    return pa.table(
        {
            "left_node": left,
            "right_node": right,
            "pass": np.full(len(left), last, dtype=np.int32),
            "status": pa.array(np.where(accepted, "accepted", "review").tolist(), pa.string()),
            "reason": pa.array(reasons, pa.string()),
            "evidence": pa.array(texts, pa.string()),
            "score": score,
            "cluster_score": mean,
        }
    )
