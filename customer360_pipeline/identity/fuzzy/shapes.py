"""What the steps of the fuzzy tier hand to each other. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]
    Batches = Callable[[], Iterable[Pairs]]

#: Pairs that a thread compares at a time: bounds the memory.
BATCH = 500_000


@dataclass(frozen=True)
class Settings:
    """Thresholds in log-odds, the most records of a component and of a cluster, and batches compared at a time."""

    merge: float
    review: float
    max_component: int = 400
    max_cluster: int = 50
    threads: int = 1


@dataclass(frozen=True)
class Constraints:
    """What is known before.

    Args:
        group: the cluster of each record by its keys, any numbering: its smallest record.
        exclusive: array of (kinds, records) of int64: values of which a customer holds at most one, -1 for none.
        apart: pairs of records that must not be one customer.
    """

    group: NDArray[np.int32]
    exclusive: NDArray[np.int64]
    apart: Pairs


@dataclass(frozen=True)
class Result:
    """Links between records, `left` < `right`, ordered: those that merge, then those for review.

    Args:
        accepted: False: grey zone, for a person to decide.
        score: log-odds of the pair.
        mean: mean log-odds of the two clusters the pair stands for, as they ended.
        code: packed levels of the pair.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    accepted: NDArray[np.bool_]
    score: NDArray[np.float64]
    mean: NDArray[np.float64]
    code: NDArray[np.int64]


@dataclass(frozen=True)
class Near:
    """Pairs of records of two groups whose score reaches the threshold of review, each once, `left` < `right`."""

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    score: NDArray[np.float64]


def pair_codes(left: NDArray[np.int32], right: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    """One number for each pair of records, of `size` in all, whichever end comes first."""
    import numpy as np

    return np.minimum(left, right).astype(np.int64) * size + np.maximum(left, right)


def among(pairs: Pairs, others: Pairs, size: int) -> NDArray[np.bool_]:
    """Which pairs of records, of `size` in all, are among others."""
    import numpy as np

    wanted, known = pair_codes(*pairs, size), np.sort(pair_codes(*others, size))
    if not len(known):
        return np.zeros(len(wanted), np.bool_)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, wanted), len(known) - 1)] == wanted
    return found
