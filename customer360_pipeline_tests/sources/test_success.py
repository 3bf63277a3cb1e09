"""Gainsight's reports and Delighted's answers as they are exported, traps included: files in, staging rows out."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import PACKAGE, build_table, load_catalog
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import load_sources
from customer360_pipeline_tests.sources.bench import Bench

SOURCES = {s.source: s for s in load_sources(PACKAGE / "defs" / "sources") if s.source in ("gainsight", "delighted")}
TABLES = {table.name: table for table in load_catalog(list(SOURCES.values()))}
MAY = 1_777_593_600  # 2026-05-01, UTC


def staged(bench: Bench, sql: str, *names: str) -> list[tuple[Any, ...]]:
    """Ingest both sources by their delivered contracts, build the named tables and what they need, and read."""
    for source in SOURCES.values():
        bench.ingest(source)
    context = RunContext(Config(), tuple(SOURCES.values()), bench.home, bench.extracts, datetime(2026, 6, 15))
    made: set[str] = set()

    def build(name: str) -> None:
        if name in TABLES and name not in made:
            made.add(name)
            for needed in TABLES[name].depends:
                build(needed)
            build_table(bench.engine, TABLES[name], context)

    for name in names:
        build(name)
    return bench.engine.rows(sql)


def test_a_companys_salesforce_id_becomes_18_characters_and_its_money_stays_the_tools(bench: Bench) -> None:
    """Reports write ids of 15 characters and money with signs; a euro sign is another currency than the tenant's,
    and a trillion a mistake."""
    bench.write(
        "gainsight/Company_2026.csv",
        "GSID,Name,SFDC Account Id,ARR,Renewal Date,Current Score\n"
        'g1,Acme,0015f00000ABCDE,"$120,000.50",2026-09-01,72\n'
        "g2,Bolt,0015f00000ABCDEAA5,about 5,,Green\n"
        'g3,Cord,,"€1,000",,\n'
        "g4,Dune,,999999999999999,,\n",
    )
    assert staged(
        bench,
        "SELECT name, length(crm_account_id), stated_arr, renewal_date, health_score FROM staging.accounts ORDER BY 1",
        "staging.accounts",
    ) == [
        ("Acme", 18, Decimal("120000.500"), date(2026, 9, 1), "72"),
        ("Bolt", 18, None, None, "Green"),
        ("Cord", None, None, None, None),
        ("Dune", None, None, None, None),
    ]


def test_objectives_goals_and_risks_stand_in_two_reports(bench: Bench) -> None:
    """A closed one whose word nobody mapped is dropped; 250 % is no progress."""
    bench.write(
        "gainsight/Call To Action.csv",
        "GSID,Company GSID,Type,Status,% Complete,Closed Date\n"
        "c1,g1,Objective,Work In Progress,45%,\n"
        "c2,g1,Objective,Closed Success,,2026-05-01 10:00:00\n"
        "c3,g1,Risk,New,,\n"
        "c4,g1,Objective,Nobody Mapped This,,2026-05-01 10:00:00\n"
        "c5,g1,Objective,Open,250,\n",
    )
    bench.write("gainsight/Customer Goal.csv", "GSID,Company GSID,Name,Status\nq1,g1,Grow,Achieved\n")
    assert staged(
        bench, "SELECT goal_id, kind, is_goal, state, progress FROM staging.goals ORDER BY 1", "staging.goals"
    ) == [
        ("c1", "objective", True, "open", Decimal("0.4500")),
        ("c2", "objective", True, "met", None),
        ("c3", "risk", False, "not_started", None),
        ("c4", "objective", True, "dropped", None),
        ("c5", "objective", True, "open", None),
        ("q1", "goal", True, "met", None),
    ]


def test_notes_without_an_id_are_kept_and_a_scheduled_review_was_not_held(bench: Bench) -> None:
    """QBR notes are free documents; two equal ones are two. The past date of a scheduled review proves nothing."""
    bench.write(
        "gainsight/Activity Timeline.csv",
        "GSID,Company GSID,Activity Type,Subject,Status,Planned Date,Activity Date\n"
        "r1,g1,QBR,Spring,Completed,2026-04-01 10:00:00,2026-04-03 10:00:00\n"
        "r2,g1,EBR,Summer,Scheduled,,2026-05-01 10:00:00\n"
        "r3,g1,EBR,Summer,Canceled,,2026-05-02 10:00:00\n"
        ",g1,Update,All well,,,2026-05-03 10:00:00\n"
        ",g1,Update,All well,,,2026-05-03 10:00:00\n",
    )
    found = staged(
        bench,
        "SELECT kind, is_review, is_note, is_cancelled, day(planned_at), day(held_at) FROM staging.reviews "
        "ORDER BY planned_at, kind",
        "staging.reviews",
    )
    assert found == [
        ("qbr", True, False, False, 1, 3),
        ("ebr", True, False, False, 1, None),
        ("ebr", True, False, True, 2, None),
        ("update", False, True, False, 3, 3),
        ("update", False, True, False, 3, 3),
    ]


def answer(number: int, **more: Any) -> str:
    usual = {"id": str(number), "person": "11", "survey_type": "nps", "score": 9, "comment": None}
    usual |= {"created_at": MAY, "updated_at": None, "person_properties": None, "tags": [], "additional_answers": []}
    return json.dumps(usual | more)


def test_one_file_mixes_surveys_and_only_nps_has_promoters(bench: Bench) -> None:
    """csat goes from 1 to 5, `enps` asks employees; a number outside the scale is no answer."""
    bench.write("delighted/people.jsonl", json.dumps({"id": "11", "email": "ada@acme.example", "created_at": MAY}))
    answers = [
        answer(1), answer(2, score=7), answer(3, score=0, comment="No"), answer(4, survey_type="csat", score=5),
        answer(5, survey_type="enps", score=10), answer(6, score=11),
    ]  # fmt: skip
    bench.write("delighted/survey_responses.jsonl", "\n".join(answers))
    assert staged(
        bench,
        "SELECT answer_id, nps_group, node IS NOT NULL FROM staging.survey_answers ORDER BY 1",
        "staging.survey_answers",
    ) == [
        ("1", "promoter", True), ("2", "passive", True), ("3", "detractor", True), ("4", None, True), ("5", None, True),
        ("6", None, True),
    ]  # fmt: skip


def test_a_person_is_an_id_or_the_object_and_may_be_in_no_other_file(bench: Bench) -> None:
    """Without the list of people an id alone says nobody; the expanded person has an address, a property a user id."""
    bench.write(
        "delighted/survey_responses.jsonl",
        "\n".join([
            answer(1, person={"id": "12", "email": "Bo@Acme.example", "name": "Bo"}),
            answer(2, person="404"),
            answer(3, person="405", person_properties={"user_id": "usr_7"}),
        ]),
    )  # fmt: skip
    assert staged(
        bench,
        "SELECT a.answer_id, r.record_id FROM staging.survey_answers AS a LEFT JOIN staging.records AS r "
        "ON r.node = a.node ORDER BY 1",
        "staging.survey_answers",
    ) == [("1", "email:bo@acme.example"), ("2", None), ("3", "user:usr_7")]


def test_a_changed_answer_replaces_the_one_before(bench: Bench) -> None:
    bench.write("delighted/survey_responses_1.jsonl", answer(1, score=3))
    bench.write("delighted/survey_responses_0.jsonl", answer(1, score=9, updated_at=MAY + 60))
    assert staged(bench, "SELECT score, nps_group FROM staging.survey_answers", "staging.survey_answers") == [
        (9, "promoter")
    ]
