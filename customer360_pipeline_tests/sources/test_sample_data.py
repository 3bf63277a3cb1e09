"""The delivered sample through the boundary: every record ends where the generator's truth says."""

from __future__ import annotations

import csv
from pathlib import Path

from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import Bench

ROOT = Path(__file__).parents[2]


def test_the_ledger_equals_the_truth(bench: Bench) -> None:
    bench = Bench(bench.engine, bench.home, ROOT / "sample_data")
    with (ROOT / "sample_data" / "_truth" / "ledger.csv").open() as file:
        truth = list(csv.DictReader(file))
    sources = load_sources(ROOT / "customer360_pipeline" / "defs" / "sources")
    # Entities that a vendor may export and the sample does not have no file.
    rows = [row for source in sources for row in bench.ingest(source) if row.is_present]
    assert [{column: str(getattr(row, column)) for column in truth[0]} for row in rows] == truth
