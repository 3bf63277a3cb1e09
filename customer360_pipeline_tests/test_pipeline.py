"""What holds around the steps of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from customer360_pipeline import pipeline
from customer360_pipeline.config import Config
from customer360_pipeline.run_context import RunContext


def test_what_a_killed_run_left_is_swept_before_the_next_begins(tmp_path: Path) -> None:
    """A killed ingest leaves its private directory with records in it; nobody would ever look for them there."""
    left = tmp_path / "home" / "attempts" / "tmp1" / "loaded.parquet"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"records")
    context = RunContext(Config(), (), tmp_path / "home", tmp_path, datetime(2026, 11, 1))
    with pipeline.open_work(context):
        assert not left.exists()
