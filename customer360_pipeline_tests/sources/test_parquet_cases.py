"""Parquet files, sound and broken; GA4's nested records in Parquet and JSON."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from customer360_pipeline.errors import FileRefused
from customer360_pipeline.sources.contract import Source, source_from
from customer360_pipeline_tests.sources.bench import Bench, contacts_source

NAME = "crm/contacts.parquet"
SLOTS = ("string_value", "int_value", "float_value", "double_value")


def parquet(path: Path, rows: list[dict[str, Any]], schema: pa.Schema | None = None) -> bytes:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path.read_bytes()


def test_typed_columns_are_read_like_text(bench: Bench, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "Email": "a@x", "created": datetime(2024, 1, 2, 3), "deleted": True, "zz": [1], "others": ["a", "b"]},
        {"id": 2, "Email": None, "created": None, "deleted": None, "zz": None, "others": None},
    ]
    row = bench.contacts(parquet(tmp_path / "x", rows), NAME)
    assert (row.physical_records, row.accepted) == (2, 2)
    assert bench.raw("record_id, email, created_at, is_deleted, additional_emails, extra, source_row") == [
        ("1", "a@x", datetime(2024, 1, 2, 3), True, "a;b", '{"zz":[1]}', 1),
        ("2", None, None, None, None, None, 2),
    ]


def test_zoned_times_need_no_declared_zone_and_naive_ones_do(bench: Bench, tmp_path: Path) -> None:
    zoned = [{"id": "1", "created": datetime(2024, 1, 2, 3, tzinfo=UTC)}]
    bench.contacts(parquet(tmp_path / "x", zoned), NAME, time_zone=None)
    assert bench.raw("created_at") == [(datetime(2024, 1, 2, 3),)]
    with pytest.raises(FileRefused, match="without a zone"):
        bench.contacts(parquet(tmp_path / "x", [{"id": "1", "created": datetime(2024, 1, 2)}]), NAME, time_zone=None)


def test_ids_that_became_floats_because_one_is_missing_are_whole_again(bench: Bench, tmp_path: Path) -> None:
    """pandas keeps integers with a gap as float64; 1001.0 would not meet the 1001 of another source."""
    rows = [{"id": "1", "phone": 12025550101.0}, {"id": "2", "phone": None}, {"id": "3", "phone": 0.25}]
    bench.contacts(parquet(tmp_path / "x", rows), NAME)
    assert bench.raw("phone") == [("12025550101",), (None,), ("0.25",)]


def test_a_bad_value_is_quarantined_without_a_line(bench: Bench, tmp_path: Path) -> None:
    row = bench.contacts(parquet(tmp_path / "x", [{"id": "1", "created": "soon"}, {"id": "2", "created": None}]), NAME)
    assert (row.accepted, bench.quarantine()) == (1, [(None, "created_at", "not_timestamp")])


def test_broken_files_are_refused(bench: Bench, tmp_path: Path) -> None:
    sound = parquet(tmp_path / "x", [{"id": str(n), "first": f"Ann{n}" * 50} for n in range(5000)])
    damaged = sound[:400] + bytes(len(sound[400:9000])) + sound[9000:]
    cases = {b"": "zero bytes", sound[:-20]: "no whole Parquet", b"id,first\n1,Ann\n": "no whole Parquet"}
    for content, found in (cases | {damaged: "does not add up"}).items():
        with pytest.raises(FileRefused, match=found):
            bench.contacts(content, NAME)
    with pytest.raises(FileRefused, match="required"):
        bench.contacts(parquet(tmp_path / "x", [{"name": "Ann", "first": "x"}]), NAME)
    with pytest.raises(FileRefused, match="no record"):
        bench.contacts(parquet(tmp_path / "x", [], pa.schema([("id", pa.string())])), NAME)


def test_gzipped_parquet(bench: Bench, tmp_path: Path) -> None:
    assert bench.contacts(gzip.compress(parquet(tmp_path / "x", [{"id": "1"}])), NAME + ".gz").accepted == 1


def ga4_source() -> Source:
    fields = {
        "device_id": ["user_pseudo_id"],
        "session_id": ["event_params[ga_session_id]"],
        "page_url": ["event_params[page_location]"],
        "event_name": ["event_name"],
        "touch_source": ["collected_traffic_source.manual_source", "event_params[source]"],
        "occurred_at": {"from": ["event_timestamp"], "type": "epoch_micros"},
    }
    entity = {"shape": "web_event", "files": ["ga4/*"], "required": ["occurred_at"], "fields": fields}
    return source_from({"source": "ga4", "category": "analytics", "entities": {"events": entity}}, "test")


def event(device: str | None, params: dict[str, Any], source: str | None = None, micros: int = 0) -> dict[str, Any]:
    slots = {int: "int_value", str: "string_value", float: "double_value"}
    return {
        "event_name": "page_view",
        "event_timestamp": str(1_704_164_645_123_456 + micros),
        "user_pseudo_id": device,
        "event_params": [{"key": key, "value": {slots[type(value)]: value}} for key, value in params.items()],
        "collected_traffic_source": {"manual_source": source} if source else None,
    }


EVENTS = [
    event("d1", {"ga_session_id": 17, "page_location": "https://x/?a=1"}, "google"),
    event("d2", {"source": "bing", "ga_session_id": "18"}),
    event(None, {}),
]
EXPECTED = [("d1", "17", "https://x/?a=1", "google"), ("d2", "18", None, "bing"), (None, None, None, None)]


def test_ga4_events_as_json_lines(bench: Bench) -> None:
    bench.write("ga4/events_20240102.jsonl", "".join(json.dumps(e) + "\n" for e in EVENTS))
    bench.ingest(ga4_source())
    assert bench.raw("device_id, session_id, page_url, touch_source", "raw.ga4_events") == EXPECTED
    assert bench.raw("occurred_at", "raw.ga4_events")[0] == (datetime(2024, 1, 2, 3, 4, 5, 123456),)


def test_ga4_events_as_parquet(bench: Bench, tmp_path: Path) -> None:
    value = pa.struct([("string_value", pa.string()), ("int_value", pa.int64()), ("double_value", pa.float64())])
    schema = pa.schema(
        [
            ("event_name", pa.string()),
            ("event_timestamp", pa.int64()),
            ("user_pseudo_id", pa.string()),
            ("event_params", pa.list_(pa.struct([("key", pa.string()), ("value", value)]))),
            ("collected_traffic_source", pa.struct([("manual_source", pa.string())])),
        ]
    )
    rows = [e | {"event_timestamp": int(e["event_timestamp"])} for e in EVENTS]
    bench.write("ga4/events_20240102.parquet", parquet(tmp_path / "x", rows, schema))
    bench.ingest(ga4_source())
    assert bench.raw("device_id, session_id, page_url, touch_source", "raw.ga4_events") == EXPECTED


def test_the_same_events_in_a_daily_and_an_intraday_file_count_once(bench: Bench) -> None:
    """The intraday table carries no attribution yet; two equal events of one file stay two."""
    twice = [event("d1", {"ga_session_id": 1}), event("d1", {"ga_session_id": 1}), event("d2", {}, micros=5)]
    attributed = [e | {"collected_traffic_source": {"manual_source": "google"}} for e in twice]
    bench.write("ga4/events_20240102.jsonl", "".join(json.dumps(e) + "\n" for e in attributed))
    bench.write("ga4/events_intraday_20240102.jsonl", "".join(json.dumps(e) + "\n" for e in twice))
    (row,) = bench.ingest(ga4_source())
    assert (row.physical_records, row.accepted, row.deduplicated) == (6, 3, 3)
    assert len({event_id for (event_id,) in bench.raw("event_id", "raw.ga4_events")}) == 3


def test_nested_contact_paths(bench: Bench, tmp_path: Path) -> None:
    bench.contacts(parquet(tmp_path / "x", [{"id": "1", "contact": {"email": "a@x"}}]), NAME)
    assert bench.raw("email, extra") == [("a@x", None)]
    assert contacts_source().source == "crm"
