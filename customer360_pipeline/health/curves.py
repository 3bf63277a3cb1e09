"""The curves of the signals, taken apart into straight pieces that SQL can join to a value."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.profile.small_table import create_small_table

if TYPE_CHECKING:
    from customer360_pipeline.config import SignalRule
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="health.curves",
    description="The pieces of each signal's curve: a value from from_value up to to_value is worth "
    "start_points + (value - start_value) * slope points. One row per piece; the outer two are flat.",
    columns=columns(
        "signal VARCHAR | Signal.",
        "piece INTEGER | Number of the piece, from 0.",
        "from_value DOUBLE | Where it begins, itself included; NULL: it has no beginning.",
        "to_value DOUBLE | Where the next begins; NULL: it has no end.",
        "start_value DOUBLE | Value of the curve's point at its beginning.",
        "start_points DOUBLE | Points there.",
        "slope DOUBLE | Points per unit.",
    ),
    unique=(("signal", "piece"),),
    not_null=("signal", "piece", "start_value", "start_points", "slope"),
)

Piece = tuple[float | None, float | None, float, float, float]


def pieces(rule: SignalRule) -> Iterator[Piece]:
    """(from, to, start value, start points, slope) of each piece of a curve, in order."""
    first, last = rule.curve[0], rule.curve[-1]
    yield None, first[0], first[0], first[1], 0.0
    for (left, low), (right, high) in pairwise(rule.curve):
        yield left, right, left, low, (high - low) / (right - left)
    yield last[0], None, last[0], last[1], 0.0


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """The pieces of every signal."""
    rules = context.config.health.signals
    rows = [(rule.signal, number, *piece) for rule in rules for number, piece in enumerate(pieces(rule))]
    create_small_table(engine, TABLE, rows)
