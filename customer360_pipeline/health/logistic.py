"""Logistic regression by Newton's method with a ridge penalty. Pure: arrays in, coefficients out.

The step is that of iteratively reweighted least squares (McCullagh and Nelder, Generalized Linear Models, 1989, 2.5);
the ridge leaves the intercept alone (le Cessie and van Houwelingen, 1992). scikit-learn would be a dependency of 30 MB
for these few lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MAX_STEPS = 100
TOLERANCE = 1e-10


def probability(logit: Floats) -> Floats:
    """1 / (1 + exp(-logit)), without overflow."""
    import numpy as np

    return np.exp(-np.logaddexp(0.0, -logit))


def fit(features: Floats, outcome: Floats, ridge: float = 0.0) -> Floats:
    """Coefficients that maximise the log likelihood less ridge / 2 times the sum of their squares.

    Args:
        features: one row per observation, one column per feature; no intercept.
        outcome: 0 or 1 beside each row.
        ridge: penalty; 0 is plain maximum likelihood.

    Returns:
        The intercept, then one coefficient per feature.

    Raises:
        ValueError: it does not converge: without a ridge, a feature that parts the outcomes has no finite coefficient.
    """
    import numpy as np

    design = np.column_stack([np.ones(len(outcome)), features])
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    found = np.zeros(design.shape[1])
    for _ in range(MAX_STEPS):
        expected = probability(design @ found)
        gradient = design.T @ (outcome - expected) - penalty * found
        spread = expected * (1.0 - expected)
        hessian = (design * spread[:, None]).T @ design + np.diag(penalty)
        step = _limited(np.linalg.solve(hessian, gradient))
        found = found + step
        if np.abs(step).max() < TOLERANCE:
            return found
    raise ValueError(f"the logistic regression did not converge in {MAX_STEPS} steps; use a ridge above 0")


def _limited(step: Floats) -> Floats:
    """A step of at most 5 in each coefficient: from far away Newton's method may jump over the optimum."""
    import numpy as np

    return step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
