"""docs/requirements-map.md is true: every table and column it names is published."""

from __future__ import annotations

import re

import pytest

from customer360_pipeline.cli.profile import published
from customer360_pipeline.docs import ROOT
from customer360_pipeline.publish.own_tables import OWN_TABLES

TEXT = (ROOT / "docs/requirements-map.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_0-9]+)\.([a-z_0-9]+)`", TEXT)))


@pytest.mark.parametrize(("table", "column"), NAMED, ids=lambda value: value)
def test_what_serves_a_required_field_is_published(table: str, column: str) -> None:
    columns = set(OWN_TABLES[table][1]) if table in OWN_TABLES else {c.name for c in published()[table].columns}
    assert column in columns


def test_every_document_is_mapped() -> None:
    assert re.findall(r"^## (\d)", TEXT, re.MULTILINE) == ["1", "2", "3", "4"]
    assert len(NAMED) > 100
