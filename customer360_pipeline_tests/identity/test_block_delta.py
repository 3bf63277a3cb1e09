"""What changed in blocks and sorted orders, held against listing the pairs of two days and comparing them."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity import block_delta
from customer360_pipeline.identity.block_delta import NEIGHBOURS, Values, found_in, merged

CAP = 3
# Records of two days by name: the value of each, 0 for none; a name that is missing is not there that day.
DAY = st.dictionaries(st.integers(0, 14), st.integers(0, 3), max_size=15)
Pairs = set[tuple[int, int]]


def days(before: dict[int, int], now: dict[int, int]) -> tuple[dict[int, int], list[int], list[int]]:
    """Number today of each record, whether records stayed as they were, and who is fresh."""
    number = {name: place for place, name in enumerate(sorted(now))}
    kept = [number[name] if name in now and now[name] == before[name] else -1 for name in sorted(before)]
    fresh = [name for name in sorted(now) if before.get(name) != now[name]]
    return number, kept, fresh


def as_pairs(left: np.ndarray, right: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(left.tolist(), right.tolist(), strict=True))


def pairs_of_blocks(day: dict[int, int]) -> Pairs:
    """Pairs of names that share a value which at most CAP records have."""
    counts = {value: list(day.values()).count(value) for value in day.values()}
    return {
        (a, b) for a, b in combinations(sorted(day), 2) if day[a] == day[b] and day[a] > 0 and counts[day[a]] <= CAP
    }


def large_blocks(day: dict[int, int]) -> dict[int, int]:
    """Value -> records of the blocks of more than CAP records."""
    counts = {value: list(day.values()).count(value) for value in sorted(set(day.values())) if value}
    return {value: count for value, count in counts.items() if count > CAP}


def values_of(
    before: dict[int, int], now: dict[int, int], large: dict[int, int], alike: list[tuple[int, int]]
) -> Values:
    """Two days; `alike`: pairs of places among the records of the first one."""
    number, kept, fresh = days(before, now)
    left, right = (np.array([pair[end] for pair in alike], np.int64) for end in (0, 1))
    return Values(
        np.array([before[name] for name in sorted(before)], np.uint32), np.array(kept, np.int32),
        np.flatnonzero(np.array(kept, np.int32) < 0),
        np.array([now[name] for name in fresh], np.uint32), np.array([number[name] for name in fresh], np.int32),
        left, right, CAP, np.array(sorted(large), np.uint32), np.array([large[v] for v in sorted(large)], np.int32),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(DAY, min_size=2, max_size=5))
def test_blocks_give_the_new_pairs_and_know_those_that_stay_day_by_day(every_day: list[dict[int, int]]) -> None:
    """Would hurt: a block that was too large and is not any more, and whose records nobody compares."""
    large = large_blocks(every_day[0])
    for before, now in pairwise(every_day):
        number, kept, fresh = days(before, now)
        names = sorted(before)
        alike = [(a, b) for a, b in combinations(range(len(names)), 2) if kept[a] >= 0 and kept[b] >= 0]
        values = values_of(before, now, large, alike)
        old, new = pairs_of_blocks(before), pairs_of_blocks(now)
        wanted = {(a, b) for a, b in new if (a, b) not in old or a in fresh or b in fresh}
        assert sorted(as_pairs(*values.new_pairs())) == sorted((number[a], number[b]) for a, b in wanted)
        assert values.together().tolist() == [(names[a], names[b]) in new for a, b in alike]
        large = dict(as_pairs(*values.large()))
        assert large == large_blocks(now)


def test_the_records_of_a_block_that_stays_too_large_are_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict.fromkeys(range(9), 1) | {9: 2}
    now = dict.fromkeys(range(8), 1) | {9: 2, 10: 1, 11: 2}
    looked_up = []
    monkeypatch.setattr(
        block_delta,
        "found_in",
        lambda values, wanted: looked_up.append((len(values), *wanted)) or found_in(values, wanted),
    )
    assert as_pairs(*values_of(before, now, {1: 9}, []).new_pairs()) == [(8, 10)]
    assert [wanted for records, *wanted in looked_up if records == len(before)] == [[2]]


def neighbours(day: dict[int, int]) -> Pairs:
    """Pairs of names next or next but one to each other, sorted by text and name; 0 has no text."""
    ordered = sorted((name for name in day if day[name]), key=lambda name: ("abc"[day[name] - 1], name))
    return {
        (min(a, b), max(a, b))
        for step in range(1, NEIGHBOURS + 1)
        for a, b in zip(ordered, ordered[step:], strict=False)
    }


@settings(max_examples=150, deadline=None)
@given(DAY, DAY)
def test_sorted_orders_give_the_new_neighbours_and_know_those_that_stay(
    before: dict[int, int], now: dict[int, int]
) -> None:
    """Would hurt: two records between which one has gone, and whom nobody compares."""
    number, kept, fresh = days(before, now)
    names = sorted(before)
    texts = pa.array(["abc"[before[name] - 1] if before[name] else None for name in names], pa.string())
    rows = np.array(
        sorted((place for place, name in enumerate(names) if before[name]), key=lambda p: (before[names[p]], p)),
        dtype=np.int64,
    )
    order = merged(
        np.array(kept, np.int32)[rows], texts, rows, np.array([number[name] for name in fresh], np.int32),
        pa.array(["abc"[now[name] - 1] if now[name] else None for name in fresh], pa.string()),
    )  # fmt: skip
    found = set(as_pairs(*order.new_pairs()))
    old, new = neighbours(before), neighbours(now)
    wanted = {(number[a], number[b]) for a, b in new if (a, b) not in old or a in fresh or b in fresh}
    assert found >= wanted and found <= {(number[a], number[b]) for a, b in new}
    every = list(combinations(sorted(now), 2))
    left, right = (np.array([number[pair[end]] for pair in every], np.int32) for end in (0, 1))
    assert order.together(left, right, len(now)).tolist() == [pair in new for pair in every]
