"""Which records must be grouped anew, given the last results and what has changed since. Pure: arrays in, arrays out.

Components of groups by key and alike pairs do not matter to each other (`fuzzy/grouping.py`). So links stand where
nothing changed in the component of a record, before or now: not a record, its group, what it is kept apart from, nor
an alike pair. Records are numbered anew in every run, in the same order: `Renumbering` takes old numbers to new ones.

Keeping the last results does not belong here (`fuzzy_state.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.components import connected_components

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.shapes import Constraints, Near, Pairs

# The pairs of a record are told in so many parts, so that one new pair does not have all others compared again.
BUCKETS = 8


@dataclass(frozen=True)
class Records:
    """The records of a run, by number.

    Args:
        key: 64-bit hash of source and record id: the record, whatever its number.
        content: 64-bit hash of everything that is compared.
        group: the smallest record of its group by key.
        pairs: array of (records, BUCKETS) of uint64: per bucket a sum over the records it is compared with.
    """

    key: NDArray[np.uint64]
    content: NDArray[np.uint64]
    group: NDArray[np.int32]
    pairs: NDArray[np.uint64]


@dataclass(frozen=True)
class Last:
    """The last results, in the numbers of then: records, what they were kept apart from, pairs that were alike."""

    records: Records
    apart: Pairs
    near: Near


@dataclass(frozen=True)
class Renumbering:
    """old: the old number of each record, new: the new number of each old one; -1 where there is none."""

    old: NDArray[np.int32]
    new: NDArray[np.int32]


@dataclass(frozen=True)
class Changes:
    """What has changed.

    Args:
        record: records that are new, hold other values, or are in another group: all their pairs are compared.
        pairs: array of (records, BUCKETS): whose pairs are compared again.
    """

    numbers: Renumbering
    record: NDArray[np.bool_]
    pairs: NDArray[np.bool_]


def bucket(key: NDArray[np.uint64]) -> NDArray[np.intp]:
    """The bucket of a record in the pairs of others."""
    import numpy as np

    return (key % np.uint64(BUCKETS)).astype(np.intp)


def add_pairs(sums: NDArray[np.uint64], key: NDArray[np.uint64], pairs: Pairs) -> None:
    """Add pairs to the sums of `Records.pairs`: in any order and any batches they give the same."""
    import numpy as np

    left, other = pairs[0], key[pairs[1]]
    mixed = (other ^ (other >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    np.add.at(sums, (left, bucket(other)), mixed)


def renumbering(before: NDArray[np.uint64], now: NDArray[np.uint64]) -> Renumbering | None:
    """Old and new numbers by key; None where a key is not unique."""
    import numpy as np

    order = np.argsort(before, kind="stable").astype(np.int32)
    keys = before[order]
    if (keys[1:] == keys[:-1]).any() or len(np.unique(now)) < len(now):
        return None
    old = np.full(len(now), -1, dtype=np.int32)
    if len(keys):
        places = np.minimum(np.searchsorted(keys, now), len(keys) - 1)
        found = keys[places] == now
        old[found] = order[places[found]]
    new = np.full(len(before), -1, dtype=np.int32)
    here = np.flatnonzero(old >= 0)
    new[old[here]] = here
    return Renumbering(old, new)


def changes(last: Records, now: Records, numbers: Renumbering) -> Changes:
    """Compare the records of two runs."""
    import numpy as np

    here = np.flatnonzero(numbers.old >= 0)
    old = numbers.old[here]
    record = np.ones(len(now.key), np.bool_)
    same = (last.content[old] == now.content[here]) & (numbers.new[last.group[old]] == now.group[here])
    record[here] = ~same
    pairs = np.ones((len(now.key), BUCKETS), np.bool_)
    pairs[here] = last.pairs[old] != now.pairs[here]
    pairs[record] = True
    return Changes(numbers, record, pairs)


def compared_again(found: Changes, key: NDArray[np.uint64], pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs of records are new or hold a changed record."""
    left, right = pairs
    again: NDArray[np.bool_] = found.record[right] | found.pairs[left, bucket(key[right])]
    return again


