"""The delivered contracts of Zendesk and Intercom on files in the vendors' own forms."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from customer360_pipeline.engine.catalog import PACKAGE
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import Bench

SOURCES = {source.source: source for source in load_sources(PACKAGE / "defs" / "sources")}
MAY, JUNE = datetime(2026, 5, 1), datetime(2026, 6, 1)
EPOCH = {MAY: 1_777_593_600, JUNE: 1_780_272_000}

TICKET: dict[str, Any] = {
    "id": 35436, "requester_id": 20978392, "organization_id": None, "subject": "Printer", "status": "solved",
    "priority": "high", "via": {"channel": "email"}, "tags": ["vip", "escalated"], "created_at": "2026-05-01T00:00:00Z",
    "updated_at": "2026-06-01T00:00:00Z", "satisfaction_rating": {"score": "good", "comment": "private words"},
    "metric_set": {
        "solved_at": "2026-06-01T00:00:00Z", "reopens": 1, "replies": 2,
        "reply_time_in_minutes": {"calendar": 30, "business": 20},
        "full_resolution_time_in_minutes": {"calendar": 44640, "business": None},
    },
}  # fmt: skip
CSV = (
    "Summation column,Id,Requester,Requester id,Requester email,Subject,Tags,Status,Priority,Via,Created at,Updated at,"
    "Organization,Solved at,Satisfaction Score,Reopens,Replies,First reply time in minutes,"
    "First reply time in minutes within business hours,Full resolution time in minutes,Full resolution time in minutes"
    " within business hours\n"
    "1,35436,Ada,20978392,ada@acme.example,Printer,vip escalated,Solved,High,Mail,2026-05-01 00:00,2026-06-01 00:00,"
    "Acme,2026-06-01 00:00,Good,1,2,30,20,44640,\n"
)
SAID = (
    "ticket_id, record_id, subject, lower(status), lower(priority), channel, tags, lower(rating), reopens, replies, "
    "first_reply_minutes, first_reply_business_minutes, resolution_minutes, resolution_business_minutes, resolved_at, "
    "created_at, updated_at"
)


def test_the_api_and_the_csv_export_tell_the_same_ticket(bench: Bench) -> None:
    found = []
    for name, text in (("tickets.jsonl", json.dumps(TICKET)), ("export-2026.csv", CSV)):
        path = bench.write(f"zendesk/{name}", text)
        bench.ingest(SOURCES["zendesk"])
        found.append(bench.raw(SAID, "raw.zendesk_tickets"))
        path.unlink()
    assert found[0] == found[1]
    assert found[0][0][3:8] == ("solved", "high", "email", "vip;escalated", "good")
    assert found[0][0][10:] == (30, 20, 44_640, None, JUNE, MAY, JUNE)


def test_pages_of_an_incremental_export_repeat_tickets_and_tell_deleted_ones(bench: Bench) -> None:
    first = TICKET | {"status": "open", "updated_at": "2026-05-02T00:00:00Z"}
    gone = TICKET | {"id": 7, "status": "deleted", "subject": "SCRUBBED"}
    bench.write("zendesk/incremental_tickets_1.json", json.dumps({"tickets": [first], "end_of_stream": False}))
    bench.write("zendesk/incremental_tickets_2.json", json.dumps({"tickets": [TICKET, gone], "end_of_stream": True}))
    tickets = next(row for row in bench.ingest(SOURCES["zendesk"]) if row.entity == "tickets")
    assert (tickets.physical_records, tickets.accepted, tickets.deduplicated) == (3, 2, 1)
    found = bench.engine.rows("SELECT ticket_id, status FROM raw.zendesk_tickets ORDER BY ticket_id")
    assert found == [("35436", "solved"), ("7", "deleted")]


def test_users_are_end_users_or_staff_and_an_inactive_one_is_deleted(bench: Bench) -> None:
    users = [
        {"id": 1, "role": "end-user", "active": True, "email": "a@x.example"},
        {"id": 2, "role": "agent", "active": True},
        {"id": 3, "role": "admin", "active": True},
        {"id": 4, "role": "end-user", "active": False},
    ]
    bench.write("zendesk/users.json", json.dumps({"users": users, "count": 4}))
    bench.ingest(SOURCES["zendesk"])
    assert bench.raw("record_id, is_staff, is_deleted", "raw.zendesk_users") == [
        ("1", False, False), ("2", True, False), ("3", True, False), ("4", False, True)
    ]  # fmt: skip


def test_a_survey_response_tells_number_verdict_and_ticket(bench: Bench) -> None:
    answers = [
        {"type": "open_ended", "value": "private words", "created_at": "2026-05-01T00:00:00Z"},
        {"type": "rating_scale", "rating": 4, "rating_category": "good", "created_at": "2026-06-01T00:00:00Z"},
    ]
    survey = {"id": "01J", "responder_id": 1, "subject_zrns": ["zen:ticket:99"], "answers": answers}
    skipped = {"id": "01K", "subjects": [{"type": "ticket", "id": "98"}], "answers": [{"type": "skipped"}]}
    bench.write("zendesk/survey_responses.jsonl", f"{json.dumps(survey)}\n{json.dumps(skipped)}\n")
    bench.ingest(SOURCES["zendesk"])
    assert bench.raw("ticket_id, answer, verdict, updated_at", "raw.zendesk_survey_responses") == [
        ("zen:ticket:99", "4", "good", JUNE), ("98", None, None, None)
    ]  # fmt: skip


def test_a_conversation_counts_seconds_and_asks_by_its_first_contact(bench: Bench) -> None:
    conversation = {
        "type": "conversation", "id": "147", "created_at": EPOCH[MAY], "updated_at": EPOCH[JUNE], "state": "closed",
        "priority": "not_priority", "title": None,
        "source": {"type": "conversation", "subject": "Hello", "author": {"type": "admin", "id": "991"}},
        "contacts": {"type": "contact.list", "contacts": [{"id": "c1", "external_id": "usr_1"}, {"id": "c2"}]},
        "tags": {"type": "tag.list", "tags": [{"id": "1", "name": "Feature request"}]},
        "conversation_rating": {"rating": 5, "remark": "private words", "created_at": EPOCH[JUNE]},
        "statistics": {"time_to_admin_reply": 90, "time_to_last_close": 3600, "first_admin_reply_at": EPOCH[MAY] + 600,
                       "last_close_at": EPOCH[JUNE], "count_reopens": 2},
    }  # fmt: skip
    page = {"type": "conversation.list", "total_count": 1, "conversations": [conversation]}
    bench.write("intercom/conversations_1.json", json.dumps(page))
    bench.ingest(SOURCES["intercom"])
    columns = (
        "ticket_id, record_id, user_id, subject, status, priority, channel, tags, rating, rated_at, reopens, "
        "first_reply_business_minutes, resolution_business_minutes, resolved_at, created_at"
    )
    assert bench.raw(columns, "raw.intercom_conversations") == [
        ("147", "c1", "usr_1", "Hello", "closed", None, "chat", "Feature request", "5", JUNE, 2, 2, 60, JUNE, MAY)
    ]


def test_of_a_connectors_history_the_latest_version_counts(bench: Bench) -> None:
    header = "id,state,created_at,updated_at,conversation_rating_value\n"
    rows = "147,closed,2026-05-01 00:00:00,2026-06-01 00:00:00,4\n147,open,2026-05-01 00:00:00,2026-05-02 00:00:00,\n"
    bench.write("intercom/conversation_history.csv", header + rows)
    row = next(row for row in bench.ingest(SOURCES["intercom"]) if row.entity == "conversations")
    assert (row.accepted, row.deduplicated) == (1, 1)
    assert bench.raw("status, rating", "raw.intercom_conversations") == [("closed", "4")]
