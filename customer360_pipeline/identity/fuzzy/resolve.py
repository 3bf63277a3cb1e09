"""The fuzzy tier from records and candidate pairs to links. Pure: Arrow and numpy in, arrays out.

The result depends on nothing but the records, the pairs and the settings: not on their order, batches or threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.components import connected_components
from customer360_pipeline.identity.fuzzy.fields import FIELDS
from customer360_pipeline.identity.fuzzy.learned import Learned, learned_of
from customer360_pipeline.identity.fuzzy.levels import compare
from customer360_pipeline.identity.fuzzy.linkage import UNIT, Edges, add_up, link
from customer360_pipeline.identity.fuzzy.model import strata, train
from customer360_pipeline.identity.fuzzy.patterns import Patterns, collapse, pack
from customer360_pipeline.identity.fuzzy.scores import Scorer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.prepare import Coded, People

    Pairs = tuple[NDArray[np.int32], NDArray[np.int32]]
    Batches = Callable[[], Iterable[Pairs]]

# Random pairs drawn to learn how two people compare (design), and candidate pairs enough to learn from.
RANDOM_PAIRS = 200_000
TRAINING_PAIRS = 1_000_000
# Pairs compared at a time: bounds the memory.
BATCH = 1_000_000
# Step by which the threshold rises, in log-odds, where a component is too large to compare all its records.
_STEP = 1.5
_HIGHEST = 12.0


@dataclass(frozen=True)
class Settings:
    """Thresholds in log-odds, and the most records of a component and of a cluster."""

    merge: float
    review: float
    max_component: int = 400
    max_cluster: int = 50


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


def learn(people: People, candidates: Batches, sources: tuple[str, ...]) -> Learned:
    """Learn what each level says from the candidate pairs and from random ones.

    Args:
        sources: their names, by the codes of the records.
    """
    import numpy as np

    number = len(sources)
    taken = [pack(compare(people, *pairs), _strata(people, pairs, number)) for pairs in _sample(candidates)]
    patterns = collapse(taken) if taken else _no_patterns()
    model = train(
        patterns,
        compare(people, *_random_pairs(people.size)),
        _equal_shares(people),
        np.bincount(people.source, minlength=number),
    )
    return learned_of(people, model, sources)


def resolve(
    people: People, learned: Learned, candidates: Batches, constraints: Constraints, settings: Settings
) -> Result:
    """Group the records, starting from their groups by key.

    Args:
        candidates: gives the pairs of positions to compare, in batches; each pair once, in any order.
    """
    return linked(
        people, learned, near(people, learned, candidates, constraints.group, settings), constraints, settings
    )


def near(people: People, learned: Learned, candidates: Batches, group: NDArray[np.int32], settings: Settings) -> Near:
    """The candidate pairs that are alike. A pair's score depends on its two records and on what was learned alone."""
    import numpy as np

    scorer = Scorer(people, learned, settings.merge, settings.review)
    found = [_near(scorer, group, pairs, settings.review) for pairs in candidates()]
    return Near(*(np.concatenate(part) for part in zip(*found, strict=True))) if found else Near(*_nothing())


def linked(people: People, learned: Learned, found: Near, constraints: Constraints, settings: Settings) -> Result:
    """Group the records by their alike pairs. Records that no chain of groups and alike pairs connects do not matter
    to each other: whole components by themselves give the same links."""
    scorer = Scorer(people, learned, settings.merge, settings.review)
    component = _components(people.size, constraints.group, found.left, found.right, found.score, settings)
    return _linked(people, scorer, component, constraints, settings)


def _strata(people: People, pairs: Pairs, sources: int) -> NDArray[np.int32]:
    return strata(people.source[pairs[0]], people.source[pairs[1]], sources)


def _sample(candidates: Batches) -> Iterator[Pairs]:
    """About TRAINING_PAIRS of the pairs, chosen by the pair itself, so that order and batches do not matter."""
    import numpy as np

    total = sum(len(left) for left, _ in candidates())
    share = min(1.0, TRAINING_PAIRS / max(total, 1))
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


