"""The smallest value of a function of a few numbers, found without derivatives.

Nelder and Mead, A simplex method for function minimization, The Computer Journal 7 (1965), with the usual
steps: reflection 1, expansion 2, contraction 1/2, shrinking 1/2. No chance is involved: the same
function gives the same result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Point = list[float]


def smallest(
    function: Callable[[Sequence[float]], float],
    start: Sequence[float],
    *,
    step: float = 0.5,
    tolerance: float = 1e-7,
    rounds: int = 800,
) -> Point:
    """The point where `function` is smallest near `start`; begun again from there until that changes nothing more.

    Args:
        step: how far the first corners are from the start, in every direction.
        tolerance: the corners' values differ by less than this, relative to their size, when it ends.
        rounds: steps of each search, at most.
    """
    best, found = list(start), math.inf
    for _ in range(4):
        best, value = _search(function, best, step, tolerance, rounds)
        if found - value <= tolerance * (abs(value) + tolerance):
            break
        found = value
    return best


def _search(
    function: Callable[[Sequence[float]], float], start: Point, step: float, tolerance: float, rounds: int
) -> tuple[Point, float]:
    corners = [start, *([x + step * (i == j) for j, x in enumerate(start)] for i in range(len(start)))]
    simplex = sorted(((function(corner), corner) for corner in corners), key=lambda c: c[0])
    for _ in range(rounds):
        worst, least = simplex[-1][0], simplex[0][0]
        if worst - least <= tolerance * (abs(least) + tolerance):
            break
        simplex = sorted(_moved(function, simplex), key=lambda c: c[0])
    return simplex[0][1], simplex[0][0]


def _moved(
    function: Callable[[Sequence[float]], float], simplex: list[tuple[float, Point]]
) -> list[tuple[float, Point]]:
    *kept, (worst, corner) = simplex
    centre = [sum(point[i] for _, point in kept) / len(kept) for i in range(len(corner))]

    def at(distance: float) -> tuple[float, Point]:
        point = [c + distance * (c - x) for c, x in zip(centre, corner, strict=True)]
        return function(point), point

    reflected = at(1)
    if reflected[0] < kept[0][0]:
        return [*kept, min(reflected, at(2), key=lambda c: c[0])]
    if reflected[0] < kept[-1][0]:
        return [*kept, reflected]
    contracted = at(0.5) if reflected[0] < worst else at(-0.5)
    if contracted[0] < min(worst, reflected[0]):
        return [*kept, contracted]
    best = kept[0][1]
    nearer = [[b + (x - b) / 2 for b, x in zip(best, point, strict=True)] for _, point in simplex[1:]]
    return [kept[0], *((function(point), point) for point in nearer)]
