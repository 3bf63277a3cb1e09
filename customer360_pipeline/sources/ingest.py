"""Reads one source: its extracts become `raw.<source>_<entity>`, and the ledger says where every record went.

    from customer360_pipeline.sources.ingest import ingest_source
    ingest_source(engine, context, source)

The raw tables, the ledger, the quarantine, the drift and the list of files change together in one transaction, or
not at all. Not here: how files are read (`boundary/`), carried (`transport.py`) and kept (`raw.py`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import DuckDBEngine, quote
from customer360_pipeline.errors import ConfigError, Customer360Error, FileRefused
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources import ledger, raw
from customer360_pipeline.sources.boundary.engine_errors import without_values
from customer360_pipeline.sources.boundary.entity import EntityReader
from customer360_pipeline.sources.boundary.files import ExtractFile, find_files, keep
from customer360_pipeline.sources.boundary.rules import RULES
from customer360_pipeline.sources.contract import Source
from customer360_pipeline.sources.exchange_rates import exchange_rates
from customer360_pipeline.sources.ledger import LedgerRow
from customer360_pipeline.sources.transport import carry
from customer360_pipeline.sources.unchanged import fingerprint, unchanged_since

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ensure_tables", "ingest_source", "require_extracts", "unmatched_files"]

BATCH_ROWS = 122_880


def ingest_source(engine: DuckDBEngine, context: RunContext, source: Source) -> bool:
    """Replace the raw tables and the ledger rows of one source by what its extracts hold now; whether they were read.

    A source without files is marked absent, with empty raw tables. One whose files are those of the last reading is
    not read, unless the run says so.

    Raises:
        FileRefused: files cannot be trusted as a whole, each named in a line; nothing of the source changes.
        ConfigError: the extracts folder or the declared time zone does not exist.
        Customer360Error: the home directory cannot be written, or a record is unaccounted for.
    """
    with without_values(f"source {source.source}"):
        ensure_tables(engine, [source])
        found, unmatched = find_files(source, context.extracts)
        stands = None if context.read_again else unchanged_since(engine, source, found, unmatched)
        if stands:
            raw.sweep(context.home, source.source, stands)
            return False
        _check_time_zone(engine, source)
        attempt = _attempt(context.home)
        readers = [EntityReader(engine, source, name, attempt) for name in source.entities]
        try:
            _read(readers, found)
            _keep(readers, context.home / "landing")
            streams = {f"raw_{r.name}": partial(_stream, engine, r) for r in readers if r.counts["accepted"]}
            carried = carry(streams, attempt)
            with raw.stored(context.home, source.source, attempt.name, carried) as files:
                _replace(engine, source, readers, unmatched, files, attempt.name)
        finally:
            for reader in readers:
                reader.forget()
            shutil.rmtree(attempt, ignore_errors=True)
    return True


def ensure_tables(engine: DuckDBEngine, sources: Iterable[Source]) -> None:
    """Make the ledger's tables and the empty raw tables of all sources, where they are not there yet."""
    ledger.ensure_tables(engine)
    raw.ensure_empty(engine, sources)


def require_extracts(context: RunContext) -> int:
    """Stop before a mistyped folder would publish nobody, and before a wrong exchange rate costs a whole run.

    Returns:
        Bytes of all files that are read.

    Raises:
        ConfigError: the extracts folder is missing, or holds no file of any source.
        FileRefused: exchange_rates.csv cannot be trusted.
    """
    exchange_rates(context.extracts, context.config.metrics)
    found = [find_files(source, context.extracts) for source in context.sources]
    if not found or any(taken for taken, _ in found):
        return sum(file.path.stat().st_size for taken, _ in found for file in taken)
    unmatched = [name for _, names in found for name in names]
    passed = f" Passed over, since no contract takes them: {_some(unmatched)}." if unmatched else ""
    folders = ", ".join(f"{source.source}/" for source in context.sources)
    raise ConfigError(
        f"{context.extracts}: no extract of any source.{passed} Each source has a folder of its own there ({folders}). "
        "Which names a source's files have: docs/sources.md"
    )


def unmatched_files(engine: DuckDBEngine, source: str) -> str:
    """The files in a source's folder that no layout takes, in words; empty when there is none."""
    rows = engine.rows(
        "SELECT source_file FROM sources.drift WHERE source = $source AND kind = 'unmatched_file' ORDER BY 1",
        {"source": source},
    )
    return f"passed over, no contract takes it: {_some([name for (name,) in rows])}" if rows else ""


