"""Plans, goals, reviews and what a success tool says of an account: rows in, figures out. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

KINDS = {"success_plan": "plan_id", "goal": "goal_id", "review": "event_id"}
TABLES = {"success_plan": "staging.success_plans", "goal": "staging.goals", "review": "staging.reviews"}


def days(number: float) -> datetime:
    """So many days after as_of; negative: before."""
    return AS_OF + timedelta(days=number)


def filed(warehouse: Warehouse, shape: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Put facts of a shape in; `account` of each is theirs, else `a`. Gives the lines of profile.item_accounts."""
    usual = {"source": "gainsight", "entity": shape}
    facts = [usual | {KINDS[shape]: f"{shape}{number}"} | row for number, row in enumerate(rows)]
    accounts = [fact.pop("account", "a") for fact in facts]
    warehouse.given(TABLES[shape], facts)
    return [
        usual | {"kind": shape, "item_id": fact[KINDS[shape]], "account_id": account, "basis": "company"}
        for fact, account in zip(facts, accounts, strict=True)
    ]


def goal(state: str, **more: Any) -> dict[str, Any]:
    closed = {"settled_at": days(-10)} if state in ("met", "missed", "dropped") else {}
    return {"state": state, "kind": "objective", "is_goal": True, "created_at": days(-100)} | closed | more


def review(**more: Any) -> dict[str, Any]:
    base = {"kind": "qbr", "is_review": True, "is_note": False, "is_cancelled": False, "created_at": days(-300)}
    return base | more


