"""The version file: made from the run's tables, then read again as a reader would and compared with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.errors import AuditFailed
from customer360_pipeline.publish.copy import copy_table
from customer360_pipeline.publish.logical_hash import logical_hash
from customer360_pipeline.publish.manifest import Origin
from customer360_pipeline.publish.own_tables import OWN_TABLES

# Analysts' tools lag behind: files of this storage version open in DuckDB 1.5 and newer, at no cost in size or speed.
STORAGE_VERSION = "v1.5.0"
READ_ONLY = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
}
# Of the connection that reads the file again, beside the engine's own: sums over a scan need no more, and without a
# limit it kept the whole file, 1.9 GB at five million records.
AUDIT_MEMORY = "256MB"
QUALITY_RESULTS, METADATA = "quality_results", "metadata"
_CATALOG = "version_file"


@dataclass(frozen=True)
class Content:
    """One table to publish: where it is, what it is called in the version, and what the catalogue says of it."""

    source: str
    name: str
    description: Table | None

    @property
    def is_view(self) -> bool:
        return self.description is not None and self.description.materialized == "view"


@dataclass(frozen=True)
class Contents:
    """What was written: rows and logical hash per table."""

    rows: dict[str, int]
    hashes: dict[str, str]


def write_database(
    engine: DuckDBEngine, path: Path, contents: Sequence[Content], checks: Sequence[CheckResult], origin: Origin
) -> Contents:
    """Write the version file; closed and checkpointed when this returns.

    Returns:
        Rows and logical hashes as they are in the run's tables, which the file must match; of a view's rows, as they
        were first written.
    """
    rows: dict[str, int] = {}
    hashes: dict[str, str] = {}
    engine.execute(f"ATTACH {literal(str(path))} AS {_CATALOG} (STORAGE_VERSION {literal(STORAGE_VERSION)})")
    try:
        for content in contents:
            _copy(engine, content)
            # The rows of a view are nowhere else yet: to ask for them again is to make them again.
            made = _target(content.name) if content.is_view else _relation(content.source)
            rows[content.name], hashes[content.name] = logical_hash(engine.rows, made)
        _write_quality_results(engine, checks)
        rows[QUALITY_RESULTS], hashes[QUALITY_RESULTS] = logical_hash(engine.rows, _target(QUALITY_RESULTS))
        rows[METADATA] = 1
        _write_metadata(engine, origin, rows)
        _comment(engine, contents)
        engine.execute(f"CHECKPOINT {_CATALOG}")
    except BaseException:
        # An open transaction would keep the file attached.
        with suppress(Exception):
            engine.connection.rollback()
        raise
    finally:
        engine.execute(f"DETACH {_CATALOG}")
    return Contents(rows, hashes)


def _relation(name: str) -> str:
    return ".".join(map(quote, name.split(".")))


def _target(name: str) -> str:
    return f"{_CATALOG}.main.{quote(name)}"


_TIMELINES = {"customer_360.customer_timeline": "customer_id", "customer_360.account_timeline": "account_id"}


def _copy(engine: DuckDBEngine, content: Content) -> None:
    target = _target(content.name)
    copy_table(engine, content.source, target, is_view=content.is_view, newest_first=_TIMELINES.get(content.source))
    if content.source.endswith(".customer_360"):
        _index_customers(engine, target)
        if content.name != "customer_360":
            engine.execute(f"CREATE VIEW {_target('customer_360')} AS SELECT * FROM main.{quote(content.name)}")


def _comment(engine: DuckDBEngine, contents: Sequence[Content]) -> None:
    """Write the catalogue's words into the file, in one transaction: each by itself would be a flush of the disk."""
    described: dict[str, tuple[str, dict[str, str]]] = dict(OWN_TABLES)
    for content in contents:
        if content.description:
            made = {name for name, _ in engine.columns(content.source)}
            columns = {c.name: c.description for c in content.description.columns if c.name in made}
            described[content.name] = (content.description.description, columns)
    script = []
    for name, (text, columns) in described.items():
        script.append(f"COMMENT ON TABLE {_target(name)} IS {literal(text)}")
        for column, meaning in columns.items():
            script.append(f"COMMENT ON COLUMN {_target(name)}.{quote(column)} IS {literal(meaning)}")
    engine.execute("; ".join(["BEGIN", *script, "COMMIT"]))


def _index_customers(engine: DuckDBEngine, target: str) -> None:
    import duckdb

    try:
        engine.execute(f"CREATE UNIQUE INDEX customer_360_customer_id ON {target} (customer_id)")
    except duckdb.ConstraintException:
        raise AuditFailed(
            "customer_360 has more than one row per customer_id. Nothing was published and the previous version stands."
        ) from None


def _write_quality_results(engine: DuckDBEngine, checks: Sequence[CheckResult]) -> None:
    target = _target(QUALITY_RESULTS)
    engine.execute(
        f"CREATE TABLE {target} (table_name VARCHAR, check_name VARCHAR, description VARCHAR, failed_rows BIGINT, "
        "is_blocking BOOLEAN, is_passed BOOLEAN)"
    )
    ordered = sorted(checks, key=lambda check: (check.table, check.check))
    engine.insert_rows(
        target, [(c.table, c.check, c.description, c.failed_rows, c.blocking, c.failed_rows == 0) for c in ordered]
    )


def _write_metadata(engine: DuckDBEngine, origin: Origin, rows: dict[str, int]) -> None:
    engine.execute(
        f"CREATE TABLE {_target(METADATA)} AS SELECT $version AS version, $parent::VARCHAR AS parent_version, "
        "$run_id AS run_id, $as_of::TIMESTAMP AS as_of, $code AS code_version, $config AS config_hash, "
        "$inputs AS input_hashes, $rows AS row_counts, $settings AS settings, $extracts AS extracts",
        {
            "version": origin.version,
            "parent": origin.parent,
            "run_id": origin.run_id,
            "as_of": origin.as_of,
            "code": origin.code_version,
            "config": origin.config_hash,
            "inputs": json.dumps(origin.input_hashes, sort_keys=True),
            "rows": json.dumps(rows, sort_keys=True),
            "settings": json.dumps(origin.settings, sort_keys=True),
            "extracts": origin.extracts,
        },
    )


@contextmanager
def read_only(path: Path, threads: int = 1, memory_limit: str = "") -> Iterator[Any]:
    """A hardened read-only connection to a version file: no other file, no extension, no changed setting.

    Args:
        memory_limit: as DuckDB takes it; empty: its default, four fifths of the machine's memory.
    """
    import duckdb

    limit = {"memory_limit": memory_limit} if memory_limit else {}
    connection = duckdb.connect(str(path), read_only=True, config={**READ_ONLY, **limit, "threads": threads})
    try:
        yield connection
    finally:
        connection.close()


def audit(path: Path, expected: Contents) -> None:
    """Read the file as a reader will, and hold every table to the rows it was made from.

    Raises:
        AuditFailed: a table is missing, or its rows are not the run's rows.
    """
    with read_only(path, threads=2, memory_limit=AUDIT_MEMORY) as connection:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        there = {row[0] for row in rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")}
        wrong = [name for name in expected.rows if name not in there]
        for name in expected.rows:
            if name in there and name != METADATA:
                found = logical_hash(rows, f"main.{quote(name)}")
                wrong += [name] if found != (expected.rows[name], expected.hashes[name]) else []
    if wrong:
        raise AuditFailed(
            f"The version file does not hold the rows of the run in: {', '.join(wrong)}. Nothing was published. "
            "Check the disk, then run again."
        )
