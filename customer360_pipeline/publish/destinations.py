"""Sends a version file to another DuckDB file, a folder of Parquet files, or Snowflake, by dlt.

dlt carries Arrow batches inside one attempt's private directory and into a private place of the destination.
What readers read is then replaced in one step, and only after the rows there were compared with the manifest.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.duckdb import literal, quote
from customer360_pipeline.errors import Busy, Customer360Error
from customer360_pipeline.publish import files
from customer360_pipeline.publish.database import METADATA, read_only
from customer360_pipeline.publish.logical_hash import logical_hash
from customer360_pipeline.publish.manifest import MANIFEST, Manifest
from customer360_pipeline.publish.profiles import DuckDBTarget, ParquetTarget, SnowflakeTarget, Target

if TYPE_CHECKING:
    import pyarrow as pa

DATASET = "loading"
_BATCH_ROWS = 122_880


@dataclass(frozen=True)
class Shipment:
    """A version on its way: its file, its manifest, and the attempt's private directory."""

    database: Path
    manifest: Manifest
    attempt: Path

    @property
    def version(self) -> str:
        """The version's name."""
        return self.manifest.origin.version


def send(shipment: Shipment, target: Target, keep: int) -> None:
    """Bring a destination to the shipment's version; one that has it already is not touched.

    Args:
        shipment: the version.
        target: where to.
        keep: versions a Parquet folder keeps.

    Raises:
        Customer360Error: the destination is in use, cannot be written, or did not receive the rows as they are.
    """
    if isinstance(target, DuckDBTarget):
        _send_duckdb(shipment, target)
    elif isinstance(target, ParquetTarget):
        _send_parquet(shipment, target, keep)
    else:
        _send_snowflake(shipment, target)


def _load(shipment: Shipment, destination: Any, dataset: str) -> Any:
    """Load every table by dlt into `dataset` of a destination; the pipeline."""
    import dlt
    from dlt.pipeline.exceptions import PipelineStepFailed

    pipeline = dlt.pipeline(
        "publish",
        pipelines_dir=str(shipment.attempt / "pipelines"),
        destination=destination,
        dataset_name=dataset,
    )
    with read_only(shipment.database) as connection:
        # A cursor each: dlt reads the streams in turns, and a DuckDB connection has one open result.
        streams = [
            dlt.resource(_batches(connection.cursor(), table), name=table, write_disposition="append")
            for table in shipment.manifest.rows
        ]
        try:
            pipeline.run(streams, loader_file_format="parquet")
        except PipelineStepFailed as error:
            cause = type(error.exception).__name__
            raise Customer360Error(f"dlt failed at the step {error.step} ({cause})") from None
    return pipeline


def _batches(cursor: Any, table: str) -> Iterator[pa.Table]:
    import pyarrow as pa

    with cursor:
        for batch in cursor.sql(f"SELECT * FROM main.{quote(table)}").to_arrow_reader(_BATCH_ROWS):
            yield pa.Table.from_batches([batch])


def _private(attempt: Path) -> None:
    # Read by dlt when it is imported: nothing of an attempt may outlive it, and nobody is told of it.
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DLT_DATA_DIR"] = str(attempt / "dlt")
    os.environ["DLT_PROJECT_DIR"] = str(attempt)


def _columns(shipment: Shipment) -> dict[str, list[tuple[str, str]]]:
    """Per table (column, type) as in the version file: dlt may widen a type on the way."""
    with read_only(shipment.database) as connection:
        return {
            table: [(row[0], row[1]) for row in connection.execute(f"DESCRIBE main.{quote(table)}").fetchall()]
            for table in shipment.manifest.rows
        }


def _typed(columns: list[tuple[str, str]], relation: str | None) -> str:
    names = ", ".join(f"{quote(name) if relation else 'NULL'}::{type_} AS {quote(name)}" for name, type_ in columns)
    return f"SELECT {names} FROM {relation}" if relation else f"SELECT {names} WHERE false"


def _verify(connection: Any, shipment: Shipment, table: str, relation: str) -> None:
    found = logical_hash(lambda sql: connection.execute(sql).fetchall(), relation)
    expected = (shipment.manifest.rows[table], shipment.manifest.logical_hashes.get(table))
    if found[0] != expected[0] or (table != METADATA and found[1] != expected[1]):
        raise Customer360Error(f"{table} did not arrive as it was sent; the destination keeps what it had")


def _send_duckdb(shipment: Shipment, target: DuckDBTarget) -> None:
    """Load into a private DuckDB file, then replace all tables of the target's schema in one transaction."""
    import duckdb

    try:
        target.path.parent.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(str(target.path))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise Busy(f"{target.path} is open in another process; close it there") from None
        raise Customer360Error(f"{target.path} cannot be opened for writing") from None
    except OSError as error:
        raise Customer360Error(f"{target.path} cannot be made: {error.strerror}") from None
    try:
        connection.execute("SET TimeZone='UTC'")
        schema = quote(target.schema)
        if _duckdb_version(connection, target.schema) == shipment.version:
            return
        _private(shipment.attempt)
        import dlt

        private = shipment.attempt / "private.duckdb"
        _load(shipment, dlt.destinations.duckdb(credentials=str(private)), DATASET)
        connection.execute(f"ATTACH {literal(str(private))} AS incoming (READ_ONLY)")
        before = _duckdb_tables(connection, target)
        connection.execute("BEGIN")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for table, columns in _columns(shipment).items():
            arrived = _arrived(connection, table)
            connection.execute(f"CREATE OR REPLACE TABLE {schema}.{quote(table)} AS {_typed(columns, arrived)}")
            _verify(connection, shipment, table, f"{schema}.{quote(table)}")
        for table in before - set(shipment.manifest.rows):
            connection.execute(f"DROP TABLE IF EXISTS {schema}.{quote(table)}")
        connection.execute("COMMIT")
    finally:
        # Closing without COMMIT rolls back.
        connection.close()


