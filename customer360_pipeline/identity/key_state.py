"""What a run keeps so that the next one links by key only what changed, in schema `key_state`: the links, decisions,
and of what records and values the links were made.

Links are pairs of numbers, each with the number of the way in which the two link and compare, of which there are some
hundreds; `identity.key_links` is a view over both. So a day writes no text of links that stand. What fits no more, or
was not finished, counts as nothing: the next run links all records. Which records must be linked anew is found in
`key_delta.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity import record_hashes, value_state
from customer360_pipeline.identity.candidates import kept, shown
from customer360_pipeline.identity.fuzzy_state import fingerprint
from customer360_pipeline.identity.key_delta import Anew, Carried, decided_otherwise, reached

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.delta import Changes
    from customer360_pipeline.run_context import RunContext

SCHEMA = "key_state"
LINKS = "identity.key_links"
_ABOUT, _DECIDED, _PAIRS, _WAYS = (f"{SCHEMA}.{name}" for name in ("about", "decided", "pairs", "ways"))
_LINKS = f"""
    SELECT p.left_node, p.right_node, w.rule, w.pass, w.status, w.reason, w.evidence
    FROM {_PAIRS} AS p INNER JOIN {_WAYS} AS w ON w.way = p.way"""
_NEW_WAYS = """
    SELECT CAST({first} + row_number() OVER (ORDER BY rule, pass, status, reason, evidence) - 1 AS INTEGER) AS way, *
    FROM (SELECT DISTINCT rule, pass, status, reason, evidence FROM made_links {but})"""
_SAME_WAY = """
    w.rule = m.rule AND w.pass = m.pass AND w.status = m.status AND w.reason IS NOT DISTINCT FROM m.reason
    AND w.evidence = m.evidence"""
_MADE = f"SELECT m.left_node, m.right_node, w.way FROM made_links AS m INNER JOIN {_WAYS} AS w ON {_SAME_WAY}"

_USABLE = """
    SELECT v.key_id FROM identity.key_values AS v INNER JOIN key_order AS o ON o.kind = v.kind
    WHERE v.reason IS NULL"""
_KEY_RECORDS = "SELECT key_id, node FROM identity.key_records"
_DECISIONS = """
    SELECT d.left_node, d.right_node, d.kind = 'must_link' AS is_joined, a.record AS left_record,
      b.record AS right_record
    FROM identity.decisions AS d
    INNER JOIN identity.record_hashes AS a ON a.node = d.left_node
    INNER JOIN identity.record_hashes AS b ON b.node = d.right_node"""


@dataclass(frozen=True)
class Today:
    """The records of a run, and what of the last results can be carried on.

    Args:
        made_by: fingerprint of code and settings.
        decided: the decisions, records by hash.
        found: which records must be linked anew; None: all.
    """

    made_by: str
    decided: pa.Table
    found: Anew | None


def today(engine: DuckDBEngine, context: RunContext, order: pa.Table) -> Today | None:
    """Compare this run's records with those of the last run; say in the run's facts what must be linked anew.

    None where there are so few records that nothing is kept for the next run.
    """
    if engine.row_count("staging.records") < context.config.identity.incremental_min_records:
        return None
    made_by, decided = fingerprint(context), engine.arrow(_DECISIONS)
    changes, reason = _changes(engine, context, made_by)
    found = _anew(engine, order, changes, decided) if changes else None
    size, most = engine.row_count("staging.records"), context.config.identity.incremental_max_change_ratio
    if found is not None and found.anew.sum() > most * size:
        found, reason = None, f"more than {most:.0%} of the records are touched by what changed since the last run"
    if found is None:
        context.facts[LINKS] = f"full: {reason}"
    else:
        context.facts[LINKS] = f"incremental: {int(found.anew.sum()):,} of {size:,} records linked anew"
    return Today(made_by, decided, found)


def invalidate(engine: DuckDBEngine) -> None:
    """Let what was kept count no more, because the links are about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {_ABOUT}")


