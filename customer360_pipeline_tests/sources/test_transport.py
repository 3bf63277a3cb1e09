"""dlt carries what the boundary accepted, leaves nothing behind and tells nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.sources.transport import carry
from customer360_pipeline_tests.sources.bench import Bench, contacts_source


def test_streams_run_one_after_another_and_arrive_whole(tmp_path: Path) -> None:
    order: list[str] = []

    def stream(name: str) -> Iterator[pa.Table]:
        for part in range(3):
            order.append(name)
            yield pa.table({"id": [f"{name}{part}"] * 10, "none": pa.nulls(10, pa.string())})

    files = carry({name: (lambda name=name: stream(name)) for name in ("a", "b")}, tmp_path)
    assert order == ["a"] * 3 + ["b"] * 3
    assert [pq.read_table(files[name]).num_rows for name in ("a", "b")] == [30, 30]
    assert pq.read_table(files["a"]).schema.names == ["id", "none"]


def test_a_stream_that_fails_is_an_error_without_its_text(tmp_path: Path) -> None:
    def stream() -> Iterator[pa.Table]:
        yield pa.table({"id": ["a"]})
        raise ValueError("CANARY-4711")

    with pytest.raises(Customer360Error, match="transport failed at the step extract") as error:
        carry({"a": stream}, tmp_path)
    assert "CANARY" not in str(error.value)


def test_nothing_is_left_behind_and_nothing_is_printed(
    loaded_bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """No state in the user's home, none in the working directory, none in ours."""
    for folder in ("user", "work"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path / "work")
    row = loaded_bench.contacts("id,first\n1,Ann\n2,Bob\n")
    assert row.accepted == 2
    assert loaded_bench.raw("record_id, first_name") == [("1", "Ann"), ("2", "Bob")]
    assert not list((tmp_path / "user").iterdir()) and not list((tmp_path / "work").iterdir())
    assert sorted(path.name for path in loaded_bench.home.iterdir()) == ["attempts", "landing", "raw"]
    assert not list((loaded_bench.home / "attempts").iterdir())
    assert len(list((loaded_bench.home / "raw").rglob("*.parquet"))) == 1
    assert capfd.readouterr() == ("", "")


def test_a_second_entity_of_the_same_source_and_a_second_run(loaded_bench: Bench) -> None:
    entities = {
        "contacts": {"shape": "contact", "files": ["crm/contacts*"], "fields": {"record_id": ["id"]}},
        "accounts": {"shape": "account", "files": ["crm/accounts*"], "fields": {"account_id": ["id"]}},
    }
    for _ in range(2):
        loaded_bench.write("crm/contacts.csv", "id\n1\n2\n")
        loaded_bench.write("crm/accounts.csv", "id\n7\n")
        rows = loaded_bench.ingest(contacts_source(entities=entities))
        assert [(row.entity, row.accepted) for row in rows] == [("accounts", 1), ("contacts", 2)]
    assert loaded_bench.raw("account_id", "raw.crm_accounts") == [("7",)]
