"""The same extracts and clock make the same tables, whatever the order of files and lines and the thread count."""

from __future__ import annotations

import os
import random
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from customer360_pipeline.pipeline import run_pipeline
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext

SAMPLE = Path(__file__).parent.parent / "sample_data"
AS_OF = datetime(2026, 11, 1)


def hashes(home: Path, extracts: Path, threads: int) -> dict[str, str]:
    """Logical hash of every table of a version made in a home of its own."""
    project = load_project()
    engine = project.config.engine.model_copy(update={"threads": threads})
    config = project.config.model_copy(update={"engine": engine})
    context = RunContext(config, project.sources, home, extracts, AS_OF, run_id=home.name)
    manifest = run_pipeline(context).manifest
    assert manifest.rows["customer_360"] > 200, "an empty table is equal to any other"
    return manifest.logical_hashes


def other_order(target: Path) -> Path:
    """The sample written anew in the reverse order of names, each file older than the one before."""
    for age, path in enumerate(sorted(SAMPLE.rglob("*"), reverse=True)):
        if path.is_file():
            copy = target / path.relative_to(SAMPLE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            os.utime(copy, (1_600_000_000 - 1000 * age,) * 2)
    return target


def shuffle_lines(folder: Path) -> int:
    """Put the records of every file of JSON lines in another order; how many files that were."""
    files = sorted(folder.rglob("*.jsonl"))
    for path in files:
        lines = path.read_bytes().splitlines(keepends=True)
        lines[-1] = lines[-1].rstrip(b"\n") + b"\n"
        random.Random(7).shuffle(lines)
        path.write_bytes(b"".join(lines))
    return len(files)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return hashes(tmp_path_factory.mktemp("reference"), SAMPLE, threads=1)


def test_other_file_order_and_more_threads_change_nothing(reference: dict[str, str], tmp_path: Path) -> None:
    assert hashes(tmp_path / "home", other_order(tmp_path / "extracts"), threads=4) == reference


def test_the_order_of_lines_changes_nothing_but_their_numbers(reference: dict[str, str], tmp_path: Path) -> None:
    extracts = other_order(tmp_path / "extracts")
    assert shuffle_lines(extracts) >= 3
    found = hashes(tmp_path / "home", extracts, threads=3)
    assert found.keys() == reference.keys()
    different = {table for table in found if found[table] != reference[table]}
    assert different <= {"quarantine"}, "only the quarantine names lines"
