"""Writes and reads a run's history with less work than Dagster does: it was more than the run of small data.

    with quick_sqlite(), open_instance() as instance, quick_history(instance):
        job.execute_in_process(instance=instance)

Dagster's own methods do everything; here they are called less often, and keep what they opened. Not here: where the
history is (`history.py`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import RLock, get_ident
from typing import Any

import dagster as dg


@contextmanager
def quick_history(instance: dg.DagsterInstance) -> Iterator[None]:
    """All of it but `quick_sqlite`, which must come before the instance is opened."""
    with few_commits(instance), remembered_schema(instance), remembered_records(instance):
        yield


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
def few_commits(instance: dg.DagsterInstance) -> Iterator[None]:
    """Spare a run most commits to the history: one per event and file, and one for all events foretold at its start."""
    from dagster._core.storage.event_log import SqliteEventLogStorage

    storage = instance.event_log_storage
    if not isinstance(storage, SqliteEventLogStorage):
        yield
        return
    store, one_at_a_time = storage.store_event, RLock()

    def store_all(events: Sequence[dg.EventLogEntry]) -> None:
        with one_at_a_time, _joined_connections(storage):
            for event in events:
                store(event)

    with (
        _replaced(storage, store_event=lambda event: store_all([event]), store_event_batch=store_all),
        _environment("DAGSTER_EVENT_BATCH_SIZE", "1000"),
    ):
        yield


@contextmanager
def _joined_connections(storage: Any) -> Iterator[None]:
    """Each file of the history is opened once, and commits at the end of the block."""
    connect, owner = storage._connect, get_ident()
    with ExitStack() as opened:
        connections: dict[str, Any] = {}

        @contextmanager
        def joined(shard: str) -> Iterator[Any]:
            if get_ident() != owner:
                with connect(shard) as connection:
                    yield connection
                return
            if shard not in connections:
                connections[shard] = opened.enter_context(connect(shard))
            yield connections[shard]

        with _replaced(storage, _connect=joined, _db_lock=RLock()):
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
def _replaced(owner: object, **methods: Any) -> Iterator[None]:
    """Other methods of one object, as long as the block runs."""
    before = {name: value for name, value in vars(owner).items() if name in methods}
    vars(owner).update(methods)
    try:
        yield
    finally:
        for name in methods:
            del vars(owner)[name]
        vars(owner).update(before)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """A variable of the environment, unless somebody set it, as long as the block runs."""
    if name in os.environ:
        yield
        return
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]
