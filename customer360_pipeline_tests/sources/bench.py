"""A small source of each kind, and a way to ingest files that stand in the test."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source, source_from
from customer360_pipeline.sources.ingest import ingest_source
from customer360_pipeline.sources.ledger import LedgerRow

CONTACT_FIELDS: dict[str, Any] = {
    "record_id": ["id"],
    "email": ["Email", "E-mail", "contact.email"],
    "first_name": ["first"],
    "last_name": ["last"],
    "phone": ["phone"],
    "birth_date": ["birth"],
    "additional_emails": {"from": ["others"], "type": "list"},
    "is_deleted": ["deleted"],
    "is_live": ["livemode"],
    "created_at": {"from": ["created"], "type": "timestamp"},
    "updated_at": {"from": ["updated"], "type": "timestamp"},
}


def contacts_source(**changes: Any) -> Source:
    """A source `crm` with one entity `contacts`; UTC unless a test says otherwise."""
    values: dict[str, Any] = {"source": "crm", "category": "crm", "time_zone": "UTC"}
    entity = {"shape": "contact", "files": ["crm/contacts*"], "required": ["record_id"], "fields": CONTACT_FIELDS}
    return source_from(values | {"entities": {"contacts": entity}} | changes, "test")


@dataclass
class Bench:
    """An engine, a home and an extracts folder of one test."""

    engine: DuckDBEngine
    home: Path
    extracts: Path

    def write(self, name: str, content: str | bytes) -> Path:
        """Put a file into the extracts folder."""
        path = self.extracts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, source: Source) -> list[LedgerRow]:
        """Ingest and give the ledger."""
        context = RunContext(Config(), (source,), self.home, self.extracts, datetime(2026, 1, 1))
        ingest_source(self.engine, context, source)
        names = ", ".join(field.name for field in fields(LedgerRow))
        sql = f"SELECT {names} FROM sources.ledger WHERE source = $source ORDER BY entity"
        return [LedgerRow(*row) for row in self.engine.rows(sql, {"source": source.source})]

    def contacts(self, content: str | bytes, name: str = "crm/contacts.csv", **changes: Any) -> LedgerRow:
        """Ingest one file of contacts and give its ledger row."""
        self.write(name, content)
        return self.ingest(contacts_source(**changes))[0]

    def raw(self, columns: str, table: str = "raw.crm_contacts") -> list[tuple[Any, ...]]:
        """Columns of a raw table in the order of the file."""
        return self.engine.rows(f"SELECT {columns} FROM {table} ORDER BY source_file, source_row")

    def quarantine(self, columns: str = "line, column_name, rule") -> list[tuple[Any, ...]]:
        """The quarantine in the order of the file."""
        return self.engine.rows(f"SELECT {columns} FROM sources.quarantine ORDER BY source_file, line, rule")

    def drift(self, kind: str) -> list[str]:
        """Column names, or files, of one kind of drift."""
        rows = self.engine.rows(
            "SELECT coalesce(column_name, source_file) FROM sources.drift WHERE kind = $kind ORDER BY ALL",
            {"kind": kind},
        )
        return [name for (name,) in rows]
