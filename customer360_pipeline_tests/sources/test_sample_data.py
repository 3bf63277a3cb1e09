"""The delivered sample through the boundary: every record ends where the generator's truth says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from customer360_pipeline.sample.generate import generate
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import Bench

ROOT = Path(__file__).parents[2]


def assert_ledger_is_the_truth(bench: Bench, extracts: Path) -> None:
    bench = Bench(bench.engine, bench.home, extracts)
    with (extracts / "_truth" / "ledger.csv").open() as file:
        truth = list(csv.DictReader(file))
    sources = load_sources(ROOT / "customer360_pipeline" / "defs" / "sources")
    # Entities that a vendor may export and the sample does not have no file.
    rows = [row for source in sources for row in bench.ingest(source) if row.is_present]
    assert [{column: str(getattr(row, column)) for column in truth[0]} for row in rows] == truth


def test_the_ledger_equals_the_truth(bench: Bench) -> None:
    assert_ledger_is_the_truth(bench, ROOT / "sample_data")


@pytest.mark.parametrize(("people", "seed"), [(21, 1), (23, 5)])
def test_the_ledger_of_few_people_equals_the_truth(bench: Bench, people: int, seed: int) -> None:
    """So few that some files have no record: an export is left out, a page of an API holds an empty list."""
    generate(bench.home / "few", people, seed)
    page = json.loads((bench.home / "few" / "zendesk" / "incremental_tickets_1.json").read_text())
    assert len(page["tickets"]) == (2 if seed == 5 else 0)
    assert_ledger_is_the_truth(bench, bench.home / "few")
