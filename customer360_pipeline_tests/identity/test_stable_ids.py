"""Customer ids through whole runs: changed extracts, reordered files, an added source, a rollback, sample and own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import carried_ids
from customer360_pipeline.pipeline import build, open_work, publish, run_pipeline
from customer360_pipeline.project import SAMPLE_DATA, load_project
from customer360_pipeline.publish.ancestry import known_ids
from customer360_pipeline.publish.files import sha256
from customer360_pipeline.publish.history import rollback
from customer360_pipeline.publish.manifest import Manifest, Origin
from customer360_pipeline.publish.read import read_table
from customer360_pipeline.run_context import RunContext

ANN, BOB, CARL = "1,ann@example.com,Ann", "2,bob@example.com,Bob", "3,carl@example.com,"
CARL_IS_BOB = "3,bob@example.com,"


@dataclass
class Company:
    """A home directory and an extracts folder that change from day to day."""

    folder: Path
    day: int = 0

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def write(self, name: str, header: str, *lines: str) -> None:
        path = self.folder / "extracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join((header, *lines)) + "\n")

    def context(self) -> RunContext:
        """A run of the next day."""
        self.day += 1
        project = load_project()
        return RunContext(
            project.config, project.sources, self.home, self.folder / "extracts", datetime(2026, 11, self.day)
        )

    def run(self, *contacts: str) -> tuple[dict[str, str], Manifest]:
        """Run on these contacts; record -> customer id, and the manifest."""
        self.write("crm/contacts.csv", "contact_id,email,first_name", *contacts)
        manifest = run_pipeline(self.context()).manifest
        found = read_table("customer_identities", home=self.home)
        return dict(zip(found["source"] + ":" + found["record_id"], found["customer_id"], strict=True)), manifest

    def events(self, sequence: int) -> list[tuple[str, str]]:
        found = read_table("customer_id_history", home=self.home, where=f"sequence = {sequence}")
        return sorted(zip(found["event"], found["customer_id"], strict=True))


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_ids_stay_while_extracts_change_and_a_rollback_takes_them_back(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    first, first_made = company.run(ANN, BOB, CARL)
    ann, bob, carl = (first[f"crm:{number}"] for number in (1, 2, 3))
    company.write("marketing/events.csv", "event_id,email,event_type,timestamp", "e,ann@example.com,open,2026-01-01")

    # Reordered lines, a record before Ann's first, a new source, and Carl turns out to be Bob.
    second, _ = company.run(CARL_IS_BOB, BOB, "0,ann@example.com,Ann", ANN)
    assert {second["crm:0"], second["crm:1"]} == {ann}
    assert {second["crm:2"], second["crm:3"]} == {min(bob, carl)}
    gone, stays = max(bob, carl), min(bob, carl)
    assert company.events(2) == [("merged", gone)]
    assert main(["explain", gone, "--home", str(company.home)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert f"{gone} was merged on 2026-11-02; it is {stays} now." in told and f"{stays}: 2 records" in told
    where = f"customer_id = '{gone}'"
    assert main(["show", "customer_360", "--where", where, "--format", "json", "--home", str(company.home)]) == 0
    out, err = capsys.readouterr()
    assert [row["customer_id"] for row in json.loads(out)] == [stays] and f"it is {stays} now" in err
    assert main(["show", "customer_360", "--where", where, "--home", str(company.home)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 1 row"

    # The merge is taken back by a rollback: the next run knows nothing of it.
    rollback(company.home, "1")
    third, third_made = company.run(BOB, CARL, ANN)
    assert third == first | {"marketing:email:ann@example.com": ann}
    same = ("customer_id_history", "former_identities")
    assert [third_made.logical_hashes[name] for name in same] == [first_made.logical_hashes[name] for name in same]


def test_a_customer_that_left_keeps_its_name_for_the_day_it_returns(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = company.run(ANN, BOB)
    company.run(BOB)
    assert main(["explain", first["crm:1"], "--home", str(company.home)]) == 2
    assert "retired on 2026-11-02: none of its records is left" in capsys.readouterr().err
    assert main(["explain", "crm:1", "--home", str(company.home)]) == 2
    assert f"it was a record of {first['crm:1']}" in capsys.readouterr().err
    # Without her old address, and no more the first of the file: the id is remembered by the record.
    back, _ = company.run(BOB, "1,ann@elsewhere.example,Ann")
    assert back == first and company.events(3) == [("returned", first["crm:1"])]


def test_ids_are_read_off_the_version_only_where_the_work_database_holds_others(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[bool] = []

    def noted(engine: DuckDBEngine, context: RunContext, made: Any = carried_ids.records) -> Any:
        rows = made(engine, context)
        carried.append(rows is not None)
        return rows

    monkeypatch.setattr(carried_ids, "records", noted)
    first, _ = company.run(ANN, BOB, CARL)
    company.run(ANN, BOB, CARL, "4,dora@example.com,Dora")
    rollback(company.home, "1")
    assert company.run(ANN, BOB, CARL)[0] == first
    assert company.run(ANN, BOB)[0] == {name: first[name] for name in ("crm:1", "crm:2")}
    (company.home / "work.duckdb").unlink()
    assert company.run(ANN, BOB, CARL)[0] == first
    assert carried == [False, True, False, True, False]
    assert company.events(2) == [("retired", first["crm:3"])] and company.events(3) == [("returned", first["crm:3"])]


def test_ids_published_by_hand_are_read_off_the_version(company: Company) -> None:
    """Would hurt: a name given to tables of two runs, and customers that lose their ids by it."""
    first, made = company.run(ANN, BOB, CARL)
    assert made.origin.ids_state
    context = company.context()
    with open_work(context) as engine:
        # The last room's tables are those of the run before, these two are new.
        for table in load_catalog(context.sources):
            if table.name in ("identity.known_events", "identity.record_customers"):
                build(engine, context, table)
        assert publish(engine, context, []).manifest.origin.ids_state == ""
    assert company.run(ANN, BOB, CARL)[0] == first


def version(
    published: Path, name: str, parent: str | None, extracts: str, hashes: dict[str, str] | None = None
) -> None:
    """A published version as far as its manifest goes."""
    (published / name).mkdir(parents=True)
    origin = Origin(name, parent, "run", datetime(2026, 1, 1), "1", "hash", hashes or {}, extracts=extracts)
    Manifest(origin, "customer_360", "", 0, {}, {}).write(published / name)


def test_sample_and_own_extracts_do_not_share_ids(tmp_path: Path) -> None:
    version(tmp_path, "v1", None, "own")
    version(tmp_path, "v2", "v1", "sample")
    assert known_ids(tmp_path, "v2", "sample") == tmp_path / "v2" / "customer_360.duckdb"
    assert known_ids(tmp_path, "v2", "own") == tmp_path / "v1" / "customer_360.duckdb"
    assert known_ids(tmp_path, "v1", "sample") is None
    assert known_ids(tmp_path, None, "own") is None
    version(tmp_path, "v4", "v3", "sample")
    assert known_ids(tmp_path, "v4", "own") is None, "v3 is kept no more"


def test_a_version_that_did_not_note_its_extracts_is_told_by_its_files(tmp_path: Path) -> None:
    version(tmp_path, "v1", None, "", {"crm/contacts/contacts.csv": sha256(SAMPLE_DATA / "crm" / "contacts.csv")})
    version(tmp_path, "v2", "v1", "", {"crm/contacts/contacts.csv": "another"})
    assert known_ids(tmp_path, "v2", "own") == tmp_path / "v2" / "customer_360.duckdb"
    assert known_ids(tmp_path, "v2", "sample") == tmp_path / "v1" / "customer_360.duckdb"
