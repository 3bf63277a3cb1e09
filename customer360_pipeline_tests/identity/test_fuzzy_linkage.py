"""Average linkage under constraints: against the step-by-step algorithm, and the cases that would mix people."""

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity.fuzzy.linkage import UNIT, Edges, add_up, link

Scores = dict[tuple[int, int], float | None]


def edges(scores: Scores, apart: set[tuple[int, int]] = frozenset(), order: Random | None = None) -> Edges:  # type: ignore[assignment]
    """Edges from scores; None is a pair that says nothing."""
    pairs = sorted(scores)
    if order:
        order.shuffle(pairs)
    left, right = (np.array([pair[end] for pair in pairs], np.int32) for end in (0, 1))
    total = np.array([round((scores[pair] or 0) * UNIT) for pair in pairs], np.int64)
    counts = np.array([scores[pair] is not None for pair in pairs], np.int64)
    return add_up(left, right, total, counts, np.array([pair in apart for pair in pairs], np.bool_))


def clusters(count: int, found: Edges, threshold: float = 0.0, exclusive: object = None, cap: int = 50) -> list[int]:
    held = np.full((1, count), -1, np.int64) if exclusive is None else np.array([exclusive], np.int64)
    return link(count, found, held, np.ones(count, np.int64), threshold, cap).cluster.tolist()


def step_by_step(count: int, scores: Scores, apart: set[tuple[int, int]], threshold: float) -> list[int]:
    """The textbook: join the nearest two clusters, recompute, repeat."""
    members = {node: [node] for node in range(count)}
    while True:
        best = None
        for a, b in combinations(sorted(members), 2):
            pairs = [tuple(sorted((x, y))) for x in members[a] for y in members[b]]
            values = [round(scores[p] * UNIT) for p in pairs if scores.get(p) is not None]  # type: ignore[operator,index,arg-type]
            if any(pair in apart for pair in pairs) or not values:
                continue
            mean = sum(values) / len(values) / UNIT
            if mean >= threshold and (best is None or mean > best[0]):
                best = (mean, a, b)
        if best is None:
            return [min(next(m for m in members.values() if node in m)) for node in range(count)]
        members[best[1]] += members.pop(best[2])


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 8), st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_rounds_of_nearest_neighbours_are_the_step_by_step_algorithm(count: int, seed: int, order: Random) -> None:
    draw = Random(seed)
    pairs = list(combinations(range(count), 2))
    scores: Scores = {pair: draw.uniform(-6, 6) for pair in pairs}
    apart = {pair for pair in pairs if draw.random() < 0.15}
    expected = step_by_step(count, scores, apart, 0.5)
    assert clusters(count, edges(scores, apart), 0.5) == expected
    assert clusters(count, edges(scores, apart, order), 0.5) == expected


def test_a_chain_of_alike_records_is_not_one_person() -> None:
    """1 is like 0 and like 2, which are not alike: the mean of 2 to both is below the threshold."""
    assert clusters(3, edges({(0, 1): 6.0, (1, 2): 4.0, (0, 2): -8.0})) == [0, 0, 2]


def test_a_pair_that_says_nothing_does_not_count() -> None:
    assert clusters(3, edges({(0, 1): 6.0, (1, 2): 4.0, (0, 2): None})) == [0, 0, 0]
    assert clusters(2, edges({(0, 1): None})) == [0, 1]


@pytest.mark.parametrize(
    ("exclusive", "expected"),
    [
        ([7, 7, -1], [0, 0, 0]),
        ([7, -1, 8], [0, 0, 2]),
        # 1 joins 0, the nearer one, and takes its user id with it.
        ([7, -1, 7], [0, 0, 0]),
    ],
)
def test_a_cluster_holds_one_exclusive_value_also_through_a_third_record(
    exclusive: list[int], expected: list[int]
) -> None:
    assert clusters(3, edges({(0, 1): 6.0, (1, 2): 5.0, (0, 2): 4.0}), exclusive=exclusive) == expected


def test_what_must_stay_apart_stays_apart_through_every_union() -> None:
    scores: Scores = {(0, 1): 9.0, (1, 2): 9.0, (0, 2): 9.0, (2, 3): 9.5, (1, 3): 9.0, (0, 3): 9.0}
    found = clusters(4, edges(scores, {(0, 3)}))
    assert found[0] != found[3]


def test_the_cap_holds() -> None:
    scores: Scores = dict.fromkeys(combinations(range(6), 2), 8.0)
    found = clusters(6, edges(scores), cap=4)
    assert max(found.count(cluster) for cluster in found) <= 4