def success(warehouse: Warehouse, columns: str, items: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    warehouse.given("profile.item_accounts", items)
    warehouse.build("metrics.account_success")
    return warehouse.rows(f"SELECT {columns} FROM metrics.account_success ORDER BY account_id")


def test_progress_is_the_mean_of_the_goals_of_which_it_is_known(warehouse: Warehouse) -> None:
    """Met is 1, not started 0, one stands at .4, of one nobody wrote it; the dropped one counts nowhere: 1.4 of 3."""
    items = filed(
        warehouse, "goal",
        goal("met"), goal("not_started"), goal("open", progress=Decimal("0.4")), goal("open"), goal("dropped"),
    )  # fmt: skip
    columns = "goals, goals_met, goals_missed, goals_dropped, goal_progress, goals_of_unknown_progress"
    assert success(warehouse, columns, items) == [(4, 1, 0, 1, Decimal("0.4667"), 1)]


def test_a_goal_closed_after_as_of_is_open_and_one_created_after_it_is_none(warehouse: Warehouse) -> None:
    items = filed(
        warehouse, "goal",
        goal("met", settled_at=days(1), progress=Decimal(1)), goal("open", created_at=days(1)),
        goal("open", due_date=date(2026, 6, 29)), goal("open", due_date=date(2026, 6, 30)),
    )  # fmt: skip
    assert success(warehouse, "goals, goals_met, goals_overdue, goal_progress", items) == [(3, 0, 1, None)]


def test_calls_to_action_are_no_goals(warehouse: Warehouse) -> None:
    call = {"is_goal": False, "kind": "risk"}
    items = filed(
        warehouse, "goal",
        goal("open", **call, due_date=date(2026, 6, 1)), goal("met", **call),
        goal("not_started", is_goal=False, kind="lifecycle"),
    )  # fmt: skip
    columns = "goals, goal_progress, open_ctas, open_risk_ctas, overdue_ctas"
    assert success(warehouse, columns, items) == [(0, None, 2, 1, 1)]


def test_reviews_are_held_planned_missed_or_cancelled(warehouse: Warehouse) -> None:
    items = filed(
        warehouse, "review",
        review(planned_at=days(-100), held_at=days(-98)),
        review(planned_at=days(-400), held_at=days(-400)),
        review(planned_at=days(-50)),  # nobody came
        review(planned_at=days(20)),
        review(planned_at=days(10), is_cancelled=True),
        review(planned_at=days(5), created_at=days(1)),  # not planned yet at as_of
        review(planned_at=days(-3), held_at=days(2)),  # held later than planned: still ahead
        review(planned_at=days(-1), held_at=days(-1), is_review=False, kind="call"),
        review(held_at=days(-7), is_review=False, is_note=True, kind="update"),
    )  # fmt: skip
    columns = "reviews, reviews_held_12m, reviews_missed_12m, last_review_at, next_review_at, last_status_note_at"
    assert success(warehouse, columns, items) == [(6, 1, 1, days(-98), days(2), days(-7))]
    states = warehouse.column("metrics.reviews_as_of", "state", "event_id")
    assert states == ["held", "held", "missed", "planned", "cancelled", "planned", "held", "held"]


def test_the_plan_in_the_worst_state_is_the_accounts(warehouse: Warehouse) -> None:
    plan = {"created_at": days(-90), "state": "active"}
    items = filed(
        warehouse, "success_plan",
        plan | {"account": "late", "due_date": date(2026, 6, 29)}, plan | {"account": "late"},
        plan | {"account": "active"}, plan | {"account": "active", "state": "draft"},
        plan | {"account": "closed", "state": "closed", "settled_at": days(-1)},
        plan | {"account": "reopens", "state": "closed", "settled_at": days(1)},
    )  # fmt: skip
    assert success(warehouse, "account_id, plan_status", items) == [
        ("active", "active"), ("closed", "closed"), ("late", "overdue"), ("reopens", "active"),
    ]  # fmt: skip


def test_facts_of_an_unknown_company_count_in_no_account(warehouse: Warehouse) -> None:
    items = filed(warehouse, "goal", goal("met", account=None), goal("met"))
    assert success(warehouse, "account_id, goals", items) == [("a", 1)]
    assert warehouse.rows("SELECT COUNT(*) FROM metrics.goals_as_of") == [(2,)]


def stated(warehouse: Warehouse, *companies: dict[str, Any]) -> None:
    rows = [{"source": "gainsight", "category": "success", "account_id": f"g{n}"} | c for n, c in enumerate(companies)]
    warehouse.given("staging.accounts", rows)
    lines = [
        {"source": row["source"], "source_account_id": row["account_id"], "kept_account_id": row["account_id"]}
        | {"account_id": row["name"], "basis": "own"}
        for row in rows
    ]
    warehouse.given("profile.crm_accounts", lines)


def conflicts(warehouse: Warehouse, read: str = "subscription") -> list[tuple[Any, ...]]:
    warehouse.given("profile.shapes_read", [{"source": "stripe", "shape": read}])
    warehouse.build("metrics.account_conflicts")
    return warehouse.rows(
        "SELECT account_id, field, our_value, stated_value, difference FROM metrics.account_conflicts ORDER BY 1, 2"
    )


def test_revenue_another_system_states_is_compared_and_never_ours(warehouse: Warehouse) -> None:
    """A twentieth of the larger amount is tolerated; an account without subscriptions has 0 of ours."""
    warehouse.given("metrics.account_arr", [{"account_id": a, "current_arr": 1000} for a in ("same", "near", "far")])
    warehouse.given("metrics.account_contracts", [{"account_id": "near", "renewal_date": date(2026, 9, 1)}])
    stated(
        warehouse,
        {"name": "same", "stated_arr": 1000}, {"name": "near", "stated_arr": 950, "renewal_date": date(2026, 9, 9)},
        {"name": "far", "stated_arr": 940}, {"name": "without", "stated_arr": 10},
        {"name": "silent", "stage": "Adoption"}, {"name": "no rate", "stated_arr": 10, "stated_currency": "SEK"},
    )  # fmt: skip
    assert conflicts(warehouse) == [
        ("far", "arr", "1000.00", "940.00", Decimal("-60.00")),
        ("near", "renewal_date", "2026-09-01", "2026-09-09", Decimal("8.00")),
        ("without", "arr", "0.00", "10.00", Decimal("10.00")),
    ]


def test_without_subscriptions_there_is_nothing_to_compare(warehouse: Warehouse) -> None:
    warehouse.given("metrics.account_arr", [])
    warehouse.given("metrics.account_contracts", [])
    stated(warehouse, {"name": "a", "stated_arr": 1000})
    assert conflicts(warehouse, read="charge") == []


def test_two_companies_of_the_tool_that_are_one_account_add_up(warehouse: Warehouse) -> None:
    stated(
        warehouse,
        {"name": "a", "stated_arr": 700, "health_score": "80", "updated_at": days(-9)},
        {"name": "a", "stated_arr": 300, "health_score": "Green", "updated_at": days(-1)},
    )
    warehouse.build("metrics.account_stated")
    assert warehouse.rows("SELECT companies, stated_arr, health_score, health_label FROM metrics.account_stated") == [
        (2, Decimal("1000.00"), None, "Green")
    ]


def test_what_no_source_was_asked_is_unknown_and_what_it_does_not_know_is_0(
    warehouse: Warehouse,
) -> None:
    """Goals were read: the company without one has 0. No NPS survey was: its answers are unknown."""
    company = {"kind": "company", "crm_accounts": 1, "people": 0, "records": 0}
    warehouse.given("profile.accounts", [company | {"account_id": name} for name in ("a", "b")])
    warehouse.given("profile.item_accounts", filed(warehouse, "goal", goal("met")))
    warehouse.build("customer_360.account_360")
    columns = "account_id, goals, goals_met, goal_progress, nps_responses, nps_score"
    assert warehouse.rows(f"SELECT {columns} FROM customer_360.account_360 ORDER BY 1") == [
        ("a", 1, 1, Decimal(1), None, None),
        ("b", 0, 0, None, None, None),
    ]
