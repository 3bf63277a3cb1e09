"""Use of the product by accounts and people: windows of whole days, who counts once, and what is unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline_tests.metrics.product_team import team_of

team, built = team_of(
    {"source": "crm", "email": "ada@acme.example", "customer": 0},
    {"source": "hubspot", "email": "ada.b@acme.example", "customer": 0},
    {"source": "crm", "email": "ben@acme.example", "customer": 1},
    {"source": "crm", "email": "cleo@acme.example", "customer": 2},
    {"source": "crm", "email": "dan@beta.example", "customer": 3},
    {"source": "crm", "email": "eve@gmail.com", "customer": 4},
)

AS_OF = datetime(2026, 6, 30, 12)
LAST_DAY = date(2026, 6, 29)
ACME, BETA = "acme.example", "beta.example"


def used(node, age, feature=None, events=1, **more):
    """Events of one record `age` days before as_of's day: 1 is the last whole day."""
    day = AS_OF.date() - timedelta(days=age)
    at = datetime(day.year, day.month, day.day, 9)
    row = {"source": "segment", "node": node, "feature": feature, "day": day, "events": events}
    return row | {"first_at": at, "last_at": at} | more


def feed():
    """Somebody unknown uses the product daily, so that the feed is known to reach back and to live."""
    return [used(None, 1), used(None, 90)]


def usage(warehouse, days, columns, account=ACME, alive=True, also=()):
    """Columns of the account's row of account_usage."""
    warehouse.given("staging.usage_days", [*days, *(feed() if alive else [])])
    warehouse.build("metrics.account_usage", *also)
    rows = warehouse.rows(
        f"SELECT {columns} FROM metrics.account_usage AS u JOIN profile.accounts AS a ON a.account_id = u.account_id "
        f"WHERE a.domain = '{account}'"
    )
    return rows[0] if rows else None


def test_windows_are_of_1_7_and_30_whole_days_before_the_day_of_as_of(team):
    days = [used(0, 1), used(2, 7), used(3, 30), used(3, 31), used(2, 60), used(2, 61)]
    assert usage(team, days, "dau, wau, mau, prev_mau") == (1, 2, 3, 2)


def test_the_day_of_as_of_is_in_no_window_but_is_the_last_active_one(team):
    found = usage(team, [used(0, 0, events=5)], "dau, mau, events_30d, last_active_at")
    assert found == (0, 0, 0, datetime(2026, 6, 30, 9))


def test_a_person_with_two_records_is_one_user_and_another_company_has_its_own(team):
    days = [used(0, 1), used(1, 1), used(4, 1)]
    assert usage(team, days, "dau, events_30d") == (1, 2)
    assert usage(team, days, "dau, events_30d", account=BETA) == (1, 1)


def test_the_group_of_an_event_decides_for_which_company_it_was(team):
    team.given(
        "staging.company_references",
        [{"source": "segment", "kind": "group", "reference_id": "g", "company": "g", "domain_key": BETA}],
    )
    days = [used(0, 1, group_id="g"), used(0, 2), used(5, 1, group_id="g"), used(2, 1, group_id="nobody knows")]
    assert usage(team, days, "mau, events_30d", account=BETA) == (2, 2)
    assert usage(team, days, "mau, events_30d") == (2, 2)


def test_stickiness_is_the_mean_of_daily_users_over_weekly_ones(team):
    days = [used(0, age) for age in range(1, 8)] + [used(2, 3), used(4, 1)]
    # Eight active days of two people in seven days.
    assert usage(team, days, "dau_wau_ratio") == (Decimal("0.5714"),)


def test_growth_against_the_30_days_before_and_none_from_nothing(team):
    days = [used(0, 5, events=3), used(2, 5), used(0, 40, events=5), used(4, 2)]
    assert usage(team, days, "usage_change_ratio, mau_change_ratio, events_prev_30d") == (
        Decimal("-0.2000"), Decimal("1.0000"), 5,
    )  # fmt: skip
    assert usage(team, days, "usage_change_ratio, mau_change_ratio", account=BETA) == (None, None)


def test_a_feed_that_began_less_than_60_days_ago_has_no_days_before(team):
    found = usage(team, [used(0, 1), used(0, 40)], "mau, prev_mau, usage_change_ratio, at_risk_users", alive=False)
    assert found == (1, None, None, None)


def test_a_feed_that_fell_silent_is_unknown_and_no_decline(team):
    columns = "mau, dau, usage_change_ratio, events_30d, last_active_at"
    days = [used(0, age) for age in (9, 20, 90)]
    assert usage(team, days, columns, alive=False) == (None, None, None, None, datetime(2026, 6, 21, 9))
    assert usage(team, [*days, used(0, 8)], "mau", alive=False) == (1,)


def test_depth_is_the_share_of_working_days_and_at_most_one(team):
    days = [used(0, age) for age in range(1, 26)] + [used(2, age) for age in range(1, 6)]
    # 20 of 20 days and 5 of 20.
    assert usage(team, days, "usage_depth, power_users") == (Decimal("0.6250"), 1)


