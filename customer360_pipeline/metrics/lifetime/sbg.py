"""The shifted-beta-geometric model: how long contracts last that are renewed period by period.

Each contract ends at every renewal with a probability of its own, and over all contracts these follow a beta
distribution: those who easily leave go first, so that who stayed longer is likelier to stay. P. S. Fader and
B. G. S. Hardie, How to project customer retention, Journal of Interactive Marketing 21 (2007); the expectation of
the periods still to come is that of their Customer-base valuation in a contractual setting, Marketing Science 29
(2010).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from customer360_pipeline.metrics.lifetime.search import smallest

# Beyond these all contracts are alike, or each ends at once or never: the likelihood no longer changes.
_LOWEST, _HIGHEST = math.log(1e-3), math.log(1e4)


@dataclass(frozen=True)
class Sbg:
    """The parameters of the beta distribution of the probability to end."""

    alpha: float
    beta: float

    def renewal(self, period: int) -> float:
        """The share of the contracts in their `period` (from 1) that are renewed at its end."""
        return (self.beta + period - 1) / (self.alpha + self.beta + period - 1)

    def survival(self, periods: int) -> float:
        """The share of all contracts that are renewed at least so many times."""
        return math.prod(self.renewal(period) for period in range(1, periods + 1))


def log_likelihood(model: Sbg, ended: Mapping[int, int], open_: Mapping[int, int]) -> float:
    """How well the model explains contracts.

    Args:
        ended: the period (from 1) in which contracts ended -> how many.
        open_: the period in which contracts are now -> how many; all its renewals before were made.
    """
    total, survived = 0.0, 0.0
    for period in range(1, max([*ended, *open_], default=0) + 1):
        renewed = model.renewal(period)
        total += open_.get(period, 0) * survived
        total += ended.get(period, 0) * (survived + math.log(1 - renewed))
        survived += math.log(renewed)
    return total


def fit(ended: Mapping[int, int], open_: Mapping[int, int]) -> Sbg:
    """The likeliest parameters of contracts, as `log_likelihood` takes them."""

    def loss(point: Sequence[float]) -> float:
        if not all(_LOWEST <= x <= _HIGHEST for x in point):
            return math.inf
        return -log_likelihood(Sbg(math.exp(point[0]), math.exp(point[1])), ended, open_)

    alpha, beta = smallest(loss, [0.0, 0.0], tolerance=1e-10)
    return Sbg(math.exp(alpha), math.exp(beta))


@dataclass(frozen=True)
class Renewals:
    """What is to be expected of a contract: renewals within the horizon, counted and weighted by their present value.

    A renewal's weight is `discount` to the power of the renewals before it, so that the next one weighs 1.
    """

    expected: float
    weight: float
    weight_low: float
    weight_high: float


def outlook(model: Sbg, period: int, horizon: int, discount: float, interval: float) -> Renewals:
    """The renewals of a contract now in its `period` among its next `horizon` ones.

    Args:
        discount: what one renewal later is worth, at most 1.
        interval: the probability that the truth is between low and high; as much is above as below.
    """
    likely, expected, weight = 1.0, 0.0, 0.0
    low = high = 0.0
    for step in range(horizon):
        likely *= model.renewal(period + step)
        expected += likely
        weight += likely * discount**step
        # At least so many renewals are made with the probability `likely`.
        low += discount**step if likely > 1 - (1 - interval) / 2 else 0
        high += discount**step if likely > (1 - interval) / 2 else 0
    # Where few contracts carry it all, the mean lies outside what most of them do.
    return Renewals(expected, weight, min(low, weight), max(high, weight))