def _arrived(connection: Any, table: str) -> str | None:
    """The table dlt made; it makes none for a stream without rows."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = 'incoming' AND schema_name = $dataset AND table_name = $t",
        {"dataset": DATASET, "t": table},
    ).fetchall()
    return f"incoming.{DATASET}.{quote(table)}" if found else None


def _duckdb_version(connection: Any, schema: str) -> str | None:
    import duckdb

    try:
        found = connection.execute(f"SELECT version FROM {quote(schema)}.{METADATA}").fetchall()
    except duckdb.CatalogException:
        return None
    return found[0][0] if found else None


def _duckdb_tables(connection: Any, target: DuckDBTarget) -> set[str]:
    """The tables an earlier delivery made, by its own metadata; a user's tables beside them are not ours to drop."""
    import json

    if _duckdb_version(connection, target.schema) is None:
        return set()
    found = connection.execute(f"SELECT row_counts FROM {quote(target.schema)}.{METADATA}").fetchall()
    return set(json.loads(found[0][0]))


def _send_parquet(shipment: Shipment, target: ParquetTarget, keep: int) -> None:
    """Load into a private folder, rename it to the version's name, then swap the link `current`."""
    root = target.folder
    final = root / shipment.version
    try:
        root.mkdir(parents=True, exist_ok=True)
        for leftover in root.glob(".loading-*"):
            files.remove_folder(leftover)
        if not final.exists():
            loading = root / f".loading-{secrets.token_hex(8)}"
            _load_parquet(shipment, loading)
            files.rename_folder(loading / DATASET, final)
            files.remove_folder(loading)
        files.point_symlink(root / "current", shipment.version)
        older = sorted(path.parent for path in root.glob(f"v*/{MANIFEST}") if path.parent != final)
        for folder in older[: max(0, len(older) + 1 - keep)]:
            files.remove_folder(folder)
    except OSError as error:
        raise Customer360Error(f"{root} cannot be written: {error.strerror}") from None


def _load_parquet(shipment: Shipment, loading: Path) -> None:
    import duckdb

    _private(shipment.attempt)
    import dlt

    _load(shipment, dlt.destinations.filesystem(bucket_url=loading.as_uri()), DATASET)
    folder = loading / DATASET
    for path in folder.iterdir():
        if path.name not in shipment.manifest.rows:
            files.remove_folder(path) if path.is_dir() else path.unlink()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        for table, columns in _columns(shipment).items():
            pattern = f"{folder / table}/*.parquet"
            if not any((folder / table).glob("*.parquet")):
                (folder / table).mkdir(exist_ok=True)
                empty = literal(f"{folder / table}/empty.parquet")
                connection.execute(f"COPY ({_typed(columns, None)}) TO {empty} (FORMAT parquet)")
            typed = _typed(columns, f"read_parquet({literal(pattern)})")
            connection.execute(f"CREATE OR REPLACE TEMP VIEW arrived AS {typed}")
            _verify(connection, shipment, table, "arrived")
    for path in sorted(folder.glob("*/*")):
        files.sync_file(path)
    shipment.manifest.without_paths().write(folder)


def _send_snowflake(shipment: Shipment, target: SnowflakeTarget) -> None:
    """Load into a private schema, then exchange it with the target's schema in one statement."""
    _private(shipment.attempt)
    import dlt

    destination = dlt.destinations.snowflake(credentials=snowflake_credentials(target))
    private = f"{target.schema}_{DATASET}".lower()
    pipeline = dlt.pipeline(
        "publish", pipelines_dir=str(shipment.attempt / "look"), destination=destination, dataset_name=private
    )
    with pipeline.sql_client() as client:
        client.execute_sql(f"CREATE SCHEMA IF NOT EXISTS {target.schema}")
        has_metadata = client.execute_sql(f"SHOW TABLES LIKE '{METADATA}' IN SCHEMA {target.schema}")
        if has_metadata:
            found = client.execute_sql(f"SELECT version FROM {target.schema}.{METADATA}")
            if found and found[0][0] == shipment.version:
                return
        client.execute_sql(f"DROP SCHEMA IF EXISTS {private} CASCADE")
    loaded = _load(shipment, destination, private)
    with loaded.sql_client() as client:
        for table, expected in shipment.manifest.rows.items():
            found = client.execute_sql(f"SELECT count(*) FROM {private}.{table}") if expected else [(0,)]
            if not found or found[0][0] != expected:
                raise Customer360Error(f"{table} did not arrive as it was sent; the destination keeps what it had")
        for statement in swap_statements(target.schema, private):
            client.execute_sql(statement)


def snowflake_credentials(target: SnowflakeTarget) -> Any:
    """dlt's credentials of a Snowflake target."""
    from dlt.destinations.impl.snowflake.configuration import SnowflakeCredentialsWithoutDefaults

    return SnowflakeCredentialsWithoutDefaults(target.credentials)


def swap_statements(schema: str, private: str) -> list[str]:
    """Exchange two schemas of Snowflake; the first statement is one transaction, so readers see either."""
    return [f"ALTER SCHEMA {schema} SWAP WITH {private}", f"DROP SCHEMA IF EXISTS {private} CASCADE"]
