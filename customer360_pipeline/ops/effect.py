"""What a decision would do: customers and money of the next run, found by resolving identity without and with it.

The tables that a decision reaches are built again in memory, up to the ids of customers, from the records of the last
run in `work.duckdb` and the ids of the published version, which are only read. So the answer is the next run's own,
whatever keys and vetoes lie in the way; extracts that changed meanwhile are not read. A run that starts while they are
copied is told so; while the rest is done it may work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
from customer360_pipeline.identity.parent_version import FACT
from customer360_pipeline.ops.decisions import Decision, RecordKey
from customer360_pipeline.publish.last_run import run_command
from customer360_pipeline.publish.lock import home_lock, not_writable
from customer360_pipeline.publish.pointer import DATABASE, current_version

if TYPE_CHECKING:
    from customer360_pipeline.engine.table_file import Table
    from customer360_pipeline.run_context import RunContext

DECIDED, CUSTOMERS = "identity.decided_records", "identity.record_customers"
# What the published version knows of ids; no decision changes it.
_KNOWN = ("identity.known_events", "identity.known_customers", "identity.known_records")
SPILL = ".dry-run-"
STALE_SECONDS = 24 * 3600
_READ = ("staging.records", "profile.money")


@dataclass(frozen=True)
class Customer:
    """A customer before or after.

    Args:
        records: its records, ordered.
        amounts: net amount per currency, major units.
        reporting: the part of it that has an exchange rate, in the reporting currency.
        is_new: the id was never given before.
    """

    customer_id: str
    records: tuple[RecordKey, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)
    reporting: Decimal = Decimal(0)
    is_new: bool = False


@dataclass(frozen=True)
class Move:
    """Money that would change its customer. `is_new`: to an id that was never given before."""

    before: str
    after: str
    records: int
    amounts: dict[str, Decimal]
    reporting: Decimal
    is_new: bool


@dataclass(frozen=True)
class Effect:
    """The customers that the decisions would change, and those of the named records; what moves between them.

    Args:
        before: as the next run would make them without the change; with all other decisions that wait for it.
        after: as it will make them.
        absent: named records that the last run did not have.
        currency: of every reporting amount.
        is_published: whether `before` is what the published version shows.
    """

    before: tuple[Customer, ...]
    after: tuple[Customer, ...]
    moves: tuple[Move, ...]
    absent: tuple[RecordKey, ...]
    currency: str
    is_published: bool

    @property
    def is_none(self) -> bool:
        """Whether every customer stays as it is."""
        return {(c.customer_id, c.records) for c in self.before} == {(c.customer_id, c.records) for c in self.after}


def effect(
    context: RunContext, before: Sequence[Decision], after: Sequence[Decision], named: Sequence[RecordKey]
) -> Effect:
    """What other decisions would change in the next run, were it to read the records of the last run again.

    Args:
        context: configuration, sources and data directory of the next run.
        before: the decisions in force, also those that wait for the next run.
        after: all that would be in force then.
        named: the records in question.

    Raises:
        ConfigError: there is no last run to work on, or it is of another release.
        Busy: a run is at work.
        Customer360Error: the data directory cannot be written, where what does not fit in memory lies meanwhile.
    """
    current = current_version(context.home)
    known = context.published / current / DATABASE if current else None
    context = replace(context, facts={FACT: known})
    catalog = load_catalog(context.sources)
    with _rehearsal(context) as engine:
        once = [table for table in catalog if table.name in _KNOWN]
        tables = tables_between(catalog, DECIDED, CUSTOMERS)
        made = {DECIDED, *(table.name for table in (*once, *tables))}
        _copy(engine, context, {name for table in (*once, *tables) for name in table.depends} - made | set(_READ))
        engine.create_schema("identity")
        for table in once:
            build_table(engine, table, context)
        for name, decisions in (("before", before), ("after", after)):
            _resolve(engine, context, tables, decisions, name)
        return _found(engine, context.config.metrics.reporting_currency, named)


@contextmanager
def _rehearsal(context: RunContext) -> Iterator[DuckDBEngine]:
    """An engine in memory; what does not fit spills into the data directory, where records belong."""
    if not context.work_database.exists():
        raise ConfigError(
            f"{context.work_database} is not there: the effect is found on the records of the last run. "
            f"Run: {run_command(context.home)}"
        )
    for left in context.home.glob(f"{SPILL}*"):
        # Of a process that was killed; no dry run takes that long.
        if time() - left.stat().st_mtime > STALE_SECONDS:
            rmtree(left, ignore_errors=True)
    try:
        spill = TemporaryDirectory(prefix=SPILL, dir=context.home)
    except OSError as error:
        raise not_writable(context.home, error) from None
    with spill as folder, DuckDBEngine(None, context.config.engine, Path(folder)) as engine:
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
                f"Run: {run_command(context.home)}"
            ) from None
        engine.execute("DETACH work")


def _kept(engine: DuckDBEngine) -> set[str]:
    """Names of the tables that the last run kept for the next one."""
    found = engine.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'work' "
        "AND list_contains($schemas, schema_name)",
        {"schemas": [fuzzy_state.SCHEMA, key_state.SCHEMA, record_hashes.SCHEMA]},
    )
    return {f"{schema}.{name}" for schema, name in found}


def _resolve(
    engine: DuckDBEngine, context: RunContext, tables: Sequence[Table], decisions: Sequence[Decision], name: str
) -> None:
    """Build what follows from the decisions, and keep each record's customer as `rehearsal.<name>`."""
    from customer360_pipeline.identity.decided_records import decided

    engine.create_table_from_arrow(DECIDED, decided(decisions))
    for table in tables:
        build_table(engine, table, context)
    engine.create_table(f"rehearsal.{name}", f"SELECT node, customer_id FROM {CUSTOMERS}")


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


