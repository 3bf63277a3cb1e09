"""Pairs of records that a decision or a shared key makes one person, and those that something keeps apart.

One row per pair and rule.

Most records that share keys do not contradict each other: there, each key links its records to its first one. Where a
component holds a contradiction (two user ids, birth dates or given names, records that people keep apart), its keys are
applied one by one (`clusters.py`). Both ways give the same customers where there is nothing to contradict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.identity import key_state
from customer360_pipeline.identity.candidates import (
    CANDIDATES,
    compared,
    contradicting_people,
    kept,
    key_order,
    scope,
    shown,
)  # fmt: skip
from customer360_pipeline.identity.clusters import Component, Key, Link, Person
from customer360_pipeline.identity.components import connected_components
from customer360_pipeline.identity.given_names import compare_given_names

if TYPE_CHECKING:
    import pyarrow as pa

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.key_links",
    description="Pairs of records that a shared key makes one person, and those that something keeps apart.",
    columns=columns(
        "left_node INTEGER | The smaller record.",
        "right_node INTEGER | The larger record.",
        "rule VARCHAR | decision, or the kind of key shared: source_merge, email, email_mailbox, user_id, customer_id "
        "or phone.",
        "pass INTEGER | 0: people's decisions and the source's own merges; 1: join_key; 2 and up: secondary_join_keys "
        "in order.",
        "status VARCHAR | accepted, or vetoed: the two share the key and are still two customers.",
        "reason VARCHAR | What vetoed it: user_id, birth_date, first_name, one_record_per_person, ambiguous or "
        "no_agreeing_name; of an accepted phone link what corroborates it.",
        "evidence VARCHAR | JSON: field -> how the two records compare on it, for the fields both have. No values.",
    ),
    depends=(
        "identity.decisions",
        "identity.key_values",
        "identity.key_records",
        "identity.record_hashes",
        "staging.records",
    ),
    settings=(
        "join_key",
        "secondary_join_keys",
        "identity_name_similarity",
        "identity_incremental_min_records",
        "identity_incremental_max_change_ratio",
    ),
    unique=(("left_node", "right_node", "rule"),),
    not_null=("left_node", "right_node", "rule", "pass", "status", "evidence"),
)

_FOUND = """
    SELECT s.first AS left_node, s.node AS right_node, s.rank, s.pass, CAST(NULL AS VARCHAR) AS veto
    FROM candidates AS s
    LEFT JOIN contradicting AS c ON c.node = s.node
    WHERE s.first <> s.node AND c.node IS NULL
    UNION ALL
    SELECT left_node, right_node, rank, pass, veto FROM resolved"""

_UNNAMED_PHONES = """
    SELECT k.node AS left_node, r.node AS right_node, o.rank, o.pass, 'no_agreeing_name' AS veto
    FROM scope_values AS v
    INNER JOIN key_order AS o ON o.kind = v.kind
    INNER JOIN scope_key_records AS r ON r.key_id = v.key_id
    INNER JOIN scope_people AS p ON p.node = r.node
    INNER JOIN (SELECT key_id, min(node) AS node FROM scope_key_records GROUP BY key_id) AS k
      ON k.key_id = r.key_id
    WHERE v.kind = 'phone' AND v.reason IS NULL AND k.node <> r.node AND coalesce(length(p.first_name_key) < 2, true)"""

# A veto is kept only where no later key joined the two after all. The roots are compared after the joins: where hardly
# any key was shared, a condition between `a` and `b` made DuckDB pair all records with all (25 million for 5,000).
_KEPT = f"""
    SELECT DISTINCT left_node, right_node, rank, pass, veto FROM found WHERE veto IS NULL
    UNION ALL
    SELECT l.left_node, l.right_node, l.rank, l.pass, min(l.veto) AS veto
    FROM (SELECT * FROM found WHERE veto IS NOT NULL UNION ALL {_UNNAMED_PHONES}) AS l
    INNER JOIN roots AS a ON a.node = l.left_node
    INNER JOIN roots AS b ON b.node = l.right_node
    GROUP BY l.left_node, l.right_node, l.rank, l.pass
    HAVING min(a.root) <> min(b.root)"""

_LINKS = """
    WITH once AS (
      -- A link on the address says all that one on its mailbox would say.
      SELECT k.*, o.kind AS rule
      FROM kept_links AS k
      INNER JOIN key_order AS o ON o.rank = k.rank
      WHERE o.kind <> 'email_mailbox' OR NOT EXISTS (
        SELECT 1 FROM kept_links AS e
        WHERE e.left_node = k.left_node AND e.right_node = k.right_node AND e.rank = k.rank - 1
      )
    ), pairs AS (
      SELECT
        l.left_node, l.right_node, l.rule, l.pass, l.veto,
        CASE
          WHEN a.first_name_key = b.first_name_key THEN 'equal'
          WHEN a.first_name_key IS NOT NULL AND b.first_name_key IS NOT NULL THEN n.agreement
        END AS first_name,
        CASE
          WHEN a.last_name_key = b.last_name_key THEN 'equal'
          WHEN jaro_winkler_similarity(a.last_name_key, b.last_name_key) >= $similarity THEN 'similar'
          WHEN a.last_name_key IS NOT NULL AND b.last_name_key IS NOT NULL THEN 'different'
        END AS last_name,
        CASE a.birth_date = b.birth_date WHEN true THEN 'equal' WHEN false THEN 'different' END AS birth_date,
        CASE a.email_key = b.email_key WHEN true THEN 'equal' WHEN false THEN 'different' END AS email,
        CASE a.user_id = b.user_id WHEN true THEN 'equal' WHEN false THEN 'different' END AS user_id,
        CASE a.phone_key = b.phone_key WHEN true THEN 'equal' WHEN false THEN 'different' END AS phone
      FROM once AS l
      INNER JOIN scope_people AS a ON a.node = l.left_node
      INNER JOIN scope_people AS b ON b.node = l.right_node
      LEFT JOIN agreements AS n
        ON n.a = least(a.first_name_key, b.first_name_key) AND n.b = greatest(a.first_name_key, b.first_name_key)
    )
    SELECT
      left_node, right_node, rule, CAST(pass AS INTEGER) AS pass,
      CASE WHEN veto IS NULL THEN 'accepted' ELSE 'vetoed' END AS status,
      coalesce(veto, CASE WHEN rule = 'phone' THEN 'first_name_' || coalesce(first_name, 'agrees') END) AS reason,
      '{' || concat_ws(', ',
        '"email": "' || email || '"', '"user_id": "' || user_id || '"', '"phone": "' || phone || '"',
        '"first_name": "' || first_name || '"', '"last_name": "' || last_name || '"',
        '"birth_date": "' || birth_date || '"'
      ) || '}' AS evidence
    FROM pairs"""

_DIFFERING_NAMES = """
    SELECT DISTINCT
      least(a.first_name_key, b.first_name_key) AS a, greatest(a.first_name_key, b.first_name_key) AS b
    FROM kept_links AS l
    INNER JOIN scope_people AS a ON a.node = l.left_node
    INNER JOIN scope_people AS b ON b.node = l.right_node
    WHERE a.first_name_key <> b.first_name_key"""


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Find the links, drop vetoes that another key overcame, and say how each pair compares.

    Only of the components that changed since the last run, where its results are there (`key_state.py`).
    """
    import numpy as np
    import pyarrow as pa

    order = key_order(context.config)
    today = key_state.today(engine, context, order)
    key_state.invalidate(engine)
    found = today.found if today else None
    nodes = None if found is None else pa.array(np.flatnonzero(found.anew).astype(np.int32))
    _resolve(engine, context, order, nodes, partial(key_state.write_links, engine, found))
    if today is not None:
        key_state.save(engine, today)


