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

# What a step yields at once; it is written when the next step starts, when anything is read, at the latest.
_CAN_WAIT = frozenset({"STEP_OUTPUT", "ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "STEP_SUCCESS"})


@contextmanager
def quick_history(instance: dg.DagsterInstance, assets: Sequence[dg.AssetKey] = ()) -> Iterator[None]:
    """All of it but `quick_sqlite`, which must come before the instance is opened; `assets` are those of the run."""
    with (
        few_commits(instance) as write,
        remembered_schema(instance),
        remembered_records(instance, assets, write),
    ):
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
            # Of two connections the one used last goes on: what one writes voids the pages that the other has read.
            engines[url] = original(url, **options | {"poolclass": QueuePool, "pool_use_lifo": True})
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
def remembered_records(
    instance: dg.DagsterInstance, assets: Sequence[dg.AssetKey], write: Callable[[], None]
) -> Iterator[None]:
    """Spare a run from reading its own history again: every step asks for the last record of all it depends on.

    Those of `assets` are read at once. What the run itself writes of an asset becomes its record; if nothing was known
    of it, it is read anew. No other run can write: the home is locked. `write` writes all that waits.
    """
    from dagster._core.storage.event_log import SqlEventLogStorage

    storage = instance.event_log_storage
    ask, store = instance.get_asset_records, storage.store_event
    known: dict[dg.AssetKey, dg.AssetRecord | None] = {}
    older: dict[dg.AssetKey, dg.AssetRecord] = {}

    def records(asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[dg.AssetRecord]:
        write()
        if asset_keys is None:
            return ask()
        if missing := [key for key in asset_keys if key not in known]:
            missing = list(dict.fromkeys([*missing, *assets])) if not known else missing
            known.update(dict.fromkeys(missing))
            known.update((record.asset_entry.asset_key, record) for record in ask(missing))
        return [record for key in asset_keys if (record := known[key]) is not None]

    def stored(event: dg.EventLogEntry) -> None:
        if (key := _materialized(event)) and (record := known.pop(key, None)):
            older[key] = record
        store(event)

    with ExitStack() as blocks:
        blocks.enter_context(replaced(instance, get_asset_records=records))
        blocks.enter_context(replaced(storage, store_event=stored))
        if isinstance(storage, SqlEventLogStorage):
            write_asset = storage._store_asset_event

            def written(connection: Any, event: dg.EventLogEntry, storage_id: int) -> None:
                write_asset(connection, event, storage_id)
                if (key := _materialized(event)) and (record := older.pop(key, None)):
                    known[key] = _renewed(record, event, storage_id)

            blocks.enter_context(replaced(storage, _store_asset_event=written))
        yield


def _materialized(event: dg.EventLogEntry) -> dg.AssetKey | None:
    """The asset that an event says is made."""
    found = event.dagster_event
    return found.asset_key if found and found.is_step_materialization else None


def _renewed(record: dg.AssetRecord, event: dg.EventLogEntry, storage_id: int) -> dg.AssetRecord:
    """An asset's record after it was made once more, as Dagster would read it."""
    from dagster_shared.record import replace

    entry = replace(
        record.asset_entry,
        last_materialization_record=dg.EventLogRecord(storage_id=storage_id, event_log_entry=event),
        last_run_id=event.run_id,
    )
    return replace(record, asset_entry=entry)


@contextmanager
def few_commits(instance: dg.DagsterInstance) -> Iterator[Callable[[], None]]:
    """Spare a run most commits to the history: one for all events foretold at its start, and few per step.

    What a step yields waits until the next event that is no yield, or until anything is read. Gives what writes all
    that waits.
    """
    from dagster._core.storage.event_log import SqliteEventLogStorage

    storage = instance.event_log_storage
    if not isinstance(storage, SqliteEventLogStorage):
        yield lambda: None
        return
    store, connect, one_at_a_time = storage.store_event, storage._connect, RLock()
    waiting: list[dg.EventLogEntry] = []

    def write() -> None:
        if not waiting:
            return
        with one_at_a_time:
            events = waiting.copy()
            waiting.clear()
            with _joined_connections(storage, connect):
                for event in events:
                    store(event)

    def store_all(events: Sequence[dg.EventLogEntry]) -> None:
        with one_at_a_time:
            waiting.extend(events)
            if not all(map(_can_wait, events)):
                write()

    @contextmanager
    def up_to_date(shard: str) -> Iterator[Any]:
        write()
        with connect(shard) as connection:
            yield connection

    with (
        replaced(storage, store_event=lambda event: store_all([event]), store_event_batch=store_all),
        replaced(storage, _connect=up_to_date),
        _environment("DAGSTER_EVENT_BATCH_SIZE", "1000"),
    ):
        try:
            yield write
        finally:
            write()


def _can_wait(event: dg.EventLogEntry) -> bool:
    found = event.dagster_event
    return found is not None and found.step_key is not None and found.event_type_value in _CAN_WAIT


@contextmanager
def _joined_connections(storage: Any, connect: Callable[[str], Any]) -> Iterator[None]:
    """Each file of the history is opened once by `connect`, and commits at the end of the block."""
    owner = get_ident()
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

        with replaced(storage, _connect=joined, _db_lock=RLock()):
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
    with replaced(storage, **{name: _known_once_true(getattr(storage, name)) for name in names}):
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
def replaced(owner: object, **methods: Any) -> Iterator[None]:
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
