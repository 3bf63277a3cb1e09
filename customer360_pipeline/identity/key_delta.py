"""Which records must be linked by key anew, given what has changed since the last run. Pure: arrays in, arrays out.

Links stand in a component of records and usable keys where nothing changed: not a record, nor a key's records or
reason, nor a decision about them. Whoever carries a key that a record came to or left counts as changed; so every part
of a component that broke holds a record that changed, and it is enough to look at today's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.identity.delta import Renumbering


@dataclass(frozen=True)
class Carried:
    """Which keys records carry, and which pairs of records people decided about.

    Args:
        key, node: numbers of a key and of a record that carries it, in pairs.
        is_usable: per key, whether it may link.
        left, right: pairs that people joined, or keep apart.
    """

    key: NDArray[np.int32]
    node: NDArray[np.int32]
    is_usable: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]


@dataclass(frozen=True)
class Anew:
    """anew: which of today's records must be linked anew."""

    numbers: Renumbering
    anew: NDArray[np.bool_]


def decided_otherwise(now: pa.Table, last: pa.Table) -> set[int]:
    """Hashes of the records that people decided about otherwise than before; each table: left_record, right_record,
    is_joined."""
    return {record for one, other, _ in _decided(now) ^ _decided(last) for record in (one, other)}


def reached(start: NDArray[np.bool_], carried: Carried) -> NDArray[np.bool_]:
    """The records that some records are connected to by usable keys and decisions, themselves included."""
    import numpy as np

    usable = np.flatnonzero(carried.is_usable[carried.key])
    key, node = carried.key[usable], carried.node[usable]
    found, before = start.copy(), -1
    while (count := int(found.sum())) > before:
        before = count
        keys = np.zeros(len(carried.is_usable), np.bool_)
        keys[key[found[node]]] = True
        found[node[keys[key]]] = True
        for one, other in ((carried.left, carried.right), (carried.right, carried.left)):
            found[one[found[other]]] = True
    return found


def _decided(pairs: pa.Table) -> set[tuple[int, int, bool]]:
    columns = (pairs[name].to_pylist() for name in ("left_record", "right_record", "is_joined"))
    return set(zip(*columns, strict=True))
