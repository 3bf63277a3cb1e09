"""Where a run's history goes, and how it gets there without costing more than the run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from customer360_pipeline.project import home_folder
from customer360_pipeline.publish.lock import require_writable


def open_instance() -> dg.DagsterInstance:
    """The history: DAGSTER_HOME, else what ./dagster.yaml says, else a folder of the data directory.

    Raises:
        Customer360Error: its folder cannot be written.
    """
    remedy = "set DAGSTER_HOME to a folder for the run history"
    if named := os.environ.get("DAGSTER_HOME"):
        require_writable(Path(named), remedy)
        return dg.DagsterInstance.get()
    if Path("dagster.yaml").is_file():
        require_writable(Path.cwd() / ".dagster", remedy)
        return dg.DagsterInstance.from_config(str(Path.cwd()))
    folder = home_folder() / ".dagster"
    require_writable(folder, remedy)
    folder.mkdir(parents=True, exist_ok=True)
    return dg.DagsterInstance.from_config(str(folder))


@contextmanager
def quick_sqlite() -> Iterator[None]:
    """Spare SQLite the wait for the disk after each of Dagster's two thousand commits of a run.

    Dagster opens an engine and a connection per statement. A new engine compiles every statement again, so
    engines are shared. Closing the last connection of a file copies its log into it, so one is kept open per
    file; and in WAL mode `synchronous=NORMAL` cannot damage a file: a power cut costs the last events at most.
    A run of the sample spent 37 of 50 seconds in such waits on a busy disk.
    """
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    kept: dict[str, sqlite3.Connection] = {}

    def opened(connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=NORMAL")
            path = connection.execute("PRAGMA database_list").fetchone()[2]
            if path and path not in kept:
                kept[path] = sqlite3.connect(path, check_same_thread=False)
                kept[path].execute("SELECT count(*) FROM sqlite_master").fetchone()

    event.listen(Engine, "connect", opened)
    original = sqlite_event_log.create_engine
    engines: dict[str, Engine] = {}

    def shared(url: str, **options: Any) -> Engine:
        if url not in engines:
            engines[url] = original(url, **options)
        return engines[url]

    sqlite_event_log.create_engine = shared  # type: ignore[assignment]
    try:
        yield
    finally:
        sqlite_event_log.create_engine = original
        event.remove(Engine, "connect", opened)
        for connection in kept.values():
            with closing(connection):
                connection.rollback()
