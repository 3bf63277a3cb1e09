"""What each record has in common with others, kept from run to run beside what `fuzzy_state.py` keeps.

Records are numbered anew in every run, so a kept record has a slot: its number when it was first kept, or one behind
all others. A day's run then writes the rows of changed records, and not a million that are as they were. What follows
from them is found in `block_delta.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity.block_delta import Order, Values, distinct, merged
from customer360_pipeline.identity.blocking_rules import KEYS, ORDERS, RULES
from customer360_pipeline.identity.blocks import pairs_within
from customer360_pipeline.identity.candidates import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.identity.fuzzy.shapes import Pairs

    #: Of a rule: what the records of blocks that are too large have in common, and how many they are.
    Large = tuple[str, NDArray[Any], NDArray[np.int32]]

SCHEMA = "identity_state"
# Rules whose values are read at a time: bounds the memory.
_AT_ONCE = 7
_KEPT, _LARGE = f"{SCHEMA}.block_values", f"{SCHEMA}.large_blocks"
#: The tables kept here.
TABLES = ("block_values", "large_blocks", *ORDERS)
_PLACE = "CASE v.kind " + " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(KEYS)) + " END"
_KEY_RECORDS = f"""
    SELECT r.key_id, CAST({_PLACE} AS INTEGER) AS kind, r.node
    FROM identity.key_values AS v
    INNER JOIN identity.key_records AS r ON r.key_id = v.key_id
    INNER JOIN staging.records AS p ON p.node = r.node
    WHERE v.reason IS NULL AND p.record_type <> 'device' AND list_contains($kinds, v.kind)
    ORDER BY r.key_id, r.node"""

_KEY_KINDS = f"""
    SELECT
      v.key_id, CASE WHEN v.reason IS NULL AND list_contains({list(KEYS)}, v.kind) THEN CAST({_PLACE} AS INTEGER)
        ELSE -1 END AS kind
    FROM identity.key_values AS v"""
_DEVICES = "SELECT node FROM staging.records WHERE record_type = 'device'"


@dataclass(frozen=True)
class Slots:
    """The records of the last run and of today.

    Args:
        node: number today of the record of each slot, -1 where it is gone or has changed.
        fresh: numbers of the records that are new or have changed, ascending.
    """

    node: NDArray[np.int32]
    fresh: NDArray[np.int32]

    def of_nodes(self, size: int) -> NDArray[np.int32]:
        """The slot of each of today's records; fresh ones come behind all others."""
        import numpy as np

        slot = np.full(size, -1, dtype=np.int32)
        here = np.flatnonzero(self.node >= 0)
        slot[self.node[here]] = here
        slot[self.fresh] = len(self.node) + np.arange(len(self.fresh))
        return slot


def keep(engine: DuckDBEngine, schema: str = SCHEMA) -> None:
    """Keep the values of all records, and the sorted orders; the slot of a record is its number."""
    engine.create_table(f"{schema}.block_values", f"SELECT node AS slot, {_columns(engine)} FROM identity.block_fields")
    for order in ORDERS:
        ordered = f"SELECT slot FROM {schema}.block_values WHERE {order} IS NOT NULL ORDER BY {order}, slot"
        engine.create_table(f"{schema}.{order}", ordered)


def keep_large(engine: DuckDBEngine, blocks: Iterable[Large]) -> None:
    """Keep which blocks are too large, so that a day need not look their records up."""
    import pyarrow as pa

    parts = [
        pa.table({"rule": pa.repeat(rule, len(value)), "value": value, "records": records})
        for rule, value, records in blocks
    ]
    engine.create_table_from_arrow(_LARGE, pa.concat_tables(parts))


