"""The models of lifetime value against the figures their authors published, and against sums done another way.

`cdnow.csv` holds the 2,357 customers of the CDNOW sample (first quarter of 1997, 39 weeks) that the papers use, as
histories with how many customers have each: http://www.brucehardie.com/datasets/.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from customer360_pipeline.metrics.lifetime import bg_nbd, gamma_gamma, sbg
from customer360_pipeline.metrics.lifetime.search import smallest

PUBLISHED = bg_nbd.BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
# Customers of 1,000 still there after 1 to 7 years: Fader and Hardie (2007), table 1.
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]
HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


def one(*values: float) -> list[Any]:
    """Arrays of one history."""
    return [np.array([float(value)]) for value in values]


@pytest.fixture(scope="module")
def cdnow() -> dict[str, Any]:
    """The columns of the data set; times in weeks."""
    with (Path(__file__).parent / "cdnow.csv").open() as file:
        rows = [[float(value) for value in row.values()] for row in csv.DictReader(file)]
    x, t_x, t, amount, customers = map(np.array, zip(*rows, strict=True))
    return {"x": x, "t_x": t_x / 7, "t": t / 7, "amount": amount, "customers": customers}


@pytest.mark.parametrize(
    ("left", "alpha", "beta"), [(REGULAR, 0.704, 1.182), (HIGH_END, 0.668, 3.806)], ids=["regular", "high end"]
)
def test_renewals_have_the_published_parameters(left: list[int], alpha: float, beta: float) -> None:
    ended = {year: left[year - 1] - left[year] for year in range(1, 8)}
    found = sbg.fit(ended, {8: left[7]})
    assert (round(found.alpha, 3), round(found.beta, 3)) == (alpha, beta)


def test_the_model_projects_years_it_has_not_seen() -> None:
    """After 12 years 17.3 % of the regular and 39.4 % of the high-end customers were left; the paper's point."""
    assert sbg.Sbg(0.704, 1.182).survival(12) == pytest.approx(0.173, abs=0.005)
    assert sbg.Sbg(0.668, 3.806).survival(12) == pytest.approx(0.394, abs=0.02)


def test_a_contract_is_worth_what_its_renewals_are() -> None:
    """Chances 1/2, 2/3 and 3/4: 1/2 + 1/3 + 1/4 renewals; half of the contracts make none, a quarter all three."""
    found = sbg.outlook(sbg.Sbg(1, 1), period=1, horizon=3, discount=0.9, interval=0.6)
    assert found.expected == pytest.approx(1 / 2 + 1 / 3 + 1 / 4)
    assert found.weight == pytest.approx(1 / 2 + 0.9 / 3 + 0.81 / 4)
    assert (found.weight_low, found.weight_high) == (0, pytest.approx(1 + 0.9 + 0.81))


def test_all_renewals_to_come_have_the_closed_form() -> None:
    """Fader and Hardie (2010): (beta + n - 1) / (alpha + beta + n - 1) * 2F1(1, beta + n; alpha + beta + n; d)."""
    model, period, discount = sbg.Sbg(3.8, 15.2), 3, 1 / 1.1
    term = total = 1.0
    for k in range(2000):
        term *= (model.beta + period + k) / (model.alpha + model.beta + period + k) * discount
        total += term
    found = sbg.outlook(model, period, horizon=2000, discount=discount, interval=0.5).weight
    assert found == pytest.approx(model.renewal(period) * total)


def test_repeat_purchases_have_the_published_parameters(cdnow: dict[str, Any]) -> None:
    """r .243, alpha 4.414, a .793, b 2.426; log-likelihood -9582.4."""
    histories = [cdnow[name] for name in ("x", "t_x", "t", "customers")]
    found = bg_nbd.fit(*histories)
    assert [found.r, found.alpha, found.a, found.b] == pytest.approx([0.243, 4.414, 0.793, 2.426], rel=0.003)
    assert round(bg_nbd.log_likelihood(found, *histories), 1) == -9582.4


