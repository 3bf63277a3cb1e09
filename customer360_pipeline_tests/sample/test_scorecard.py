"""The scorecard counts what it says, and the traps of 3,000 generated people do what docs/identity.md promises."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.components.scorecard import scorecard_result
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.pipeline import run_pipeline
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sample.generate import generate
from customer360_pipeline.sample.scorecard import Trap, as_markdown, scorecard

# Ann (1) with three records, Bob (2) and Cleo (3) on one phone with Ann's first, Dan (4) alone on another.
TRUTH = """record_type,source,record_id,person
contact,crm,a1,1
contact,crm,a2,1
contact,crm,a3,1
contact,crm,b1,2
contact,crm,c1,3
contact,crm,d1,4
"""
TRAPS = """trap,source,record_id,person,expected,scored,shared_by
phone_family,crm,a1,1,,apart,home 1
phone_family,crm,b1,2,,apart,home 1
phone_family,crm,c1,3,,apart,home 1
phone_family,crm,d1,4,,apart,home 4
email_typo,crm,a3,1,,together,
test_mode,stripe,ch_1,1,,,
"""


def version_of(folder: Path, customers: dict[str, str]) -> Path:
    path = folder / "version.duckdb"
    rows = ", ".join(f"('crm', '{record}', '{customer}')" for record, customer in customers.items())
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE TABLE customer_identities AS FROM (VALUES {rows}) t(source, record_id, customer_id)"
        )
    return path


@pytest.fixture
def extracts(tmp_path: Path) -> Path:
    folder = tmp_path / "_truth"
    folder.mkdir()
    (folder / "truth.csv").write_text(TRUTH, encoding="utf-8")
    (folder / "traps.csv").write_text(TRAPS, encoding="utf-8")
    return tmp_path


def test_people_who_share_a_value_and_became_one_are_counted(extracts: Path) -> None:
    """Ann's first record and Bob's are one customer; her other two are another one; Cleo's record was lost."""
    version = version_of(extracts, {"a1": "x", "b1": "x", "a2": "y", "a3": "y", "d1": "z"})
    assert scorecard(version, extracts) == [
        # a3 has two other records of Ann, and is with one of them.
        Trap("email_typo", "together", pairs=2, found=1, cases=1, wrong=0),
        # Dan shares his phone with nobody: no case.
        Trap("phone_family", "apart", pairs=2, found=0, cases=3, wrong=2),
    ]


def test_the_check_warns_above_the_limit_and_says_nothing_without_a_truth(extracts: Path, tmp_path: Path) -> None:
    import dagster as dg

    version, asset = version_of(extracts, {"a1": "x", "b1": "x", "a2": "y", "a3": "y"}), dg.AssetKey("customer_360")
    failed = scorecard_result(asset, version, extracts, 0.05)
    assert not failed.passed and failed.severity == dg.AssetCheckSeverity.WARN
    assert "phone_family: merged wrongly 2 of 3" in (failed.description or "")
    assert scorecard_result(asset, version, extracts, 0.7).passed
    assert scorecard_result(asset, version, tmp_path / "elsewhere", 0.0).passed
    with pytest.raises(ConfigError, match="no truth is there"):
        scorecard(version, tmp_path / "elsewhere")


# Trap -> the share of its pairs of records found together at least, the share of its cases merged wrongly at most.
# Each needs keys only; what other tiers find comes on top.
PROMISES = {
    "phone_family": (0.85, 0.0),
    "email_household": (0.7, 0.0),
    "email_placeholder": (0.3, 0.0),
    "email_role_mailbox": (0.4, 0.0),
    "phone_placeholder": (0.6, 0.0),
    "home_twins": (0.8, 0.0),
    "shared_device": (0.6, 0.0),
    "home_parent_and_child_of_one_name": (0.8, 0.4),
    "duplicate": (0.9, 0.02),
    "merge_loser": (0.9, 0.0),
    "merge_winner": (0.8, 0.0),
    "email_case": (0.9, 0.02),
    "email_gmail_dots": (0.9, 0.02),
    "email_plus_tag": (0.9, 0.02),
    "name_nickname": (0.8, 0.02),
    "name_typo": (0.75, 0.03),
    "name_renamed": (0.8, 0.05),
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[Trap]]:
    """Extracts of 3,000 people, the home they were published in, and the scorecard."""
    extracts, home = tmp_path_factory.mktemp("scored") / "extracts", tmp_path_factory.mktemp("home")
    generate(extracts, 3_000, 1, sessions_per_person=0.5)
    project = load_project()
    context = RunContext(project.config, project.sources, home, extracts, datetime(2026, 11, 1))
    return extracts, home, scorecard(run_pipeline(context).path, extracts)


def test_traps_of_generated_people(scored: tuple[Path, Path, list[Trap]]) -> None:
    card = {trap.trap: trap for trap in scored[2]}
    assert len(card) >= 28 and all(trap.cases > 0 for trap in card.values())
    broken = {
        name: card[name].text
        for name, (found, wrong) in PROMISES.items()
        if card[name].found < found * card[name].pairs or card[name].wrong > wrong * card[name].cases
    }
    assert broken == {}


def test_the_command_prints_it(scored: tuple[Path, Path, list[Trap]], capsys: pytest.CaptureFixture[str]) -> None:
    extracts, home, card = scored
    where = ["scorecard", "--extracts", str(extracts), "--home", str(home)]
    assert main(where) == 0
    family = next(trap for trap in card if trap.trap == "phone_family")
    assert f"merged wrongly 0 of {family.cases}" in capsys.readouterr().out
    assert main([*where, "--format", "markdown"]) == 0
    assert capsys.readouterr().out == as_markdown(card)
    assert main([*where, "--format", "json"]) == 0
    assert [row["trap"] for row in json.loads(capsys.readouterr().out)] == [trap.trap for trap in card]
