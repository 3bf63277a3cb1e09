"""Which records must be linked by key anew, given what has changed since the last run. Pure: arrays in, arrays out.

Links stand in a component of records and usable keys where nothing changed: not a record, nor a key's records or
reason, nor a decision about them. A key that a record left counts fewer records, so those that still carry it have
changed; so every part of a component that broke holds a record that changed, and it is enough to look at today's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.delta import Renumbering, renumbering

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Carried:
    """Which keys records carry, and what people decided about pairs of them.

    Args:
        key, node: numbers of a key and of a record that carries it, in pairs.
        is_usable: per key, whether it may link.
        left, right, is_joined: pairs that people joined, or keep apart.
    """

    key: NDArray[np.int32]
    node: NDArray[np.int32]
    is_usable: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    is_joined: NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """64-bit hashes of records, by number: `key` of source and record id, `content` of all that links depend on."""

    key: NDArray[np.uint64]
    content: NDArray[np.uint64]

    def with_keys(self, carried: Carried, hashes: NDArray[np.uint64]) -> Seen:
        """The content with the keys of each record, of the given hashes, and the decisions about it."""
        import numpy as np

        content = self.content.copy()
        np.add.at(content, carried.node, hashes[carried.key])
        for one, other in ((carried.left, carried.right), (carried.right, carried.left)):
            said = np.where(carried.is_joined, np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
            np.add.at(content, one, (self.key[other] ^ said) * said)
        return Seen(self.key, content)


@dataclass(frozen=True)
class Anew:
    """anew: which of today's records must be linked anew."""

    numbers: Renumbering
    anew: NDArray[np.bool_]


def linked_anew(last: Seen, now: Seen, carried: Carried) -> Anew | None:
    """The records in a component with one that is new or has changed; None where a hash is not unique."""
    import numpy as np

    numbers = renumbering(last.key, now.key)
    if numbers is None:
        return None
    here = np.flatnonzero(numbers.old >= 0)
    changed = np.ones(len(now.key), np.bool_)
    changed[here] = last.content[numbers.old[here]] != now.content[here]
    return Anew(numbers, reached(changed, carried))


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


def standing(found: Anew) -> pa.Table:
    """old, new: the numbers of the records whose links stand."""
    import numpy as np
    import pyarrow as pa

    new = np.flatnonzero(~found.anew).astype(np.int32)
    return pa.table({"old": found.numbers.old[new], "new": new})
