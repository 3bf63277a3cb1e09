"""What each level says about two records being one person, learned without labels. Pure.

Fellegi and Sunter (1969) with six latent classes, fitted by EM (Dempster, Laird, Rubin 1977): one person, two people
of one household, two of one name, parent and child of one name in one household, twins, two people. All pairs of
records are the population; those that were not compared are two people. So the number of pairs of two people is known,
and the model cannot mistake a coincidence for a match because blocking made it common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.fuzzy.fields import FIELDS, Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.patterns import Patterns

# Pairs the priors of a field weigh as much as, among pairs of one person (design: at least 20), and among random pairs.
SAME_PRIOR = 40.0
OTHER_PRIOR = 1_000.0
# Pairs that what all pairs showed weighs as much as, where only those are looked at that keys left apart.
BEFORE_PRIOR = 500.0
# Pairs of one person per record believed before any are seen, and pairs that belief weighs as much as.
MATCHES_PER_RECORD = 0.5
HOUSEHOLDS_PER_RECORD = 0.3
NAMESAKES_PER_RECORD = 0.3
# Parents and children of one name and household for each pair of one person, and pairs of one person that belief weighs
# as much as: three men in a hundred are named after a father, and most of them live elsewhere. They are counted where
# both birth dates are known: other pairs do not tell them from one person.
KIN_PER_MATCH = 0.01
KIN_PRIOR = 300.0
# Twins of one home likewise: one birth in eighty, and some of them are still at one address and both customers. It is
# not learned, for a wrong given name looks the same.
TWINS_PER_MATCH = 0.005
RATE_PRIOR = 50.0
# Part of the believed share of "different" that is kept however rarely the pairs show it: pairs are found because they
# agree, on an address say, and those that do not are not seen.
MIN_DIFFERENT = 0.5
# Fewer candidate pairs than this teach nothing: the priors stand as they are.
MIN_PAIRS = 500
# A small extract is still drawn from a village: it counts as at least this many records.
MIN_POPULATION = 1_000
_ROUNDS = 60
_SETTLED = 1e-6
_KIN = 2
_BIRTH = [field.name for field in FIELDS].index("birth_date")


@dataclass(frozen=True)
class Model:
    """Shares of the levels, index 0 (not known) being 1 everywhere, and expected pairs per stratum.

    Args:
        classes: for one person, a household, namesakes, kin, twins and two people: shares of levels by field.
        log_pairs: array of (strata, 6): log of the expected pairs of each class.
        is_trained: False: the data were too few and the priors stand.
    """

    classes: tuple[tuple[NDArray[np.float64], ...], ...]
    log_pairs: NDArray[np.float64]
    is_trained: bool

    def log_classes(self, levels: NDArray[np.int8], stratum: NDArray[np.int32]) -> NDArray[np.float64]:
        """Log of the expected number of pairs of each class with these levels: an array of (patterns, 6)."""
        import numpy as np

        found = self.log_pairs[stratum].copy()
        for kind, shares in enumerate(self.classes):
            for place, share in enumerate(shares):
                found[:, kind] += np.log(share)[levels[:, place]]
        return found

    def weights(self) -> list[NDArray[np.float64]]:
        """Log-odds each level of each field adds for one person against two."""
        import numpy as np

        return [np.log(same / other) for same, other in zip(self.classes[0], self.classes[-1], strict=True)]


@dataclass(frozen=True)
class Population:
    """The records that pairs are drawn from.

    Args:
        records: how many each source has.
        dated: how many of them have a birth date.
        sampled: the share of the candidate pairs that is counted.
    """

    records: NDArray[np.int64]
    dated: NDArray[np.int64]
    sampled: float = 1.0


def train(
    candidates: Patterns, random_levels: NDArray[np.int8], equal_shares: tuple[float | None, ...],
    population: Population, before: Model | None = None,
) -> Model:  # fmt: skip
    """Learn from the patterns of the candidate pairs.

    Args:
        candidates: patterns of the pairs that blocking found; `stratum` as `strata` numbers the pairs of sources.
        random_levels: levels of pairs of records drawn at random.
        equal_shares: per field the exact share of pairs that agree fully among all pairs, where it is known.
        before: a model of more pairs, of which these are those that keys left apart. It is what is believed of them.
    """
    import numpy as np

    all_pairs, found = _expected_pairs(population.records)
    observed = [_observed(random_levels[:, place], equal_shares[place], place) for place in range(len(FIELDS))]
    same = [
        _with_unknown(_as_random(np.array(field.same), seen[1:], field.wrong))
        for field, seen in zip(FIELDS, observed, strict=True)
    ]
    if int(candidates.pairs.sum()) < MIN_PAIRS:
        return before or _model(same, _others(observed, same, 0.0), all_pairs, found, is_trained=False)
    other, believed = observed, [SAME_PRIOR * np.array(field.same) for field in FIELDS]
    if before:
        same, other, found = list(before.classes[0]), list(before.classes[-1]), np.exp(before.log_pairs[:, :5])
        believed = [BEFORE_PRIOR * shares[1:] for shares in same]
    everybody = float(found[:, 0].sum())
    for _ in range(_ROUNDS):
        logs = _model(same, other, all_pairs, found, is_trained=True).log_classes(candidates.levels, candidates.stratum)
        weight = _posterior(logs) * candidates.pairs[:, None] / population.sampled
        same = [
            _same_shares(candidates.levels[:, place], weight[:, 0], place, other[place], believed[place])
            for place in range(len(FIELDS))
        ]
        last, found = found, _found(candidates, weight, all_pairs, population, everybody if before else None)
        other = _others(observed, same, float(found[:, 0].sum() / all_pairs.sum()))
        if np.abs(found - last).max() <= _SETTLED * max(1.0, found.max()):
            break
    return _model(same, other, all_pairs, found, is_trained=True)


def _found(
    candidates: Patterns, weight: NDArray[np.float64], all_pairs: NDArray[np.float64], population: Population,
    persons: float | None,
) -> NDArray[np.float64]:  # fmt: skip
    """Expected pairs of every class but the last, per stratum.

    Args:
        persons: pairs of one person, of which kin are believed a share; None: those that the weights show.
    """
    import numpy as np

    found = np.stack([_rates(candidates.stratum, weight[:, kind], all_pairs) for kind in range(5)], axis=1)
    dated = weight[:, 3] * (candidates.levels[:, _BIRTH] > 0)
    known = population.dated / np.maximum(population.records, 1)
    share_dated = np.outer(known, known).ravel()
    found[:, 3] = _kin(candidates.stratum, dated, persons or float(found[:, 0].sum()), all_pairs, share_dated)
    found[:, 4] = TWINS_PER_MATCH * found[:, 0]
    return found


def strata(left: NDArray[np.int32], right: NDArray[np.int32], sources: int) -> NDArray[np.int32]:
    """Number of the unordered pair of sources of each pair of records."""
    import numpy as np

    low, high = np.minimum(left, right), np.maximum(left, right)
    return (low * sources + high).astype(np.int32)


def _expected_pairs(records: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per stratum: all pairs, and those of the classes but the last expected before any data."""
    import numpy as np

    sources, total = len(records), float(records.sum())
    share = records / max(total, 1.0)
    population = max(total, float(MIN_POPULATION))
    both = np.triu(np.outer(share, share) * 2)
    both[np.diag_indices(sources)] /= 2
    all_pairs = np.maximum(both.ravel() * population**2 / 2, 1.0)
    rate = all_pairs / all_pairs.sum() * population
    kin, twins = KIN_PER_MATCH * MATCHES_PER_RECORD, TWINS_PER_MATCH * MATCHES_PER_RECORD
    believed = (MATCHES_PER_RECORD, HOUSEHOLDS_PER_RECORD, NAMESAKES_PER_RECORD, kin, twins)
    return all_pairs, np.outer(rate, believed)


