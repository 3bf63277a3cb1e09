"""What each level says, learned from candidate pairs and random ones of one set of records. Pure.

How a model is fitted does not belong here (`model.py`), nor what of it is kept (`learned.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.identity.fuzzy.fields import FIELDS
from customer360_pipeline.identity.fuzzy.learned import Learned, learned_of
from customer360_pipeline.identity.fuzzy.levels import compare
from customer360_pipeline.identity.fuzzy.model import Population, strata, train
from customer360_pipeline.identity.fuzzy.patterns import collapse, pack
from customer360_pipeline.identity.fuzzy.shapes import among
from customer360_pipeline.identity.fuzzy.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.prepare import Coded, People
    from customer360_pipeline.identity.fuzzy.shapes import Batches, Pairs

# Random pairs drawn to learn how two people compare (design), and candidate pairs enough to learn from.
RANDOM_PAIRS = 200_000
TRAINING_PAIRS = 1_000_000


def learn(
    people: People, candidates: Batches, sources: tuple[str, ...], group: NDArray[np.int32], decided: Pairs,
    threads: int = 1,
) -> Learned:  # fmt: skip
    """Learn what each level says from the candidate pairs and from random ones.

    Args:
        sources: their names, by the codes of the records.
        group: the cluster of each record by its keys. Pairs that keys joined teach what one person's records look
            like; how many pairs of one person, of kin and of namesakes there are is asked of those that keys left
            apart, for only they are judged: most pairs of one person are not among them, all namesakes are.
        decided: pairs that people keep apart. They look like one person, or nobody would have been asked; taken for
            pairs that keys left apart, each would make it likelier that two others are one.
        threads: batches compared at a time.
    """
    import numpy as np

    number = len(sources)
    share = min(1.0, TRAINING_PAIRS / max(sum(len(left) for left, _ in candidates()), 1))

    def packed(pairs: Pairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        left, right = pairs
        code = pack(compare(people, left, right), strata(people.source[left], people.source[right], number))
        return code, code[(group[left] != group[right]) & ~among(pairs, decided, people.size)]

    nothing = np.zeros(0, np.int64)
    found = side_by_side(packed, _sample(candidates, share), threads)
    taken, apart = zip((nothing, nothing), *found, strict=True)
    random, equal = compare(people, *_random_pairs(people.size)), _equal_shares(people)
    records, dated = (np.bincount(of, minlength=number) for of in (people.source, people.source[people.birth > 0]))
    population = Population(records, dated, share)
    model = train(collapse(taken), random, equal, population)
    if sum(map(len, apart)) < sum(map(len, taken)):
        model = train(collapse(apart), random, equal, population, model)
    return learned_of(people, model, sources)


def _sample(candidates: Batches, share: float) -> Iterator[Pairs]:
    """A share of the pairs, chosen by the pair itself, so that order and batches do not matter."""
    import numpy as np

    for left, right in candidates():
        if share < 1:
            mixed = (left.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ right.astype(np.uint64)
            mixed = (mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(32)
            taken = mixed < np.uint64(share * 2**32)
            left, right = left[taken], right[taken]
        yield left, right


def _random_pairs(size: int) -> Pairs:
    """Pairs of two records each; the same ones for the same number of records."""
    import numpy as np

    if size < 2:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    draw = np.random.Generator(np.random.PCG64(1))
    left = draw.integers(0, size, RANDOM_PAIRS).astype(np.int32)
    right = draw.integers(0, size - 1, RANDOM_PAIRS).astype(np.int32)
    return left, right + (right >= left).astype(np.int32)


def _equal_shares(people: People) -> tuple[float | None, ...]:
    """Per field the exact share of all pairs that agree fully, where a field is one column."""
    found: dict[str, Coded] = {
        "first_name": people.first, "last_name": people.last, "email": people.email, "company": people.company,
    }  # fmt: skip
    return tuple(_equal_share(found[field.name]) if field.name in found else None for field in FIELDS)


def _equal_share(coded: Coded) -> float | None:
    import numpy as np

    counts = np.bincount(coded.codes[coded.codes >= 0]).astype(np.float64)
    total = counts.sum()
    return float((counts * (counts - 1)).sum() / (total * (total - 1))) if total > 1 else None
