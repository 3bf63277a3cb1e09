"""Says a table file in another engine's SQL: DuckDB's dialect in, Spark's or Snowflake's out.

sqlglot translates; the corrections below are what it gets wrong within the portable subset. What lies outside
the subset is refused by `lint.py` before it comes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from customer360_pipeline.engine.header import parse
from customer360_pipeline.engine.lint import lint
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from sqlglot import exp

Dialect = Literal["spark", "snowflake"]


@dataclass(frozen=True)
class Compiled:
    """A SELECT for another engine.

    Args:
        sql: Spark binds by name (`:active_customer_days`), Snowflake by position (`:1`).
        parameters: names of the settings to bind; for Snowflake in order of position.
    """

    sql: str
    parameters: tuple[str, ...]


def compile_table(table: Table, dialect: Dialect) -> Compiled:
    """A SQL table's SELECT for Spark or Snowflake.

    Raises:
        ConfigError: the file leaves the portable subset, or the translator cannot say it.
    """
    findings = lint(table)
    if findings:
        raise ConfigError("\n".join(map(str, findings)))
    return compile_tree(parse(table), dialect, str(table.path))


def compile_tree(tree: exp.Query, dialect: Dialect, where: str = "query") -> Compiled:
    """The same for a parsed SELECT, which is left as it was.

    Raises:
        ConfigError: the translator cannot say it in this dialect.
    """
    from sqlglot import ErrorLevel, errors, exp

    tree = tree.copy()
    names = tuple(sorted({str(node.this) for node in tree.find_all(exp.Placeholder)}))
    if dialect == "snowflake":
        _number(tree, names)
    else:
        _plain_midnights(tree)
    try:
        sql = tree.sql(dialect, unsupported_level=ErrorLevel.RAISE, pretty=True)
    except errors.SqlglotError as error:
        raise ConfigError(f"{where}: cannot be said in {dialect}: {error}") from None
    return Compiled(sql, names)


def compile_type(type_: str, dialect: Dialect) -> str:
    """A DuckDB type in another engine's words; times have no zone anywhere."""
    from sqlglot import exp

    return exp.DataType.build(type_, dialect="duckdb").sql(dialect)


def _number(tree: exp.Query, names: tuple[str, ...]) -> None:
    """Snowflake's client binds `:1`, `:2`; a name would be read as a scripting variable."""
    from sqlglot import exp

    for node in list(tree.find_all(exp.Placeholder)):
        node.set("this", str(names.index(str(node.this)) + 1))


def _plain_midnights(tree: exp.Query) -> None:
    """Spark's DATE_TRUNC gives a time with a zone, whatever it is given; ours have none."""
    from sqlglot import exp

    for node in list(tree.find_all(exp.TimestampTrunc)):
        if not isinstance(node.parent, exp.Cast):
            node.replace(exp.cast(node.copy(), "TIMESTAMP", dialect="duckdb"))
