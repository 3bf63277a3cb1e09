"""Which records share a usable key, and where such records contradict each other. Steps of `key_links.py`.

What a step finds stays in a temporary table of the engine while the next ones run; only numbers cross into numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity.given_names import compare_given_names

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.config import Config
    from customer360_pipeline.engine.duckdb import DuckDBEngine


@contextmanager
def shown(engine: DuckDBEngine, **tables: pa.Table) -> Iterator[None]:
    """Let queries read Arrow tables by name."""
    for name, table in tables.items():
        engine.connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            engine.connection.unregister(name)


@contextmanager
def kept(engine: DuckDBEngine, name: str, select: str, **parameters: Any) -> Iterator[None]:
    """Keep the rows of a query in a temporary table."""
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}", parameters)
    try:
        yield
    finally:
        engine.execute(f"DROP TABLE temp.{name}")


def key_order(config: Config) -> pa.Table:
    """kind, pass, rank: pass 0 is what people and sources say, 1 the join_key, 2 and up the secondary keys in order."""
    import pyarrow as pa

    kinds: dict[str, int] = {"decision": 0}
    for number, kind in enumerate(("source_merge", config.join_key, *config.secondary_join_keys)):
        kinds.setdefault(kind, number)
        if kind == "email":
            kinds.setdefault("email_mailbox", number)
    ranks = pa.array(range(len(kinds)), pa.int32())
    return pa.table({"kind": list(kinds), "pass": pa.array(kinds.values(), pa.int32()), "rank": ranks})


# What steps ask of records: of some of them it is read once.
_PERSON = ("node", "source", "record_type", "merged_into", "user_id", "first_name_key", "last_name_key", "birth_date",
           "email_key", "phone_key")  # fmt: skip
_SCOPE = {
    "scope_key_records": "SELECT k.* FROM identity.key_records AS k INNER JOIN scope AS s ON s.node = k.node",
    "scope_values": "SELECT * FROM identity.key_values WHERE key_id IN (SELECT key_id FROM scope_key_records)",
    "scope_decisions": "SELECT d.* FROM identity.decisions AS d INNER JOIN scope AS s ON s.node = d.left_node",
    "scope_people": f"SELECT {', '.join(_PERSON)} FROM staging.records WHERE node IN (SELECT node FROM scope)",
}
_EVERYTHING = {
    "scope_key_records": "identity.key_records", "scope_values": "identity.key_values",
    "scope_decisions": "identity.decisions", "scope_people": "staging.records",
}  # fmt: skip


@contextmanager
def scope(engine: DuckDBEngine, nodes: pa.Array | None) -> Iterator[None]:
    """Keep `scope_people`, `scope_values`, `scope_key_records` and `scope_decisions`: records, keys and decisions.

    Args:
        nodes: records, whole components by usable keys; None: all records.
    """
    import pyarrow as pa

    with ExitStack() as stack:
        if nodes is None:
            for name, table in _EVERYTHING.items():
                engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM {table}")
                stack.callback(engine.execute, f"DROP VIEW temp.{name}")
        else:
            stack.enter_context(shown(engine, scope=pa.table({"node": nodes})))
            for name, select in _SCOPE.items():
                stack.enter_context(kept(engine, name, select))
        yield


# A phone links only records with a given name: a record without one has nothing to corroborate the number.
CANDIDATES = """
    WITH usable AS (
      SELECT r.key_id, o.pass, o.rank, r.node
      FROM scope_values AS v
      INNER JOIN key_order AS o ON o.kind = v.kind
      INNER JOIN scope_key_records AS r ON r.key_id = v.key_id
      LEFT JOIN scope_people AS p ON v.kind = 'phone' AND p.node = r.node
      WHERE v.reason IS NULL AND (v.kind <> 'phone' OR length(p.first_name_key) > 1)
    ), firsts AS (
      SELECT key_id, min(node) AS first FROM usable GROUP BY key_id
    ), decided AS (
      SELECT
        CAST(-row_number() OVER (ORDER BY d.left_node, d.right_node) AS INTEGER) AS key_id,
        o.pass, o.rank, d.left_node, d.right_node
      FROM scope_decisions AS d CROSS JOIN key_order AS o
      WHERE d.kind = 'must_link' AND o.kind = 'decision'
    )
    SELECT u.key_id, u.pass, u.rank, u.node, f.first
    FROM usable AS u INNER JOIN firsts AS f ON f.key_id = u.key_id
    UNION ALL
    SELECT key_id, pass, rank, left_node AS node, left_node AS first FROM decided
    UNION ALL
    SELECT key_id, pass, rank, right_node AS node, left_node AS first FROM decided"""

_PEOPLE = """
    SELECT
      c.root, c.node, p.birth_date, p.first_name_key AS given_name,
      CASE WHEN b.value IS NULL THEN nullif(trim(p.user_id), '') END AS user_id,
      CASE WHEN p.record_type = 'contact' AND p.merged_into IS NULL AND list_contains($single, p.source)
        THEN p.source END AS one_record_source
    FROM candidate_roots AS c
    INNER JOIN scope_people AS p ON p.node = c.node
    LEFT JOIN identity.key_values AS b ON b.kind = 'user_id' AND b.reason IS NOT NULL AND b.value = trim(p.user_id)"""

_NAME_PAIRS = """
    WITH mixed AS (
      SELECT root FROM candidate_people GROUP BY root HAVING min(given_name) <> max(given_name)
    ), names AS (
      SELECT DISTINCT p.root, p.given_name AS name
      FROM candidate_people AS p INNER JOIN mixed AS m ON m.root = p.root
      WHERE p.given_name IS NOT NULL
    )
    SELECT x.root, x.name AS a, y.name AS b
    FROM names AS x INNER JOIN names AS y ON y.root = x.root AND y.name > x.name"""

_CONTRADICTING = """
    SELECT root FROM candidate_people GROUP BY root
    HAVING min(user_id) <> max(user_id) OR min(birth_date) <> max(birth_date)
      OR count(one_record_source) <> count(DISTINCT one_record_source)
    UNION
    SELECT n.root FROM name_pairs AS n INNER JOIN name_agreements AS d ON d.a = n.a AND d.b = n.b
    WHERE d.agreement = 'different'
    UNION
    SELECT a.root
    FROM identity.decisions AS s
    INNER JOIN candidate_people AS a ON a.node = s.left_node
    INNER JOIN candidate_people AS b ON b.node = s.right_node
    WHERE s.kind = 'cannot_link' AND a.root = b.root"""


_CONTRADICTING_PEOPLE = f"""
    SELECT p.*
    FROM candidate_people AS p INNER JOIN ({_CONTRADICTING}) AS c ON c.root = p.root"""


@contextmanager
def contradicting_people(engine: DuckDBEngine, config: Config, one_record_sources: list[str]) -> Iterator[None]:
    """Keep `contradicting`: the records of the components of `candidate_roots` that hold a contradiction.

    Columns root, node, birth_date, given_name, user_id, one_record_source: what can contradict.
    """
    with kept(engine, "candidate_people", _PEOPLE, single=one_record_sources), kept(engine, "name_pairs", _NAME_PAIRS):
        agreements = compared(engine, "SELECT DISTINCT a, b FROM name_pairs", config.identity.name_similarity)
        with shown(engine, name_agreements=agreements), kept(engine, "contradicting", _CONTRADICTING_PEOPLE):
            yield


def compared(engine: DuckDBEngine, distinct_pairs: str, similarity: float) -> pa.Table:
    """a, b, agreement of every distinct pair of given names a query yields: each is compared once."""
    import pyarrow as pa

    pairs = engine.arrow(distinct_pairs)
    left, right = pairs["a"].to_pylist(), pairs["b"].to_pylist()
    agreement = [compare_given_names(a, b, similarity) for a, b in zip(left, right, strict=True)]
    return pairs.append_column("agreement", pa.array(agreement, pa.string()))
