"""Net promoter score: answers in, scores out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

Answer = tuple[int | None, int, float]  # person (None: nobody knows), score, days before as_of


def group(score: int) -> str:
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def answered(warehouse: Warehouse, answers: Sequence[Answer], order: Sequence[int] = (), **more: Any) -> None:
    """Put NPS answers in, all of one account, in an order; persons are nodes 0 to 4, each a customer of its own."""
    warehouse.people(*({"source": "crm", "record_id": str(n), "customer": n} for n in range(5)))
    usual = {"source": "delighted", "entity": "survey_responses", "survey_type": "nps"} | more
    rows = [
        usual
        | {"answer_id": f"{number:03}", "node": person, "score": score, "answered_at": AS_OF - timedelta(days=days)}
        | {"nps_group": group(score) if usual["survey_type"] == "nps" else None}
        for number, (person, score, days) in enumerate(answers)
    ]
    rows = [rows[place] for place in order] if order else rows
    warehouse.given("staging.survey_answers", rows)
    items = [
        {"source": "delighted", "entity": "survey_responses", "kind": "survey_answer", "item_id": row["answer_id"]}
        | {"account_id": "a", "basis": "company"}
        for row in rows
    ]
    warehouse.given("profile.item_accounts", items)


def figures(warehouse: Warehouse, columns: str, answers: Sequence[Answer], **more: Any) -> list[tuple[Any, ...]]:
    answered(warehouse, answers, **more)
    warehouse.build("metrics.account_nps")
    return warehouse.rows(f"SELECT {columns} FROM metrics.account_nps")


def test_promoters_less_detractors_of_each_persons_latest_answer(warehouse: Warehouse) -> None:
    """Person 0 said 2 and later 9; 1 is passive, 2 a detractor, 3 a promoter: (2 - 1) of 4."""
    answers: list[Answer] = [(0, 2, 200), (0, 9, 20), (1, 8, 30), (2, 6, 40), (3, 10, 50)]
    columns = "nps_score, nps_responses, promoters, passives, detractors, nps_answers, last_nps_answer"
    assert figures(warehouse, columns, answers) == [(Decimal("25.00"), 4, 2, 1, 1, 5, 9)]


@pytest.mark.parametrize(("score", "expected"), [(0, -100), (6, -100), (7, 0), (8, 0), (9, 100), (10, 100)])
def test_the_bounds_of_the_groups(warehouse: Warehouse, score: int, expected: int) -> None:
    assert figures(warehouse, "nps_score", [(0, score, 1)]) == [(Decimal(expected),)]


def test_the_year_before_is_another_score_and_after_as_of_counts_nothing(warehouse: Warehouse) -> None:
    """Day 365 is of this year, day 366 of the one before; an answer of tomorrow is not known yet."""
    answers: list[Answer] = [(0, 10, 365), (1, 0, 366), (2, 3, 730), (3, 10, 731), (4, 0, -1)]
    columns = "nps_score, nps_responses, prev_nps_score, prev_nps_responses, nps_answers, last_nps_answer"
    assert figures(warehouse, columns, answers) == [(Decimal(100), 1, Decimal(-100), 2, 4, 10)]


def test_without_an_answer_of_the_year_there_is_no_score(warehouse: Warehouse) -> None:
    columns = "nps_score, nps_responses, prev_nps_score, last_nps_answer"
    assert figures(warehouse, columns, [(0, 9, 400)]) == [(None, 0, Decimal(100), 9)]


def test_other_surveys_have_other_scales(warehouse: Warehouse) -> None:
    """A 5 of 5 in a satisfaction survey would be a detractor's answer."""
    assert figures(warehouse, "nps_score", [(0, 5, 1), (1, 4, 2)], survey_type="csat") == []


def test_fewer_people_than_asked_for_make_no_score(warehouse: Warehouse) -> None:
    warehouse.configure(success={"nps_min_responses": 3})
    answers: list[Answer] = [(0, 9, 1), (0, 9, 2), (1, 9, 3)]
    assert figures(warehouse, "nps_score, nps_responses", answers) == [(None, 2)]


def test_answers_nobody_can_be_named_for_count_one_by_one(warehouse: Warehouse) -> None:
    answers: list[Answer] = [(None, 9, 1), (None, 9, 1), (None, 1, 1)]
    assert figures(warehouse, "nps_score, nps_responses", answers) == [(Decimal("33.33"), 3)]


def test_the_latest_answer_of_a_customer_of_any_age(warehouse: Warehouse) -> None:
    answered(warehouse, [(0, 3, 900), (0, 8, 500), (1, 10, 5), (1, 2, -3), (None, 4, 1)])
    warehouse.build("metrics.nps")
    found = warehouse.rows("SELECT customer_number, nps_answer, nps_answers FROM metrics.nps ORDER BY 1")
    assert found == [(0, 8, 2), (1, 10, 1)]


def expected_score(answers: list[Answer]) -> Decimal | None:
    """The definition, in other words than the SQL's."""
    latest: dict[Any, tuple[float, int, int]] = {}
    for number, (person, score, days) in enumerate(answers):
        if 0 <= days <= 365:
            key = ("nobody", number) if person is None else person
            latest[key] = min(latest.get(key, (days, number, score)), (days, number, score))
    said = [score for _, _, score in latest.values()]
    if not said:
        return None
    balance = sum(score >= 9 for score in said) - sum(score <= 6 for score in said)
    return Decimal(str(round(balance * 100 / len(said) + 1e-9, 2)))


ANSWERS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 4)), st.integers(0, 10), st.integers(-5, 500)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, data=st.data())
def test_the_score_is_its_definition_and_order_changes_nothing(
    warehouse: Warehouse, answers: list[Answer], data: st.DataObject
) -> None:
    (score,) = [row[0] for row in figures(warehouse, "nps_score", answers)] or [None]
    if expected_score(answers) is None:
        assert score is None
    else:
        assert score is not None
        assert abs(score - expected_score(answers)) <= Decimal("0.01")  # type: ignore[operator]

    before = warehouse.rows("SELECT * FROM metrics.nps_answers ORDER BY ALL")
    answered(warehouse, answers, data.draw(st.permutations(range(len(answers)))))
    warehouse.build("metrics.account_nps")
    assert warehouse.rows("SELECT * FROM metrics.nps_answers ORDER BY ALL") == before


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=ANSWERS, score=st.integers(9, 10))
def test_another_promoter_never_lowers_the_score(warehouse: Warehouse, answers: list[Answer], score: int) -> None:
    (before,) = [row[0] for row in figures(warehouse, "nps_score", answers)] or [None]
    ((after,),) = figures(warehouse, "nps_score", [*answers, (None, score, 1)])
    assert after is not None
    assert before is None or after >= before


def test_the_timeline_tells_what_a_person_answered(warehouse: Warehouse) -> None:
    answered(warehouse, [(0, 3, 2)], comment="Too slow")
    warehouse.build("customer_360.customer_timeline")
    found = warehouse.rows(
        "SELECT customer_id, title, status FROM customer_360.customer_timeline WHERE event_type = 'nps_answer'"
    )
    assert found == [("c_0", "3 of 10: Too slow", "detractor")]
