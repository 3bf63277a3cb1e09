"""The raw tables: views over the Parquet files that the transport loaded.

A source's files lie in `<home>/raw/<source>/<attempt>/` and never change; a new ingest adds a folder, points the views
to it in the transaction of the ledger, and then removes the old one. Writing the rows a second time, into a table,
would cost as much as reading and checking them (docs/benchmarks/ingest.md). Not here: how rows get there (`ingest.py`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.sources.boundary.entity import EntityReader
from customer360_pipeline.sources.contract import Entity, Source


@contextmanager
def stored(
    home: Path, source: str, attempt: str, carried: Mapping[str, Sequence[Path]]
) -> Iterator[dict[str, list[Path]]]:
    """Put loaded files where they stay; the new paths. After the block the source's other files are removed.

    The block points the views to the new files and commits. If it fails, the old files stand and the new ones go.

    Raises:
        Customer360Error: the home directory cannot be written.
    """
    folder = (home / "raw" / source / attempt).absolute()
    try:
        kept = {name: [_moved(path, folder) for path in paths] for name, paths in carried.items()}
    except OSError as error:
        raise Customer360Error(f"{folder}: cannot be written ({error.strerror}). Check the home directory.") from None
    try:
        yield kept
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sweep(home, source, attempt)


def sweep(home: Path, source: str, current: str) -> None:
    """Remove the loaded files of a source that no raw table reads: of an earlier reading, or of one that was killed."""
    for folder in (home / "raw" / source).glob("*"):
        if folder.name != current:
            shutil.rmtree(folder, ignore_errors=True)


def _moved(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    # The database says on the disk that these rows are there: they must be on the disk before.
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return path.replace(folder / path.name)


def ensure_empty(engine: DuckDBEngine, sources: Iterable[Source]) -> None:
    """Make the raw tables of sources, empty, where they are not there yet."""
    engine.create_schema("raw")
    there = {
        name for (name,) in engine.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'raw'")
    }
    for source in sources:
        for name, entity in source.entities.items():
            if f"{source.source}_{name}" not in there:
                columns = ", ".join(f"{quote(column)} {type_}" for column, type_ in entity.shape_of.columns())
                engine.execute(f"CREATE TABLE {_name(source.source, name)} ({columns})")


def replace(engine: DuckDBEngine, reader: EntityReader, files: list[Path], accepted: int) -> None:
    """Point the raw table of an entity to its files; inside the caller's transaction.

    Raises:
        Customer360Error: the files do not hold as many rows as were accepted.
    """
    table = _name(reader.source.source, reader.name)
    if engine.rows(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw' "
        "AND table_name = $name",
        {"name": f"{reader.source.source}_{reader.name}"},
    ):
        engine.execute(f"DROP TABLE {table}")
    select = _select(reader.entity, [column for column, _ in reader.columns], files)
    engine.execute(f"CREATE OR REPLACE VIEW {table} AS {select}")
    arrived = engine.scalar(f"SELECT count(*) FROM {table}")
    if arrived != accepted:
        raise Customer360Error(f"{table}: {accepted} rows were sent and {arrived} arrived. Nothing was changed.")


def rows_there(engine: DuckDBEngine, source: str, entity: str) -> int | None:
    """How many rows a raw table has; None when it cannot be read, for instance since its files are gone."""
    import duckdb

    try:
        return int(engine.scalar(f"SELECT count(*) FROM {_name(source, entity)}"))
    except duckdb.Error:
        return None


def _name(source: str, entity: str) -> str:
    return f"raw.{quote(f'{source}_{entity}')}"


def _select(entity: Entity, carried: Sequence[str], files: Sequence[Path]) -> str:
    columns = ", ".join(
        _arrived(name, type_, bool(files) and name in carried) for name, type_ in entity.shape_of.columns()
    )
    if not files:
        return f"SELECT {columns} WHERE false"
    paths = ", ".join(literal(str(path)) for path in files)
    return f"SELECT {columns} FROM read_parquet([{paths}])"


def _arrived(name: str, type_: str, is_carried: bool) -> str:
    if not is_carried:
        return f"CAST(NULL AS {type_}) AS {quote(name)}"
    value = f"make_timestamp({quote(name)})" if type_ == "TIMESTAMP" else f"CAST({quote(name)} AS {type_})"
    return f"{value} AS {quote(name)}"
