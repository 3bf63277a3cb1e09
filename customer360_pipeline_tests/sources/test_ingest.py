"""A source becomes raw tables and a ledger that accounts for every record."""

from __future__ import annotations

from datetime import datetime

from customer360_pipeline_tests.sources.bench import Bench, contacts_source


def test_csv_is_typed_counted_and_its_unknown_columns_kept(loaded_bench: Bench) -> None:
    row = loaded_bench.contacts(
        "id,Email,first,colour,created\n"
        "1,a@x.org,Ann,blue,2024-01-02 03:04\n"
        '2,,"O""B\nrien",,2024-01-02T03:04:05+02:00\n'
        "3,c@x.org,Cy,,yesterday\n"
    )
    assert (row.physical_records, row.accepted, row.quarantined) == (3, 2, 1)
    assert loaded_bench.raw("record_id, email, first_name, extra, created_at") == [
        ("1", "a@x.org", "Ann", '{"colour":"blue"}', datetime(2024, 1, 2, 3, 4)),
        ("2", None, 'O"B\nrien', None, datetime(2024, 1, 2, 1, 4, 5)),
    ]
    assert loaded_bench.quarantine("line, byte_offset, column_name, rule") == [(5, 108, "created_at", "not_timestamp")]
    assert loaded_bench.drift("unmapped_column") == ["colour"]


def test_jsonl_is_typed_and_counted(loaded_bench: Bench) -> None:
    row = loaded_bench.contacts(
        '{"id": 1, "contact": {"email": "a@x"}}\n{"id": 2, "others": ["q", "r"]}\n', "crm/contacts.jsonl"
    )
    assert (row.physical_records, row.accepted) == (2, 2)
    assert loaded_bench.raw("record_id, email, additional_emails") == [("1", "a@x", None), ("2", None, "q;r")]


def test_an_absent_source_has_empty_tables(loaded_bench: Bench) -> None:
    (row,) = loaded_bench.ingest(contacts_source())
    assert (row.is_present, row.physical_records, loaded_bench.raw("*")) == (False, 0, [])