def _resolve(
    engine: DuckDBEngine, context: RunContext, order: pa.Table, nodes: pa.Array | None,
    write: Callable[[str, dict[str, Any]], None],
) -> None:  # fmt: skip
    """Link the records of whole components, or all, and hand over the query of their links."""
    similarity = context.config.identity.name_similarity
    with shown(engine, key_order=order), scope(engine, nodes), kept(engine, "candidates", CANDIDATES):
        roots = _roots(engine, "SELECT first AS left_node, node AS right_node FROM candidates", nodes)
        with shown(engine, roots=roots), kept(engine, "candidate_roots", _CANDIDATE_ROOTS):
            found = _found(engine, context)
        with shown(engine, found=found):
            roots = _roots(engine, "SELECT left_node, right_node FROM found WHERE veto IS NULL", nodes)
            with shown(engine, roots=roots), kept(engine, "kept_links", _KEPT):
                agreements = compared(engine, _DIFFERING_NAMES, similarity)
                with shown(engine, agreements=agreements):
                    write(_LINKS, {"similarity": similarity})


_CANDIDATE_ROOTS = "SELECT r.node, r.root FROM roots AS r WHERE r.node IN (SELECT node FROM candidates)"


def _roots(engine: DuckDBEngine, edges: str, nodes: pa.Array | None) -> pa.Table:
    """node, root: the smallest node each record is connected to by the edges of a query; of all, or of some records."""
    import numpy as np
    import pyarrow as pa

    ends = engine.arrow(edges)
    left, right = ends["left_node"].to_numpy(), ends["right_node"].to_numpy()
    if nodes is None:
        every = np.arange(engine.row_count("staging.records"), dtype=np.int32)
        return pa.table({"node": every, "root": connected_components(len(every), left, right)})
    some = nodes.to_numpy()
    place_left, place_right = (np.searchsorted(some, end).astype(np.int32) for end in (left, right))
    return pa.table({"node": nodes, "root": some[connected_components(len(some), place_left, place_right)]})


