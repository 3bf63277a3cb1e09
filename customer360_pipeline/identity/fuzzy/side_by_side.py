"""Several batches at a time, each on a thread of its own; what comes out does not tell how many. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Input = TypeVar("Input")
Output = TypeVar("Output")


def side_by_side(work: Callable[[Input], Output], inputs: Iterable[Input], threads: int) -> Iterator[Output]:
    """What a function makes of each input, in the order of the inputs.

    Args:
        work: called by up to `threads` threads at a time. It gains where it lets go of the interpreter, as numpy,
            Arrow and RapidFuzz do.
        inputs: taken by the caller's thread, and at most one more of them than `threads` before its turn.
    """
    if threads < 2:
        yield from map(work, inputs)
        return
    with ThreadPoolExecutor(threads) as pool:
        begun: deque[Future[Output]] = deque()
        try:
            for one in inputs:
                begun.append(pool.submit(work, one))
                if len(begun) > threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for left in begun:
                left.cancel()
