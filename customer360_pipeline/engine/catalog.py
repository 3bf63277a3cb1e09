"""All tables of all rooms, found in their folders, in the order they are built; and how one is built and checked."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from customer360_pipeline.engine.base import Engine
from customer360_pipeline.engine.duckdb import quote
from customer360_pipeline.engine.known_headers import require_true_header
from customer360_pipeline.engine.parts import ROWS_AT_ONCE, conditions
from customer360_pipeline.engine.table_file import ROOMS, Table, read_table_file
from customer360_pipeline.engine.taken_columns import with_taken_columns
from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source

PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class CheckResult:
    """One check of one table: how many rows break it."""

    table: str
    check: str
    description: str
    failed_rows: int
    blocking: bool = True

    @property
    def passed(self) -> bool:
        """Whether no row breaks the check."""
        return self.failed_rows == 0


def load_catalog(sources: Iterable[Source]) -> tuple[Table, ...]:
    """Every table of every room, each after what it depends on; ties by room, then name.

    Raises:
        ConfigError: two files for one table, an unknown dependency, one on a later room, or a circle; columns
            taken over that are not there, or twice.
    """
    sources = tuple(sources)
    tables: dict[str, Table] = {}
    for room in ROOMS:
        for table in _room(room):
            if table.name in tables:
                raise ConfigError(f"{table.path}: `{table.name}` is defined twice")
            tables[table.name] = _resolve(table, sources)
    raw = {name for source in sources for name in source.raw_tables()}
    done: dict[str, Table] = {}
    for table in _ordered(tables, raw):
        done[table.name] = with_taken_columns(table, done)
    return tuple(done.values())


def _room(room: str) -> list[Table]:
    folder = PACKAGE / room
    found = [read_table_file(path, f"{room}.{path.stem}") for path in sorted(folder.glob("*.sql"))]
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "\nTABLE = Table(" in text or "\nTABLES = tuple(" in text:
            module = importlib.import_module(f"customer360_pipeline.{room}.{path.stem}")
            tables = getattr(module, "TABLES", None) or (replace(module.TABLE, build=module.build),)
            found += [replace(table, path=path) for table in tables]
    return sorted(found, key=lambda table: table.name)


def _resolve(table: Table, sources: tuple[Source, ...]) -> Table:
    depends: list[str] = []
    for name in table.depends:
        if name.startswith("raw:"):
            if table.sql is not None:
                raise ConfigError(f"{table.path}: `{name}` stands for many tables; only a Python table can read them")
            shape = name.removeprefix("raw:")
            depends += [raw for source in sources for raw in source.raw_tables(shape)]
        else:
            depends.append(name)
    return replace(table, depends=tuple(depends))


def _position(name: str) -> int:
    """Where a table's room stands; raw and sources come before every room."""
    room = name.split(".")[0]
    return ROOMS.index(room) if room in ROOMS else -1


def _ordered(tables: dict[str, Table], raw: set[str]) -> tuple[Table, ...]:
    graph = TopologicalSorter[str]()
    for table in tables.values():
        for name in table.depends:
            if name not in tables and name not in raw and not name.startswith("sources."):
                raise ConfigError(f"{table.path}: depends on `{name}`, which no file makes")
            if _position(name) > _position(table.name):
                raise ConfigError(f"{table.path}: depends on `{name}` of a later room. Rooms: {', '.join(ROOMS)}")
            if name in raw and table.room != ROOMS[0]:
                raise ConfigError(f"{table.path}: reads `{name}`; only {ROOMS[0]} reads raw tables, so read its union")
        graph.add(table.name, *(name for name in table.depends if name in tables))
    try:
        graph.prepare()
    except CycleError as error:
        raise ConfigError(f"tables depend on each other in a circle: {' -> '.join(error.args[1])}") from None
    order: list[Table] = []
    while graph.is_active():
        ready = sorted(graph.get_ready(), key=lambda name: (_position(name), name))
        order += [tables[name] for name in ready]
        graph.done(*ready)
    return tuple(order)


def build_table(engine: Engine, table: Table, context: RunContext) -> None:
    """Make one table and hold it to its header.

    Raises:
        ConfigError: the header does not say what the file reads, uses and selects.
        Customer360Error: the columns made are not the columns described.
    """
    require_true_header(table, context)
    if table.sql is not None:
        known = context.sql_parameters()
        parameters = {name: known[name] for name in table.settings}
        parts = _parts(engine, table)
        engine.create_table(table.name, table.sql, parameters, view=table.materialized == "view", parts=parts)
    else:
        assert table.build is not None
        table.build(engine, context)
    made, described = engine.columns(table.name), [(column.name, column.type) for column in table.columns]
    if made != described:
        raise Customer360Error(
            f"{table.path}: the header and the table differ.\n  described: {described}\n  made:      {made}"
        )


def _parts(engine: Engine, table: Table) -> list[str]:
    if table.in_parts is None:
        return []
    key, everyone = table.in_parts.key, table.in_parts.everyone
    return conditions(engine, key, everyone, rows=ROWS_AT_ONCE, has_null=key not in table.not_null)


def check_names(table: Table) -> list[tuple[str, str]]:
    """(name, description) of every check the header asks for."""
    return [(name, description) for name, description, _ in [*_key_checks(table), *_row_checks(table)]]


def check_table(engine: Engine, table: Table) -> list[CheckResult]:
    """Run every check of the header; each counts the rows that break it."""
    return count_and_check(engine, table)[1]


def count_and_check(engine: Engine, table: Table) -> tuple[int, list[CheckResult]]:
    """How many rows a table has, and every check of its header."""
    relation = ".".join(map(quote, table.name.split(".")))
    keys, rows = _key_checks(table), _row_checks(table)
    # As few readings as memory allows: a view is computed as often as it is read, but two keys at once are two sets.
    readings = [keys[:1] + rows, *([key] for key in keys[1:])]
    total, results = 0, []
    for checks in readings:
        counts = ", ".join(["count(*)", *(count for _, _, count in checks)])
        [(total, *failed)] = engine.rows(f"SELECT {counts} FROM {relation}")
        results += [
            CheckResult(table.name, name, description, int(count))
            for (name, description, _), count in zip(checks, failed, strict=True)
        ]
    return int(total), results


def _key_checks(table: Table) -> list[tuple[str, str, str]]:
    """(name, description, aggregate that counts the rows in excess) of every key."""
    return [
        (
            f"unique_{'_'.join(key)}",
            f"One row per {', '.join(key)}.",
            f"count(*) - count(DISTINCT ({', '.join(map(quote, key))}))",
        )
        for key in table.unique
    ]


def _row_checks(table: Table) -> list[tuple[str, str, str]]:
    """(name, description, aggregate that counts the rows that break it) of every condition on a row."""
    broken: list[tuple[str, str, str]] = []
    if table.not_null:
        condition = " OR ".join(f"{quote(column)} IS NULL" for column in table.not_null)
        broken.append(("not_null", f"Never empty: {', '.join(table.not_null)}.", condition))
    for number, item in enumerate(table.asserts, 1):
        description = f"{item.condition}{f' ({item.reason})' if item.reason else ''}"
        broken.append((f"assert_{number}", description, f"NOT coalesce({item.condition}, true)"))
    return [(name, description, f"count(CASE WHEN {condition} THEN 1 END)") for name, description, condition in broken]
