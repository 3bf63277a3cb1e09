"""A source is read again when anything its reading depends on is another, and only then."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from rich.console import Console

from customer360_pipeline import pipeline
from customer360_pipeline.cli.run_report import Report
from customer360_pipeline.config import Config
from customer360_pipeline.errors import FileRefused
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources import unchanged
from customer360_pipeline.sources.contract import Source
from customer360_pipeline.sources.ingest import ingest_source
from customer360_pipeline_tests.sources.bench import CONTACT_FIELDS, Bench, contacts_source

TWO = "id,Email,birth\n1,a@x.org,1990-01-02\n2,b@x.org,never\n"
THREE = TWO + "3,c@x.org,\n"


def was_read(bench: Bench, source: Source | None = None, **changes: Any) -> bool:
    source = source or contacts_source()
    context = RunContext(Config(), (source,), bench.home, bench.extracts, datetime(2026, 1, 1))
    return ingest_source(bench.engine, replace(context, **changes), source)


def all_rows(bench: Bench) -> dict[str, list[tuple[Any, ...]]]:
    tables = ["raw.crm_contacts", *(f"sources.{name}" for name in ("ledger", "quarantine", "drift", "files"))]
    return {table: bench.engine.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in tables}


def test_the_same_files_are_not_read_twice(bench: Bench) -> None:
    bench.write("crm/contacts.csv", TWO)
    assert was_read(bench)
    before = all_rows(bench)
    assert not was_read(bench)
    assert all_rows(bench) == before
    assert bench.raw("record_id, email") == [("1", "a@x.org")]
    assert bench.quarantine() == [(3, "birth_date", "not_date")]


def more_rows(bench: Bench) -> None:
    bench.write("crm/contacts.csv", THREE)


def another_file(bench: Bench) -> None:
    bench.write("crm/contacts_more.csv", "id,Email\n9,i@x.org\n")


def another_name(bench: Bench) -> None:
    (bench.extracts / "crm/contacts.csv").rename(bench.extracts / "crm/contacts_today.csv")


def no_file(bench: Bench) -> None:
    (bench.extracts / "crm/contacts.csv").unlink()


def a_file_nobody_takes(bench: Bench) -> None:
    bench.write("crm/notes.txt", "?")


def lost_rows(bench: Bench) -> None:
    shutil.rmtree(bench.home / "raw" / "crm")


CHANGES = [more_rows, another_file, another_name, no_file, a_file_nobody_takes, lost_rows]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_another_delivery_is_read(change: Callable[[Bench], None], bench: Bench) -> None:
    bench.write("crm/contacts.csv", TWO)
    was_read(bench)
    change(bench)
    assert was_read(bench)
    assert not was_read(bench)


def test_another_contract_or_reader_reads_the_same_files(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write("crm/contacts.csv", TWO)
    was_read(bench)
    as_external_id = CONTACT_FIELDS | {"user_id": ["id"]}
    entity = {"shape": "contact", "files": ["crm/contacts*"], "required": ["record_id"], "fields": as_external_id}
    assert was_read(bench, contacts_source(entities={"contacts": entity}))
    assert bench.raw("user_id") == [("1",)]
    monkeypatch.setattr(unchanged, "_code", lambda: "of the next release")
    assert was_read(bench, contacts_source(entities={"contacts": entity}))


def test_a_run_can_be_told_to_read_again(bench: Bench) -> None:
    bench.write("crm/contacts.csv", TWO)
    was_read(bench)
    assert was_read(bench, read_again=True)


def test_a_refused_delivery_changes_nothing_and_is_not_taken_for_read(bench: Bench) -> None:
    bench.write("crm/contacts.csv", TWO)
    was_read(bench)
    bench.write("crm/contacts.csv", "colour\nblue\n")
    for _ in range(2):
        with pytest.raises(FileRefused):
            was_read(bench)
    bench.write("crm/contacts.csv", TWO)
    assert not was_read(bench)
    assert bench.raw("record_id") == [("1",)]


def test_the_person_who_waits_sees_which_source_was_left_as_it_was(bench: Bench) -> None:
    bench.write("crm/contacts.csv", THREE)
    source = contacts_source()
    context = RunContext(Config(), (source,), bench.home, bench.extracts, datetime(2026, 1, 1))
    out = io.StringIO()
    report = Report(Console(file=out, width=140), 2)
    for _ in range(2):
        step, ledger = pipeline.ingest_step(bench.engine, context, source)
        report.step(step)
        assert [line["accepted"] for line in ledger] == [2]
    said = out.getvalue().splitlines()
    assert "3 records read" in said[0] and "3 as last read" in said[1]
