"""A table and the header that describes it: catalogue, graph and test at once.

A SQL table file is a SELECT in DuckDB's dialect under `-- key: value` lines:

    -- What each customer has paid us. One row per customer with at least one paid charge.
    -- depends: staging.charges, identity.customers
    -- setting: metrics_reporting_currency
    -- column: customer_id VARCHAR | The customer.
    -- column: total_revenue DECIMAL(18,2) | Paid minus refunded.
    -- unique: customer_id
    -- not_null: customer_id, total_revenue
    -- assert: total_revenue >= 0 or total_refunds > 0 | a customer cannot owe us by refunds alone

Keys: depends, setting, column, columns, unique, not_null, assert (several lines of each), materialized (`table`, the
default, or `view`), in_parts (`account_id of profile.accounts`: of many accounts the table is made a part at a time, by
that column, cut by that table: `parts.py`). What the header says is enforced when the table is built. A Python table
is a module with the same facts in `TABLE = Table(...)` and a function `build(engine, context)`.

A column that another table made and described is not described again. At the place of the line

    -- columns: metrics.customer_value
    -- columns: metrics.customer_value only first_order_at, last_order_at

stand the columns of that table, names, types and descriptions: with `only` those named, in that order; without it
all but those of its `unique` keys and those that this header names in another line. The table is one of `depends`.
The catalogue puts the columns in (`taken_columns.py`); whoever reads it sees ordinary columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from customer360_pipeline.errors import ConfigError

# The folders that hold tables, in the order data walks through them. A table reads its own room and earlier ones.
ROOMS = ("staging", "identity", "profile", "metrics", "health", "customer_360")


@dataclass(frozen=True)
class Column:
    """One column: its name, DuckDB type and meaning."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Taken:
    """A `columns` line: the table whose columns are taken over, which `only` (none: all), and how many `column`
    lines of the header stand before it."""

    table: str
    only: tuple[str, ...]
    place: int


@dataclass(frozen=True)
class Assert:
    """A condition every row must fulfil, and why."""

    condition: str
    reason: str


@dataclass(frozen=True)
class InParts:
    """An `in_parts` line: the column that parts the rows, and the table with one row per value of it."""

    key: str
    everyone: str


@dataclass(frozen=True)
class Table:
    """Everything known of a table. `name` is `room.table`; `depends` may name `raw:<shape>` for all raw tables
    of a shape, in Python tables only. `sql_line` is the line of the file on which `sql` begins. `columns` are all of
    the table once the catalogue has put in those of `taken`, and `taken` is empty then."""

    name: str
    description: str
    columns: tuple[Column, ...]
    taken: tuple[Taken, ...] = ()
    depends: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    not_null: tuple[str, ...] = ()
    asserts: tuple[Assert, ...] = ()
    materialized: str = "table"
    in_parts: InParts | None = None
    path: Path | None = None
    sql: str | None = field(default=None, repr=False)
    sql_line: int = 1
    build: Callable[..., None] | None = field(default=None, repr=False, compare=False)

    @property
    def room(self) -> str:
        """The folder the table lives in."""
        return self.name.split(".")[0]


def columns(*lines: str) -> tuple[Column, ...]:
    """Columns from lines in the header's form, for Python tables: `name TYPE | description`."""
    return tuple(_column(line, "TABLE") for line in lines)


def _column(text: str, where: str) -> Column:
    left, bar, description = text.partition("|")
    name, _, type_ = left.strip().partition(" ")
    if not bar or not type_.strip() or not description.strip():
        raise ConfigError(f"{where}: a column is written `-- column: name TYPE | description`, found `{text}`")
    return Column(name, type_.strip(), description.strip())


def _taken(text: str, place: int, where: str) -> Taken:
    table, only, names = (part.strip() for part in text.partition(" only "))
    if len(table.split()) != 1 or bool(only) != bool(_words(names)):
        raise ConfigError(f"{where}: columns are taken over by `-- columns: room.table only a, b`, found `{text}`")
    return Taken(table, tuple(_words(names)), place)


def read_table_file(path: Path, name: str) -> Table:
    """Read a SQL table file.

    Raises:
        ConfigError: the header is missing, has an unknown key or a malformed line.
    """
    header: dict[str, list[str]] = {}
    prose: list[str] = []
    taken: list[Taken] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    body_at = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for number, line in enumerate(lines[:body_at], 1):
        text = line[2:].strip()
        key, colon, value = text.partition(":")
        if colon and key in _KEYS:
            header.setdefault(key, []).append(value.strip())
            if key == "columns":
                taken.append(_taken(value.strip(), len(header.get("column", [])), f"{path}:{number}"))
        elif header:
            raise ConfigError(f"{path}:{number}: `{key}` is no header key. Known: {', '.join(sorted(_KEYS))}")
        else:
            prose.append(text)
    if not prose or not {"column", "columns"} & set(header):
        raise ConfigError(f"{path}: a table file opens with a description and its `-- column:` lines")
    materialized = header.get("materialized", ["table"])
    if materialized not in (["table"], ["view"]):
        raise ConfigError(f"{path}: `materialized: {', '.join(materialized)}` is neither `table` nor `view`")
    body = "\n".join(lines[body_at:])
    in_parts = [_in_parts(text, str(path)) for text in header.get("in_parts", [])]
    return Table(
        name=name,
        description=" ".join(prose),
        columns=tuple(_column(text, str(path)) for text in header.get("column", [])),
        taken=tuple(taken),
        depends=_split(header, "depends"),
        settings=_split(header, "setting"),
        unique=tuple(tuple(_words(text)) for text in header.get("unique", [])),
        not_null=_split(header, "not_null"),
        asserts=tuple(_assert(text) for text in header.get("assert", [])),
        materialized=materialized[0],
        in_parts=in_parts[-1] if in_parts else None,
        path=path,
        sql=body.strip().rstrip(";"),
        sql_line=body_at + 1 + len(body[: len(body) - len(body.lstrip())].splitlines()),
    )


_KEYS = {"depends", "setting", "column", "columns", "unique", "not_null", "assert", "materialized", "in_parts"}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _split(header: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(word for text in header.get(key, []) for word in _words(text))


def _in_parts(text: str, where: str) -> InParts:
    key, of, everyone = text.partition(" of ")
    if not of or len(key.split()) != 1 or len(everyone.split()) != 1:
        raise ConfigError(f"{where}: parts are written `-- in_parts: column of room.table`, found `{text}`")
    return InParts(key.strip(), everyone.strip())


def _assert(text: str) -> Assert:
    condition, _, reason = text.partition(" | ")
    return Assert(condition.strip(), reason.strip())