def save(engine: DuckDBEngine, found: Today) -> None:
    """Keep what `identity.key_links` was made of."""
    values = value_state.about(engine)
    if values is None:
        return
    engine.create_table_from_arrow(_DECIDED, found.decided)
    made = {"made_by": found.made_by, "state": values[1], "records": values[2]}
    engine.create_table(_ABOUT, "SELECT $made_by AS made_by, $state AS state, $records AS records", made)


def write_links(engine: DuckDBEngine, found: Anew | None, select: str, parameters: Mapping[str, Any]) -> None:
    """Put the links of a query in place of all, or of those of the records that were linked anew."""
    import pyarrow as pa

    with kept(engine, "made_links", select, **parameters):
        if found is None:
            engine.create_table(_WAYS, _NEW_WAYS.format(first=0, but=""))
            engine.create_table(_PAIRS, _MADE)
        else:
            but = f"AS m WHERE NOT EXISTS (SELECT 1 FROM {_WAYS} AS w WHERE {_SAME_WAY})"
            engine.execute(f"INSERT INTO {_WAYS} {_NEW_WAYS.format(first=engine.row_count(_WAYS), but=but)}")
            engine.create_table_from_arrow(_PAIRS, pa.concat_tables([_standing(engine, found), engine.arrow(_MADE)]))
    engine.create_table(LINKS, _LINKS, view=True)


def _standing(engine: DuckDBEngine, found: Anew) -> pa.Table:
    """The pairs of records that were not linked anew, in today's numbers."""
    import numpy as np
    import pyarrow as pa

    new = found.numbers.new
    stands = np.zeros(len(new), np.bool_)
    here = np.flatnonzero(new >= 0)
    stands[here] = ~found.anew[new[here]]
    pairs = engine.arrow(f"SELECT left_node, right_node, way FROM {_PAIRS}")
    left, right, way = (column.to_numpy() for column in pairs.columns)
    stood = np.flatnonzero(stands[left] & stands[right])
    columns = (new[left[stood]], new[right[stood]], way[stood])
    return pa.table([pa.array(values) for values in columns], names=pairs.column_names)


def _changes(engine: DuckDBEngine, context: RunContext, made_by: str) -> tuple[Changes | None, str]:
    """The records that changed since the last links, or that carry a value that did; or why all must be linked."""
    if context.full_resolve:
        return None, "asked for"
    if not all(engine.exists(name) for name in (_ABOUT, _DECIDED, _PAIRS, _WAYS)):
        return None, "no last results"
    [(made_then, state, records)] = engine.rows(f"SELECT made_by, state, records FROM {_ABOUT}")
    if made_then != made_by:
        return None, "no last results of the same code and settings"
    touched, changes = value_state.touched(engine, state), record_hashes.since(engine, records)
    if touched is None or changes is None:
        return None, "the last results are of other records"
    record = changes.record.copy()
    record[touched] = True
    return replace(changes, record=record), ""


def _anew(engine: DuckDBEngine, order: pa.Table, changes: Changes, decided: pa.Table) -> Anew:
    import pyarrow as pa

    start, hashes = changes.record.copy(), decided_otherwise(decided, engine.arrow(f"FROM {_DECIDED}"))
    with shown(engine, asked=pa.table({"record": pa.array(sorted(hashes), pa.int64())})):
        nodes = engine.arrow(f"SELECT node FROM {record_hashes.TABLE.name} WHERE record IN (SELECT record FROM asked)")
    start[nodes["node"].to_numpy()] = True
    return Anew(changes.numbers, reached(start, _carried(engine, order, decided)))


def _carried(engine: DuckDBEngine, order: pa.Table, decided: pa.Table) -> Carried:
    import numpy as np

    rows = engine.arrow(_KEY_RECORDS)
    is_usable = np.zeros(engine.row_count("identity.key_values"), np.bool_)
    with shown(engine, key_order=order):
        is_usable[engine.arrow(_USABLE)["key_id"].to_numpy()] = True
    return Carried(
        rows["key_id"].to_numpy(), rows["node"].to_numpy(), is_usable,
        decided["left_node"].to_numpy(), decided["right_node"].to_numpy(),
    )  # fmt: skip
