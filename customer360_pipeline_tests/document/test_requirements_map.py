"""docs/requirements-map.md is true: every table and column it names is published."""

from __future__ import annotations

import re

import pytest

from customer360_pipeline.cli.profile import published
from customer360_pipeline.docs import ROOT
from customer360_pipeline.publish.own_tables import OWN_TABLES

TEXT = (ROOT / "docs/requirements-map.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_0-9]+)\.([a-z_0-9]+)`", TEXT)))


COLUMNS = {name: {c.name for c in table.columns} for name, table in published().items()}
COLUMNS |= {name: set(columns) for name, (_, columns) in OWN_TABLES.items()}


@pytest.mark.parametrize(("table", "column"), NAMED, ids=lambda value: value)
def test_what_serves_a_required_field_is_published(table: str, column: str) -> None:
    assert column in COLUMNS[table]


def test_every_document_is_mapped() -> None:
    assert re.findall(r"^## (\d)", TEXT, re.MULTILINE) == ["1", "2", "3", "4"]
    assert len(NAMED) > 100
