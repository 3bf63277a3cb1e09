"""What the fuzzy tier reads, as arrays: records to compare, pairs to compare them in, and what is known before.

How records are compared and grouped stands in `fuzzy/`, which is pure; which of them are, in `fuzzy_links.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from typing import TYPE_CHECKING

from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.delta import Records

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.config import IdentityConfig
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.prepare import People
    from customer360_pipeline.identity.fuzzy.shapes import Constraints, Pairs, Settings
    from customer360_pipeline.run_context import RunContext

# Each holds a batch of pairs, about 100 MB.
MOST_THREADS = 4
_COMPARED = """
      r.source, r.first_name_key, r.last_name_key, r.first_name, r.full_name, r.birth_date, r.street, r.postal_code,
      r.city, r.company, r.job_title,
      CASE WHEN e.value IS NULL THEN r.email_key END AS email_key,
      CASE WHEN p.value IS NULL THEN r.phone_key END AS phone_key,
      CASE WHEN m.value IS NULL THEN r.mobile_key END AS mobile_key"""
# A value that links nobody is no evidence either.
_FROM_RECORDS = """
    FROM staging.records AS r
    LEFT JOIN identity.key_values AS e ON e.kind = 'email' AND e.reason IS NOT NULL AND e.value = r.email_key
    LEFT JOIN identity.key_values AS p ON p.kind = 'phone' AND p.reason IS NOT NULL AND p.value = r.phone_key
    LEFT JOIN identity.key_values AS m ON m.kind = 'phone' AND m.reason IS NOT NULL AND m.value = r.mobile_key"""
_RECORDS = f"SELECT {_COMPARED} {_FROM_RECORDS} ORDER BY r.node"
_SOME_RECORDS = f"SELECT {_COMPARED} {_FROM_RECORDS} WHERE r.node IN (SELECT node FROM wanted) ORDER BY r.node"
_BLOCKED = """
    SELECT r.node, {hash} AS value
    FROM identity.key_values AS v INNER JOIN identity.key_records AS r ON r.key_id = v.key_id
    WHERE v.reason IS NOT NULL"""
_SOURCES = "SELECT DISTINCT source FROM staging.records ORDER BY source"
_KEY_LINKS = "SELECT left_node, right_node FROM identity.key_links WHERE status = 'accepted'"
_KEPT_APART = "SELECT left_node, right_node FROM identity.decisions WHERE kind = 'cannot_link'"
# What keys left open may be decided here: two people on one value, a phone without a name, a birth date with a slip,
# first and last name swapped. What people keep apart, and other given names, stay apart.
_APART = f"""
    {_KEPT_APART}
    UNION
    SELECT l.left_node, l.right_node
    FROM identity.key_links AS l
    INNER JOIN staging.records AS a ON a.node = l.left_node
    INNER JOIN staging.records AS b ON b.node = l.right_node
    WHERE l.status = 'vetoed' AND l.reason NOT IN ('ambiguous', 'no_agreeing_name', 'birth_date') AND NOT coalesce(
      l.reason = 'first_name' AND a.first_name_key = b.last_name_key AND a.last_name_key = b.first_name_key, false)
    ORDER BY left_node, right_node"""
# Only whether two are equal matters; two bits fewer leave room for numbers above all of them.
_USER_IDS = """
    SELECT r.node, CAST({hash} >> 2 AS BIGINT) AS value
    FROM staging.records AS r
    LEFT JOIN identity.key_values AS b ON b.kind = 'user_id' AND b.reason IS NOT NULL AND b.value = trim(r.user_id)
    WHERE trim(r.user_id) <> '' AND b.value IS NULL AND r.node IN (SELECT node FROM wanted)"""
_ONE_RECORD = """
    SELECT node, CAST(node AS BIGINT) AS value FROM staging.records
    WHERE source = $source AND record_type = 'contact' AND merged_into IS NULL
      AND node IN (SELECT node FROM wanted)"""
_PAIRS = "SELECT left_node, right_node FROM blocking.candidate_pairs"


def sources_of(engine: DuckDBEngine) -> tuple[str, ...]:
    """The sources that have records."""
    return tuple(row[0] for row in engine.rows(_SOURCES))


def people_of(engine: DuckDBEngine, sources: tuple[str, ...], nodes: NDArray[np.int32] | None = None) -> People:
    """The records to compare, by position: all, or those of some ascending numbers."""
    import pyarrow as pa

    from customer360_pipeline.identity.fuzzy.prepare import prepare

    if nodes is None:
        return prepare(engine.arrow(_RECORDS), sources)
    with shown(engine, wanted=pa.table({"node": nodes})):
        return prepare(engine.arrow(_SOME_RECORDS), sources)


def candidates(engine: DuckDBEngine) -> Iterator[Pairs]:
    """The pairs to compare, in batches."""
    import pyarrow as pa

    from customer360_pipeline.identity.fuzzy.shapes import BATCH

    # The engine's own batches are smaller, and each distinct pair of values is compared once per batch.
    waiting: list[pa.RecordBatch] = []
    for batch in engine.batches(_PAIRS, rows=BATCH):
        waiting.append(batch)
        if sum(len(part) for part in waiting) >= BATCH:
            yield _ends(pa.Table.from_batches(waiting))
            waiting = []
    if waiting:
        yield _ends(pa.Table.from_batches(waiting))


def _ends(pairs: pa.Table) -> Pairs:
    return pairs["left_node"].to_numpy(), pairs["right_node"].to_numpy()


def records_of(engine: DuckDBEngine, group: NDArray[np.int32]) -> Records:
    """What tells, beside its hash, whether a record must be compared anew; its slot is its number.

    Args:
        group: the smallest record of the group of each record.
    """
    import numpy as np

    rows = engine.arrow(_BLOCKED.format(hash=engine.joint_hash("v.kind", "v.value")))
    blocked = np.zeros(len(group), np.uint64)
    np.add.at(blocked, rows["node"].to_numpy(), rows["value"].to_numpy())
    return Records(group, np.arange(len(group), dtype=np.int32), blocked)


def settings_of(engine: DuckDBEngine, config: IdentityConfig) -> Settings:
    """Thresholds as log-odds, limits, and threads."""
    from customer360_pipeline.identity.fuzzy.shapes import Settings

    merge, review = config.fuzzy_merge_probability, config.fuzzy_review_probability
    return Settings(
        merge=log(merge / (1 - merge)),
        review=log(review / (1 - review)),
        max_component=config.fuzzy_max_component_records,
        max_cluster=config.fuzzy_max_customer_records,
        threads=threads_of(engine),
    )


def threads_of(engine: DuckDBEngine) -> int:
    """Threads that work side by side in numpy: as many as the engine has, up to `MOST_THREADS`."""
    return min(engine.threads, MOST_THREADS)


def groups_of(engine: DuckDBEngine, size: int) -> tuple[NDArray[np.int32], Pairs]:
    """What keys and people say of `size` records: the smallest record of the group of each, and pairs kept apart."""
    from customer360_pipeline.identity.components import connected_components

    return connected_components(size, *_ends(engine.arrow(_KEY_LINKS))), _ends(engine.arrow(_APART))


def kept_apart_by_people(engine: DuckDBEngine) -> Pairs:
    """Pairs of records that people decided are not one person."""
    return _ends(engine.arrow(_KEPT_APART))


def exclusive_of(engine: DuckDBEngine, context: RunContext, nodes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Values of which a customer holds at most one: a row per kind, a column for each of some ascending numbers."""
    import numpy as np
    import pyarrow as pa

    sources = [source.source for source in context.sources if source.one_record_per_person]
    exclusive = np.full((1 + len(sources), len(nodes)), -1, dtype=np.int64)
    with shown(engine, wanted=pa.table({"node": nodes})):
        kinds = [
            engine.arrow(_USER_IDS.format(hash=f"({engine.hash_of('trim(r.user_id)')})")),
            *(engine.arrow(_ONE_RECORD, {"source": source}) for source in sources),
        ]
    for row, found in enumerate(kinds):
        exclusive[row, np.searchsorted(nodes, found["node"].to_numpy())] = found["value"].to_numpy()
    return exclusive


def constraints_of(engine: DuckDBEngine, context: RunContext, size: int) -> Constraints:
    """What keys, people and sources say of `size` records."""
    import numpy as np

    from customer360_pipeline.identity.fuzzy.shapes import Constraints

    group, apart = groups_of(engine, size)
    return Constraints(group, exclusive_of(engine, context, np.arange(size, dtype=np.int32)), apart)
