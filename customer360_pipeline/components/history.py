"""Where a run's history goes, and how it gets there without costing more than the run."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
    """Spare a run what Dagster's SQLite storage does once per statement, some 14,000 times for the sample.

    Dagster makes an engine, opens a connection and closes both for every statement. Here each file has one engine,
    which keeps its connection: statements compile once, and no log is copied into its file by a last connection
    that closes. In WAL mode `synchronous=NORMAL` cannot damage a file: a power cut costs the last events at most.
    """
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from sqlalchemy import QueuePool, event
    from sqlalchemy.engine import Engine

    def opened(connection: Any, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=NORMAL")

    original = sqlite_event_log.create_engine
    engines: dict[str, Engine] = {}

    def shared(url: str, **options: Any) -> Engine:
        if url not in engines:
            engines[url] = original(url, **options | {"poolclass": QueuePool})
            # Dagster disposes of the engine after each statement.
            engines[url].dispose = lambda close=True: None  # type: ignore[method-assign]
        return engines[url]

    event.listen(Engine, "connect", opened)
    sqlite_event_log.create_engine = sqlite_run_storage.create_engine = shared  # type: ignore[assignment]
    try:
        yield
    finally:
        sqlite_event_log.create_engine = sqlite_run_storage.create_engine = original
        event.remove(Engine, "connect", opened)
        for engine in engines.values():
            engine.pool.dispose()


@contextmanager
def remembered_records(instance: dg.DagsterInstance) -> Iterator[None]:
    """Spare a run from reading its own history again: every step asks for the last record of all it depends on.

    What the run itself writes of an asset makes its record be read anew. No other run can write: the home is locked.
    """
    storage = instance.event_log_storage
    ask, store = instance.get_asset_records, storage.store_event
    known: dict[dg.AssetKey, dg.AssetRecord | None] = {}

    def records(asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[dg.AssetRecord]:
        if asset_keys is None:
            return ask()
        if missing := [key for key in asset_keys if key not in known]:
            known.update(dict.fromkeys(missing))
            known.update((record.asset_entry.asset_key, record) for record in ask(missing))
        return [record for key in asset_keys if (record := known[key]) is not None]

    def stored(event: dg.EventLogEntry) -> None:
        store(event)
        if event.dagster_event and event.dagster_event.is_step_materialization:
            known.pop(event.dagster_event.step_materialization_data.materialization.asset_key, None)

    with _replaced(instance, get_asset_records=records), _replaced(storage, store_event=stored):
        yield


@contextmanager
def remembered_schema(instance: dg.DagsterInstance) -> Iterator[None]:
    """Spare a run from asking the history some 3,000 times which tables, indexes and columns it has."""
    from dagster._core.storage.event_log import SqlEventLogStorage

    storage = instance.event_log_storage
    if not isinstance(storage, SqlEventLogStorage):
        yield
        return
    names = ("has_table", "has_secondary_index", "has_asset_key_col", "_has_asset_key_col_on_connection")
    with _replaced(storage, **{name: _known_once_true(getattr(storage, name)) for name in names}):
        yield


def _known_once_true(ask: Callable[..., bool]) -> Callable[..., bool]:
    """What is there stays there; what is not there yet may come. The last argument names it."""
    known: set[str] = set()

    def answer(*arguments: Any) -> bool:
        name = arguments[-1]
        if name not in known and ask(*arguments):
            known.add(name)
        return name in known

    return answer


@contextmanager
def _replaced(owner: object, **methods: Callable[..., Any]) -> Iterator[None]:
    """Other methods of one object, as long as the block runs."""
    vars(owner).update(methods)
    try:
        yield
    finally:
        for name in methods:
            del vars(owner)[name]
