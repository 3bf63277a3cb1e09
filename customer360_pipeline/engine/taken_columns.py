"""Puts the columns in that a header takes over from another table by `-- columns:`, so that each is described once.

Not here: how the line is read (`table_file.py`), and whether the SQL selects these columns (`header.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from customer360_pipeline.engine.table_file import Column, Table, Taken
from customer360_pipeline.errors import ConfigError


def with_taken_columns(table: Table, earlier: Mapping[str, Table]) -> Table:
    """The table with all its columns.

    Args:
        table: as its file says.
        earlier: the tables it reads, with all their columns, by name.

    Raises:
        ConfigError: a `columns` line names a table that the file does not read or a column it has not, or a column
            comes from two lines.
    """
    if not table.taken:
        return table
    named = {column.name for column in table.columns} | {name for taken in table.taken for name in taken.only}
    found = list(_lines(table, earlier, named))
    lines: dict[str, str] = {}
    for column, line in found:
        if column.name in lines:
            raise ConfigError(
                f"{table.path}: `{column.name}` comes from `{lines[column.name]}` and from `{line}`; describe it in "
                "one, and name with `only` what another line takes over"
            )
        lines[column.name] = line
    return replace(table, columns=tuple(column for column, _ in found), taken=())


def _lines(table: Table, earlier: Mapping[str, Table], named: set[str]) -> Iterator[tuple[Column, str]]:
    """Every column in the header's order, with the line that it is from."""
    for place in range(len(table.columns) + 1):
        for taken in table.taken:
            if taken.place == place:
                line = f"columns: {taken.table}{' only' if taken.only else ''}"
                yield from ((column, line) for column in _columns(table, taken, earlier, named))
        if place < len(table.columns):
            yield table.columns[place], f"column: {table.columns[place].name}"


def _columns(table: Table, taken: Taken, earlier: Mapping[str, Table], named: set[str]) -> Iterator[Column]:
    if taken.table not in table.depends or taken.table not in earlier:
        raise ConfigError(
            f"{table.path}: `columns: {taken.table}` names no table that it reads; columns are taken over from a "
            "table file named in `-- depends:`"
        )
    other = earlier[taken.table]
    of = {column.name: column for column in other.columns}
    for name in taken.only:
        if name not in of:
            raise ConfigError(f"{table.path}: `{taken.table}` has no column `{name}`; it has {', '.join(of)}")
    keys = {name for key in other.unique for name in key}
    yield from (of[name] for name in taken.only or (name for name in of if name not in keys | named))
