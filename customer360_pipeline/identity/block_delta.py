"""Which pairs of records became worth comparing since the last run, and which still are. Pure: arrays in, arrays out.

A block can only have changed where a record that is new, changed or gone had or has its value, and the neighbours in a
sorted order only beside such a record. The largest size of a block is that of the last full run, as the weights are.

Where the values of records are kept does not belong here (`block_state.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from customer360_pipeline.identity.blocks import pairs_within

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.shapes import Pairs

Number = TypeVar("Number", bound="np.generic")

# First bits of a value, looked up before the value itself: nearly all records have none of the values asked for.
_BITS = 20
_REST = 32 - _BITS
# Each record is compared with so many that follow it in a sorted order.
NEIGHBOURS = 2


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """Each value once, ascending: what np.unique gives, many times as fast for millions of them."""
    import numpy as np

    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])[: len(values)]]


@dataclass(frozen=True)
class Values:
    """What records have in common by one rule.

    Args:
        kept: value of each record of the last run as a number, 0 for none.
        node: number today of each of them, -1 where it is gone or has changed.
        gone: the places of those.
        fresh, fresh_node: value and number of each record that is new or has changed.
        left, right: pairs of records that are as they were (places in `kept`), and may still share a value.
        cap: the most records of a block; one of more was and is in no pair.
        was_large, records: values that more records of the last run had, and how many had each.
    """

    kept: NDArray[np.uint32]
    node: NDArray[np.int32]
    gone: NDArray[np.intp]
    fresh: NDArray[np.uint32]
    fresh_node: NDArray[np.int32]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cap: int
    was_large: NDArray[np.uint32]
    records: NDArray[np.int32]

    @cached_property
    def _blocks(self) -> _Blocks:
        """The blocks that a change touches or a pair shares: to look through all records once is what a rule costs.

        Most changed records have a common name too; the records of a block that stays too large are not looked up.
        """
        import numpy as np

        gone, shared = self.kept[self.gone], self.kept[self.left]
        shared = shared[shared == self.kept[self.right]]
        wanted = distinct(np.concatenate([gone, self.fresh, shared]))
        wanted = wanted[wanted > 0]
        fresh, fresh_value = found_in(self.fresh, wanted)
        added = np.bincount(fresh_value, minlength=len(wanted))
        left = np.bincount(np.searchsorted(wanted, gone[gone > 0]), minlength=len(wanted))
        before = np.zeros(len(wanted), np.int64)
        known, place = found_in(self.was_large, wanted)
        before[place] = self.records[known]
        asked = np.flatnonzero((before == 0) | (before + added - left <= self.cap))
        old, old_value = found_in(self.kept, wanted[asked])
        old_value = asked[old_value]
        before[asked] = np.bincount(old_value, minlength=len(wanted))[asked]
        here = self.node[old] >= 0
        return _Blocks(wanted, old[here], old_value[here], fresh, fresh_value, before, before - left, added)

    def new_pairs(self) -> Pairs:
        """Pairs of blocks up to `cap` records, but for those of two kept records that were in such a block before."""
        import numpy as np

        b = self._blocks
        now = b.stayed + b.added
        chosen = (now > 1) & (now <= self.cap) & ((b.before > self.cap) | (b.added > 0))
        member, fresh_member = chosen[b.old_value], chosen[b.fresh_value]
        value = np.concatenate([b.old_value[member], b.fresh_value[fresh_member]])
        node = np.concatenate([self.node[b.old[member]], self.fresh_node[b.fresh[fresh_member]]])
        is_kept = np.arange(len(value)) < member.sum()
        order = np.lexsort((node, value))
        left, right = pairs_within(order, now[chosen])
        new = ~is_kept[left] | ~is_kept[right] | (b.before[value[left]] > self.cap)
        return node[left[new]], node[right[new]]

    def together(self) -> NDArray[np.bool_]:
        """Which of the pairs `left`, `right` are in one block up to `cap` records."""
        import numpy as np

        b, value = self._blocks, self.kept[self.left]
        found = (value == self.kept[self.right]) & (value > 0)
        found[found] = (b.stayed + b.added)[np.searchsorted(b.value, value[found])] <= self.cap
        return found

    def large(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        """The values that more than `cap` records have today, and how many have each."""
        import numpy as np

        b = self._blocks
        now = b.stayed + b.added
        too_large = now > self.cap
        known, _ = found_in(self.was_large, b.value)
        return (
            np.concatenate([np.delete(self.was_large, known), b.value[too_large]]),
            np.concatenate([np.delete(self.records, known), now[too_large].astype(np.int32)]),
        )


@dataclass(frozen=True)
class _Blocks:
    """Blocks by ascending value.

    Args:
        value: what their records have in common.
        old, old_value: places of kept records that are as they were, and which block each is in; none of a block that
            stays too large.
        fresh, fresh_value: the same of fresh records.
        before, stayed, added: records in the last run, those of them that are as they were, and fresh ones.
    """

    value: NDArray[np.uint32]
    old: NDArray[np.intp]
    old_value: NDArray[np.intp]
    fresh: NDArray[np.intp]
    fresh_value: NDArray[np.intp]
    before: NDArray[np.intp]
    stayed: NDArray[np.intp]
    added: NDArray[np.intp]


@dataclass(frozen=True)
class Order:
    """Records in the order of a text, today.

    Args:
        node: their numbers.
        was: the place of each in the order of the last run, -1 of a record that is new or has changed.
    """

    node: NDArray[np.int32]
    was: NDArray[np.int64]

    def new_pairs(self) -> Pairs:
        """Neighbours today that were none, or one of which is new or has changed; the smaller number first."""
        import numpy as np

        ends = []
        for step in range(1, NEIGHBOURS + 1):
            one, two = self.was[:-step], self.was[step:]
            new = np.flatnonzero((one < 0) | (two < 0) | (two - one > NEIGHBOURS))
            ends.append((self.node[new], self.node[new + step]))
        left, right = (np.concatenate(part) for part in zip(*ends, strict=True))
        return np.minimum(left, right), np.maximum(left, right)

    def together(self, left: NDArray[np.int32], right: NDArray[np.int32], size: int) -> NDArray[np.bool_]:
        """Which pairs of records, of `size` in all, are neighbours today."""
        import numpy as np

        is_asked, place = np.zeros(size, np.bool_), np.full(size, -1, np.int32)
        is_asked[left] = is_asked[right] = True
        at = np.flatnonzero(is_asked[self.node])
        place[self.node[at]] = at
        found: NDArray[np.bool_] = (place[left] >= 0) & (place[right] >= 0)
        return found & (np.abs(place[left] - place[right]) <= NEIGHBOURS)


def merged(
    kept: NDArray[np.int32], texts: pa.Array, rows: NDArray[np.int64], fresh: NDArray[np.int32], fresh_texts: pa.Array
) -> Order:
    """The order of today.

    Args:
        kept: numbers today of the records of the last run, in its order; -1 where a record is gone or has changed.
        texts: what they were sorted by, the text of the record at place p of the order at `rows[p]`.
        fresh, fresh_texts: number and text of records that are new or have changed, in any order.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    was = np.flatnonzero(kept >= 0)
    node = kept[was]
    known = pa.table({"text": fresh_texts, "node": fresh}).filter(pc.is_valid(fresh_texts))
    known = known.sort_by([("text", "ascending"), ("node", "ascending")])
    fresh, wanted = known["node"].to_numpy(), known["text"].combine_chunks()
    low, high = np.zeros(len(fresh), np.int64), np.full(len(fresh), len(was), dtype=np.int64)
    while (open_ := np.flatnonzero(low < high)).size:
        middle = (low[open_] + high[open_]) // 2
        text, mine = texts.take(pa.array(rows[was[middle]])), wanted.take(pa.array(open_))
        less, same = (_flags(compare(text, mine)) for compare in (pc.less, pc.equal))
        before = less | (same & (node[middle] < fresh[open_]))
        low[open_] = np.where(before, middle + 1, low[open_])
        high[open_] = np.where(before, high[open_], middle)
    return Order(np.insert(node, low, fresh), np.insert(was, low, -1))


def found_in(values: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the values are among some wanted ones, and which of them; `wanted`: ascending, distinct."""
    import numpy as np

    may_be = np.zeros(2**_BITS, np.bool_)
    may_be[wanted >> _REST] = True
    # So many bits are never beyond the end: nothing wraps, and nothing need be checked.
    found = np.flatnonzero(np.take(may_be, values >> _REST, mode="wrap"))
    which, sought = np.searchsorted(wanted, values[found]), values[found]
    is_wanted = wanted[np.minimum(which, len(wanted) - 1)] == sought
    return found[is_wanted], which[is_wanted]


def _flags(values: pa.Array) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = values.to_numpy(zero_copy_only=False)
    return found
