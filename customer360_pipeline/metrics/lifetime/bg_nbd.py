"""The BG/NBD model: who buys again, how often, and who has gone without saying so.

A customer buys at random moments at a rate of its own (gamma distributed) and after each purchase leaves for good with
a probability of its own (beta distributed). P. S. Fader, B. G. S. Hardie and K. L. Lee, "Counting your customers" the
easy way, Marketing Science 24 (2005). A history is `x` purchases after the first one, `t_x` the time from the first
to the last, `t` the time from the first until now; times are in weeks, arrays have one entry for each history.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from customer360_pipeline.metrics.lifetime.search import smallest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_LOWEST, _HIGHEST = math.log(1e-3), math.log(1e4)
_NODES = 64


@dataclass(frozen=True)
class BgNbd:
    """Rates are gamma(r, alpha) distributed, alpha in weeks; probabilities to leave are beta(a, b) distributed."""

    r: float
    alpha: float
    a: float
    b: float


def log_gamma(values: Any) -> Numbers:
    """ln of the gamma function, entry by entry; equal entries are computed once."""
    import numpy as np

    found, places = np.unique(np.asarray(values, dtype=float), return_inverse=True)
    return np.array([math.lgamma(value) for value in found])[places]


def log_likelihood(model: BgNbd, x: Numbers, t_x: Numbers, t: Numbers, customers: Numbers) -> float:
    """How well the model explains histories, each of so many `customers` (equation 6 of the paper)."""
    import numpy as np

    return _log_likelihood(model, *np.unique(x, return_inverse=True), x, t_x, t, customers)


def _log_likelihood(
    model: BgNbd, counts: Numbers, places: NDArray[np.intp], x: Numbers, t_x: Numbers, t: Numbers, customers: Numbers
) -> float:
    """The same, with the different numbers of purchases and the place of each history's among them."""
    import numpy as np

    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    of_count = log_gamma(r + counts) - math.lgamma(r) + r * math.log(alpha)
    of_count += math.lgamma(a + b) + log_gamma(b + counts) - math.lgamma(b) - log_gamma(a + b + counts)
    here = -(r + x) * np.log(alpha + t)
    with np.errstate(divide="ignore"):
        odds = np.where(counts > 0, np.log(a / (b + np.maximum(counts, 1) - 1)), -np.inf)
    gone = odds[places] - (r + x) * np.log(alpha + t_x)
    return float(np.dot(customers, of_count[places] + np.logaddexp(here, gone)))


def fit(x: Numbers, t_x: Numbers, t: Numbers, customers: Numbers) -> BgNbd:
    """The likeliest parameters of histories, each of so many `customers`."""
    import numpy as np

    total = float(customers.sum())
    counts, places = np.unique(x, return_inverse=True)

    def loss(point: Sequence[float]) -> float:
        if not all(_LOWEST <= value <= _HIGHEST for value in point):
            return math.inf
        return -_log_likelihood(BgNbd(*map(math.exp, point)), counts, places, x, t_x, t, customers) / total

    start = [0.0, math.log(max(float((customers * t).sum()) / total / 10, 0.1)), 0.0, 0.0]
    return BgNbd(*map(math.exp, smallest(loss, start, tolerance=1e-9)))


def alive(model: BgNbd, x: Numbers, t_x: Numbers, t: Numbers) -> Numbers:
    """The probability that the customer has not left; 1 before the second purchase, after which nobody has left yet."""
    import numpy as np

    counts = np.maximum(x, 1)
    ratio = (model.r + x) * np.log((model.alpha + t) / (model.alpha + t_x))
    odds = np.where(x > 0, np.exp(np.minimum(np.log(model.a / (model.b + counts - 1)) + ratio, 700)), 0.0)
    return np.asarray(1 / (1 + odds))


def purchases(model: BgNbd, x: Numbers, t: Numbers, weeks: float) -> Numbers:
    """Expected purchases in the next weeks of a customer who has not left.

    Such a customer's rate is gamma(r + x, alpha + t) and its probability p to leave beta(a, b + x) distributed; of a
    given p the expectation over rates is (1 - (1 + p weeks / (alpha + t))^-(r + x)) / p. Over p it is summed by
    Gaussian quadrature, which needs no hypergeometric function and also holds where a = 1.
    """
    import numpy as np

    expected = np.zeros(len(x))
    for count in np.unique(x):
        here = x == count
        p, weight = _beta_nodes(model.a, model.b + float(count))
        times, places = np.unique(t[here], return_inverse=True)
        scaled = np.log1p(np.outer(weeks / (model.alpha + times), p))
        expected[here] = (-np.expm1(-(model.r + count) * scaled) / p * weight).sum(axis=1)[places]
    return expected


@lru_cache(maxsize=4096)
def _beta_nodes(a: float, b: float) -> tuple[Numbers, Numbers]:
    """Nodes and weights of Gaussian quadrature over a beta(a, b) distribution: eigenvalues of the Jacobi matrix.

    G. H. Golub and J. H. Welsch, Calculation of Gauss quadrature rules, Mathematics of Computation 23 (1969).
    """
    import numpy as np

    k = np.arange(1, _NODES, dtype=float)
    s = 2 * k + a + b - 2
    off = 4 * k * (k + b - 1) * (k + a - 1) * (k + a + b - 2) / (s * s * (s + 1) * (s - 1))
    # The first one has a closed form where the general one divides zero by zero.
    off[0] = 4 * a * b / ((a + b) ** 2 * (a + b + 1))
    diagonal = np.concatenate([[(a - b) / (a + b)], ((a - 1) ** 2 - (b - 1) ** 2) / (s * (s + 2))])
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(np.sqrt(off), 1) + np.diag(np.sqrt(off), -1))
    return np.maximum((1 + values) / 2, 1e-300), vectors[0] ** 2


def quantiles(model: BgNbd, x: Numbers, t_x: Numbers, t: Numbers, weeks: float, level: float) -> Numbers:
    """The least number of purchases in the next weeks that is not exceeded with the probability `level`.

    Of one who has not left, y purchases have the probability
    B(a, b'+y)/B(a, b') f(y) + B(a+1, b'+y-1)/B(a, b') (1 - F(y-1)),
    where b' = b + x and f, F are those of the negative binomial of the rates: bought y times and still there, or
    left with the y-th.
    """
    import numpy as np

    found, rows = np.zeros(len(x)), np.arange(len(x))
    shape, scale = model.r + x, model.alpha + t
    stayed = alive(model, x, t_x, t)
    log_f, still, below = shape * np.log(scale / (scale + weeks)), np.ones(len(x)), np.zeros(len(x))
    total = 1 - stayed + stayed * np.exp(log_f)
    y = 0
    while True:
        open_ = total < level
        if not open_.any():
            return found
        rows, shape, scale, stayed = rows[open_], shape[open_], scale[open_], stayed[open_]
        log_f, still, below, total = log_f[open_], still[open_], below[open_], total[open_]
        y += 1
        found[rows] = y
        below = below + np.exp(log_f)
        log_f = log_f + np.log((shape + y - 1) / y * weeks / (scale + weeks))
        b = model.b + x[rows] + y - 1
        left = still * model.a / (model.a + b)
        still = still * b / (model.a + b)
        total = total + stayed * (still * np.exp(log_f) + left * np.maximum(1 - below, 0))
