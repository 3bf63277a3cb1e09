"""The embedded engine: one DuckDB database that one process writes.

An engine creates a table from SQL or Arrow, reads rows back and replaces tables whole. It knows no table
by name. `base.py` says what every engine offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.config import EngineConfig
from customer360_pipeline.engine.base import Parameters as Parameters
from customer360_pipeline.errors import Busy

if TYPE_CHECKING:
    import pyarrow as pa


def quote(identifier: str) -> str:
    """An identifier quoted for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A string literal for the places where SQL takes no parameter (paths, option values)."""
    return "'" + value.replace("'", "''") + "'"


class DuckDBEngine:
    """A DuckDB database opened for writing.

    Args:
        path: database file, or None for memory.
        settings: memory limit and threads.
        temp_directory: where intermediates spill; default beside the database.

    Raises:
        Busy: another process has the file open for writing.
    """

    name = "duckdb"

    def __init__(
        self,
        path: Path | None = None,
        settings: EngineConfig | None = None,
        temp_directory: Path | None = None,
    ) -> None:
        import duckdb

        settings = settings or EngineConfig()
        self.path = path
        self._schemas: set[str] = set()
        try:
            self.connection = duckdb.connect(str(path) if path else ":memory:")
        except duckdb.IOException as error:
            if "lock" in str(error).lower():
                raise Busy(f"{path} is open in another process. Wait for that run, or stop it.") from None
            raise
        self.connection.execute("SET TimeZone='UTC'")
        self.connection.execute("SET autoinstall_known_extensions=false")
        self.connection.execute("SET autoload_known_extensions=false")
        self.connection.execute("SET enable_progress_bar=false")
        # A checkpoint would write tables that were just made a second time, to have fewer groups of rows (`delete`).
        self.connection.execute("SET max_vacuum_tasks=0")
        if settings.memory_limit:
            self.connection.execute(f"SET memory_limit={literal(settings.memory_limit)}")
        if settings.threads:
            self.connection.execute(f"SET threads={settings.threads}")
        if temp_directory or path:
            folder = temp_directory or Path(f"{path}.tmp")
            self.connection.execute(f"SET temp_directory={literal(str(folder))}")

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def threads(self) -> int:
        """Threads that a query may use."""
        return int(self.scalar("SELECT current_setting('threads')"))

    def close(self) -> None:
        """Close the database; a file database is checkpointed by this."""
        self.connection.close()

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""
        self.connection.execute(sql, dict(parameters or {})).fetchall()

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(sql, dict(parameters or {})).fetchall()

    def scalar(self, sql: str, parameters: Parameters | None = None) -> Any:
        """The single value of a query of one row and one column."""
        return self.rows(sql, parameters)[0][0]

    def arrow(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """A query's result as an Arrow table."""
        return self.connection.sql(sql, params=dict(parameters) if parameters else None).to_arrow_table()

    def batches(self, sql: str, parameters: Parameters | None = None, rows: int = 122_880) -> pa.RecordBatchReader:
        """A query's result as Arrow batches of about `rows` rows, read while they are consumed."""
        return self.connection.sql(sql, params=dict(parameters) if parameters else None).to_arrow_reader(rows)

    @staticmethod
    def json_elements(relation: str, column: str) -> str:
        """SQL of a relation with a row per element of a JSON array: its columns, `element` (JSON), `place` from 1.

        A row whose array is missing or empty has none; a single object counts as an array of itself.
        """
        array = f"CASE WHEN {column}[1] = '{{' THEN '[' || {column} || ']' ELSE {column} END"
        return (
            "SELECT * EXCLUDE (elements), unnest(elements) AS element, generate_subscripts(elements, 1) AS place "
            f"FROM (SELECT *, from_json({array}, '[\"JSON\"]') AS elements FROM {relation})"
        )

    def row_hashes(self, select: str, key: Sequence[str], order: str) -> pa.Table:
        """64-bit hashes of each row of a query, sorted by the column `order`: `key` of some columns, `content` of all
        but `order`. Other engines and releases give other values: to be compared with their like only."""
        return self.arrow(
            f"SELECT hash({', '.join(key)}) AS key, hash(*COLUMNS(* EXCLUDE ({order}))) AS content "
            f"FROM ({select}) AS found ORDER BY {order}"
        )

    @staticmethod
    def hash_of(value: str) -> str:
        """SQL of a 64-bit hash of an expression, as `row_hashes` gives: 0 where it is NULL."""
        return f"CASE WHEN {value} IS NULL THEN CAST(0 AS UBIGINT) ELSE hash({value}) END"

    @staticmethod
    def joint_hash(*values: str) -> str:
        """SQL of a 64-bit hash of several expressions, NULL among them or not."""
        return f"hash({', '.join(values)})"

    def create_schema(self, schema: str) -> None:
        """Make sure a schema is there."""
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
        self._schemas.add(schema)

    def drop_schema(self, schema: str) -> None:
        """Remove a schema with all in it, if it is there."""
        self.execute(f"DROP SCHEMA IF EXISTS {quote(schema)} CASCADE")
        self._schemas.discard(schema)

    def create_table(
        self, name: str, select: str, parameters: Parameters | None = None, *, view: bool = False,
        parts: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Replace `schema.table` by the rows of a SELECT, in one transaction.

        A view takes no parameters and no parts; readers see either the old table or the new one.

        Args:
            parts: conditions that part the rows: what one part needs is given back before the next one begins.
        """
        import duckdb

        schema, table = name.split(".")
        if schema not in self._schemas:
            self.create_schema(schema)
        target = f"{quote(schema)}.{quote(table)}"
        first, *further = [f"SELECT * FROM (\n{select}\n) AS made WHERE {part}" for part in parts] or [select]
        create = f"CREATE OR REPLACE {'VIEW' if view else 'TABLE'} {target} AS\n{first}"
        statements = [create, *(f"INSERT INTO {target}\n{part}" for part in further)]
        try:
            self._execute_all(statements, parameters)
        except duckdb.CatalogException as error:
            if "trying to replace with type" not in str(error):
                raise
            # Seldom, so it is not asked for before: what was a view becomes a table, or the other way round.
            with self.transaction():
                self.execute(f"DROP {'TABLE' if view else 'VIEW'} {target}")
                for statement in statements:
                    self.execute(statement, parameters)

    def _execute_all(self, statements: Sequence[str], parameters: Parameters | None) -> None:
        """Run statements, all or none; a single one needs no transaction of its own."""
        with self.transaction() if len(statements) > 1 else nullcontext():
            for statement in statements:
                self.execute(statement, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All statements of the block, or none."""
        self.connection.begin()
        try:
            yield
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            raise

    def create_table_from_arrow(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Replace `schema.table` by Arrow data.

        The rows are written as they are: such tables are made anew in every run and read a few times, and to find out
        how their columns are best packed takes longer than writing them.
        """
        # It is the whole database's, so another connection sets it: after a failed transaction this one could not.
        settings = self.connection.cursor()
        self.connection.register("arrow_input", data)
        settings.execute("SET force_compression='uncompressed'")
        try:
            self.create_table(name, "SELECT * FROM arrow_input")
        finally:
            settings.execute("RESET force_compression")
            self.connection.unregister("arrow_input")

    def insert_rows(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows, each with a value for every column in order, in one statement; inside the caller's transaction."""
        if not rows:
            return
        # Lists as parameters, not Arrow: building Arrow from Python values imports pandas, a third of a second.
        columns = {f"c{number}": list(column) for number, column in enumerate(zip(*rows, strict=True))}
        values = ", ".join(f"unnest(${column})" for column in columns)
        self.execute(f"INSERT INTO {name} SELECT {values}", columns)

    def delete(self, name: str, where: str, parameters: Parameters | None = None) -> None:
        """Remove rows of a table that stands. From then on the session's checkpoints give back their room."""
        [(removed,)] = self.rows(f"DELETE FROM {name} WHERE {where}", parameters)
        if removed:
            self.execute("RESET max_vacuum_tasks")

    def _is(self, schema: str, table: str, kind: str) -> bool:
        source = "duckdb_views()" if kind == "VIEW" else "duckdb_tables()"
        column = "view_name" if kind == "VIEW" else "table_name"
        return bool(
            self.rows(
                f"SELECT 1 FROM {source} WHERE database_name = current_database() AND schema_name = $schema "
                f"AND {column} = $table",
                {"schema": schema, "table": table},
            )
        )

    def exists(self, name: str) -> bool:
        """Whether `schema.table` is there, as table or view."""
        schema, table = name.split(".")
        return self._is(schema, table, "TABLE") or self._is(schema, table, "VIEW")

    def tables_of(self, schema: str) -> set[str]:
        """The names of the tables of a schema, empty where there is none."""
        select = (
            "SELECT table_name FROM duckdb_tables() "
            "WHERE database_name = current_database() AND schema_name = $schema ORDER BY table_name"
        )
        return {row[0] for row in self.rows(select, {"schema": schema})}

    def columns(self, name: str) -> list[tuple[str, str]]:
        """(column, type) of `schema.table`, in order."""
        schema, table = name.split(".")
        return [(row[0], row[1]) for row in self.rows(f"DESCRIBE {quote(schema)}.{quote(table)}")]

    def row_count(self, name: str) -> int:
        """Rows of `schema.table`."""
        schema, table = name.split(".")
        return int(self.scalar(f"SELECT count(*) FROM {quote(schema)}.{quote(table)}"))