# Whoever leaves a customer or comes to it has another id then, so the customers of the records with another id are all
# that change. A veto can send away a record that nobody named.
_REACHED = """
    WITH start AS (
        SELECT b.customer_id AS old, a.customer_id AS new
        FROM rehearsal.before AS b JOIN rehearsal.after AS a ON a.node = b.node
        LEFT JOIN (
            SELECT r.node FROM rehearsal.named JOIN staging.records AS r USING (source, record_id)
        ) AS n ON n.node = b.node
        WHERE b.customer_id <> a.customer_id OR n.node IS NOT NULL
    ), ids AS (SELECT old AS customer_id FROM start UNION SELECT new FROM start)
    SELECT b.node, b.customer_id AS before, a.customer_id AS after
    FROM rehearsal.before AS b JOIN rehearsal.after AS a ON a.node = b.node
    WHERE b.customer_id IN (SELECT customer_id FROM ids) OR a.customer_id IN (SELECT customer_id FROM ids)"""
_MEMBERS = """
    SELECT n.node, r.source, r.record_id, n.before, n.after
    FROM rehearsal.reached AS n JOIN staging.records AS r ON r.node = n.node ORDER BY n.node"""
_MONEY = """
    SELECT m.node, m.currency, sum(m.amount)::DECIMAL(18, 3), coalesce(sum(m.reporting_amount), 0)::DECIMAL(18, 2)
    FROM profile.money AS m WHERE m.status IN ('counted', 'no_rate') AND m.node IN (SELECT node FROM rehearsal.reached)
    GROUP BY ALL ORDER BY ALL"""
_EVER_GIVEN = """
    SELECT customer_id FROM identity.known_customers
    WHERE customer_id IN (SELECT before FROM rehearsal.reached UNION SELECT after FROM rehearsal.reached)"""
_UNLIKE_PUBLISHED = """
    SELECT count(*) FROM rehearsal.reached AS n LEFT JOIN (
        SELECT r.node, k.customer_id FROM identity.known_records AS r
        JOIN identity.known_customers AS k ON k.number = r.number WHERE r.sequence IS NULL
    ) AS p ON p.node = n.node
    WHERE p.customer_id IS DISTINCT FROM n.before"""


def _found(engine: DuckDBEngine, currency: str, named: Sequence[RecordKey]) -> Effect:
    import pyarrow as pa

    keys = pa.table({"source": [key.source for key in named], "record_id": [key.record_id for key in named]})
    engine.create_table_from_arrow("rehearsal.named", keys)
    engine.create_table("rehearsal.reached", _REACHED)
    there = engine.rows(
        "SELECT source, record_id FROM rehearsal.named SEMI JOIN staging.records USING (source, record_id)"
    )
    members, money = engine.rows(_MEMBERS), engine.rows(_MONEY)
    known = {customer_id for (customer_id,) in engine.rows(_EVER_GIVEN)}
    return Effect(
        before=_customers([(row[3], row) for row in members], known, money),
        after=_customers([(row[4], row) for row in members], known, money),
        moves=_moves(members, known, money),
        absent=tuple(sorted(set(named) - {RecordKey(*row) for row in there})),
        currency=currency,
        is_published=engine.scalar(_UNLIKE_PUBLISHED) == 0,
    )


def _customers(rows: Sequence[tuple[str, Any]], known: set[str], money: Sequence[Any]) -> tuple[Customer, ...]:
    groups: dict[str, list[Any]] = {}
    for customer_id, row in rows:
        groups.setdefault(customer_id, []).append(row)
    found = [
        Customer(
            customer_id, tuple(sorted(RecordKey(*row[1:3]) for row in members)),
            *_sums({row[0] for row in members}, money), customer_id not in known,
        )
        for customer_id, members in groups.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda customer: customer.records))


def _sums(nodes: set[int], money: Sequence[Any]) -> tuple[dict[str, Decimal], Decimal]:
    amounts: dict[str, Decimal] = {}
    reporting = Decimal(0)
    for node, currency, amount, converted in money:
        if node in nodes:
            amounts[currency or "?"] = amounts.get(currency or "?", Decimal(0)) + amount
            reporting += converted
    return amounts, reporting


def _moves(members: Sequence[Any], known: set[str], money: Sequence[Any]) -> tuple[Move, ...]:
    groups: dict[tuple[str, str], set[int]] = {}
    for node, _, _, before, after in members:
        if before != after:
            groups.setdefault((before, after), set()).add(node)
    return tuple(
        Move(*ids, len(nodes), *_sums(nodes, money), ids[1] not in known) for ids, nodes in sorted(groups.items())
    )
