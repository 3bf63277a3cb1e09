"""The measures of the churn back-test, on cases with a known answer."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.churn import auc, brier, calibration


@pytest.mark.parametrize(
    ("score", "left", "expected"),
    [
        ([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 1.0),
        ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], 0.0),
        ([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1], 0.5),
        # Of four pairs of one who left and one who stayed three are in order.
        ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75),
    ],
)
def test_auc_counts_pairs_in_order(score: list[float], left: list[int], expected: float) -> None:
    assert auc(np.array(score), np.array(left, float)) == expected


def test_brier_and_calibration() -> None:
    p, left = np.array([0.2, 0.1, 0.9, 0.8]), np.array([0.0, 0.0, 1.0, 0.0])
    assert brier(p, left) == pytest.approx((0.04 + 0.01 + 0.01 + 0.64) / 4)
    assert calibration(p, left, 2) == [(2, pytest.approx(0.15), 0.0), (2, pytest.approx(0.85), 0.5)]