def key_records(engine: DuckDBEngine) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Usable keys that records of blocks carry: number of the key, place of its kind in `KEYS`, record; by key."""
    rows = engine.arrow(_KEY_RECORDS, {"kinds": list(KEYS)})
    key, kind, node = (column.to_numpy() for column in rows.columns)
    return key, kind, node


def changed_pairs(
    engine: DuckDBEngine, slots: Slots, caps: Mapping[str, int], group: NDArray[np.int32], alike: Pairs,
    touched: NDArray[np.int32] | None,
) -> tuple[Pairs, NDArray[np.bool_]]:  # fmt: skip
    """Find what changed in the blocks, and keep the values of today.

    Args:
        caps: the most records of a block, by rule.
        group: records of one group by key need not be compared.
        alike: pairs of records that are as they were, by their numbers today.
        touched: records that carry a value that was counted anew; None: that is not known.

    Returns:
        The pairs to compare, each once, and which of `alike` are known to be still worth comparing; of the others only
        those among the pairs to compare are.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    size = len(group)
    slot_of = slots.of_nodes(size)
    fields = f"SELECT node, {_columns(engine)} FROM identity.block_fields WHERE node IN (SELECT node FROM wanted)"
    with shown(engine, wanted=pa.table({"node": slots.fresh})):
        fresh = engine.arrow(f"{fields} ORDER BY node")
    fresh_node = fresh["node"].to_numpy()
    rows = engine.arrow(f"SELECT slot FROM {_KEPT}")["slot"].to_numpy()
    row_of = np.full(len(slots.node), -1, np.int64)
    row_of[rows] = np.arange(len(rows))
    ends, node = (row_of[slot_of[alike[0]]], row_of[slot_of[alike[1]]]), slots.node[rows]
    gone = np.flatnonzero(node < 0)
    found, together, large = [], np.zeros(len(alike[0]), np.bool_), []
    was_large = engine.arrow(f"SELECT rule, value, records FROM {_LARGE}")
    for rule, value in _kept_values(engine, rows):
        # A pair that one rule found together need not be looked for by the next.
        rest = np.flatnonzero(~together)
        known = was_large.filter(pc.equal(was_large["rule"], rule))
        blocks = Values(
            value, node, gone, fresh[rule].to_numpy(), fresh_node, ends[0][rest], ends[1][rest], caps[rule],
            known["value"].to_numpy(), known["records"].to_numpy(),
        )  # fmt: skip
        found.append(blocks.new_pairs())
        together[rest] = blocks.together()
        large.append((rule, *blocks.large()))
    orders = {name: _order(engine, name, slots, rows, row_of, fresh) for name in ORDERS}
    for order in orders.values():
        found.append(order.new_pairs())
        rest = np.flatnonzero(~together)
        together[rest] = order.together(alike[0][rest], alike[1][rest], size)
    # What nothing else holds together a key may: such a pair is compared again.
    asked = None if touched is None else np.concatenate([slots.fresh, touched, *(ends[~together] for ends in alike)])
    found.append(_of_keys(engine, caps, group, asked))
    left, right = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
    left, right = np.divmod(distinct((left * size + right)[group[left] != group[right]]), size)
    _renew(engine, slots, slot_of, fresh, orders)
    keep_large(engine, large)
    return (left.astype(np.int32), right.astype(np.int32)), together


def _kept_values(engine: DuckDBEngine, slots: NDArray[np.int32]) -> Iterator[tuple[str, NDArray[np.uint32]]]:
    """Rule -> what the records of some slots had in common with others by it."""
    rules = list(RULES)
    for first in range(0, len(rules), _AT_ONCE):
        some = rules[first : first + _AT_ONCE]
        kept = _kept(engine, some, slots)
        for rule in some:
            yield rule, kept[rule].to_numpy()


def _kept(engine: DuckDBEngine, columns: list[str], slots: NDArray[np.int32]) -> pa.Table:
    """Columns of what is kept, a row for each slot in a given order."""
    import numpy as np
    import pyarrow as pa

    kept = engine.arrow(f"SELECT slot, {', '.join(columns)} FROM {_KEPT}")
    slot = kept["slot"].to_numpy()
    return kept if np.array_equal(slot, slots) else kept.take(pa.array(np.argsort(slot)[np.argsort(np.argsort(slots))]))


