"""The ledger of a source: every physical record is accounted for, or the run stops.

Tables of the schema `sources`: `ledger`, `quarantine`, `drift`, `files`, `differing_copies` (of how many records a file
has a copy that says another amount than the copy in another form that was kept), and `readings`, which tells whether a
source must be read again (`unchanged.py`). None of them holds a value of a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.errors import Customer360Error

TABLES = {
    "ledger": "source VARCHAR, entity VARCHAR, physical_records BIGINT, accepted BIGINT, quarantined BIGINT, "
    "deduplicated BIGINT, suppressed BIGINT, test_mode BIGINT, files BIGINT, bytes BIGINT, is_present BOOLEAN",
    "quarantine": "source VARCHAR, entity VARCHAR, source_file VARCHAR, line BIGINT, byte_offset BIGINT, "
    "column_name VARCHAR, rule VARCHAR, expected VARCHAR",
    "drift": "source VARCHAR, entity VARCHAR, source_file VARCHAR, column_name VARCHAR, kind VARCHAR",
    "files": "source VARCHAR, entity VARCHAR, layout VARCHAR, source_file VARCHAR, sha256 VARCHAR, bytes BIGINT, "
    "physical_records BIGINT",
    "differing_copies": "source VARCHAR, entity VARCHAR, source_file VARCHAR, records BIGINT",
    "readings": "source VARCHAR, fingerprint VARCHAR, folder VARCHAR",
}
READINGS = "sources.readings"


@dataclass(frozen=True)
class LedgerRow:
    """One entity of one source in one run; counts of records, `bytes` of the files as they lie there."""

    source: str
    entity: str
    physical_records: int
    accepted: int
    quarantined: int
    deduplicated: int
    suppressed: int
    test_mode: int
    files: int
    bytes: int
    is_present: bool

    def check(self) -> None:
        """Raise unless physical = accepted + quarantined + deduplicated + suppressed + test mode.

        Raises:
            Customer360Error: a record is unaccounted for; nothing of the source is changed.
        """
        parts = self.accepted + self.quarantined + self.deduplicated + self.suppressed + self.test_mode
        if parts != self.physical_records:
            raise Customer360Error(
                f"{self.source}.{self.entity}: {self.physical_records} physical records, but {parts} accounted for "
                f"(accepted {self.accepted}, quarantined {self.quarantined}, deduplicated {self.deduplicated}, "
                f"suppressed {self.suppressed}, test mode {self.test_mode}). Nothing was changed; report this."
            )


def ensure_tables(engine: DuckDBEngine) -> None:
    """Make the ledger's tables where they are not there yet."""
    engine.create_schema("sources")
    for name, columns in TABLES.items():
        engine.execute(f"CREATE TABLE IF NOT EXISTS sources.{name} ({columns})")


def replace_rows(engine: DuckDBEngine, source: str, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Replace a source's rows in one of the ledger's tables; inside the caller's transaction."""
    engine.delete(f"sources.{table}", f"source = {literal(source)}")
    engine.insert_rows(f"sources.{table}", rows)


def as_row(row: LedgerRow) -> tuple[Any, ...]:
    """The row as the table has it."""
    return astuple(row)