@pytest.mark.parametrize(
    ("before", "since", "at_risk"), [(4, 2, 1), (4, 3, 0), (3, 0, 0), (10, 0, 1)], ids=["half", "less", "rare", "gone"]
)
def test_at_risk_is_who_had_a_habit_and_lost_half_of_it(team, before, since, at_risk):
    days = [used(0, 31 + k) for k in range(before)] + [used(0, 1 + k) for k in range(since)]
    assert usage(team, days, "at_risk_users") == (at_risk,)


def test_a_user_of_a_feature_counts_once_and_what_is_unused_is_listed(team):
    team.given(
        "staging.features",
        [
            {"event_key": "report opened", "feature": "Reports", "is_high_value": True},
            {"event_key": "report exported", "feature": "Reports", "is_high_value": True},
            {"event_key": "rule saved", "feature": "Automations", "is_high_value": True},
            {"event_key": "theme changed", "feature": "Themes", "is_high_value": False},
        ],
    )
    days = [used(0, 2, "Reports", 3), used(1, 3, "Reports", 4), used(2, 40, "Automations"), used(5, 1, "Reports")]
    found = usage(team, days, "features_used_30d, features_available, feature_adoption")
    assert found == (1, 3, Decimal("0.3333"))
    rows = "SELECT f.feature, users_30d, events_30d, place, is_unused FROM metrics.account_features AS f "
    rows += "JOIN profile.accounts AS a ON a.account_id = f.account_id WHERE a.kind = '{}' ORDER BY place"
    assert team.rows(rows.format("company")) == [
        ("Reports", 1, 7, 1, False),
        ("Automations", 0, 0, 2, True),
        ("Themes", 0, 0, 3, True),
    ]
    # Of an account of one only what it uses: a million consumers times a catalogue would be a table of nothing.
    assert team.rows(rows.format("person")) == [("Reports", 1, 1, 1, False)]


def test_without_a_catalogue_features_are_unknown(team):
    assert usage(team, [used(0, 1)], "features_used_30d, features_available, feature_adoption") == (None, None, None)


def login(event_id, node, at, **more):
    """A login."""
    return {"source": "auth0", "event_id": event_id, "node": node, "is_login": True, "occurred_at": at} | more


def test_logins_and_articles_are_of_the_account_of_their_record(team):
    at = datetime(2026, 6, 20)
    team.given(
        "staging.logins",
        [
            login("1", 0, at),
            login("2", 0, at + timedelta(days=1)),
            login("3", 0, at + timedelta(days=2), is_login=False),
            login("4", 0, datetime(2026, 7, 1)),
            login("5", None, at),
        ],
    )
    team.given("staging.article_views", [{"source": "kb", "event_id": "1", "node": 2, "occurred_at": at}])
    assert usage(team, [], "last_login_at, mau, last_active_at") == (at + timedelta(days=1), 0, None)
    columns = "customer_id, active_days, logins, logins_30d, article_views, last_seen_at"
    assert team.rows(f"SELECT {columns} FROM metrics.people_activity ORDER BY 1") == [
        ("c_0", 0, 2, 2, 0, at + timedelta(days=1)),
        ("c_1", 0, 0, 0, 1, at),
    ]


def test_a_customer_active_for_two_accounts_on_one_day_was_active_on_one_day(team):
    team.given(
        "staging.company_references",
        [{"source": "segment", "kind": "group", "reference_id": "g", "company": "g", "domain_key": BETA}],
    )
    usage(team, [used(0, 1), used(0, 1, group_id="g"), used(0, 2)], "mau", also=["metrics.customer_usage"])
    assert team.rows("SELECT customer_number, active_days_30d, events_30d FROM metrics.customer_usage") == [(0, 2, 3)]


ACTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 70), st.sampled_from([None, "Reports", "Themes"]), st.integers(1, 4)),
    max_size=25,
    unique_by=lambda act: act[:3],
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS, st.randoms(use_true_random=False))
def test_sums_over_accounts_are_those_of_the_events_in_any_order(team, acts, order):
    days = [used(node, age, feature, events) for node, age, feature, events in acts]
    order.shuffle(days)
    sums = ("customer_360.usage_days", "customer_360.feature_usage", "metrics.customer_usage")
    usage(team, days, "mau", also=sums)
    total = sum(act[3] for act in acts)
    in_features = sum(act[3] for act in acts if act[2])
    recent = sum(act[3] for act in acts if 1 <= act[1] <= 30)
    known = "SELECT coalesce(CAST(sum(events) AS BIGINT), 0) FROM customer_360.{}"
    assert team.rows(known.format("usage_days")) == [(total,)]
    assert team.rows(known.format("feature_usage")) == [(in_features,)]
    for table in ("account_usage", "people_activity", "customer_usage"):
        events = f"SELECT coalesce(CAST(sum(events_30d) AS BIGINT), 0) FROM metrics.{table}"
        assert team.rows(events) == [(recent,)], table