def _columns(engine: DuckDBEngine) -> str:
    # Half of a hash: of a million records hardly two other ones share it, and two that do are compared once too often.
    values = [f"CAST(({engine.hash_of(value)}) >> 32 AS UINTEGER) AS {rule}" for rule, value in RULES.items()]
    return ", ".join([*values, *(f"{value} AS {order}" for order, value in ORDERS.items())])


def _of_keys(
    engine: DuckDBEngine, caps: Mapping[str, int], group: NDArray[np.int32], asked: NDArray[np.int32] | None
) -> Pairs:
    """The pairs of two groups that share a usable key which one of some records carries; None: which anybody does."""
    import numpy as np

    values, rows = engine.arrow(_KEY_KINDS), engine.arrow("SELECT key_id, node FROM identity.key_records")
    kind = np.full(values.num_rows, -1, np.int32)
    kind[values["key_id"].to_numpy()] = values["kind"].to_numpy()
    key, node = rows["key_id"].to_numpy(), rows["node"].to_numpy()
    if asked is not None:
        is_asked = np.zeros(len(group), np.bool_)
        is_asked[asked] = True
        carried = np.zeros(len(kind), np.bool_)
        carried[key[is_asked[node]]] = True
        kind[~carried] = -1
    is_device = np.zeros(len(group), np.bool_)
    is_device[engine.arrow(_DEVICES)["node"].to_numpy()] = True
    chosen = np.flatnonzero((kind >= 0)[key])
    chosen = chosen[~is_device[node[chosen]]]
    key, node = key[chosen], node[chosen]
    lowest, highest = np.full(len(kind), len(group), np.int32), np.full(len(kind), -1, np.int32)
    np.minimum.at(lowest, key, group[node])
    np.maximum.at(highest, key, group[node])
    sizes = np.bincount(key, minlength=len(kind))
    several = (lowest < highest) & (sizes <= np.array([caps[name] for name in KEYS])[kind])
    chosen = np.flatnonzero(several[key])
    chosen = chosen[np.argsort(key[chosen], kind="stable")]
    left, right = pairs_within(node[chosen], sizes[several])
    return np.minimum(left, right), np.maximum(left, right)


def _order(
    engine: DuckDBEngine, name: str, slots: Slots, rows: NDArray[np.int32], row_of: NDArray[np.int64], fresh: pa.Table
) -> Order:
    """The records in one of the sorted orders, today; `rows`: slots of what is kept, `row_of`: the place of each."""
    slot = engine.arrow(f"SELECT slot FROM {SCHEMA}.{name}")["slot"].to_numpy()
    texts = _kept(engine, [name], rows)[name].combine_chunks()
    known = fresh[name].combine_chunks()
    return merged(slots.node[slot], texts, row_of[slot], fresh["node"].to_numpy(), known)


def _renew(
    engine: DuckDBEngine, slots: Slots, slot_of: NDArray[np.int32], fresh: pa.Table, orders: Mapping[str, Order]
) -> None:
    """Replace the values of the records that changed, and the orders."""
    import numpy as np
    import pyarrow as pa

    gone = pa.table({"slot": np.flatnonzero(slots.node < 0).astype(np.int32)})
    slot = pa.array(slot_of[fresh["node"].to_numpy()], pa.int32())
    with shown(engine, gone=gone, fresh_values=fresh.set_column(0, "slot", slot)):
        engine.delete(_KEPT, "slot IN (SELECT slot FROM gone)")
        engine.execute(f"INSERT INTO {_KEPT} SELECT * FROM fresh_values")
    for name, order in orders.items():
        engine.create_table_from_arrow(f"identity_state.{name}", pa.table({"slot": slot_of[order.node]}))
