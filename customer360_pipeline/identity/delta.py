"""Which records must be grouped anew, given the last results and what has changed since. Pure: arrays in, arrays out.

Components of groups by key and alike pairs do not matter to each other (`fuzzy/grouping.py`). So links stand where
nothing changed in the component of a record, before or now: not a record, its group, what it is kept apart from, nor
an alike pair. Records are numbered anew in every run, in the same order: `Renumbering` takes old numbers to new ones.

Keeping the last results does not belong here (`fuzzy_state.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.block_state import Slots
from customer360_pipeline.identity.components import connected_components
from customer360_pipeline.identity.fuzzy.shapes import pair_codes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.shapes import Near, Pairs


@dataclass(frozen=True)
class Records:
    """The records of a run, by number.

    Args:
        group: the smallest record of its group by key.
        slot: where what it has in common with others is kept (`block_state.py`).
        blocked: a hash of its values that may not link, which are not compared; 0: none.
    """

    group: NDArray[np.int32]
    slot: NDArray[np.int32]
    blocked: NDArray[np.uint64]


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
    """

    numbers: Renumbering
    record: NDArray[np.bool_]


def renumbering(before: NDArray[np.uint64], now: NDArray[np.uint64]) -> Renumbering | None:
    """Old and new numbers by key; None where a key is not unique."""
    import numpy as np

    for keys in (before, now):
        ordered = np.sort(keys)
        if (ordered[1:] == ordered[:-1]).any():
            return None
    old = _guessed(before, now)
    new = np.full(len(before), -1, dtype=np.int32)
    here = np.flatnonzero(old >= 0)
    new[old[here]] = here
    left, asked = np.flatnonzero(new < 0).astype(np.int32), np.flatnonzero(old < 0).astype(np.int32)
    left, asked = left[np.argsort(before[left])], asked[np.argsort(now[asked])]
    if len(left):
        places = np.minimum(np.searchsorted(before[left], now[asked]), len(left) - 1)
        found = before[left[places]] == now[asked]
        old[asked[found]] = left[places[found]]
        new[left[places[found]]] = asked[found]
    return Renumbering(old, new)


def _guessed(before: NDArray[np.uint64], now: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Old numbers, -1 where no guess was right. Both runs list their records in one order, so nearly every record has
    moved by as much as the next one whose key is a multiple of 64, which are few enough to look up."""
    import numpy as np

    marks, marks_now = (np.flatnonzero(keys & np.uint64(63) == 0) for keys in (before, now))
    _, known, known_now = np.intersect1d(before[marks], now[marks_now], assume_unique=True, return_indices=True)
    old = np.full(len(now), -1, dtype=np.int32)
    if not len(known):
        return old
    order = np.argsort(known_now)
    at, moved = marks_now[known_now[order]], (marks[known] - marks_now[known_now])[order]
    for shift in (np.concatenate([moved[:1], moved]), np.concatenate([moved, moved[-1:]])):
        guess = np.arange(len(now)) + np.repeat(shift, np.diff(np.concatenate([[0], at, [len(now)]])))
        right = (old < 0) & (guess >= 0) & (guess < len(before))
        right[right] = before[guess[right]] == now[right]
        old[right] = guess[right]
    return old


def changes(last: Records, now: Records, found: Changes) -> Changes:
    """Which records are compared anew: those that changed, and those in another group or with other blocked values."""
    # A record that was not there reads another's, -1 being the last place; it counts as changed anyhow.
    numbers, old = found.numbers, found.numbers.old
    same = (last.blocked[old] == now.blocked) & (numbers.new[last.group[old]] == now.group)
    return Changes(numbers, found.record | ~same)


def slots_of(last: Records, found: Changes) -> Slots:
    """Where the records of the last run stand today, and which records are new or have changed."""
    import numpy as np

    here = np.flatnonzero(~found.record).astype(np.int32)
    node = np.full(int(last.slot.max(initial=-1)) + 1, -1, dtype=np.int32)
    node[last.slot[found.numbers.old[here]]] = here
    return Slots(node, np.flatnonzero(found.record).astype(np.int32))


def unchanged(found: Changes, last: Near, group: NDArray[np.int32]) -> Near:
    """The pairs that were alike, in new numbers, of records that are as they were, in two groups."""
    left, right = found.numbers.new[last.left], found.numbers.new[last.right]
    stand = (left >= 0) & (right >= 0)
    stand &= ~found.record[left] & ~found.record[right] & (group[left] != group[right])
    return type(last)(left[stand], right[stand], last.score[stand])


def touched(
    found: Changes, last: Last, now: Records, apart: Pairs, near: Near
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(records whose component changed, those of them whose component holds alike pairs).

    Args:
        apart, near: of this run.
    """
    import numpy as np

    numbers, size, before = found.numbers, len(now.group), len(last.records.group)
    dirty = found.record.copy()
    for ends in (_apart_changes(numbers, last.apart, apart, size), _near_changes(numbers, last.near, near, size)):
        dirty[ends] = True
    was = _components(last.records.group, last.near)
    broken = np.zeros(before, np.bool_)
    broken[was[numbers.new < 0]] = True
    left = numbers.old[dirty]
    broken[was[left[left >= 0]]] = True
    # A record that was not there reads another's, -1 being the last place; it is dirty anyhow.
    dirty |= broken[was[numbers.old]]
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


def pairs_within(nodes: NDArray[np.int32], pairs: Pairs) -> Pairs:
    """The pairs of two of some records (ascending), by position there."""
    import numpy as np

    inside = np.isin(pairs[0], nodes) & np.isin(pairs[1], nodes)
    left, right = (np.searchsorted(nodes, ends[inside]).astype(np.int32) for ends in pairs)
    return left, right


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
    return _ends(np.setxor1d(pair_codes(left[here], right[here], size), pair_codes(*now, size)), size)


def _near_changes(numbers: Renumbering, last: Near, now: Near, size: int) -> NDArray[np.int64]:
    """Ends of pairs that became or stopped being alike, or changed their score."""
    import numpy as np

    left, right = numbers.new[last.left], numbers.new[last.right]
    here = (left >= 0) & (right >= 0)
    before, after = pair_codes(left[here], right[here], size), pair_codes(now.left, now.right, size)
    pairs, places = np.unique(np.concatenate([before, after]), return_inverse=True)
    score = np.full((2, len(pairs)), np.nan)
    score[0, places[: len(before)]] = last.score[here]
    score[1, places[len(before) :]] = now.score
    return _ends(pairs[~(score[0] == score[1])], size)


def _ends(codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    import numpy as np

    return np.concatenate([codes // size, codes % size]) if size else codes
