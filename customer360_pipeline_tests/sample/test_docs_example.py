"""docs/sources.md: the worked example of a new vendor is run as it stands, and every source has its page."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Entity, FieldRule, Layout, Source, source_from
from customer360_pipeline.sources.ingest import ensure_tables, ingest_source

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "sources.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    found = re.search(rf"<!-- example: {re.escape(marker)} -->\n```\w+\n(.*?)```", TEXT, re.DOTALL)
    assert found, f"docs/sources.md has no example `{marker}`"
    return found.group(1)


@pytest.fixture
def helpdesk(tmp_path: Path) -> tuple[Source, Path]:
    file = tmp_path / "extracts" / "helpdesk" / "requesters.csv"
    file.parent.mkdir(parents=True)
    file.write_text(block("file helpdesk/requesters.csv"), encoding="utf-8")
    return source_from(yaml.safe_load(block("contract"))["attributes"], "docs/sources.md"), tmp_path / "extracts"


def test_the_worked_example_does_what_the_page_says(helpdesk: tuple[Source, Path], tmp_path: Path) -> None:
    source, extracts = helpdesk
    context = RunContext(Config(), (source,), tmp_path / "home", extracts, datetime(2026, 11, 1))
    with DuckDBEngine(None, temp_directory=tmp_path / "spill") as engine:
        ensure_tables(engine, [source])
        ingest_source(engine, context, source)
        assert engine.rows(
            "SELECT record_id, full_name, phone, marketing_status, created_at FROM raw.helpdesk_requesters ORDER BY 1"
        ) == [
            ("7001", "Maria Keller", "+12024550101", "subscribed", datetime(2025, 3, 1, 9, 30)),
            ("7002", "Oskar Lind", None, "unsubscribed", datetime(2025, 7, 15, 6, 0)),
        ]
        assert engine.rows("SELECT line, column_name FROM sources.quarantine") == [(4, "created_at")]
        assert engine.rows("SELECT column_name FROM sources.drift WHERE kind = 'unmapped_column'") == [("Mood",)]


def test_every_source_has_a_page_that_names_its_entities() -> None:
    for source in load_project().sources:
        page = DOCS / "sources" / f"{source.source}.md"
        text = page.read_text(encoding="utf-8")
        assert f"sources/{source.source}.md" in TEXT
        assert [entity for entity in source.entities if f"`{entity}`" not in text] == []
        assert "## Export" in text and "## Traps" in text


def test_the_page_names_every_key_of_a_contract() -> None:
    keys = {
        field.alias or name for part in (Source, Entity, Layout, FieldRule) for name, field in part.model_fields.items()
    }
    assert [key for key in sorted(keys) if key not in TEXT] == []
