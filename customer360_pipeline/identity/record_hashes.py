"""What tells whether a record has changed since the last run: found once, for all steps that go on from that run.

A run numbers its records anew, in order of source and id. Here a record is known by a hash of these, what it says by
a hash of everything that links depend on. A step that goes on from its last results asks `since`; it says which state
of the records those were made of, so that a run which ended in between, or a step built alone, leads to no wrong
answer: what was made of other records than today's or those before is made anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.identity.delta import Changes, Renumbering, renumbering

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="identity.record_hashes",
    description="What tells whether a record has changed since the last run. One row per record.",
    columns=columns(
        "node INTEGER | The record.",
        "record BIGINT | Hash of source and record id: the record, whatever its number.",
        "content BIGINT | Hash of all that links depend on, but for the keys that others tell of.",
        "given_name BIGINT | Hash of the given name, 0 of none.",
        "last_node INTEGER | Its number in the last run; -1: it was not there.",
        "is_changed BOOLEAN | It is new, or says other things than in the last run.",
    ),
    depends=("staging.records",),
    unique=(("node",), ("record",)),
    not_null=("node", "record", "content", "given_name", "last_node", "is_changed"),
)
SCHEMA = "record_state"
_ABOUT = f"{SCHEMA}.about"
#: Records of the last run that are not in this one: last_node INTEGER, record UBIGINT, as above.
GONE = f"{SCHEMA}.gone"
#: Columns of staging.records that links depend on.
SAID = (
    "source", "record_id", "record_type", "merged_into", "user_id", "first_name_key", "last_name_key", "first_name",
    "full_name", "birth_date", "street", "postal_code", "city", "company", "job_title", "email_key", "phone_key",
    "mobile_key",
)  # fmt: skip
_ODD = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Hash the records and hold them to those of the last run; the same records leave everything as it is."""
    import numpy as np
    import pyarrow as pa

    select = (
        f"SELECT node, {engine.joint_hash('source', 'record_id')} AS record, {engine.joint_hash(*SAID)} AS content, "
        f"{engine.hash_of('first_name_key')} AS given_name FROM staging.records"
    )
    record, content, given_name = by_node(engine.arrow(select))
    made, last = _state(record, content), state(engine)
    if made == last:
        return
    numbers = Renumbering(np.full(len(record), -1, np.int32), np.zeros(0, np.int32))
    changed, before = np.ones(len(record), np.bool_), np.zeros(0, np.uint64)
    if last is not None:
        then, said = read(engine, "record", "content")
        before = then.view(np.uint64)
        numbers = renumbering(before, record) or numbers
        here = np.flatnonzero(numbers.old >= 0)
        changed[here] = said.view(np.uint64)[numbers.old[here]] != content[here]
    node = np.arange(len(record), dtype=np.int32)
    engine.drop_schema(SCHEMA)
    hashes = (values.view(np.int64) for values in (record, content, given_name))
    columns_ = (node, *hashes, numbers.old, changed)
    names = [column.name for column in TABLE.columns]
    engine.create_table_from_arrow(TABLE.name, pa.table([pa.array(values) for values in columns_], names=names))
    gone = np.flatnonzero(numbers.new < 0)
    engine.create_table_from_arrow(GONE, pa.table({"last_node": gone.astype(np.int32), "record": before[gone]}))
    about = {"made": [made], "last": [last], "records_then": [len(numbers.new)]}
    types = {"made": pa.string(), "last": pa.string(), "records_then": pa.int64()}
    engine.create_table_from_arrow(
        _ABOUT, pa.table({name: pa.array(values, types[name]) for name, values in about.items()})
    )


def state(engine: DuckDBEngine) -> str | None:
    """The state of the records: the same for the same records, whatever their order was; None: they are not hashed."""
    if not engine.exists(_ABOUT) or not engine.exists(TABLE.name):
        return None
    return str(engine.rows(f"SELECT made FROM {_ABOUT}")[0][0])


def since(engine: DuckDBEngine, made_of: str) -> Changes | None:
    """What changed since a state of the records; None where that is neither today's nor that of the last run."""
    import numpy as np

    if not engine.exists(_ABOUT):
        return None
    [(made, last, then)] = engine.rows(f"SELECT made, last, records_then FROM {_ABOUT}")
    size = engine.row_count(TABLE.name)
    if made_of == made:
        node = np.arange(size, dtype=np.int32)
        return Changes(Renumbering(node, node), np.zeros(size, np.bool_))
    if made_of != last:
        return None
    old, changed = read(engine, "last_node", "is_changed")
    if (old < 0).all():
        return None
    new = np.full(then, -1, np.int32)
    here = np.flatnonzero(old >= 0).astype(np.int32)
    new[old[here]] = here
    return Changes(Renumbering(old, new), changed)


def read(engine: DuckDBEngine, *names: str) -> list[NDArray[Any]]:
    """Columns of the table by number of the record: in this order its rows were written."""
    rows = engine.arrow(f"SELECT {', '.join(names)} FROM {TABLE.name}")
    return [column.to_numpy() for column in rows.columns]


def by_node(rows: pa.Table) -> list[NDArray[Any]]:
    """The further columns of a table whose first is `node`, each in the order of it; every number is there once."""
    import numpy as np

    node, *values = (column.to_numpy() for column in rows.columns)
    if np.array_equal(node, np.arange(len(node))):
        return values
    order = inverted(node)
    return [column[order] for column in values]


def require_among(number: NDArray[np.int32], size: int, table: str) -> None:
    """Let a table name none but the first `size` records, or ids.

    Raises:
        Customer360Error: it names others, as where it was built alone before or after other records were read.
    """
    if number.max(initial=-1) >= size:
        raise Customer360Error(
            f"{table} was built of other records than what it is read with. Build identity as a whole: customer360 run"
        )


def inverted(numbers: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where each number stands, from 0 on; every number is there once."""
    import numpy as np

    place = np.empty(len(numbers), np.int64)
    place[numbers] = np.arange(len(numbers))
    return place


def _state(record: NDArray[np.uint64], content: NDArray[np.uint64]) -> str:
    import numpy as np

    one, other = (np.uint64(number) for number in _ODD)
    mixed = (content ^ (record * one)) * other
    return f"{len(record)} {int((mixed ^ (mixed >> np.uint64(29))).sum()):x}"
