"""Batches on several threads: the order of the inputs, few of them taken ahead, and no error lost."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier

import pytest

from customer360_pipeline.identity.fuzzy.side_by_side import side_by_side


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_inputs(threads: int) -> None:
    assert list(side_by_side(lambda n: n * n, range(7), threads)) == [0, 1, 4, 9, 16, 25, 36]
    assert list(side_by_side(lambda n: n * n, [], threads)) == []


def test_as_many_are_worked_on_at_a_time_as_there_are_threads() -> None:
    # Each waits until three are there: with fewer threads this would never end, and the barrier breaks.
    together = Barrier(3, timeout=30)
    assert sorted(side_by_side(lambda _: together.wait(), range(6), 3)) == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(("threads", "most"), [(1, 1), (2, 3)])
def test_no_more_inputs_are_taken_ahead_than_threads_and_one(threads: int, most: int) -> None:
    taken: list[int] = []

    def inputs() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    ahead = [len(taken) - given for given, _ in enumerate(side_by_side(lambda n: n, inputs(), threads))]
    assert max(ahead) == most


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_of_the_work_comes_out(threads: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda n: 1 // (n - 2), range(5), threads))
