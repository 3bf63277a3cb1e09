"""Holds a table file to its header before the table is built: what it reads, which settings, which columns.

The types and order of the columns are compared with the table made, in `catalog.build_table`. Which SQL
other engines understand is the subject of `lint.py`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.config import Config, Group
from customer360_pipeline.engine.table_file import ROOMS, Table
from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from sqlglot import exp

# Types that DuckDB, Spark and Snowflake share. HUGEINT, which a SUM of integers makes, is not among them.
_TYPES = re.compile(r"VARCHAR|BIGINT|INTEGER|BOOLEAN|DATE|TIMESTAMP|DOUBLE|DECIMAL\(\d+,\d+\)")
_READS = re.compile(r'\b(?:FROM|JOIN)\s+"?([a-z_]\w*)"?\."?([a-z_]\w*)"?', re.IGNORECASE)


def parse(table: Table) -> exp.Query:
    """The one SELECT of a SQL table.

    Raises:
        ConfigError: it is not SQL, or not exactly one SELECT; with the line of the file.
    """
    import sqlglot
    from sqlglot import errors, exp

    assert table.sql is not None
    try:
        found = [tree for tree in sqlglot.parse(table.sql, read="duckdb") if tree is not None]
    except errors.SqlglotError as error:
        details = (getattr(error, "errors", None) or [{}])[0]
        before = (details.get("start_context") or "") + (details.get("highlight") or "")
        line = table.sql_line + line_of(table.sql, table.sql.find(before) + len(before)) - 1
        raise ConfigError(f"{table.path}:{line}: not SQL: {_without_token(details.get('description'))}") from None
    if len(found) != 1 or not isinstance(found[0], exp.Query):
        raise ConfigError(f"{table.path}: a table file holds exactly one SELECT, found {len(found)} statement(s)")
    return found[0]


def line_of(sql: str, offset: int) -> int:
    """The line of `offset`. The parser's own line numbers run ahead after each `$parameter`."""
    return sql.count("\n", 0, max(offset, 0)) + 1


def _without_token(description: str | None) -> str:
    return (description or "unreadable").split(" but got <Token")[0]


def tables_read(tree: exp.Expr) -> set[str]:
    """`schema.table` of every table a statement reads; a name without a schema that is no CTE stands alone."""
    from sqlglot import exp

    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    found = set()
    for node in tree.find_all(exp.Table):
        if isinstance(node.this, exp.Identifier) and (node.db or node.name not in ctes):
            found.add(f"{node.db}.{node.name}" if node.db else node.name)
    return found


def parameters_used(tree: exp.Expr) -> set[str]:
    """Names of the `$parameters` of a statement."""
    from sqlglot import exp

    return {str(node.this) for node in tree.find_all(exp.Placeholder)}


def strings_of(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of every string of a Python module but docstrings; `{...}` of an f-string becomes a name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (inside | prose):
            yield node.lineno, node.value


def setting_names(group: type[Group] = Config, prefix: str = "") -> Iterator[str]:
    """Every name a `-- setting:` line may hold, in SQL's form: `<group>_<name>`."""
    for name, field in group.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            yield from setting_names(field.annotation, f"{prefix}{name}_")
        else:
            yield f"{prefix}{name}"


@cache
def check_header(table: Table) -> None:
    """Compare what a table's header says with what its file does; once per process and content.

    Raises:
        ConfigError: they differ; every difference is named, with what to change.
    """
    problems = [*_names(table), *(_sql(table) if table.sql is not None else _python(table))]
    if problems:
        raise ConfigError(f"{table.path}: the header is not true:\n" + "\n".join(f"  {text}" for text in problems))


def _names(table: Table) -> Iterator[str]:
    """Keys that name columns or settings which do not exist."""
    described = [column.name for column in table.columns]
    for name in sorted({name for name in described if described.count(name) > 1}):
        yield f"`{name}` is described twice; remove one `column:` line"
    for column in table.columns:
        if not _TYPES.fullmatch(column.type):
            yield f"`column: {column.name} {column.type}` has a type other engines lack; cast it"
    for key, names in (("unique", [n for group in table.unique for n in group]), ("not_null", table.not_null)):
        for name in names:
            if name not in described:
                yield f"`{key}: {name}` names no column; described are {', '.join(described)}"
    for name in sorted(set(table.settings) - {*setting_names(), "as_of"}):
        yield f"`setting: {name}` is no setting; docs/configuration.md lists them"


def _differences(kind: str, said: Iterable[str], done: Iterable[str]) -> Iterator[str]:
    said, done = set(said), set(done)
    verb = "reads" if kind == "depends" else "uses"
    for name in sorted(done - said):
        yield f"it {verb} `{name}`, which is not declared; add it to `-- {kind}:`"
    for name in sorted(said - done):
        yield f"`{kind}: {name}` is declared, but nothing {verb} it; remove it"


def _sql(table: Table) -> Iterator[str]:
    tree = parse(table)
    reads = tables_read(tree)
    bare = sorted(name for name in reads if "." not in name)
    for name in bare:
        yield f"it reads `{name}` without its room; write `room.{name}`"
    if table.materialized == "view" and table.settings:
        yield "a view cannot keep the value of a setting; write `materialized: table`"
    yield from _differences("depends", table.depends, reads - set(bare) | _assert_reads(table))
    yield from _differences("setting", table.settings, parameters_used(tree))
    made, described = tree.named_selects, [column.name for column in table.columns]
    if "*" not in made and made != described:
        yield f"the columns differ: described {', '.join(described)}; selected {', '.join(made)}"


def _assert_reads(table: Table) -> set[str]:
    """Other tables that the conditions of `assert` compare with."""
    import sqlglot

    found: set[str] = set()
    for item in table.asserts:
        found |= tables_read(sqlglot.parse_one(item.condition, read="duckdb"))
    return found - {table.name}


def _python(table: Table) -> Iterator[str]:
    """What the module's own SQL strings read. Raw tables and names put together at run time are not seen here."""
    assert table.path is not None
    reads = {
        f"{schema}.{name}".lower()
        for _, text in strings_of(table.path)
        for schema, name in _READS.findall(text)
        if schema.lower() in {*ROOMS, "sources"} and name.lower() != "x"
    }
    for name in sorted(reads - set(table.depends) - {table.name}):
        yield f"it reads `{name}`, which is not declared; add it to `depends`"
