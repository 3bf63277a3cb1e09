"""What a run keeps so that the next one links by key only what changed: a hash of each record, in schema `key_state`.

The links themselves are the rows of `identity.key_links`. What fits no more, or was not finished, counts as nothing:
the next run links all records. Which records must be linked anew is found in `key_delta.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.candidates import shown
from customer360_pipeline.identity.fuzzy_state import fingerprint
from customer360_pipeline.identity.key_delta import Carried, Seen, linked_anew, standing

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

SCHEMA = "key_state"
#: The links that were made; they stand there and nowhere else.
LINKS = "identity.key_links"
_ABOUT, _SEEN = f"{SCHEMA}.about", f"{SCHEMA}.records"

# All of a record that its links by key depend on, but for the keys themselves and what people decided.
_RECORDS = """
    SELECT node, source, record_id, record_type, merged_into, user_id, first_name_key, last_name_key, birth_date,
      email_key, phone_key
    FROM staging.records"""
# With the number of records that carry it, a key tells those that still do when another record left it.
_KEYS = "SELECT key_id, kind, value, records, reason IS NULL AS is_usable FROM identity.key_values"
_USABLE = """
    SELECT v.key_id FROM identity.key_values AS v INNER JOIN key_order AS o ON o.kind = v.kind
    WHERE v.reason IS NULL"""
_KEY_RECORDS = "SELECT key_id, node FROM identity.key_records"
_DECISIONS = "SELECT left_node, right_node, kind = 'must_link' AS is_joined FROM identity.decisions"


@dataclass(frozen=True)
class Today:
    """The records of a run, and what of the last results can be carried on.

    Args:
        made_by: fingerprint of code and settings.
        seen: the records, by number.
        carried: the keys they carry.
        anew: which records must be linked anew; None: all.
        stands: old and new numbers of the others.
    """

    made_by: str
    seen: Seen
    carried: Carried
    anew: NDArray[np.bool_] | None
    stands: pa.Table | None


def today(engine: DuckDBEngine, context: RunContext, order: pa.Table) -> Today | None:
    """Compare this run's records with those of the last run; say in the run's facts what must be linked anew.

    None where there are so few records that nothing is kept for the next run.
    """
    if engine.row_count("staging.records") < context.config.identity.incremental_min_records:
        return None
    made_by, carried = fingerprint(context), _carried(engine, order)
    seen = _seen(engine, carried)
    last, reason = _last(engine, context, made_by)
    found = linked_anew(last, seen, carried) if last else None
    size, most = len(seen.key), context.config.identity.incremental_max_change_ratio
    if found is not None and found.anew.sum() > most * size:
        found, reason = None, f"more than {most:.0%} of the records are touched by what changed since the last run"
    if found is None:
        context.facts[LINKS] = f"full: {reason or 'two records have one hash'}"
        return Today(made_by, seen, carried, None, None)
    context.facts[LINKS] = f"incremental: {int(found.anew.sum()):,} of {size:,} records linked anew"
    return Today(made_by, seen, carried, found.anew, standing(found))


def invalidate(engine: DuckDBEngine) -> None:
    """Let what was kept count no more, because the links are about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {_ABOUT}")


def save(engine: DuckDBEngine, found: Today) -> None:
    """Keep the hashes of the records that `identity.key_links` was made of."""
    import pyarrow as pa

    engine.create_table_from_arrow(_SEEN, pa.table({"key": found.seen.key, "content": found.seen.content}))
    engine.create_table_from_arrow(_ABOUT, pa.table({"fingerprint": [found.made_by]}))


def _last(engine: DuckDBEngine, context: RunContext, made_by: str) -> tuple[Seen | None, str]:
    """The records of the last run, or why its links cannot be carried on."""
    if context.full_resolve:
        return None, "asked for"
    if not all(engine.exists(name) for name in (_ABOUT, _SEEN, LINKS)):
        return None, "no last results"
    if engine.rows(f"SELECT fingerprint FROM {_ABOUT}") != [(made_by,)]:
        return None, "no last results of the same code and settings"
    rows = engine.arrow(f"SELECT key, content FROM {_SEEN}")
    return Seen(rows["key"].to_numpy(), rows["content"].to_numpy()), ""


def _carried(engine: DuckDBEngine, order: pa.Table) -> Carried:
    import numpy as np

    rows = engine.arrow(_KEY_RECORDS)
    decided = engine.arrow(_DECISIONS)
    is_usable = np.zeros(engine.row_count("identity.key_values"), np.bool_)
    with shown(engine, key_order=order):
        is_usable[engine.arrow(_USABLE)["key_id"].to_numpy()] = True
    joined = decided["is_joined"].to_numpy(zero_copy_only=False)
    return Carried(
        rows["key_id"].to_numpy(), rows["node"].to_numpy(), is_usable,
        decided["left_node"].to_numpy(), decided["right_node"].to_numpy(), joined,
    )  # fmt: skip


def _seen(engine: DuckDBEngine, carried: Carried) -> Seen:
    records = engine.row_hashes(_RECORDS, key=("source", "record_id"), order="node")
    keys = engine.row_hashes(_KEYS, key=("kind", "value"), order="key_id")
    return Seen(records["key"].to_numpy(), records["content"].to_numpy()).with_keys(carried, keys["content"].to_numpy())