def still_alike(found: Changes, key: NDArray[np.uint64], last: Near) -> Near:
    """The pairs that were alike and need not be compared again, in new numbers."""
    left, right = found.numbers.new[last.left], found.numbers.new[last.right]
    here = (left >= 0) & (right >= 0)
    left, right, score = left[here], right[here], last.score[here]
    stand = ~compared_again(found, key, (left, right))
    return type(last)(left[stand], right[stand], score[stand])


def touched(
    found: Changes, last: Last, now: Records, apart: Pairs, near: Near
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(records whose component changed, those of them whose component holds alike pairs).

    Args:
        apart, near: of this run.
    """
    import numpy as np

    numbers, size, before = found.numbers, len(now.key), len(last.records.key)
    dirty = found.record.copy()
    for ends in (_apart_changes(numbers, last.apart, apart, size), _near_changes(numbers, last.near, near, size)):
        dirty[ends] = True
    was = _components(last.records.group, last.near)
    here = np.flatnonzero(numbers.old >= 0)
    broken = np.zeros(before, np.bool_)
    broken[was[numbers.new < 0]] = True
    broken[was[numbers.old[here][dirty[here]]]] = True
    dirty[here] |= broken[was[numbers.old[here]]]
    is_now = _components(now.group, near)
    anew, several = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    anew[is_now[dirty]] = True
    several[is_now[near.left]] = True
    return anew[is_now], anew[is_now] & several[is_now]


def near_within(nodes: NDArray[np.int32], near: Near) -> Near:
    """The pairs among some records (ascending), by position there."""
    import numpy as np

    inside = np.isin(near.left, nodes)
    left, right = (np.searchsorted(nodes, ends[inside]).astype(np.int32) for ends in (near.left, near.right))
    return type(near)(left, right, near.score[inside])


def constraints_within(nodes: NDArray[np.int32], known: Constraints) -> Constraints:
    """What is known of some records (ascending, whole groups), by position there."""
    import numpy as np

    inside = np.isin(known.apart[0], nodes) & np.isin(known.apart[1], nodes)
    left, right = (np.searchsorted(nodes, ends[inside]).astype(np.int32) for ends in known.apart)
    group = np.searchsorted(nodes, known.group[nodes]).astype(np.int32)
    return type(known)(group, known.exclusive[:, nodes], (left, right))


def standing(numbers: Renumbering, stale: NDArray[np.bool_], left: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which old links still stand, by their left end: its record is there, and its component did not change."""
    new = numbers.new[left]
    stand: NDArray[np.bool_] = (new >= 0) & ~stale[new]
    return stand


def _components(group: NDArray[np.int32], near: Near) -> NDArray[np.int32]:
    """The component of each record, by groups and alike pairs."""
    return connected_components(len(group), group[near.left], group[near.right])[group]


def _apart_changes(numbers: Renumbering, last: Pairs, now: Pairs, size: int) -> NDArray[np.int64]:
    import numpy as np

    left, right = numbers.new[last[0]], numbers.new[last[1]]
    here = (left >= 0) & (right >= 0)
    return _ends(np.setxor1d(_codes(left[here], right[here], size), _codes(*now, size)), size)


def _near_changes(numbers: Renumbering, last: Near, now: Near, size: int) -> NDArray[np.int64]:
    """Ends of pairs that became or stopped being alike, or changed their score."""
    import numpy as np

    left, right = numbers.new[last.left], numbers.new[last.right]
    here = (left >= 0) & (right >= 0)
    before, after = _codes(left[here], right[here], size), _codes(now.left, now.right, size)
    pairs, places = np.unique(np.concatenate([before, after]), return_inverse=True)
    score = np.full((2, len(pairs)), np.nan)
    score[0, places[: len(before)]] = last.score[here]
    score[1, places[len(before) :]] = now.score
    return _ends(pairs[~(score[0] == score[1])], size)


def _codes(left: NDArray[np.int32], right: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    import numpy as np

    return left.astype(np.int64) * size + right


def _ends(codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    import numpy as np

    return np.concatenate([codes // size, codes % size]) if size else codes
