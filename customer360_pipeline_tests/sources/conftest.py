"""One bench for each test: nothing is shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.sources import ingest
from customer360_pipeline.sources.transport import Rows
from customer360_pipeline_tests.sources.bench import Bench


def _write_parquet(tables: Mapping[str, Rows], attempt: Path) -> dict[str, list[Path]]:
    import pyarrow as pa
    from pyarrow import parquet

    for name, rows in tables.items():
        parquet.write_table(pa.concat_tables(rows()), attempt / f"{name}.parquet")
    return {name: [attempt / f"{name}.parquet"] for name in tables}


@pytest.fixture
def loaded_bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty home and extracts folder, and a database in memory."""
    (tmp_path / "extracts").mkdir()
    with DuckDBEngine(None, temp_directory=tmp_path / "spill") as engine:
        yield Bench(engine, tmp_path / "home", tmp_path / "extracts")


@pytest.fixture
def bench(loaded_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The same without dlt, whose half second a load would make a test of one bad record slow."""
    monkeypatch.setattr(ingest, "carry", _write_parquet)
    return loaded_bench
