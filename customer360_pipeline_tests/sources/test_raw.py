"""The raw tables are views over files that change with the ledger, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.sources import ingest, raw
from customer360_pipeline_tests.sources.bench import Bench, contacts_source

ROWS = "id,first\n1,Ann\n2,Bob\n"


def stored(bench: Bench) -> list[Path]:
    return sorted(path for path in (bench.home / "raw").rglob("*") if path.is_file())


def test_a_new_ingest_replaces_the_files_and_an_absent_source_has_none(bench: Bench) -> None:
    bench.contacts(ROWS)
    first = stored(bench)
    bench.contacts(ROWS + "3,Cy\n")
    assert len(first) == len(stored(bench)) == 1 and first != stored(bench)
    assert len(bench.raw("*")) == 3
    (bench.extracts / "crm" / "contacts.csv").unlink()
    bench.ingest(contacts_source())
    assert (stored(bench), bench.raw("*")) == ([], [])


def test_an_ingest_that_fails_at_its_last_step_leaves_rows_and_files_as_they_were(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.contacts(ROWS)
    before = stored(bench)

    def fail(*_: object) -> None:
        raise Customer360Error("no")

    with monkeypatch.context() as patch:
        patch.setattr(ingest.ledger, "replace_rows", fail)
        with pytest.raises(Customer360Error):
            bench.contacts("id,first\n9,Zoe\n")
    assert stored(bench) == before
    assert bench.raw("record_id, first_name") == [("1", "Ann"), ("2", "Bob")]


def test_files_of_a_killed_ingest_go_with_the_next(bench: Bench) -> None:
    bench.contacts(ROWS)
    left = bench.home / "raw" / "crm" / "tmpkilled" / "raw_contacts.parquet"
    left.parent.mkdir()
    left.write_bytes(b"half")
    bench.contacts(ROWS)
    assert len(stored(bench)) == 1 and not left.exists()
    assert len(bench.raw("*")) == 2


def test_a_home_whose_raw_tables_were_tables_is_taken_over(bench: Bench) -> None:
    bench.engine.create_table("raw.crm_contacts", "SELECT 'old' AS record_id")
    bench.contacts(ROWS)
    assert bench.raw("record_id") == [("1",), ("2",)]


def test_a_folder_that_cannot_be_written_is_named(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "raw").write_text("")
    loaded = tmp_path / "a.parquet"
    loaded.write_bytes(b"")
    with (
        pytest.raises(Customer360Error, match=r"raw/crm/one: cannot be written \(Not a directory\)"),
        raw.stored(tmp_path, "crm", "one", {"raw_contacts": [loaded]}),
    ):
        pass
