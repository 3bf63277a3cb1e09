"""The steps of a run, in order: ingest each source, build and audit each table, publish.

Dagster's assets and `run_pipeline` call the same functions. Not here: what a step does (its room) and what
shows it (`components/`, `cli/`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from time import perf_counter
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.catalog import CheckResult, build_table, count_and_check, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.known_headers import known_headers
from customer360_pipeline.errors import AuditFailed, Customer360Error, FileRefused
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source

if TYPE_CHECKING:
    from customer360_pipeline.engine.table_file import Table
    from customer360_pipeline.publish.version import PublishedVersion

LEDGER_COLUMNS = (
    "entity", "physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode", "files",
    "bytes", "is_present",
)  # fmt: skip
CHECKS = "pipeline.check_results"
# Which version the tables of the work database are those of; not there while a run changes them.
PUBLISHED = "pipeline.published"
#: The fact of a run that names the tables it built.
BUILT = "built"


@dataclass(frozen=True)
class Step:
    """One finished step of a run, for progress and metadata.

    Args:
        kind: ingest, keep (a source as it was last read), build (which includes its checks) or publish.
        name: the source, table or version.
        seconds: wall time.
        rows: records read or rows made.
        checks: what was checked.
        note: what a person should know of it; empty: nothing.
    """

    kind: str
    name: str
    seconds: float
    rows: int
    checks: tuple[CheckResult, ...] = ()
    note: str = ""

    @property
    def broken(self) -> list[CheckResult]:
        """The blocking checks that failed."""
        return [check for check in self.checks if check.blocking and not check.passed]


Progress = Callable[[Step], None]


def silent(_: Step) -> None:
    """Progress that nobody watches."""


@contextmanager
def open_work(context: RunContext) -> Iterator[DuckDBEngine]:
    """The work database of a run, opened once and closed at its end.

    Raises:
        Busy: another run holds the home directory.
        ConfigError: the extracts folder holds no file of any source.
        Customer360Error: the home directory cannot be written.
    """
    from customer360_pipeline.identity import id_state
    from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
    from customer360_pipeline.project import extracts_kind
    from customer360_pipeline.publish.ancestry import known_ids
    from customer360_pipeline.publish.lock import home_lock, require_writable
    from customer360_pipeline.publish.manifest import read_manifest
    from customer360_pipeline.publish.pointer import current_version
    from customer360_pipeline.sources.ingest import ensure_tables, require_extracts

    require_writable(context.home)
    settings = context.config.engine.for_extracts(require_extracts(context))
    with home_lock(context.home, context.run_id), DuckDBEngine(context.work_database, settings) as engine:
        # Of a killed run; it holds records, and with the lock taken nobody else can be working in it.
        shutil.rmtree(context.home / "attempts", ignore_errors=True)
        parent = context.facts["parent_version"] = current_version(context.home)
        known = known_ids(context.published, parent, extracts_kind(context.extracts))
        context.facts[KNOWN_IDS] = known
        context.facts[id_state.FACT] = read_manifest(known.parent).origin.ids_state if known else ""
        ensure_tables(engine, context.sources)
        engine.create_schema("pipeline")
        engine.execute(f"DROP TABLE IF EXISTS {PUBLISHED}")
        engine.execute(
            f"CREATE TABLE IF NOT EXISTS {CHECKS} (table_name VARCHAR, check_name VARCHAR, description VARCHAR, "
            "failed_rows BIGINT, is_blocking BOOLEAN)"
        )
        with known_headers(engine, context):
            yield engine


@contextmanager
def without_values(what: str) -> Iterator[None]:
    """Turn a database error into one that carries no value of a record: DuckDB quotes the value it stumbles on.

    Raises:
        Customer360Error: names `what` and the kind of the database's error.
    """
    import duckdb

    kind = ""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise Customer360Error(
            f"{what}: the memory limit was not enough, even with spilling. Raise engine.memory_limit, or lower "
            "engine.threads: each thread holds a share."
        ) from None
    except duckdb.Error as error:
        kind = type(error).__name__
    if kind:
        raise Customer360Error(
            f"{what}: the database refused with {kind}. Its words may quote personal values and "
            "are not repeated; the same `customer360 run` with --debug shows them in the terminal."
        )


def ingest(engine: DuckDBEngine, context: RunContext, source: Source) -> bool:
    """Read one source's extracts into its raw tables, where they are not those of the last reading; whether it did.

    Raises:
        FileRefused: a file cannot be trusted; the source's tables stay as they were.
    """
    from customer360_pipeline.sources.ingest import ingest_source

    with without_values(f"source {source.source}"):
        return ingest_source(engine, context, source)


def ledger(engine: DuckDBEngine, source: str) -> list[dict[str, Any]]:
    """The ledger lines of a source, one per entity, as `LEDGER_COLUMNS`."""
    rows = engine.rows(
        f"SELECT {', '.join(LEDGER_COLUMNS)} FROM sources.ledger WHERE source = $source ORDER BY entity",
        {"source": source},
    )
    return [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in rows]


def build(engine: DuckDBEngine, context: RunContext, table: Table) -> None:
    """Make one table.

    Raises:
        Customer360Error: the table cannot be made, or is not what its header says.
    """
    with without_values(table.name):
        build_table(engine, table, context)
    context.facts.setdefault(BUILT, set()).add(table.name)


def audit(engine: DuckDBEngine, context: RunContext, table: Table) -> tuple[int, list[CheckResult]]:
    """Count the rows of one table and check them; results are kept beside it, so that a later publish knows them."""
    with without_values(f"{table.name}: checks"):
        rows, results = count_and_check(engine, table)
        keep_checks(engine, context, table.name, results)
    return rows, results


def keep_checks(engine: DuckDBEngine, context: RunContext, table: str, results: Sequence[CheckResult]) -> None:
    """Replace the kept check results of a table."""
    if CHECKS not in context.facts:
        context.facts[CHECKS] = {
            name: list(checks) for name, checks in groupby(kept_checks(engine), attrgetter("table"))
        }
    kept: dict[str, list[CheckResult]] = context.facts[CHECKS]
    # On most days they are the same, and reading those of all tables once costs a fraction of writing.
    if (ordered := sorted(results, key=attrgetter("check"))) == kept.get(table, []):
        return
    kept[table] = ordered
    with engine.transaction():
        engine.delete(CHECKS, "table_name = $table", {"table": table})
        engine.insert_rows(CHECKS, [(r.table, r.check, r.description, r.failed_rows, r.blocking) for r in results])


def kept_checks(engine: DuckDBEngine) -> list[CheckResult]:
    """The last results of every check, ordered by table and check."""
    rows = engine.rows(
        f"SELECT table_name, check_name, description, failed_rows, is_blocking FROM {CHECKS} "
        "ORDER BY table_name, check_name"
    )
    return [CheckResult(*row) for row in rows]


def audit_across(engine: DuckDBEngine, context: RunContext) -> list[CheckResult]:
    """Check what must hold across tables: money, people and sessions are conserved, the contract holds, and the
    extracts are not far from those of the last version."""
    from customer360_pipeline.customer_360.audits import run_audits
    from customer360_pipeline.publish.drift import drift_checks

    with without_values("audits across tables"):
        return [*run_audits(engine, context), *drift_checks(engine, context)]


def publish(engine: DuckDBEngine, context: RunContext, audits: Sequence[CheckResult]) -> PublishedVersion:
    """Publish every table of the last room. The version keeps the audits and the last checks of every table.

    Raises:
        AuditFailed: a blocking check failed; the previous version stands.
    """
    from customer360_pipeline.identity import id_state
    from customer360_pipeline.publish.drift import current_figures
    from customer360_pipeline.publish.inputs import sweep_inputs
    from customer360_pipeline.publish.version import publish as publish_version

    tables = load_catalog(context.sources)
    known = {table.name for table in tables}
    checks = [check for check in kept_checks(engine) if check.table in known]
    context.facts[id_state.MADE] = id_state.save(engine, context.facts.get(BUILT, ()))
    figures = current_figures(engine)
    version = publish_version(engine, context, published_tables(tables), [*checks, *audits], figures)
    engine.create_table(PUBLISHED, "SELECT $version AS version", {"version": version.name})
    # The version stands whether or not old copies can be removed; the next run tries again.
    with suppress(OSError):
        sweep_inputs(engine, context.home)
    return version


def published_tables(tables: Sequence[Table]) -> list[str]:
    """The `room.table` names that are published."""
    return [table.name for table in tables if table.room == "customer_360"]


def run_pipeline(context: RunContext, progress: Progress = silent) -> PublishedVersion:
    """The whole run without Dagster, for tests and benchmarks.

    Raises:
        AuditFailed: a blocking check failed; nothing was published.
        FileRefused: files cannot be trusted; each is named.
    """
    with open_work(context) as engine:
        refusals = []
        for source in context.sources:
            try:
                progress(ingest_step(engine, context, source)[0])
            except FileRefused as refusal:
                refusals.append(refusal)
        if refusals:
            raise FileRefused("\n".join(map(str, refusals)))
        for table in load_catalog(context.sources):
            step = build_step(engine, context, table)
            progress(step)
            if broken := step.broken:
                raise AuditFailed(failed_checks(broken))
        step, version = publish_step(engine, context, audit_across(engine, context))
        progress(step)
        return version


def ingest_step(engine: DuckDBEngine, context: RunContext, source: Source) -> tuple[Step, list[dict[str, Any]]]:
    """Ingest a source, timed; the step and its ledger lines."""
    from customer360_pipeline.sources.ingest import unmatched_files

    start = perf_counter()
    was_read = ingest(engine, context, source)
    lines = ledger(engine, source.source)
    records = sum(line["physical_records"] for line in lines)
    note = unmatched_files(engine, source.source)
    return Step("ingest" if was_read else "keep", source.source, perf_counter() - start, records, note=note), lines


def build_step(engine: DuckDBEngine, context: RunContext, table: Table) -> Step:
    """Build and audit a table, timed."""
    start = perf_counter()
    build(engine, context, table)
    rows, checks = audit(engine, context, table)
    said = context.facts.get(table.name)
    note = f"{table.name}: {said}" if said else ""
    return Step("build", table.name, perf_counter() - start, rows, tuple(checks), note)


def publish_step(engine: DuckDBEngine, context: RunContext, audits: list[CheckResult]) -> tuple[Step, PublishedVersion]:
    """Publish, timed; the step and the version."""
    start = perf_counter()
    version = publish(engine, context, audits)
    rows = sum(version.manifest.rows.values())
    return Step("publish", version.name, perf_counter() - start, rows, tuple(audits)), version


def failed_checks(results: Sequence[CheckResult]) -> str:
    """Failed checks in words: table, check, figure and what it asks."""
    return "\n".join(
        f"{r.table}: {r.check} failed for {r.failed_rows:,} row(s). It asks: {r.description}" for r in results
    )