def test_the_published_customer_buys_as_often_as_published() -> None:
    """Two purchases, the last after 30.43 of 38.86 weeks: 1.226 are expected in the next 39 weeks."""
    x, t_x, t = one(2, 30.43, 38.86)
    expected = bg_nbd.purchases(PUBLISHED, x, t, 39) * bg_nbd.alive(PUBLISHED, x, t_x, t)
    assert round(float(expected[0]), 3) == 1.226


def test_the_value_of_purchases_has_the_published_parameters(cdnow: dict[str, Any]) -> None:
    """p 6.25, q 3.74, gamma 15.44 of the 946 customers who bought again."""
    again = np.repeat(np.arange(len(cdnow["x"])), cdnow["customers"].astype(int) * (cdnow["x"] > 0))
    found = gamma_gamma.fit(cdnow["x"][again], cdnow["amount"][again])
    assert len(again) == 946
    assert (round(found.p, 2), found.q, found.gamma) == (
        6.25,
        pytest.approx(3.74, abs=0.01),
        pytest.approx(15.44, abs=0.02),
    )


def by_series(model: bg_nbd.BgNbd, x: float, t: float, weeks: float) -> float:
    """The expectation of one who has not left with the hypergeometric series of the paper (equation 10)."""
    z = weeks / (model.alpha + t + weeks)
    c = model.a + model.b + x - 1
    k = np.arange(6000)  # with 60 purchases the largest term is the 1,900th
    total = 1 + np.cumprod((model.r + x + k) * (model.b + x + k) / (c + k) / (k + 1) * z).sum()
    return c / (model.a - 1) * (1 - ((model.alpha + t) / (model.alpha + t + weeks)) ** (model.r + x) * total)


HISTORIES = st.tuples(st.integers(0, 60), st.floats(0, 200), st.floats(0, 1))


@settings(max_examples=30, deadline=None)
@given(history=HISTORIES, weeks=st.floats(1, 150), a=st.sampled_from([0.3, 0.793, 2.5]))
@example(history=(60, 0.0, 0.0), weeks=147.0, a=0.793)
def test_the_quadrature_is_the_published_series(history: Any, weeks: float, a: float) -> None:
    model = bg_nbd.BgNbd(0.6, 5.0, a, 2.4)
    x, t, _ = history
    found = bg_nbd.purchases(model, *one(x, t), weeks)[0]
    assert found == pytest.approx(by_series(model, x, t, weeks), rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(history=HISTORIES)
@example(history=(31, 24.0, 0.5625))
def test_quantiles_and_expectation_are_of_one_distribution(history: Any) -> None:
    """The expectation is the mean of the quantiles over all levels, and quantiles grow with the level."""
    x, t, share = history
    arrays = one(x, t * share, t)
    model = bg_nbd.BgNbd(2.0, 20.0, 1.5, 4.0)
    # Denser towards 1: of one who has probably gone, a few levels in a thousand hold all that is expected.
    left = np.array([(n + 0.5) / 200 for n in reversed(range(200))])
    found = [bg_nbd.quantiles(model, *arrays, 26, level)[0] for level in 1 - left**2]
    expected = bg_nbd.purchases(model, arrays[0], arrays[2], 26) * bg_nbd.alive(model, *arrays)
    assert found == sorted(found)
    assert np.average(found, weights=left) == pytest.approx(float(expected[0]), rel=0.02, abs=0.002)


def test_the_search_finds_a_bent_valley_and_repeats_itself() -> None:
    """Rosenbrock's function, smallest at (1, 1)."""

    def banana(point: Any) -> float:
        return float((1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2)

    found = smallest(banana, [-1.2, 1.0], tolerance=1e-12)
    assert found == pytest.approx([1, 1], abs=1e-3)
    assert found == smallest(banana, [-1.2, 1.0], tolerance=1e-12)


def test_contracts_that_all_renew_alike_have_an_end_of_the_search() -> None:
    """A tenth ends in every period: no spread at all, where the likeliest parameters are without bounds."""
    ended, open_, left = {}, {}, 10_000
    for period in range(1, 8):
        ended[period] = left // 10
        left -= left // 10
    open_[8] = left
    found = sbg.fit(ended, open_)
    assert found.renewal(1) == pytest.approx(0.9, abs=0.002) and math.isfinite(found.beta)
