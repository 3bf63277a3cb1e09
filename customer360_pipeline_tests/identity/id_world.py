"""A small world in which only customer ids happen: records in clusters, and versions that a run can follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.catalog import build_table, check_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.identity import id_state, record_hashes
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.rooms import context_of

TABLES = {table.name: table for table in load_catalog(())}
ORDER = (
    "identity.record_hashes",
    "identity.known_events", "identity.known_customers", "identity.known_records", "identity.id_run",
    "identity.customer_ids", "identity.record_customers", "identity.id_events", "identity.left_ids",
    "identity.id_redirects",
    "identity.former_identities", "customer_360.customer_id_history", "customer_360.former_identities",
)  # fmt: skip
_CHECKED: set[str] = set()  # headers are held to their files once; parsing them is most of the time
KEPT = ("customer_id_history", "former_identities")
# What `identity.record_hashes` reads of records; no record of this world says anything.
SAYS = ", ".join(
    f"CAST(NULL AS VARCHAR) AS {name}" for name in record_hashes.SAID if name not in ("source", "record_id")
)
_KNOWN = ("identity.known_events", "identity.known_customers", "identity.known_records")


class Broken(Exception):
    """A table that a check of its header refuses."""


@dataclass(frozen=True)
class Version:
    """A version of the world: record -> id, the events that made it, and where each id leads, with whether it lives.

    Events are (customer_id, event, other_customer_id, records). `state` names the state of its ids (`id_state.py`),
    `known` holds what the run knew of ids before.
    """

    path: Path
    state: str
    ids: dict[str, str]
    events: list[tuple[str, str, str | None, int]]
    redirects: dict[str, tuple[str, bool]]
    history: list[tuple[Any, ...]]
    former: list[tuple[Any, ...]]
    known: dict[str, list[tuple[Any, ...]]]


def write_ids(engine: DuckDBEngine, folder: Path) -> Path:
    """Write what a run that follows reads of ids, in a new folder as a version does; `KEPT` are made before."""
    folder.mkdir()
    path = folder / "customer_360.duckdb"
    engine.create_table(
        "customer_360.customer_identities",
        "SELECT r.source, r.record_id, c.customer_id FROM staging.records AS r "
        "JOIN identity.record_customers AS c ON c.node = r.node",
    )
    engine.execute(f"ATTACH {literal(str(path))} AS made")
    for table in ("customer_identities", *KEPT):
        engine.execute(f"CREATE TABLE made.main.{table} AS SELECT * FROM customer_360.{table}")
    engine.execute("DETACH made")
    return path


class IdWorld:
    """Runs of the tables of ids, on clusters given by hand. Records are named `source:record_id`.

    A world that does not carry ids on reads them off the version that a run follows, each time.
    """

    def __init__(self, folder: Path, *, carries: bool = True) -> None:
        self.folder, self.number, self.carries = folder, 0, carries
        self.engine = DuckDBEngine()

    def run(self, clusters: Iterable[Collection[str]], after: Version | None = None, threads: int = 2) -> Version:
        """Give ids to clusters of records, going on from a version; write the version that this makes."""
        self.start(clusters, after, threads, len(ORDER))
        return self._version(id_state.save(self.engine, id_state.TABLES))

    def start(self, clusters: Iterable[Collection[str]], after: Version | None, threads: int, tables: int) -> None:
        """Begin a run, and end after so many of its tables: nothing is published."""
        self.engine.execute(f"SET threads={threads}")
        context = self._context(after)
        self._fill([sorted(cluster) for cluster in clusters])
        for name in ORDER[:tables]:
            self._build(TABLES[name], context)

    def build_alone(self, names: Iterable[str], after: Version) -> Version:
        """Build some tables anew, as a run that follows a version would, and publish."""
        context = self._context(after)
        for name in names:
            self._build(TABLES[name], context)
        return self._version("")

    def _context(self, after: Version | None) -> RunContext:
        self.number += 1
        context = replace(context_of(), as_of=datetime(2026, 1, 1, self.number % 24, self.number // 24))
        context.facts["known_ids"] = after.path if after else None
        context.facts[id_state.FACT] = after.state if after and self.carries else ""
        return context

    def _fill(self, clusters: list[list[str]]) -> None:
        nodes = {name: node for node, name in enumerate(sorted(name for cluster in clusters for name in cluster))}
        rows = [(nodes[name], *name.split(":", 1), nodes[cluster[0]]) for cluster in clusters for name in cluster]
        self.engine.create_table(
            "staging.records",
            "SELECT 0::INTEGER AS node, ''::VARCHAR AS source, ''::VARCHAR AS record_id, 0::INTEGER AS first_node, "
            f"{SAYS} WHERE false",
        )
        if rows:
            insert = "INSERT INTO staging.records (node, source, record_id, first_node) VALUES (?, ?, ?, ?)"
            self.engine.connection.executemany(insert, rows)
        self.engine.create_table("identity.record_clusters", "SELECT node, first_node FROM staging.records")

    def _build(self, table: Table, context: Any) -> None:
        if table.name not in _CHECKED:
            build_table(self.engine, table, context)
            _CHECKED.add(table.name)
        elif table.sql is not None:
            self.engine.create_table(table.name, table.sql, view=table.materialized == "view")
        else:
            assert table.build is not None
            table.build(self.engine, context)
        broken = [result for result in check_table(self.engine, table) if not result.passed]
        if broken:
            raise Broken(broken)

    def _version(self, state: str) -> Version:
        path, rows = write_ids(self.engine, self.folder / f"v{self.number}"), self.engine.rows
        return Version(
            path,
            state,
            dict(rows("SELECT source || ':' || record_id, customer_id FROM customer_360.customer_identities")),
            rows("SELECT customer_id, event, other_customer_id, records FROM identity.customer_ids "
                 "WHERE event IS NOT NULL ORDER BY ALL"),
            {row[0]: row[1:] for row in rows("SELECT * FROM identity.id_redirects")},
            rows("SELECT * FROM customer_360.customer_id_history ORDER BY ALL"),
            rows("SELECT * FROM customer_360.former_identities ORDER BY ALL"),
            {name: rows(f"FROM {name} ORDER BY ALL") for name in _KNOWN},
        )  # fmt: skip
