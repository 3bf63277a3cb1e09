"""Ids of 15 and 18 characters of one record are one id, and ids that differ in case only stay two."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.ingest import ensure_tables, ingest_source

CONTACTS = """Id,IsDeleted,MasterRecordId,LastName,Email
0035f00000AbCdE,0,,Short,short@postbox.example
0035f00000aBcDe,0,,Other,other@postbox.example
0035f00000ZZZZZAA3,1,0035f00000AbCdE,Loser,loser@postbox.example
"""


def test_short_ids_are_lengthened(tmp_path: Path) -> None:
    file = tmp_path / "extracts" / "salesforce" / "Contact.csv"
    file.parent.mkdir(parents=True)
    file.write_text(CONTACTS, encoding="utf-8")
    (source,) = [s for s in load_project().sources if s.source == "salesforce"]
    context = RunContext(Config(), (source,), tmp_path / "home", tmp_path / "extracts", datetime(2026, 11, 1))
    with DuckDBEngine(None, temp_directory=tmp_path / "spill") as engine:
        ensure_tables(engine, [source])
        ingest_source(engine, context, source)
        # A, C and E are capitals: bits 1 + 4 + 16 = 21, the letter V. B and D: 2 + 8 = 10, the letter K.
        assert engine.rows("SELECT record_id, merged_into FROM raw.salesforce_contacts ORDER BY last_name DESC") == [
            ("0035f00000AbCdEAAV", None),
            ("0035f00000aBcDeAAK", None),
            ("0035f00000ZZZZZAA3", "0035f00000AbCdEAAV"),
        ]
