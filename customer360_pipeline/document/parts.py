"""What a profile document is made of: parts that name the published table, rows and columns their values come from.

A document is declared, not programmed: its values, its JSON Schema, and the answer to "where is this from" all follow
from one declaration. In every condition `$id` is the account or person asked for and `$as_of` the version's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["observed", "derived", "inferred"]


@dataclass(frozen=True)
class Figure:
    """One value: the column it is from, what kind of statement it is, and the rows behind it.

    Args:
        column: column of the part's table.
        kind: observed (a source says so), derived (computed from observed facts by a documented formula) or inferred
            (another reading is possible).
        rows: published table with the rows it was computed from, and the condition that finds them; None: its own row.
    """

    column: str
    kind: Kind = "derived"
    rows: tuple[str, str] | None = None


@dataclass(frozen=True)
class Row:
    """An object made of the first row that the condition finds; null when there is none.

    `parts` are objects and lists inside it.
    """

    table: str
    where: str
    figures: Mapping[str, Figure] = field(default_factory=dict)
    order: str = ""
    parts: Mapping[str, Part] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """A list with an object per row, in order, at most `limit`."""

    table: str
    where: str
    figures: Mapping[str, Figure]
    order: str
    limit: int


@dataclass(frozen=True)
class Values:
    """A list of one column's values, in order, at most `limit`."""

    table: str
    where: str
    figure: Figure
    order: str
    limit: int


@dataclass(frozen=True)
class Keyed:
    """An object with an object per row, named by the row's `key`; `names` are the names it always has."""

    table: str
    where: str
    key: str
    names: tuple[str, ...]
    figures: Mapping[str, Figure]


Part = Row | Rows | Values | Keyed


@dataclass(frozen=True)
class Document:
    """A kind of document: its root (figures of the one row that stands for whom it is about), and its parts in order.

    `sections` orders the parts for readers: title -> names of parts.
    """

    name: str
    description: str
    root: Row
    sections: Mapping[str, tuple[str, ...]]


def observed(*names: str, rows: tuple[str, str] | None = None, **columns: str) -> dict[str, Figure]:
    """Figures a source says itself: names that equal their column, and `name="column"`."""
    return _figures("observed", names, columns, rows)


def derived(*names: str, rows: tuple[str, str] | None = None, **columns: str) -> dict[str, Figure]:
    """Figures computed from observed facts."""
    return _figures("derived", names, columns, rows)


def inferred(*names: str, rows: tuple[str, str] | None = None, **columns: str) -> dict[str, Figure]:
    """Figures of which another reading is possible."""
    return _figures("inferred", names, columns, rows)


def _figures(
    kind: Kind, names: tuple[str, ...], columns: Mapping[str, str], rows: tuple[str, str] | None
) -> dict[str, Figure]:
    return {name: Figure(column, kind, rows) for name, column in {**{n: n for n in names}, **columns}.items()}


def walk(part: Part, path: str = "") -> Iterator[tuple[str, Part, str, Figure]]:
    """Every figure below a part, as (path, the part that holds it, its name, the figure).

    The path of a value in a list has `[]` where the list is: `riskIndicators[].severity`.
    """
    dot = f"{path}." if path else ""
    if isinstance(part, Values):
        yield f"{path}[]", part, path.rpartition(".")[2], part.figure
    elif isinstance(part, Rows):
        yield from ((f"{path}[].{name}", part, name, figure) for name, figure in part.figures.items())
    elif isinstance(part, Keyed):
        for key in part.names:
            yield from walk(Row(part.table, f"{part.where} AND {part.key} = '{key}'", part.figures), f"{dot}{key}")
    else:
        yield from ((f"{dot}{name}", part, name, figure) for name, figure in part.figures.items())
        for name, inner in part.parts.items():
            yield from walk(inner, f"{dot}{name}")
