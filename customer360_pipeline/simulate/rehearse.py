"""Resolves identity with a changed configuration in a private database, beside the published version.

The raw tables of the last published run are copied, and of staging what the change does not touch. A source is read
again only if its contract or its extracts are not those of that run. The private database lies in `simulations/` of the
home directory and is removed at the end; nothing else is written.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline import pipeline
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
from customer360_pipeline.profile import exchange_rates
from customer360_pipeline.project import nothing_published
from customer360_pipeline.publish import pointer
from customer360_pipeline.publish.manifest import Manifest, code_version, read_manifest, settings_of
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.simulate.settings import Change, changes
from customer360_pipeline.sources.exchange_rates import FILE

if TYPE_CHECKING:
    from customer360_pipeline.engine.table_file import Table
    from customer360_pipeline.project import Project
    from customer360_pipeline.sources.contract import Source

# What the comparison reads; everything these need is built, and no more.
TARGETS = (
    "customer_360.customer_identities", "customer_360.identity_links", "customer_360.blocked_values",
    "customer_360.identity_review", "profile.record_value",
)  # fmt: skip
_WORK = "work"


@dataclass(frozen=True)
class Rehearsal:
    """A resolved private database.

    Args:
        engine: the database; the tables are those of a run.
        context: the run it imitates: the changed configuration, the clock of the published version.
        version: the published version's file.
        manifest: its facts.
        changed: settings that differ; empty when the version does not tell its settings.
        notes: what else may cause a difference, in sentences.
    """

    engine: DuckDBEngine
    context: RunContext
    version: Path
    manifest: Manifest
    changed: tuple[Change, ...]
    notes: tuple[str, ...]


@contextmanager
def rehearse(project: Project, home: Path, extracts: Path | None = None) -> Iterator[Rehearsal]:
    """Resolve identity with the configuration and the sources of `project`.

    Args:
        project: the changed configuration.
        home: the data directory whose published version is the one to compare with.
        extracts: where to read sources from whose raw tables cannot be taken over; None: they must be.

    Raises:
        ConfigError: nothing is published, or a source must be read again and `extracts` is not named.
        Busy: a run or another simulation is at work.
        FileRefused: an extract that must be read again cannot be trusted.
    """
    from customer360_pipeline.publish.lock import held

    current = pointer.current_version(home)
    if current is None:
        raise ConfigError(nothing_published(home))
    folder = home / "published" / current
    manifest = read_manifest(folder)
    context = RunContext(
        config=project.config,
        sources=project.sources,
        home=home,
        extracts=extracts or home,
        as_of=manifest.origin.as_of,
        run_id="simulate",
        facts={"parent_version": current, KNOWN_IDS: folder / pointer.DATABASE},
    )
    with (
        held(home / ".simulate.lock", f"{home}: a simulation is at work", "simulate"),
        _private(home) as attempt,
        DuckDBEngine(attempt / "simulation.duckdb", project.config.engine) as engine,
    ):
        before = _settings_of(engine, folder / pointer.DATABASE)
        changed = changes(before, settings_of(context)) if before else ()
        plan = _Plan(engine, context, current, manifest, before, extracts, attempt)
        plan.take_over()
        plan.build()
        yield Rehearsal(engine, context, folder / pointer.DATABASE, manifest, changed, tuple(plan.notes))


@contextmanager
def _private(home: Path) -> Iterator[Path]:
    # What a killed simulation left holds records; with the lock taken nobody else can be working in it.
    shutil.rmtree(home / "simulations", ignore_errors=True)
    (home / "simulations").mkdir()
    try:
        yield Path(tempfile.mkdtemp(dir=home / "simulations"))
    finally:
        shutil.rmtree(home / "simulations", ignore_errors=True)


def _settings_of(engine: DuckDBEngine, version: Path) -> dict[str, Any]:
    """The settings a version was made with; empty for one of a release that did not keep them."""
    engine.execute(f"ATTACH {literal(str(version))} AS published (READ_ONLY)")
    columns = {name for (name,) in engine.rows("SELECT column_name FROM (DESCRIBE published.main.metadata)")}
    if "settings" not in columns:
        return {}
    found: dict[str, Any] = json.loads(engine.scalar("SELECT settings FROM published.main.metadata") or "{}")
    return found


class _Plan:
    """Which tables are copied from the work database, which sources are read again, which tables are built."""

    def __init__(
        self,
        engine: DuckDBEngine,
        context: RunContext,
        current: str,
        manifest: Manifest,
        before: dict[str, Any],
        extracts: Path | None,
        attempt: Path,
    ) -> None:
        self.engine, self.context, self.current, self.manifest = engine, context, current, manifest
        self.before, self.extracts, self.attempt = before, extracts, attempt
        self.notes: list[str] = []
        self.tables = _needed(load_catalog(context.sources))
        self.kept: frozenset[str] = frozenset()

    def take_over(self) -> None:
        """Copy what stands from the work database, then read the sources that do not."""
        from customer360_pipeline.publish.lock import home_lock
        from customer360_pipeline.sources.ingest import ensure_tables, require_extracts

        # A run must not begin while its tables are copied; it may while they are resolved.
        with home_lock(self.context.home, self.context.run_id):
            stands = self._work_is_the_version()
            again = [source for source in self.context.sources if not stands or self._must_be_read(source)]
            if again and self.extracts is None:
                raise ConfigError(
                    f"The raw tables of {', '.join(source.source for source in again)} are not those of the published "
                    "version under this configuration. Name the extracts to read: --extracts DIR"
                )
            self.kept = self._unchanged_tables(stands and not again) | self._rates(stands)
            if stands:
                self._copy([n for source in self.context.sources if source not in again for n in source.raw_tables()])
            # Attached, it would keep a run from opening it.
            self.engine.execute(f"DETACH DATABASE IF EXISTS {_WORK}")
        if self.extracts is not None and again:
            require_extracts(self.context)
        ensure_tables(self.engine, again)
        for source in again:
            pipeline.ingest(self.engine, replace(self.context, home=self.attempt), source)
        self._note_inputs(again)

    def build(self) -> None:
        """Build every needed table that was not copied."""
        for table in self.tables:
            if table.name not in self.kept:
                with pipeline.without_values(table.name):
                    build_table(self.engine, table, self.context)

    def _work_is_the_version(self) -> bool:
        """Attach the work database; whether its tables are those of the version that stands."""
        if not self.context.work_database.is_file():
            return False
        self.engine.execute(f"ATTACH {literal(str(self.context.work_database))} AS {_WORK} (READ_ONLY)")
        schema, table = pipeline.PUBLISHED.split(".")
        there = self.engine.rows(
            "SELECT 1 FROM duckdb_tables() "
            "WHERE database_name = $work AND schema_name = $schema AND table_name = $name",
            {"work": _WORK, "schema": schema, "name": table},
        )
        return bool(there) and self.engine.scalar(f"SELECT version FROM {_WORK}.{pipeline.PUBLISHED}") == self.current

    def _must_be_read(self, source: Source) -> bool:
        """Whether a source is new, or its fields or its extracts are not those of the version."""
        known = {contract["source"]: contract for contract in self.before.get("sources", [])}
        before, now = known.get(source.source), source.model_dump(mode="json")
        if before is None or any(before.get(part) != now[part] for part in ("entities", "time_zone")):
            return True
        return self.extracts is not None and self._hashes(source) != self._files_now(source, self.extracts)

    def _hashes(self, source: Source) -> set[str]:
        rows = self.engine.rows(
            f"SELECT DISTINCT sha256 FROM {_WORK}.sources.files WHERE source = $source", {"source": source.source}
        )
        return {digest for (digest,) in rows}

    @staticmethod
    def _files_now(source: Source, extracts: Path) -> set[str]:
        from customer360_pipeline.sources.boundary.files import find_files, sha256_of

        return {sha256_of(file.path) for file in find_files(source, extracts)[0]}

    def _unchanged_tables(self, may_stand: bool) -> frozenset[str]:
        """Staging tables that no changed setting reaches. Later rooms are always built: people decide there too."""
        from customer360_pipeline.config import Config

        same_code = self.manifest.origin.code_version == code_version()
        if not same_code:
            self.notes.append("The code is not the one that made the version: some differences may come from it.")
        now = settings_of(self.context)
        if not (may_stand and same_code and self.before.get("sources") == now["sources"]):
            return frozenset()
        was, will = Config(**self.before["config"]).sql_parameters(), self.context.config.sql_parameters()
        touched = {name for name in will if was.get(name) != will[name]}
        built: set[str] = set()
        for table in self.tables:
            if table.room != "staging" or touched & {*table.settings} or built & {*table.depends}:
                built.add(table.name)
        return frozenset(table.name for table in self.tables) - built

    def _rates(self, stands: bool) -> frozenset[str]:
        """The table of exchange rates where it comes from a file of extracts that nobody named.

        Raises:
            ConfigError: the rates of the configuration changed, so the file is needed too.
        """
        if self.extracts is not None or FILE not in self.manifest.origin.input_hashes:
            return frozenset()
        metrics = self.context.config.model_dump(mode="json")["metrics"]
        if not stands or self.before.get("config", {}).get("metrics") != metrics:
            raise ConfigError(f"The version used {FILE} of its extracts. Name them to read it again: --extracts DIR")
        return frozenset({exchange_rates.TABLE.name})

    def _copy(self, raw: Sequence[str]) -> None:
        """Copy the raw tables and kept tables that some table to be built reads."""
        read = {name for table in self.tables if table.name not in self.kept for name in table.depends}
        books = [name for name in read if name.startswith("sources.")]
        for name in sorted({*(read & {*raw, *self.kept}), *books, "sources.files"}):
            schema, table = name.split(".")
            self.engine.create_table(name, f"SELECT * FROM {_WORK}.{quote(schema)}.{quote(table)}")

    def _note_inputs(self, again: Sequence[Source]) -> None:
        if again:
            self.notes.append(f"Read again from the extracts: {', '.join(source.source for source in again)}.")
        if not self.before:
            self.notes.append("The version is of a release that did not keep its settings; they are not compared.")
        names = {source.source for source in self.context.sources}
        hashes = self.manifest.origin.input_hashes
        before = {(name.split("/")[0], digest) for name, digest in hashes.items() if name != FILE}
        now = set(self.engine.rows("SELECT DISTINCT source, sha256 FROM sources.files"))
        now = {(source, digest) for source, digest in now if source in names}
        if other := sorted({source for source, _ in before ^ now}):
            self.notes.append(
                f"The extracts of {', '.join(other)} are not those of the version: differences come from them too."
            )


def _needed(tables: Sequence[Table]) -> tuple[Table, ...]:
    """The targets that there are and everything they read, in the order of building."""
    by_name = {table.name: table for table in tables}
    waiting, found = [name for name in TARGETS if name in by_name], set[str]()
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in found:
            found.add(name)
            waiting += by_name[name].depends
    return tuple(table for table in tables if table.name in found)
