"""One bench for each test: nothing is shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.sources.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """An empty home and extracts folder, and a database in memory."""
    (tmp_path / "extracts").mkdir()
    with DuckDBEngine(None, temp_directory=tmp_path / "spill") as engine:
        yield Bench(engine, tmp_path / "home", tmp_path / "extracts")