def _found(engine: DuckDBEngine, context: RunContext) -> pa.Table:
    """left_node, right_node, rank, pass, veto of every link, before vetoes are held against later passes."""
    import pyarrow as pa

    single = [source.source for source in context.sources if source.one_record_per_person]
    with contradicting_people(engine, context.config, single):
        people = engine.rows(
            "SELECT root, node, user_id, birth_date, given_name, one_record_source FROM contradicting "
            "ORDER BY root, node"
        )
        keys = engine.rows(
            # By the value, not by its number, which is another one after another history.
            "SELECT p.root, k.rank, k.key_id, k.pass, o.kind, k.node FROM candidates AS k "
            "INNER JOIN contradicting AS p ON p.node = k.node INNER JOIN key_order AS o ON o.rank = k.rank "
            "LEFT JOIN scope_values AS v ON v.key_id = k.key_id "
            "ORDER BY p.root, k.rank, v.kind, v.value, k.key_id, k.node"
        )
        links = _resolved(people, keys, context.config.identity.name_similarity, _apart(engine))
        integer = pa.int32()
        resolved = {
            "left_node": pa.array([link.left for link in links], integer),
            "right_node": pa.array([link.right for link in links], integer),
            "rank": pa.array([link.rank for link in links], integer),
            "pass": pa.array([link.pass_number for link in links], integer),
            "veto": pa.array([link.reason for link in links], pa.string()),
        }
        with shown(engine, resolved=pa.table(resolved)):
            return engine.arrow(_FOUND)


def _apart(engine: DuckDBEngine) -> dict[int, frozenset[int]]:
    """Record -> the records that people keep apart from it."""
    apart: dict[int, frozenset[int]] = {}
    for left, right in engine.rows("SELECT left_node, right_node FROM identity.decisions WHERE kind = 'cannot_link'"):
        apart[left] = apart.get(left, frozenset()) | {right}
        apart[right] = apart.get(right, frozenset()) | {left}
    return apart


def _resolved(
    people: list[tuple[Any, ...]],
    keys: list[tuple[int, int, int, int, str, int]],
    similarity: float,
    apart: dict[int, frozenset[int]],
) -> list[Link]:
    compare = cache(partial(compare_given_names, similarity=similarity))
    person_groups = groupby(people, lambda row: row[0])
    key_groups = groupby(keys, lambda row: row[0])
    links: list[Link] = []
    for (_, members), (_, key_rows) in zip(person_groups, key_groups, strict=True):
        component = Component({row[1]: Person(*row[2:]) for row in members}, compare, apart)
        links += component.links(_keys(key_rows))
    return links


def _keys(rows: Iterator[tuple[int, int, int, int, str, int]]) -> Iterator[Key]:
    for place, ((_, rank, _, pass_number, kind), members) in enumerate(groupby(rows, lambda row: row[:5])):
        yield Key((rank, place), pass_number, kind, tuple(row[5] for row in members))
