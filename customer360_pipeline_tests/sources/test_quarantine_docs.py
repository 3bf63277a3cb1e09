"""docs/quarantine.md names every rule with what it expects, and every kind of drift."""

from __future__ import annotations

import re
from pathlib import Path

from customer360_pipeline.sources.boundary.rules import RULE_OF_TYPE, RULES

PACKAGE = Path(__file__).parents[2] / "customer360_pipeline" / "sources"
PAGE = (Path(__file__).parents[2] / "docs" / "quarantine.md").read_text()


def test_every_rule_is_documented_with_its_expectation() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE.split("## Records that are quarantined")[1], re.M))
    assert {rule: rows.get(rule) for rule in RULES} == RULES
    assert set(RULE_OF_TYPE.values()) <= set(RULES)


def test_every_rule_that_the_code_names_exists() -> None:
    named = {
        rule
        for path in (PACKAGE / "boundary").glob("*.py")
        for rule in re.findall(r'(?:BrokenJson|broken)\("(\w+)"', path.read_text())
    }
    assert named and named <= set(RULES)


def test_every_kind_of_drift_is_documented() -> None:
    code = "".join(path.read_text() for path in (PACKAGE / "ingest.py", *(PACKAGE / "boundary").glob("*.py")))
    kinds = set(re.findall(r'"(\w+_(?:column|file))"\)', code)) | set(re.findall(r"'(dst_\w+):", code))
    assert {"unmapped_column", "unmatched_file", "dst_gap"} <= kinds
    assert all(f"`{kind}`" in PAGE for kind in kinds)
