"""The files that the ingest benchmark times are whole: every record of each is accepted, so it times the real work."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import customer360_pipeline
from benchmarks.ingest_files import CASES, write_files
from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline.sources.ingest import ingest_source

ROWS = 200
SOURCES = {s.source: s for s in load_sources(Path(customer360_pipeline.__file__).parent / "defs" / "sources")}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_files(tmp_path_factory.mktemp("files"), ROWS)


@pytest.mark.parametrize("name", list(CASES))
def test_every_record_is_accepted(folders: dict[str, Path], name: str, tmp_path: Path) -> None:
    source = SOURCES[CASES[name].source]
    with DuckDBEngine() as engine:
        ingest_source(engine, RunContext(Config(), (source,), tmp_path, folders[name], datetime(2026, 11, 1)), source)
        found = engine.rows("SELECT entity, physical_records, accepted FROM sources.ledger WHERE is_present")
    assert found == [(CASES[name].entity, ROWS, ROWS)]
