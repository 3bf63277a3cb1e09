"""What becomes of a help desk's rows in staging: whom a ticket is of, what its words mean, when it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.rooms import build_rooms, source

MAY = datetime(2026, 5, 1, 12)
JUNE = datetime(2026, 6, 1, 12)


def staged(
    columns: str, *rows: dict[str, Any], config: Config | None = None, **raw: list[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    """Columns of `staging.tickets`, of Zendesk tickets given with the rows of other entities."""
    usual = {"status": "open", "created_at": MAY, "updated_at": JUNE}
    tickets = [{"ticket_id": str(number)} | usual | row for number, row in enumerate(rows, 1)]
    named = {f"zendesk_{entity}": found for entity, found in raw.items()} | {"zendesk_tickets": tickets}
    with DuckDBEngine() as engine:
        build_rooms(engine, named, config=config, sources=[source("zendesk")])
        return engine.rows(f"SELECT {columns} FROM staging.tickets ORDER BY CAST(ticket_id AS INTEGER)")


def config(**support: Any) -> Config:
    return Config.model_validate({"support": support})


def test_priority_is_a_severity_and_blank_is_unknown() -> None:
    words = ("urgent", "High", "normal", "low", None, "whenever")
    found = staged("severity", *({"priority": word} for word in words))
    assert [severity for (severity,) in found] == ["P1", "P2", "P3", "P4", None, None]


def test_custom_statuses_are_configured_and_unknown_ones_count_as_open() -> None:
    rows = [{"status": word} for word in ("new", "On-hold", "Waiting for engineering", "Done", "mystery")]
    own = config(statuses={"new": "new", "on-hold": "hold", "waiting for engineering": "hold", "done": "solved"})
    assert staged("status_category, is_resolved", *rows, config=own) == [
        ("new", False), ("hold", False), ("hold", False), ("solved", True), (None, False)
    ]  # fmt: skip


def test_the_time_of_solving_comes_from_the_metrics() -> None:
    rows = [{"status": "closed", "resolved_at": MAY}, {"status": "closed"}]
    metric = {"ticket_id": "1", "resolved_at": JUNE, "resolution_minutes": 44_640, "reopens": 2}
    assert staged("resolved_at, settled_at, resolution_minutes, reopens", *rows, ticket_metrics=[metric]) == [
        (JUNE, JUNE, 44_640, 2),
        (None, JUNE, None, None),
    ]


def test_a_ticket_opened_again_has_lost_its_time_of_solving() -> None:
    metric = {"ticket_id": "1", "resolved_at": MAY, "resolution_minutes": 5, "reopens": 1}
    found = staged("is_resolved, resolved_at, settled_at, resolution_minutes", {}, ticket_metrics=[metric])
    assert found == [(False, None, None, None)]


def test_minutes_follow_from_times_where_only_those_are_given() -> None:
    row = {"status": "solved", "first_replied_at": datetime(2026, 5, 1, 12, 1, 59), "resolved_at": JUNE}
    assert staged("first_reply_minutes, resolution_minutes", row) == [(1, 44_640)]


def test_business_minutes_that_cannot_be_are_unknown() -> None:
    given_and_kept = [
        ((60, 30), (60, 30)), ((60, None), (60, None)), ((60, 90), (60, None)), ((-1, -5), (None, None)),
        ((None, 30), (None, 30)),
    ]  # fmt: skip
    metrics = [
        {"ticket_id": str(number), "first_reply_minutes": calendar, "first_reply_business_minutes": business}
        for number, ((calendar, business), _) in enumerate(given_and_kept, 1)
    ]
    found = staged("first_reply_minutes, first_reply_business_minutes", *({} for _ in metrics), ticket_metrics=metrics)
    assert found == [kept for _, kept in given_and_kept]


RATINGS: dict[str, tuple[list[dict[str, Any]], tuple[int | None, int | None]]] = {
    "offered is no answer": ([{"answer": "offered"}], (None, None)),
    "good": ([{"answer": "good"}], (None, 100)),
    "bad with a comment": ([{"answer": "bad_with_comment"}], (None, 0)),
    "a number": ([{"answer": "4"}], (4, 100)),
    "three is not satisfied": ([{"answer": "3"}], (3, 0)),
    "the vendor's verdict goes before the number": ([{"answer": "3", "verdict": "good"}], (3, 100)),
    "another scale": ([{"answer": "3", "scale": 3, "verdict": "good"}], (None, 100)),
    "another scale without a verdict": ([{"answer": "3", "scale": 3}], (None, None)),
    "no number of five": ([{"answer": "7"}], (None, None)),
    "changed their mind": (
        [{"answer": "good", "updated_at": MAY}, {"answer": "bad", "updated_at": JUNE}], (None, 0)
    ),
    "the survey goes before what Zendesk made of it": (
        [{"answer": "5", "updated_at": MAY}, {"answer": "good", "updated_at": JUNE}], (5, 100)
    ),
    "asked again after the answer": (
        [{"answer": "good", "updated_at": MAY}, {"answer": "offered", "updated_at": JUNE}], (None, 100)
    ),
}  # fmt: skip


def test_ratings() -> None:
    """Each case is a ticket of its own: one build shows them all."""
    rows = [
        {"rating_id": f"{case}_{number}", "ticket_id": str(case)} | row
        for case, (answers, _) in enumerate(RATINGS.values(), 1)
        for number, row in enumerate(answers)
    ]
    found = staged("rating, csat_score", *({} for _ in RATINGS), satisfaction_ratings=rows)
    assert dict(zip(RATINGS, found, strict=True)) == {name: expected for name, (_, expected) in RATINGS.items()}


def test_a_survey_names_its_ticket_as_a_resource_and_a_ticket_may_carry_its_rating() -> None:
    survey = {"rating_id": "s", "ticket_id": "zen:ticket:1", "answer": "5", "updated_at": MAY}
    rows = [{}, {"rating": "Good"}, {"rating": "unoffered"}]
    assert staged("rating, csat_score, rated_at", *rows, satisfaction_ratings=[survey]) == [
        (5, 100, MAY), (None, 100, JUNE), (None, None, None)
    ]  # fmt: skip


def test_escalation_is_what_the_configuration_says() -> None:
    rows = [
        {"tags": "vip;Escalated"},
        {"team": "Tier 3"},
        {"priority": "urgent"},
        {"is_escalated": True},
        {"is_escalated": False, "tags": "de-escalated"},
    ]
    own = config(escalation_tags=["escalated"], escalation_teams=["tier 3"], escalation_priorities=["urgent"])
    assert [by for (by,) in staged("escalated_by", *rows, config=own)] == [
        "tag:escalated", "team:tier 3", "priority:urgent", "field", None
    ]  # fmt: skip
    assert [is_ for (is_,) in staged("is_escalated", *rows)] == [True, False, False, True, False]


def test_merged_and_deleted_tickets_stand_here_and_do_not_count() -> None:
    rows = [
        {"merged_ids": "3; 9"}, {"tags": "closed_by_merge", "status": "closed"}, {"status": "closed"},
        {"status": "deleted"},
    ]  # fmt: skip
    assert [counted for (counted,) in staged("is_counted", *rows)] == [True, False, False, False]


def test_the_topic_is_the_field_else_the_first_configured_tag() -> None:
    rows = [{"topic": "Billing", "tags": "bug"}, {"tags": "bug;login"}, {"tags": "vip"}, {"topic": "  "}]
    assert [topic for (topic,) in staged("topic", *rows)] == ["Billing", "login", None, None]


USERS: list[dict[str, Any]] = [
    {"record_id": "11", "email": "ada@acme.example", "is_staff": False},
    {"record_id": "12", "email": "agent@helpdesk.example", "is_staff": True},
    {"record_id": "13", "email": "gone@acme.example", "is_deleted": True},
]
ASKED: dict[str, tuple[dict[str, Any], str | None]] = {
    "by id": ({"record_id": "11"}, "11"),
    "by address alone": ({"email": "ADA@acme.example"}, "11"),
    "somebody the users do not have": ({"email": "new@acme.example"}, "email:new@acme.example"),
    "an agent is nobody": ({"record_id": "12"}, None),
    "an agent by address": ({"email": "Agent@helpdesk.example"}, None),
    "an agent by both": ({"record_id": "12", "email": "agent@helpdesk.example"}, None),
    "an agent whose address the ticket has, not the users": ({"record_id": "12", "email": "other@x.example"}, None),
    "a deleted user": ({"record_id": "13"}, None),
    "nobody": ({}, None),
}


def test_who_asked() -> None:
    """The people of the tickets and of the users, and nobody else, are records: no agent is."""
    tickets = [{"ticket_id": name, "created_at": MAY} | asked for name, (asked, _) in ASKED.items()]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"zendesk_tickets": tickets, "zendesk_users": USERS}, sources=[source("zendesk")])
        found = engine.rows(
            "SELECT t.ticket_id, r.record_id FROM staging.tickets AS t "
            "LEFT JOIN staging.records AS r ON r.node = t.node"
        )
        people = {row[0] for row in engine.rows("SELECT record_id FROM staging.records")}
    expected = {name: record for name, (_, record) in ASKED.items()}
    assert dict(found) == expected
    assert people == {record for record in expected.values() if record}