def _some(names: list[str], limit: int = 5) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more


def _read(readers: list[EntityReader], found: list[ExtractFile]) -> None:
    for reader in readers:
        reader.read([file for file in found if file.entity == reader.name])
    if refusals := [refusal for reader in readers for refusal in reader.refusals]:
        raise FileRefused("\n".join(map(str, refusals)))
    for reader, other in permutations(readers, 2):
        reader.drop_of_test_charges(other)


def _check_time_zone(engine: DuckDBEngine, source: Source) -> None:
    zone = source.time_zone
    if zone and not engine.rows("SELECT 1 FROM pg_timezone_names() WHERE name = $zone", {"zone": zone}):
        raise ConfigError(
            f"source {source.source}: time_zone `{zone}` is unknown. Use an IANA name, e.g. Europe/Paris."
        )


def _attempt(home: Path) -> Path:
    folder = home / "attempts"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=folder))
    except OSError as error:
        raise Customer360Error(f"{folder}: cannot be written ({error.strerror}). Check the home directory.") from None


def _keep(readers: list[EntityReader], landing: Path) -> None:
    try:
        for reader in readers:
            for read in reader.files:
                keep(read.file.path, read.sha256, landing)
    except OSError as error:
        raise Customer360Error(f"{landing}: cannot be written ({error.strerror}). Check the home directory.") from None


def _stream(engine: DuckDBEngine, reader: EntityReader) -> Iterator[pa.Table]:
    import pyarrow as pa

    # Times travel as microseconds: the transport would add a zone, and taking it off again costs more than the rest.
    columns = ", ".join(
        f"epoch_us({quote(n)}) AS {quote(n)}" if t == "TIMESTAMP" else quote(n) for n, t in reader.columns
    )
    for batch in engine.connection.sql(f"SELECT {columns} FROM {reader.table}").to_arrow_reader(BATCH_ROWS):
        yield pa.Table.from_batches([batch])


def _replace(
    engine: DuckDBEngine,
    source: Source,
    readers: list[EntityReader],
    unmatched: list[str],
    carried: dict[str, list[Path]],
    folder: str,
) -> None:
    rows = [_ledger_row(source, reader) for reader in readers]
    for row in rows:
        row.check()
    with engine.transaction():
        for reader, row in zip(readers, rows, strict=True):
            raw.replace(engine, reader, carried.get(f"raw_{reader.name}", []), row.accepted)
        ledger.replace_rows(engine, source.source, "ledger", [ledger.as_row(row) for row in rows])
        ledger.replace_rows(engine, source.source, "quarantine", _quarantine_rows(source, readers))
        drift: list[tuple[str | None, ...]]
        drift = [(source.source, r.name, *item) for r in readers for item in sorted(set(r.drift))]
        drift += [(source.source, None, name, None, "unmatched_file") for name in unmatched]
        ledger.replace_rows(engine, source.source, "drift", drift)
        files = [
            (source.source, r.name, f.file.layout, f.file.name, f.sha256, f.bytes, f.physical_records)
            for r in readers
            for f in r.files
        ]
        ledger.replace_rows(engine, source.source, "files", files)
        differing = [(source.source, r.name, *item) for r in readers for item in r.differing]
        ledger.replace_rows(engine, source.source, "differing_copies", differing)
        read = fingerprint(source, [(f.file, f.sha256) for r in readers for f in r.files], unmatched)
        ledger.replace_rows(engine, source.source, "readings", [(source.source, read, folder)])


def _ledger_row(source: Source, reader: EntityReader) -> LedgerRow:
    counts = reader.counts
    return LedgerRow(
        source=source.source,
        entity=reader.name,
        physical_records=counts["physical_records"],
        accepted=counts["accepted"],
        quarantined=counts["quarantined"],
        deduplicated=counts["deduplicated"],
        suppressed=0,
        test_mode=counts["test_mode"],
        files=len(reader.files),
        bytes=sum(read.bytes for read in reader.files),
        is_present=bool(reader.files),
    )


def _quarantine_rows(source: Source, readers: list[EntityReader]) -> list[tuple[object, ...]]:
    return [
        (source.source, reader.name, file, item.line, item.byte_offset, item.column, item.rule, RULES[item.rule])
        for reader in readers
        for file, item in sorted(reader.rejections, key=lambda pair: (pair[0], pair[1].line or 0))
    ]
