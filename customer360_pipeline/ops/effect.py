"""What a decision would do: the customers and the money of the next run, found by resolving identity once more.

The tables that a decision reaches are built again in memory, from the records of the last run in `work.duckdb`, which
is only read. So the answer is the next run's own, whatever keys and vetoes lie in the way; extracts that changed
meanwhile are not read. A run that starts while they are copied is told so; while the rest is done it may work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from time import time
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.errors import Busy, ConfigError
from customer360_pipeline.identity import fuzzy_state, key_state, record_hashes
from customer360_pipeline.ops.decisions import Decision, RecordKey
from customer360_pipeline.publish.lock import home_lock

if TYPE_CHECKING:
    from customer360_pipeline.engine.table_file import Table
    from customer360_pipeline.run_context import RunContext

DECIDED, LINKS = "identity.decided_records", "identity.links"
SPILL = ".dry-run-"
STALE_SECONDS = 24 * 3600
_READ = ("staging.records", "identity.record_customers", "profile.money")


@dataclass(frozen=True)
class Customer:
    """A customer before or after. `customer_id` is None where a new one would be given.

    Args:
        records: its records, ordered.
        amounts: net amount per currency, major units.
        reporting: the part of it that has an exchange rate, in the reporting currency.
    """

    customer_id: str | None
    records: tuple[RecordKey, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)
    reporting: Decimal = Decimal(0)


@dataclass(frozen=True)
class Move:
    """Money that would change its customer; None: a new customer."""

    before: str
    after: str | None
    records: int
    amounts: dict[str, Decimal]
    reporting: Decimal


@dataclass(frozen=True)
class Effect:
    """The customers that the next run would change, and those of the named records; what moves between them.

    `absent`: named records that the last run did not have. `currency`: of every reporting amount.
    """

    before: tuple[Customer, ...]
    after: tuple[Customer, ...]
    moves: tuple[Move, ...]
    absent: tuple[RecordKey, ...]
    currency: str

    @property
    def is_none(self) -> bool:
        """Whether every customer stays as it is."""
        return {c.records for c in self.before} == {c.records for c in self.after}


def effect(context: RunContext, decisions: Sequence[Decision], named: Sequence[RecordKey]) -> Effect:
    """What a run on the records of the last run would make of some records under the given decisions.

    Args:
        context: configuration, sources and data directory of the next run.
        decisions: all that would be in force then.
        named: the records in question.

    Raises:
        ConfigError: there is no last run to work on, or it is of another release.
        Busy: a run is at work.
    """
    with _rehearsal(context) as engine:
        tables = tables_between(load_catalog(context.sources), DECIDED, LINKS)
        made = {DECIDED, *(table.name for table in tables)}
        _copy(engine, context, {name for table in tables for name in table.depends} - made | set(_READ))
        _resolve(engine, context, tables, decisions)
        return _found(engine, context.config.metrics.reporting_currency, named)


@contextmanager
def _rehearsal(context: RunContext) -> Iterator[DuckDBEngine]:
    """An engine in memory; what does not fit spills into the data directory, where records belong."""
    if not context.work_database.exists():
        raise ConfigError(
            f"{context.work_database} is not there: the effect is found on the records of the last run. "
            "Run: customer360 run"
        )
    for left in context.home.glob(f"{SPILL}*"):
        # Of a process that was killed; no dry run takes that long.
        if time() - left.stat().st_mtime > STALE_SECONDS:
            rmtree(left, ignore_errors=True)
    with (
        TemporaryDirectory(prefix=SPILL, dir=context.home) as folder,
        DuckDBEngine(None, context.config.engine, Path(folder)) as engine,
    ):
        yield engine


def _copy(engine: DuckDBEngine, context: RunContext, names: set[str]) -> None:
    """Take over tables of the last run under their own names."""
    import duckdb

    path = context.work_database
    with home_lock(context.home, "dry run"):
        try:
            engine.execute(f"ATTACH {literal(str(path))} AS work (READ_ONLY)")
        except duckdb.Error:
            raise Busy(f"{path} is open in another process. Ask again when that is done.") from None
        try:
            # With what the last run learned, as the next run will be: weights learned anew would move other customers.
            for name in sorted(names | _kept(engine)):
                engine.create_table(name, f"SELECT * FROM work.{name}")
        except duckdb.CatalogException:
            raise ConfigError(
                "The last run did not finish, or was made by another release: some of its tables are missing. "
                "Run: customer360 run"
            ) from None
        engine.execute("DETACH work")


def _kept(engine: DuckDBEngine) -> set[str]:
    """Names of the tables that the last run kept for the next one."""
    found = engine.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'work' "
        "AND (list_contains($schemas, schema_name) OR schema_name || '.' || table_name = $links)",
        {"schemas": [fuzzy_state.SCHEMA, key_state.SCHEMA, record_hashes.SCHEMA], "links": key_state.LINKS},
    )
    return {f"{schema}.{name}" for schema, name in found}


def _resolve(engine: DuckDBEngine, context: RunContext, tables: Sequence[Table], decisions: Sequence[Decision]) -> None:
    """Build what follows from the decisions, up to the links, and keep `after` (node, first)."""
    import numpy as np
    import pyarrow as pa

    from customer360_pipeline.identity.components import connected_components
    from customer360_pipeline.identity.decided_records import decided

    engine.create_schema("identity")
    engine.create_table_from_arrow(DECIDED, decided(decisions))
    for table in tables:
        build_table(engine, table, context)
    links = engine.arrow(f"SELECT left_node, right_node FROM {LINKS} WHERE status = 'accepted'")
    nodes = engine.row_count("staging.records")
    first = connected_components(nodes, links["left_node"].to_numpy(), links["right_node"].to_numpy())
    clusters = pa.table({"node": np.arange(nodes, dtype=np.int32), "first": first})
    engine.create_table_from_arrow("rehearsal.after", clusters)


def tables_between(tables: Sequence[Table], start: str, end: str) -> list[Table]:
    """The tables that follow from `start` and that `end` follows from, `end` included, in the order they are built."""
    follow, needed = {start}, {end}
    for table in tables:
        if follow & set(table.depends):
            follow.add(table.name)
    for table in reversed(tables):
        if table.name in needed:
            needed |= set(table.depends)
    return [table for table in tables if table.name in follow & needed - {start}]


# Records whose customer will be another set of records. A veto can send away a record that nobody named, and
# decisions that wait for the next run change customers too.
_CHANGED = """
    SELECT node FROM (
        SELECT c.node,
            min(a.first) OVER (PARTITION BY c.customer_id) <> max(a.first) OVER (PARTITION BY c.customer_id)
            OR min(c.customer_id) OVER (PARTITION BY a.first) <> max(c.customer_id) OVER (PARTITION BY a.first)
            AS is_other
        FROM identity.record_customers AS c JOIN rehearsal.after AS a ON a.node = c.node
    ) WHERE is_other"""
_REACHED = """
    CREATE OR REPLACE TABLE rehearsal.reached AS
    WITH known AS (
        SELECT c.customer_id, a.first FROM rehearsal.reached AS r
        JOIN identity.record_customers AS c ON c.node = r.node JOIN rehearsal.after AS a ON a.node = r.node
    )
    SELECT c.node FROM identity.record_customers AS c JOIN rehearsal.after AS a ON a.node = c.node
    WHERE c.customer_id IN (SELECT customer_id FROM known) OR a.first IN (SELECT first FROM known)"""
_MEMBERS = """
    SELECT r.node, r.source, r.record_id, c.customer_id, a.first
    FROM rehearsal.reached AS n
    JOIN staging.records AS r ON r.node = n.node
    JOIN identity.record_customers AS c ON c.node = n.node
    JOIN rehearsal.after AS a ON a.node = n.node
    ORDER BY r.node"""
_MONEY = """
    SELECT m.node, m.currency, sum(m.amount)::DECIMAL(18, 3), coalesce(sum(m.reporting_amount), 0)::DECIMAL(18, 2)
    FROM profile.money AS m WHERE m.status IN ('counted', 'no_rate') AND m.node IN (SELECT node FROM rehearsal.reached)
    GROUP BY ALL ORDER BY ALL"""


def _found(engine: DuckDBEngine, currency: str, named: Sequence[RecordKey]) -> Effect:
    import pyarrow as pa

    keys = pa.table({"source": [key.source for key in named], "record_id": [key.record_id for key in named]})
    engine.create_table_from_arrow("rehearsal.named", keys)
    engine.create_table(
        "rehearsal.reached",
        f"SELECT r.node FROM rehearsal.named AS n JOIN staging.records AS r USING (source, record_id) UNION {_CHANGED}",
    )
    there = engine.rows(
        "SELECT source, record_id FROM rehearsal.named SEMI JOIN staging.records USING (source, record_id)"
    )
    size = -1
    while size != (size := engine.row_count("rehearsal.reached")):
        engine.execute(_REACHED)
    members, money = engine.rows(_MEMBERS), engine.rows(_MONEY)
    ids = _kept_ids([(row[3], row[4]) for row in members])
    before = _customers([(row[3], row[3], row) for row in members], money)
    after = _customers([(row[4], ids.get(row[4]), row) for row in members], money)
    absent = tuple(sorted(set(named) - {RecordKey(*row) for row in there}))
    return Effect(before, after, _moves(members, money, ids), absent, currency)


def _kept_ids(pairs: Sequence[tuple[str, int]]) -> dict[int, str]:
    """Which customer of the next run goes on under which id: most shared records first, then the smaller id."""
    kept: dict[int, str] = {}
    for (customer_id, first), _ in sorted(Counter(pairs).items(), key=lambda item: (-item[1], item[0])):
        if first not in kept and customer_id not in kept.values():
            kept[first] = customer_id
    return kept


def _customers(rows: Sequence[tuple[Any, str | None, Any]], money: Sequence[Any]) -> tuple[Customer, ...]:
    groups: dict[Any, tuple[str | None, list[Any]]] = {}
    for group, customer_id, row in rows:
        groups.setdefault(group, (customer_id, []))[1].append(row)
    found = [
        Customer(
            customer_id, tuple(sorted(RecordKey(*row[1:3]) for row in members)), *_sums({r[0] for r in members}, money)
        )
        for customer_id, members in groups.values()
    ]
    return tuple(sorted(found, key=lambda customer: customer.records))


def _sums(nodes: set[int], money: Sequence[Any]) -> tuple[dict[str, Decimal], Decimal]:
    amounts: dict[str, Decimal] = {}
    reporting = Decimal(0)
    for node, currency, amount, converted in money:
        if node in nodes:
            amounts[currency or "?"] = amounts.get(currency or "?", Decimal(0)) + amount
            reporting += converted
    return amounts, reporting


def _moves(members: Sequence[Any], money: Sequence[Any], ids: dict[int, str]) -> tuple[Move, ...]:
    groups: dict[tuple[str, int], set[int]] = {}
    for node, _, _, before, first in members:
        if ids.get(first) != before:
            groups.setdefault((before, first), set()).add(node)
    return tuple(
        Move(before, ids.get(first), len(nodes), *_sums(nodes, money))
        for (before, first), nodes in sorted(groups.items())
    )