def _with_unknown(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.concatenate([[1.0], shares / shares.sum()])


def _observed(levels: NDArray[np.int8], equal: float | None, place: int) -> NDArray[np.float64]:
    """Shares of the levels among random pairs; of full agreement the exact share, where it is known."""
    import numpy as np

    field = FIELDS[place]
    counts = np.bincount(levels, minlength=field.size)[1:] + OTHER_PRIOR * np.array(field.other)
    shares = counts / counts.sum()
    if equal is not None:
        weight = min(1.0, float((levels > 0).sum()) / OTHER_PRIOR)
        shares[0] = max(1e-9, weight * equal + (1 - weight) * field.other[0])
    return _with_unknown(shares)


def _others(
    observed: list[NDArray[np.float64]], same: list[NDArray[np.float64]], rate: float
) -> list[NDArray[np.float64]]:
    """Random pairs without those of one person among them: in a small extract they are most of what agrees."""
    import numpy as np

    found = []
    for seen, one, field in zip(observed, same, FIELDS, strict=True):
        floor = np.minimum(0.1 * seen[1:], np.array(field.other))
        found.append(_with_unknown(np.maximum(seen[1:] - rate * one[1:], floor)))
    return found


def _posterior(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of each class in every pattern."""
    import numpy as np

    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = weight / weight.sum(axis=1, keepdims=True)
    return found


def _same_shares(
    levels: NDArray[np.int8], weight: NDArray[np.float64], place: int, other: NDArray[np.float64],
    believed: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Shares of the levels of a field among pairs of one person."""
    import numpy as np

    field = FIELDS[place]
    counts = np.bincount(levels, weights=weight, minlength=field.size)[1:]
    shares = counts + believed
    shares /= shares.sum()
    differ = float(shares[-field.differing :].sum())
    bounded = min(max(differ, MIN_DIFFERENT * sum(field.same[-field.differing :])), field.max_different)
    shares[: -field.differing] *= (1 - bounded) / (1 - differ)
    shares[-field.differing :] *= bounded / differ
    return _with_unknown(_as_random(shares, other[1:], field.wrong))


def _as_random(shares: NDArray[np.float64], other: NDArray[np.float64], wrong: int) -> NDArray[np.float64]:
    """The shares with the last `wrong` of them in the proportion that strangers show."""
    import numpy as np

    found = np.array(shares)
    found[-wrong:] = found[-wrong:].sum() * other[-wrong:] / other[-wrong:].sum()
    return found


def _rates(
    stratum: NDArray[np.int32], weight: NDArray[np.float64], all_pairs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expected pairs of a class per stratum, drawn towards the rate of all strata where a stratum has few."""
    import numpy as np

    found = np.bincount(stratum, weights=weight, minlength=len(all_pairs))
    common = all_pairs * (found.sum() + 1) / all_pairs.sum()
    return np.maximum(common * (found + RATE_PRIOR) / (common + RATE_PRIOR), 1e-6 * all_pairs / all_pairs.sum())


def _kin(
    stratum: NDArray[np.int32], dated: NDArray[np.float64], same: float, all_pairs: NDArray[np.float64],
    share_dated: NDArray[np.float64],
) -> NDArray[np.float64]:  # fmt: skip
    """Expected pairs of kin per stratum, from the pairs with two birth dates: others do not tell them from one person.

    Args:
        dated: weight of kin in each pattern, 0 where a birth date is not known.
        same: expected pairs of one person.
        share_dated: per stratum the share of all pairs that have two birth dates.
    """
    import numpy as np

    found = np.bincount(stratum, weights=dated, minlength=len(all_pairs))
    believed = KIN_PRIOR * all_pairs.sum() / max(same, 1.0)
    rate = (found.sum() + KIN_PRIOR * KIN_PER_MATCH) / ((all_pairs * share_dated).sum() + believed)
    common = all_pairs * rate
    return common * (found + RATE_PRIOR) / (common * share_dated + RATE_PRIOR)


def _model(
    same: list[NDArray[np.float64]], other: list[NDArray[np.float64]], all_pairs: NDArray[np.float64],
    found: NDArray[np.float64], *, is_trained: bool,
) -> Model:  # fmt: skip
    import numpy as np

    between = [
        tuple(_between(field, kind, s, o) for field, s, o in zip(FIELDS, same, other, strict=True))
        for kind in range(len(FIELDS[0].shared))
    ]
    rest = np.maximum(all_pairs - found.sum(axis=1), all_pairs / 2)
    log_pairs = np.log(np.concatenate([found, rest[:, None]], axis=1))
    return Model((tuple(same), *between, tuple(other)), log_pairs, is_trained)


def _between(field: Field, kind: int, same: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of the levels in a class between one person and two."""
    import numpy as np

    if kind == _KIN and field.kin:
        return _with_unknown(np.array(field.kin))
    return _with_unknown((field.shared[kind] * same + (1 - field.shared[kind]) * other)[1:])
