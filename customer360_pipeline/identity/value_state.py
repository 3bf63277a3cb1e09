"""What a run keeps so that the next one counts only the values that changed, in schema `key_state`.

A row of `identity.key_values` depends on which records carry the value and on their given names. So a hash of these is
kept per record; the values to count anew are those that a record with another hash carries, or carried. What fits no
more, or was not finished, counts as nothing: the next run counts all values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity import record_hashes
from customer360_pipeline.identity.block_delta import distinct, found_in
from customer360_pipeline.identity.fuzzy_state import fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.delta import Changes
    from customer360_pipeline.run_context import RunContext

SCHEMA = "key_state"
#: Of the last renewal: rows of identity.key_records that come, numbers of values whose rows go, numbers that changed
#: (was, key_id), and the records that carry a value that was counted anew.
CAME, WENT, MOVED, TOUCHED = (f"{SCHEMA}.{name}" for name in ("came", "went", "moved", "touched"))
_ABOUT, _CARRIED, _VALUES = f"{SCHEMA}.values_about", f"{SCHEMA}.carried", "identity.key_values"
_RECORDS = "identity.key_records"
#: What the rows of identity.key_records are made of: names of the state of the values and of the records.
RECORDS_ABOUT = f"{SCHEMA}.records_about"
_ODD = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Carried:
    """The rows of `staging.identifiers` in their order: half of the value's hash, and the record; and per record a hash
    of all that it says of values. Of two values that share their half both are counted anew where one is."""

    value: NDArray[np.uint32]
    node: NDArray[np.int32]
    said: NDArray[np.uint64]


@dataclass(frozen=True)
class Renewal:
    """What is counted anew.

    Args:
        row: rows of `staging.identifiers` of the values to count, as rowid tells them.
        node: the records that carry them.
        gone: numbers of the rows that go, those of values to count too.
    """

    row: NDArray[np.intp]
    node: NDArray[np.int32]
    gone: NDArray[np.int32]


@dataclass(frozen=True)
class Today:
    """What values there are today, and what of them to count; None: all.

    Args:
        made_by: fingerprint of code and settings.
        state: names what `identity.key_values` is made of; `last`: that of the last run.
        said: hash per record.
        renewal: what to count.

    `stands`: the values are those of today already.
    """

    made_by: str
    state: str
    last: str | None
    said: NDArray[np.uint64]
    renewal: Renewal | None

    @property
    def stands(self) -> bool:
        return self.state == self.last


def value_hash(engine: DuckDBEngine) -> str:
    """SQL of the hash of a value of `staging.identifiers` or `identity.key_values`."""
    return engine.joint_hash("kind", "value")


def today(engine: DuckDBEngine, context: RunContext) -> Today | None:
    """Compare today's values with those of the last run; None where there are so few records that nothing is kept."""
    if engine.row_count("staging.records") < context.config.identity.incremental_min_records:
        return None
    records, made_by, carried = record_hashes.state(engine), fingerprint(context), _carried(engine)
    state = f"{records} {int((carried.said * carried.said).sum()):x}"
    found = None if context.full_resolve else about(engine)
    afresh = Today(made_by, state, None, carried.said, None)
    if records is None or found is None or found[0] != made_by:
        return afresh
    if found[1] == state:
        return Today(made_by, state, state, carried.said, None)
    if not engine.exists(RECORDS_ABOUT) or engine.rows(f"SELECT state FROM {RECORDS_ABOUT}") != [(found[1],)]:
        return afresh
    changes = record_hashes.since(engine, found[2])
    if changes is None:
        return afresh
    return Today(made_by, state, found[1], carried.said, _renewal(engine, carried, changes))


def about(engine: DuckDBEngine) -> tuple[str, str, str, str | None] | None:
    """(made by, state of the values, of the records, state of the values that was renewed) of the values that stand."""
    if not all(engine.exists(name) for name in (_ABOUT, _CARRIED, _VALUES)):
        return None
    return tuple(engine.rows(f"SELECT made_by, state, records, renewed FROM {_ABOUT}")[0])


def state(engine: DuckDBEngine) -> str | None:
    """Names what the values that stand are made of; None where nothing is kept of that."""
    found = about(engine)
    return found[1] if found else None


def touched(engine: DuckDBEngine, since: str | None) -> NDArray[np.int32] | None:
    """The records that carry a value counted anew since a state of the values; None where that is not known."""
    import numpy as np

    found = about(engine)
    if since is None or found is None or since not in found[1::2]:
        return None
    if since == found[1]:
        return np.zeros(0, np.int32)
    nodes: NDArray[np.int32] = engine.arrow(f"SELECT node FROM {TOUCHED}")["node"].to_numpy()
    return nodes


def invalidate(engine: DuckDBEngine) -> None:
    """Let what was kept count no more, because the values are about to be changed."""
    engine.execute(f"DROP TABLE IF EXISTS {_ABOUT}")


def save(engine: DuckDBEngine, found: Today, *, renewed: bool) -> None:
    """Keep what `identity.key_values` was made of."""
    import pyarrow as pa

    engine.create_table_from_arrow(_CARRIED, pa.table({"said": found.said}))
    rows = {"made_by": found.made_by, "state": found.state, "records": record_hashes.state(engine),
            "renewed": found.last if renewed else None}  # fmt: skip
    engine.create_table_from_arrow(
        _ABOUT, pa.table({name: pa.array([value], pa.string()) for name, value in rows.items()})
    )


def _carried(engine: DuckDBEngine) -> Carried:
    import numpy as np

    rows = engine.arrow(f"SELECT node, {value_hash(engine)} AS value FROM staging.identifiers")
    value, node = rows["value"].to_numpy(), rows["node"].to_numpy()
    [name] = record_hashes.read(engine, "given_name")
    said = np.zeros(len(name), np.uint64)
    # Only sums in any order are compared, so each value counts as a number of its own. A name matters to values only.
    np.add.at(said, node, (value ^ (value >> np.uint64(31))) * np.uint64(_ODD))
    said += np.where(said > 0, name.view(np.uint64), 0)
    return Carried(_half(value), node, said)


def _renewal(engine: DuckDBEngine, carried: Carried, changes: Changes) -> Renewal:
    import numpy as np

    numbers = changes.numbers
    last = engine.arrow(f"SELECT said FROM {_CARRIED}")["said"].to_numpy()
    # A record that was not there reads another's hash, -1 being the last place.
    changed = (numbers.old < 0) | (last[numbers.old] != carried.said)
    left = (numbers.new < 0) | changed[numbers.new]
    values = engine.arrow(f"SELECT key_id, {value_hash(engine)} AS value FROM {_VALUES}")
    key_id, value = values["key_id"].to_numpy(), _half(values["value"].to_numpy())
    was = engine.arrow(f"SELECT key_id, node FROM {_RECORDS}")
    is_left = np.zeros(int(key_id.max(initial=-1)) + 1, np.bool_)
    is_left[was["key_id"].to_numpy()[left[was["node"].to_numpy()]]] = True
    came = np.flatnonzero(changed[carried.node])
    wanted = distinct(np.concatenate([value[is_left[key_id]], carried.value[came]]))
    rows, _ = found_in(carried.value, wanted)
    gone, _ = found_in(value, wanted)
    return Renewal(rows, carried.node[rows], key_id[gone])


def _half(values: NDArray[np.uint64]) -> NDArray[np.uint32]:
    import numpy as np

    return (values >> np.uint64(32)).astype(np.uint32)
