"""The commands that decide, as a person types them, over two runs of a small world and a rollback."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from customer360_pipeline import pipeline
from customer360_pipeline.cli import main
from customer360_pipeline.cli.deciding import parse_records
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.ops import effect, store
from customer360_pipeline.ops.decisions import RecordKey
from customer360_pipeline.ops.store import active, history
from customer360_pipeline.project import load_project
from customer360_pipeline.publish.read import read_table
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.rooms import AS_OF, fill_raw

ANN = {"first_name": "Ann", "last_name": "Lee"}
RAW: dict[str, list[dict[str, Any]]] = {
    "crm_contacts": [
        {"record_id": "1", "email": "ann@x.com", "user_id": "u1"} | ANN,
        {"record_id": "2", "email": "ann.lee@work.example"} | ANN,
        {"record_id": "3", "email": "bo@x.com", "first_name": "Bo", "user_id": "u3"},
    ],
    "stripe_customers": [{"record_id": "a", "email": "ann@x.com", "full_name": "Ann Lee"}],
    "hubspot_contacts": [{"record_id": "h", "user_id": "u1", "first_name": "Annie"}],
    "stripe_charges": [
        {"charge_id": "c", "customer_id": "a", "amount": 12, "currency": "USD", "status": "succeeded",
         "created_at": "2025-05-01"},
    ],
}  # fmt: skip
Customers = set[frozenset[str]]


def run(home: Path, number: int) -> Customers:
    """Run every room and publish; the published customers."""
    project = load_project()
    context = RunContext(project.config, project.sources, home, home, AS_OF, f"run-{number}")
    with DuckDBEngine(context.work_database) as engine:
        fill_raw(engine, context, RAW)
        pipeline_tables = load_catalog(context.sources)
        from customer360_pipeline.sources.ingest import ensure_tables

        ensure_tables(engine, context.sources)
        for table in pipeline_tables:
            build_table(engine, table, context)
        publish(engine, context, pipeline.published_tables(pipeline_tables), [])
    return customers()


def customers() -> Customers:
    found = read_table("customer_identities", as_="arrow").to_pylist()
    groups: dict[str, set[str]] = {}
    for row in found:
        groups.setdefault(row["customer_id"], set()).add(f"{row['source']}:{row['record_id']}")
    return set(map(frozenset, groups.values()))


def groups(*members: str) -> Customers:
    return {frozenset(group.split()) for group in members}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CUSTOMER360_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


BEFORE = groups("crm:1 stripe:a hubspot:h", "crm:2", "crm:3")


def test_decisions_are_shown_stored_applied_and_outlive_a_rollback(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, 1) == BEFORE
    merge = ["merge", "ann@x.com", "crm:2", "--reason", "she said so", "--author", "mia"]
    assert main([*merge, "--dry-run"]) == 0
    assert "nothing was stored" in capsys.readouterr().out and active(home) == []
    assert main(merge) == 0
    assert "Stored as d_1. The next run applies it" in capsys.readouterr().out
    assert main(["decisions"]) == 0
    assert "waits for the next run" in capsys.readouterr().out
    unmerge = ["unmerge", "crm:1", "--reason", "not hers"]
    assert main([*unmerge, "--records", "stripe:a"]) == 1
    assert "contradicts d_1 of mia" in capsys.readouterr().err
    assert main(["decisions", "revoke", "d_1", "--reason", "too much at once"]) == 0
    assert main([*unmerge, "--records", "stripe:a"]) == 0
    text = capsys.readouterr().out
    assert "moves: 12.00 USD (12.00 USD) with 1 record(s)" in text and "a new customer" in text
    parted = groups("crm:1 hubspot:h", "crm:2", "crm:3", "stripe:a")
    assert run(home, 2) == parted
    assert main(["rollback", "previous"]) == 0
    assert customers() == BEFORE
    assert run(home, 3) == parted
    capsys.readouterr()
    assert main(["decisions", "list", "--all"]) == 0
    text = capsys.readouterr().out
    assert "revoked by d_2" in text and "applied" in text


def test_a_customer_that_a_stored_decision_parts_is_merged_with_nobody_before_the_run(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(home, 1)
    assert main(["unmerge", "crm:1", "--records", "stripe:a", "--reason", "not hers", "--author", "mia"]) == 0
    for pair in (["crm:1", "stripe:a"], ["crm:1", "crm:2"], ["crm:2", "ann@x.com"]):
        capsys.readouterr()
        assert main(["merge", *pair, "--reason", "still her"]) == 1
        told = capsys.readouterr().err
        assert "d_1 of mia parts the customer" in told and "customer360 run" in told and "revoke d_1" in told
    assert len(history(home)) == 1
    assert main(["merge", "crm:1", "stripe:none", "--reason", "x"]) == 2
    assert "B: nobody matches" in capsys.readouterr().err


def test_the_effect_is_that_of_one_decision_and_says_how_many_wait(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(home, 1)
    assert main(["unmerge", "crm:1", "--records", "stripe:a", "--reason", "not hers"]) == 0
    text = capsys.readouterr().out
    assert "Customers now" in text and "wait" not in text
    assert main(["merge", "crm:2", "crm:3", "--reason", "one person", "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "1 earlier decision waits for the next run too" in text and "Customers now" in text
    assert "stripe:a" not in text and "moves: no revenue" in text
    assert main(["decisions", "revoke", "d_1", "--reason", "hers after all", "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "earlier" not in text and "Customers after the next run without this" in text
    assert run(home, 2) != BEFORE
    assert main(["decisions", "revoke", "D_1", "--reason", "hers after all"]) == 0
    capsys.readouterr()
    assert main(["merge", "crm:2", "crm:3", "--reason", "one person", "--dry-run"]) == 0
    assert "1 earlier decision waits for the next run too" in capsys.readouterr().out


def test_decisions_of_other_data_are_said_to_have_no_effect(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(home, 1)
    assert main(["merge", "crm:1", "crm:2", "--reason", "she said so"]) == 0
    own = {name: [] for name in RAW} | {"crm_contacts": [{"record_id": "9", "email": "cy@x.com"}]}
    monkeypatch.setitem(globals(), "RAW", own)
    run(home, 2)
    capsys.readouterr()
    assert main(["decisions"]) == 0
    assert "no effect: none of its records is in the extracts" in " ".join(capsys.readouterr().out.split())


def test_where_all_decisions_are_revoked_those_that_still_count_are_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(home, 1)
    assert main(["decisions"]) == 0
    assert "nobody decided anything" in capsys.readouterr().out
    assert main(["merge", "crm:1", "crm:2", "--reason", "she said so"]) == 0
    run(home, 2)
    assert main(["merge", "crm:1", "crm:3", "--reason", "a slip"]) == 0
    assert main(["decisions", "revoke", "d_2", "--reason", "a slip"]) == 0
    assert main(["decisions", "revoke", "d_1", "--reason", "she erred"]) == 0
    capsys.readouterr()
    assert main(["decisions", "list"]) == 0
    assert capsys.readouterr().out == (
        f"{home}: no decision is in force; 2 revoked, of which 1 counts in the published version until the next run: "
        f"customer360 decisions --all --home {home}\n"
    )
    for argv in (["decisions", "--all"], ["decisions", "list", "--all"]):
        assert main(argv) == 0
        told = capsys.readouterr().out
        assert "d_1" in told and "d_2" in told


def test_without_records_a_customer_parts_along_its_weakest_link(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(home, 1)
    assert main(["unmerge", "crm:1", "--reason", "two people", "--dry-run"]) == 0
    text = capsys.readouterr().out
    assert "crm:1 = hubspot:h: same user_id, pass 2" in text and "same email" not in text
    assert history(home) == []


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["merge", "crm:1", "hubspot:h"], "already"),
        (["unmerge", "crm:2"], "one record"),
        (["unmerge", "crm:1", "--records", "crm:3"], "no record of this customer"),
        (["unmerge", "crm:1", "--records", "crm:1,hubspot:h,stripe:a"], "not all of them"),
        (["decisions", "revoke", "d_9"], "no such decision"),
        (["decisions", "revoke", "nine"], "no such decision"),
    ],
)
def test_wrong_arguments_are_named_and_store_nothing(
    published_home: Path, capsys: pytest.CaptureFixture[str], argv: list[str], message: str
) -> None:
    assert main([*argv, "--reason", "why", "--home", str(published_home)]) == 2
    assert message in capsys.readouterr().err
    assert history(published_home) == []


@pytest.mark.parametrize("command", [["merge", "crm:1", "crm:3"], ["unmerge", "crm:1"]])
def test_a_dry_run_needs_no_reason_and_a_decision_does(
    published_home: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, "--dry-run", "--home", str(published_home)]) == 0
    assert "Dry run: nothing was stored." in capsys.readouterr().out
    assert main([*command, "--home", str(published_home)]) == 2
    assert "--reason TEXT: say why" in capsys.readouterr().err
    assert history(published_home) == []


def test_a_home_that_cannot_be_written_is_named_with_the_cause(
    published_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(effect, "TemporaryDirectory", refused)
    said = f"{published_home} cannot be written (Read-only file system)"
    argv = ["merge", "crm:1", "crm:3", "--reason", "why", "--home", str(published_home)]
    assert main([*argv, "--dry-run"]) == 1
    assert f"customer360: {said}" in capsys.readouterr().err
    monkeypatch.setattr(store.sqlite3, "connect", refused)
    assert main(argv) == 1
    told = capsys.readouterr().err
    assert f"The effect cannot be shown: {said}" in told and "ops.sqlite" in told and "unexpected" not in told


def test_an_error_masks_addresses_that_are_record_ids() -> None:
    known = [RecordKey("marketing", "email:maria.keller@x.com"), RecordKey("crm", "1")]
    with pytest.raises(ConfigError) as told:
        parse_records(["marketing:email:maria@x.com"], known)
    assert str(told.value) == (
        "--records: `marketing:email:m…@x.com` is no record of this customer. "
        "Its records: crm:1, marketing:email:m…@x.com. In full: customer360 explain CUSTOMER"
    )
    short = [RecordKey("salesforce", "003Ab00000CdEfGIAV")]
    assert parse_records(["salesforce:003Ab00000CdEfG"], short) == tuple(short)


@pytest.fixture(scope="module")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTOMER360_HOME", str(made))
        run(made, 1)
    return made
