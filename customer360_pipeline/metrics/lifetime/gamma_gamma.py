"""The gamma-gamma model: what a purchase of a customer is worth, when few of them are known.

The values of a customer's purchases vary around a mean of its own, and the means of all customers around theirs; of few
purchases the mean of all says more, of many the customer's own. P. S. Fader and B. G. S. Hardie, The gamma-gamma model
of monetary value (2013), http://www.brucehardie.com/notes/025/. Values are positive, of any one currency.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer360_pipeline.metrics.lifetime.bg_nbd import log_gamma
from customer360_pipeline.metrics.lifetime.search import smallest

if TYPE_CHECKING:
    from customer360_pipeline.metrics.lifetime.bg_nbd import Numbers

_LOWEST, _HIGHEST = math.log(1e-3), math.log(1e6)


@dataclass(frozen=True)
class GammaGamma:
    """Values are gamma(p, nu) distributed, the nu of all customers gamma(q, gamma) distributed."""

    p: float
    q: float
    gamma: float


def log_likelihood(model: GammaGamma, x: Numbers, mean: Numbers) -> float:
    """How well the model explains means of `x` purchases each (equation 1a of the note)."""
    return _log_likelihood(model, _told(x, mean))


def _told(x: Numbers, mean: Numbers) -> tuple[Any, ...]:
    """What the likelihood takes from the means alone: `x`, the different ones and each one's place, logs and totals."""
    import numpy as np

    return (x, *np.unique(x, return_inverse=True), np.log(mean), mean * x)


def _log_likelihood(model: GammaGamma, told: tuple[Any, ...]) -> float:
    import numpy as np

    p, q, gamma = model.p, model.q, model.gamma
    x, counts, places, log_mean, total = told
    of_count = log_gamma(p * counts + q) - log_gamma(p * counts) - math.lgamma(q)
    of_count += q * math.log(gamma) + p * counts * np.log(counts)
    shape = p * x
    return float((of_count[places] + (shape - 1) * log_mean - (shape + q) * np.log(gamma + total)).sum())


def fit(x: Numbers, mean: Numbers) -> GammaGamma:
    """The likeliest parameters of means of `x` purchases each, one entry for each customer; both positive."""
    typical = float(mean.mean())
    # In units of the mean, so that the search does not depend on the currency.
    told = _told(x, mean / typical)

    def loss(point: Sequence[float]) -> float:
        if not all(_LOWEST <= value <= _HIGHEST for value in point):
            return math.inf
        return -_log_likelihood(GammaGamma(*map(math.exp, point)), told) / len(x)

    p, q, gamma = map(math.exp, smallest(loss, [0.5, 0.5, 0.5], tolerance=1e-9))
    return GammaGamma(p, q, gamma * typical)
