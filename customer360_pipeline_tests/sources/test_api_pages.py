"""Answers of an API kept as they came: pages of records, arrays in a record, and the aliases that reach into them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.contract import Source, source_from
from customer360_pipeline_tests.sources.bench import Bench

FIELDS: dict[str, Any] = {
    "ticket_id": ["id"],
    "subject": ["subject"],
    "tags": {"from": ["tags.tags.*.name", "tags"], "type": "list"},
    "record_id": ["contacts.contacts.0.id"],
    "topic": ["custom_fields[id=27642].value"],
    "priority": {"from": ["priority"], "values": {"not_priority": ""}},
    "first_reply_business_minutes": {"from": ["seconds"], "type": "seconds_as_minutes"},
    "created_at": {"from": ["created_at"], "type": "epoch_seconds"},
}


def desk(**more: Any) -> Source:
    entity = {"shape": "ticket", "files": ["desk/tickets*"], "records": "tickets", "required": ["ticket_id"]}
    entity |= {"fields": FIELDS} | more
    return source_from({"source": "desk", "category": "support", "entities": {"tickets": entity}}, "test")


def raw(bench: Bench, columns: str) -> list[tuple[Any, ...]]:
    return bench.engine.rows(f"SELECT {columns} FROM raw.desk_tickets ORDER BY ticket_id")


ONE, TWO = {"id": 1, "subject": "One"}, {"id": 2, "subject": 'about "tickets": ['}
PAGES = {
    "a page on one line": json.dumps({"tickets": [ONE, TWO], "count": 2, "end_of_stream": True}),
    "a page over many lines": json.dumps({"count": 2, "tickets": [ONE, TWO]}, indent=2),
    "two pages, a line each": "\n".join(json.dumps({"after_cursor": "x", "tickets": [one]}) for one in (ONE, TWO)),
    "one record a line": "\n".join(map(json.dumps, (ONE, TWO))),
    "a page, then a record": json.dumps({"tickets": [ONE]}) + "\n" + json.dumps(TWO),
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES.keys())
def test_pages_give_the_records_that_lines_give(bench: Bench, text: str) -> None:
    bench.write("desk/tickets.json", text)
    (row,) = bench.ingest(desk())
    assert (row.physical_records, row.accepted) == (2, 2)
    assert raw(bench, "ticket_id, subject, source_row") == [("1", "One", 1), ("2", 'about "tickets": [', 2)]


def test_an_empty_page_has_no_record(bench: Bench) -> None:
    bench.write("desk/tickets.json", '{"tickets": [], "count": 0}')
    (row,) = bench.ingest(desk())
    assert (row.physical_records, row.is_present) == (0, True)


def test_a_page_cut_off_is_one_broken_record(bench: Bench) -> None:
    bench.write("desk/tickets.jsonl", json.dumps({"tickets": [ONE, TWO]})[:-9] + "\n" + json.dumps({"id": 3}))
    (row,) = bench.ingest(desk())
    assert (row.physical_records, row.accepted, row.quarantined) == (2, 1, 1)


def test_a_printed_page_cut_off_is_refused(bench: Bench) -> None:
    bench.write("desk/tickets.json", json.dumps({"tickets": [ONE, TWO]}, indent=1)[:-9])
    with pytest.raises(FileRefused, match="no whole page with `tickets`"):
        bench.ingest(desk())


def test_a_bad_record_in_a_page_is_quarantined_alone(bench: Bench) -> None:
    bench.write("desk/tickets.json", json.dumps({"tickets": [ONE, {"id": 2, "created_at": "yesterday"}]}))
    (row,) = bench.ingest(desk())
    assert (row.accepted, row.quarantined) == (1, 1)


def test_aliases_reach_into_arrays(bench: Bench) -> None:
    full = {
        "id": 1,
        "tags": {"type": "tag.list", "tags": [{"id": "7", "name": "Feature request"}, {"id": "8", "name": "bug"}]},
        "contacts": {"contacts": [{"id": "c1"}, {"id": "c2"}]},
        "custom_fields": [{"id": 1, "value": "no"}, {"id": 27642, "value": "billing"}],
        "priority": "not_priority",
        "seconds": 90,
    }
    other = {"id": 2, "tags": ["a", "b"], "contacts": {"contacts": []}, "custom_fields": [], "seconds": 29}
    empty = {"id": 3, "tags": [], "contacts": None, "custom_fields": [{"id": 27642, "value": None}]}
    bench.write("desk/tickets.jsonl", "\n".join(map(json.dumps, (full, other, empty))))
    (row,) = bench.ingest(desk())
    assert row.accepted == 3
    assert raw(bench, "tags, record_id, topic, priority, first_reply_business_minutes") == [
        ("Feature request;bug", "c1", "billing", None, 2),
        ("a;b", None, None, None, 0),
        (None, None, None, None, None),
    ]


def test_words_of_a_csv_are_a_list(bench: Bench) -> None:
    bench.write("desk/tickets.csv", "id,tags\n1,vip  escalated billing\n2,\n")
    source = desk(fields={"ticket_id": ["id"], "tags": {"from": ["tags"], "type": "words"}})
    bench.ingest(source)
    assert raw(bench, "tags") == [("vip;escalated;billing",), (None,)]


def test_of_equal_updates_the_one_the_vendor_touched_later_counts(bench: Bench) -> None:
    """Zendesk changes a ticket by itself and keeps its time of update: the incremental export then has both."""
    older = {"id": 1, "subject": "before", "updated_at": 1_767_000_000, "generated": 1_767_000_060}
    newer = older | {"subject": "after", "generated": 1_767_000_120}
    times = {name: {"from": [name], "type": "epoch_seconds"} for name in ("updated_at",)}
    times |= {"generated_at": {"from": ["generated"], "type": "epoch_seconds"}}
    bench.write("desk/tickets_1.jsonl", json.dumps(newer))
    bench.write("desk/tickets_2.jsonl", json.dumps(older))
    (row,) = bench.ingest(desk(fields=FIELDS | times))
    assert (row.accepted, row.deduplicated) == (1, 1)
    assert raw(bench, "subject") == [("after",)]