def _no_patterns() -> Patterns:
    import numpy as np

    return collapse([np.zeros(0, np.int64)])


def _nothing() -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    import numpy as np

    return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)


def _near(
    scorer: Scorer, group: NDArray[np.int32], pairs: Pairs, threshold: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """The pairs of two groups that reach the threshold."""
    left, right = pairs
    apart = group[left] != group[right]
    left, right = left[apart], right[apart]
    score = scorer.score(left, right).log_odds
    near = score >= threshold
    return left[near], right[near], score[near]


def _components(
    size: int, group: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32],
    score: NDArray[np.float64], settings: Settings,
) -> NDArray[np.int32]:  # fmt: skip
    """The component of each record; -1 where it is alone with its group, or too large however high the threshold."""
    import numpy as np

    a, b = group[left], group[right]
    threshold = settings.review
    while True:
        component = connected_components(size, a, b)[group]
        sizes = np.bincount(component, minlength=size)
        too_large = sizes[component] > settings.max_component
        threshold += _STEP
        if not too_large.any() or threshold > _HIGHEST:
            break
        keep = ~too_large[a] | (score >= threshold)
        a, b, score = a[keep], b[keep], score[keep]
    component[too_large] = -1
    groups = np.bincount(component[(component >= 0) & (group == np.arange(size))], minlength=size)
    component[(component >= 0) & (groups[component] < 2)] = -1
    return component


def _linked(
    people: People, scorer: Scorer, component: NDArray[np.int32], constraints: Constraints, settings: Settings
) -> Result:
    import numpy as np

    members = np.flatnonzero(component >= 0).astype(np.int32)
    # Groups numbered by their smallest record, so that all ties are broken by it.
    names, place = np.unique(constraints.group[members], return_inverse=True)
    number = np.full(people.size, -1, dtype=np.int32)
    number[members] = place
    scored = _all_pairs(scorer, members, component, number)
    edges = _edges(number, scored, constraints.apart)
    exclusive = _of_groups(len(names), place, constraints.exclusive[:, members])
    sizes = np.bincount(place, minlength=len(names))
    outcome = link(len(names), edges, exclusive, sizes, settings.merge, settings.max_cluster)
    return _links(number, scored, outcome.cluster, outcome.rest, settings)


@dataclass(frozen=True)
class _Scored:
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    units: NDArray[np.int64]
    in_mean: NDArray[np.int64]
    counts: NDArray[np.bool_]
    code: NDArray[np.int64]


