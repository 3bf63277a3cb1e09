"""Reading published tables: for notebooks, the command line and every later reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from customer360_pipeline.engine.duckdb import quote
from customer360_pipeline.errors import ConfigError, did_you_mean
from customer360_pipeline.publish import pointer
from customer360_pipeline.publish.database import read_only

Form = Literal["pandas", "polars", "arrow"]
_NO_COLUMN = re.compile(
    r'Referenced column "(?P<name>[^"]+)" not found|does not have a column named "(?P<column>[^"]+)"'
)
_KIND = re.compile(r"^[A-Z][A-Za-z ]* Error: ")


def read_table(
    table: str = "customer_360",
    version: str | None = None,
    home: str | Path | None = None,
    as_: Form = "pandas",
    where: str | None = None,
    columns: Sequence[str] | None = None,
) -> Any:
    """A published table as a data frame.

    Args:
        table: its name, for example `customer_360` or `customer_timeline`.
        version: a version's name or number, `previous`, or None for the current one.
        home: the data directory; default CUSTOMER360_HOME, else `data`.
        as_: `pandas` (money as float64), `polars` or `arrow` (money as exact decimals).
        where: a SQL condition on the rows.
        columns: the columns wanted, in order; default all.

    Raises:
        ConfigError: no such version, table, column or form, or the condition is not valid SQL.
    """
    if as_ not in ("pandas", "polars", "arrow"):
        raise ConfigError(f"as_: `{as_}` is not known; one of pandas, polars, arrow")
    with open_version(version, home) as connection:
        found = select(connection, table, where=where, columns=columns)
        return {"pandas": found.df, "polars": found.pl, "arrow": found.to_arrow_table}[as_]()


@contextmanager
def open_version(version: str | None = None, home: str | Path | None = None) -> Iterator[Any]:
    """A hardened read-only connection to a kept version.

    Raises:
        ConfigError: nothing is published, no such version is kept, or a condition meets a value it does not fit.
    """
    import duckdb

    with read_only(version_path(version, home), threads=2) as connection:
        try:
            yield connection
        except (duckdb.DataError, duckdb.InvalidInputException):
            # DuckDB's own text would show the value that does not fit.
            raise ConfigError("where: a value does not have the type of the column it is compared with") from None


def version_path(version: str | None = None, home: str | Path | None = None) -> Path:
    """The DuckDB file of a kept version.

    Raises:
        ConfigError: nothing is published, or no such version is kept.
    """
    from customer360_pipeline.project import home_folder

    published = (Path(home) if home else home_folder()) / "published"
    return published / pointer.resolve(published, version) / pointer.DATABASE


def select(
    connection: Any,
    table: str,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    limit: int | None = None,
) -> Any:
    """A DuckDB relation over a published table.

    Raises:
        ConfigError: no such table or column, or the condition is refused.
    """
    known = tables(connection)
    if table not in known:
        raise ConfigError(f"No published table `{table}`.{did_you_mean(table, known)} Tables: {', '.join(known)}")
    relation = connection.table(f"main.{quote(table)}")
    missing = [name for name in columns or () if name not in relation.columns]
    if missing:
        near = did_you_mean(missing[0], relation.columns)
        raise ConfigError(f"{table} has no column {', '.join(missing)}.{near} Columns: {', '.join(relation.columns)}")
    names = ", ".join(map(quote, columns)) if columns else "*"
    condition = f"WHERE {_condition(connection, table, where)}" if where and where.strip() else ""
    bound = f"LIMIT {limit}" if limit is not None else ""
    return connection.sql(f"SELECT {names} FROM main.{quote(table)} {condition} {bound}")


def tables(connection: Any) -> list[str]:
    """Names of the published tables and views."""
    found = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1"
    ).fetchall()
    return [row[0] for row in found]


def _condition(connection: Any, table: str, where: str) -> str:
    import duckdb

    probe = f"SELECT 1 FROM main.{quote(table)} WHERE (\n{where}\n) LIMIT 0"
    try:
        # Parsed alone first: `1=1) UNION SELECT (1` closes our bracket, but is no expression.
        duckdb.SQLExpression(where)
        statements = connection.extract_statements(probe)
        if len(statements) != 1:
            raise ConfigError("where: one condition is expected, without a semicolon")
        connection.execute(probe).fetchall()
    except (duckdb.DataError, duckdb.InvalidInputException):
        raise
    except duckdb.Error as error:
        raise ConfigError(f"where: {_refusal(connection, table, str(error))} Condition: {where}") from None
    return f"(\n{where}\n)"


def _refusal(connection: Any, table: str, error: str) -> str:
    """The engine's refusal of a condition without its own kinds of error; of an unknown column with those there are."""
    if found := _NO_COLUMN.search(error):
        name, known = found["name"] or found["column"], connection.table(f"main.{quote(table)}").columns
        return f"{table} has no column {name}.{did_you_mean(name, known)} Columns: {', '.join(known)}."
    return _KIND.sub("", error.splitlines()[0]).rstrip(" !.") + "."
