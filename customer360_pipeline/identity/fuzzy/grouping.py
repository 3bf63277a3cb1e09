"""Which records become one person, given the pairs that are alike: components, mean scores inside them, links. Pure.

The result depends on nothing but the records, the pairs and the settings: not on their order, batches or threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.components import connected_components
from customer360_pipeline.identity.fuzzy.linkage import UNIT, Edges, add_up, link
from customer360_pipeline.identity.fuzzy.scores import Scorer
from customer360_pipeline.identity.fuzzy.shapes import BATCH, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.learned import Learned
    from customer360_pipeline.identity.fuzzy.prepare import People
    from customer360_pipeline.identity.fuzzy.shapes import Constraints, Near, Pairs, Settings

# Step by which the threshold rises, in log-odds, where a component is too large to compare all its records.
_STEP = 1.5
_HIGHEST = 12.0


def linked(people: People, learned: Learned, found: Near, constraints: Constraints, settings: Settings) -> Result:
    """Group the records by their alike pairs. Records that no chain of groups and alike pairs connects do not matter
    to each other: whole components by themselves give the same links."""
    scorer = Scorer(people, learned, settings.merge, settings.review)
    component = _components(people.size, constraints.group, found.left, found.right, found.score, settings)
    return _linked(people, scorer, component, constraints, settings)


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