def _all_pairs(
    scorer: Scorer, members: NDArray[np.int32], component: NDArray[np.int32], number: NDArray[np.int32]
) -> _Scored:
    """Every pair of records of one component and two groups, scored, in batches of whole components."""
    import numpy as np

    order = members[np.lexsort((members, component[members]))]
    starts = np.flatnonzero(np.diff(component[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    cut = np.cumsum(sizes.astype(np.int64) ** 2) // (2 * BATCH)
    parts = []
    for batch in np.unique(cut):
        chosen = np.flatnonzero(cut == batch)
        left, right = _pairs_within(order, starts[chosen], sizes[chosen])
        differ = number[left] != number[right]
        left, right = left[differ], right[differ]
        scores = scorer.score(left, right)
        units, in_mean = (np.rint(values * UNIT).astype(np.int64) for values in (scores.log_odds, scores.in_mean))
        parts.append((left, right, units, in_mean, scores.counts, scores.code))
    if not parts:
        empty = np.zeros(0, np.int32)
        none = np.zeros(0, np.int64)
        return _Scored(empty, empty, none, none, np.zeros(0, np.bool_), none)
    return _Scored(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _pairs_within(order: NDArray[np.int32], starts: NDArray[np.intp], sizes: NDArray[np.intp]) -> Pairs:
    """All pairs left < right inside each run of `order`."""
    import numpy as np

    squares = sizes**2
    run = np.repeat(np.arange(len(sizes)), squares)
    within = np.arange(squares.sum()) - np.repeat(np.cumsum(squares) - squares, squares)
    left = order[starts[run] + within // sizes[run]]
    right = order[starts[run] + within % sizes[run]]
    keep = left < right
    return left[keep], right[keep]


def _edges(number: NDArray[np.int32], scored: _Scored, apart: Pairs) -> Edges:
    """The pairs of groups: mean scores of those pairs of records that say something, and what is held apart."""
    import numpy as np

    a, b = number[scored.left], number[scored.right]
    forbidden_a, forbidden_b = number[apart[0]], number[apart[1]]
    inside = (forbidden_a >= 0) & (forbidden_b >= 0) & (forbidden_a != forbidden_b)
    a, b = np.concatenate([a, forbidden_a[inside]]), np.concatenate([b, forbidden_b[inside]])
    none = np.zeros(int(inside.sum()), np.int64)
    return add_up(
        np.minimum(a, b),
        np.maximum(a, b),
        np.concatenate([np.where(scored.counts, scored.in_mean, 0), none]),
        np.concatenate([scored.counts.astype(np.int64), none]),
        np.concatenate([np.zeros(len(scored.left), np.bool_), np.ones(len(none), np.bool_)]),
    )


def _of_groups(groups: int, place: NDArray[np.intp], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """The exclusive value of each group; one that holds several, as a source's own merge may, gets one of its own."""
    import numpy as np

    found = np.full((len(values), groups), -1, dtype=np.int64)
    for kind, row in enumerate(values):
        np.maximum.at(found[kind], place, row)
        several = (row >= 0) & (row != found[kind][place])
        own = np.unique(place[several])
        found[kind][own] = row.max(initial=0) + 1 + own
    return found


def _links(
    number: NDArray[np.int32], scored: _Scored, cluster: NDArray[np.int32], rest: Edges, settings: Settings
) -> Result:
    """For each merge the strongest pairs that hold the cluster together; for each grey pair of clusters its best."""
    import numpy as np

    order = np.lexsort((scored.right, scored.left, -scored.units))
    a, b = number[scored.left[order]], number[scored.right[order]]
    tree = order[_spanning(len(cluster), a, b, cluster[a] == cluster[b])]
    mean = rest.mean()
    grey = np.flatnonzero((mean >= settings.review) & (mean < settings.merge))
    low, high = np.minimum(cluster[a], cluster[b]).astype(np.int64), np.maximum(cluster[a], cluster[b])
    of_pair = low * len(cluster) + high
    wanted = rest.left[grey].astype(np.int64) * len(cluster) + rest.right[grey]
    pairs, first = np.unique(of_pair, return_index=True)
    best = order[first[np.searchsorted(pairs, wanted)]] if len(pairs) else order[:0]
    chosen = np.concatenate([tree, best])
    score = scored.units[chosen] / UNIT
    accepted = np.arange(len(chosen)) < len(tree)
    means = np.concatenate([score[: len(tree)], mean[grey]])
    final = np.lexsort((scored.right[chosen], scored.left[chosen], ~accepted))
    chosen = chosen[final]
    return Result(
        scored.left[chosen], scored.right[chosen], accepted[final], score[final], means[final], scored.code[chosen]
    )


def _spanning(
    clusters: int, a: NDArray[np.int32], b: NDArray[np.int32], allowed: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Places of the edges of the maximum spanning forest; edges come best first (Boruvka 1926)."""
    import numpy as np

    open_ = np.flatnonzero(allowed)
    tree = np.arange(clusters, dtype=np.int32)
    chosen: list[NDArray[np.intp]] = []
    while len(open_ := open_[tree[a[open_]] != tree[b[open_]]]):
        best = np.full(clusters, len(a), dtype=np.int64)
        np.minimum.at(best, tree[a[open_]], open_)
        np.minimum.at(best, tree[b[open_]], open_)
        taken = np.unique(best[best < len(a)])
        chosen.append(taken)
        tree = connected_components(clusters, np.concatenate([a[c] for c in chosen]),
                                    np.concatenate([b[c] for c in chosen]))  # fmt: skip
    return np.sort(np.concatenate(chosen)) if chosen else np.zeros(0, np.intp)
