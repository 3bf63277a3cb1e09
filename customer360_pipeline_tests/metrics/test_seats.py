"""Seats and what is bought: which line of a sheet counts, whom it means, and how many of the seats are used."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from customer360_pipeline_tests.metrics.product_team import team_of
from customer360_pipeline_tests.metrics.test_usage import AS_OF, feed, used

TODAY = AS_OF.date()
ACME = {"source": "hubspot", "account_id": "8000000001", "name": "Acme Inc", "domain_key": "acme.example"}
BETA = {"source": "hubspot", "account_id": "12", "name": "Beta", "domain_key": "beta.example"}
BETAS = {"source": "salesforce", "account_id": "0015f000012345AAA", "name": "Beta", "domain_key": "beta-west.example"}
team, built = team_of(
    {"source": "stripe", "email": "ada@acme.example", "customer": 0, "customer_id": "cus_Acme0001"},
    {"source": "crm", "email": "ben@acme.example", "customer": 1},
    {"source": "crm", "email": "cleo@beta.example", "customer": 2},
    companies=(ACME, BETA, BETAS),
)


def line(number, product="CRM", seats=10, **more):
    """A line of the sheet for Acme."""
    row = {"source": "entitlements", "line_id": str(number), "company": "acme.example", "product": product}
    return row | {"seats": seats, "is_unlimited": seats is None} | more


def sheet(team, *lines, days=()):
    """Give the lines, with what resolves them, and build."""
    team.given("staging.entitlements", lines)
    team.given(
        "staging.company_references",
        [
            {"source": "entitlements", "kind": "entitlement", "reference_id": row["line_id"], "company": row["company"]}
            | {"domain_key": row["company"] if row["company"].endswith(".example") else None}
            for row in lines
        ],
    )
    team.given("staging.usage_days", [*days, *feed()])
    team.build("customer_360.entitlements", "metrics.account_usage", "profile.company_references")


def entitled(team, columns):
    return team.rows(f"SELECT {columns} FROM customer_360.entitlements ORDER BY product")


def account(team, columns):
    return team.rows(
        f"SELECT {columns} FROM metrics.account_usage AS u JOIN profile.accounts AS a ON a.account_id = u.account_id "
        "WHERE a.domain = 'acme.example'"
    )


@pytest.mark.parametrize(
    ("company", "basis", "name"),
    [
        ("8000000001", "id", "Acme Inc"),
        ("cus_Acme0001", "billing", "Acme Inc"),
        ("acme.example", "domain", "Acme Inc"),
        ("  acme INC", "name", "Acme Inc"),
        # A short number is counted anew by every system, and two companies are called Beta.
        ("12", None, None),
        ("Beta", None, None),
        ("Nobody Ltd", None, None),
    ],
)
def test_whom_a_line_means(team, company, basis, name):
    sheet(team, line(1, company=company.strip()))
    found = "SELECT basis, a.name FROM profile.company_references AS r LEFT JOIN profile.accounts AS a "
    assert team.rows(f"{found} ON a.account_id = r.account_id") == [(basis, name)]


def test_a_line_counts_from_its_first_to_its_last_day_and_blanks_are_open(team):
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    sheet(
        team,
        line(1, "A"),
        line(2, "B", valid_from=TODAY, valid_to=TODAY),
        line(3, "C", valid_from=tomorrow),
        line(4, "D", valid_to=yesterday),
    )
    assert entitled(team, "product, seats") == [("A", 10), ("B", 10)]


def test_of_two_valid_lines_the_later_one_replaces_and_add_ons_add(team):
    sheet(
        team,
        line(1, seats=10, plan="team", valid_from=date(2025, 1, 1)),
        line(2, seats=25, plan="business", valid_from=date(2026, 1, 1)),
        line(3, seats=5, add_on="More seats", valid_from=date(2026, 2, 1)),
        line(4, seats=None, is_unlimited=False, add_on="SSO"),
    )
    assert entitled(team, "plan, seats, add_ons") == [("business", 30, "More seats, SSO")]


def test_a_product_written_otherwise_is_the_same_product(team):
    sheet(team, line(1, "Core", valid_from=date(2024, 1, 1)), line(2, "core", seats=20, valid_from=date(2025, 1, 1)))
    assert entitled(team, "seats") == [(20,)]


def test_without_a_limit_seats_are_unknown_and_no_minus_one(team):
    sheet(team, line(1, "Unlimited", seats=None), line(2, "Limited", seats=4), days=[used(0, 1)])
    assert entitled(team, "product, seats, is_unlimited, seat_utilization") == [
        ("Limited", 4, False, Decimal("0.2500")),
        ("Unlimited", None, True, None),
    ]
    assert account(team, "seats, used_seats, seat_utilization") == [(4, 1, Decimal("0.2500"))]
    sheet(team, line(1, "Unlimited", seats=None), days=[used(0, 1)])
    assert account(team, "seats, used_seats, seat_utilization") == [(None, None, None)]


def test_seats_are_used_by_who_used_the_product_and_more_may_than_there_are(team):
    features = [("crm saved", "Deals", "CRM"), ("bi run", "Reports", "BI")]
    team.given("staging.features", [dict(zip(("event_key", "feature", "product"), f, strict=True)) for f in features])
    days = [used(0, 1, "Deals"), used(1, 1, "Deals"), used(1, 2, "Reports"), used(2, 1, "Reports")]
    sheet(team, line(1, "CRM", seats=1), line(2, "BI", seats=9), line(3, "Docs", seats=2), days=days)
    assert entitled(team, "product, used_seats, used_by, seat_utilization") == [
        ("BI", 1, "product", Decimal("0.1111")),
        ("CRM", 2, "product", Decimal("2.0000")),
        ("Docs", 2, "users", Decimal("1.0000")),
    ]
    assert account(team, "seats, used_seats, seat_utilization") == [(12, 5, Decimal("0.4167"))]


def test_seats_that_the_sheet_says_are_given_are_used_without_any_event(team):
    sheet(team, line(1, seats=10, used_seats=7))
    assert account(team, "used_seats, seat_utilization, mau") == [(7, Decimal("0.7000"), 0)]


def test_only_features_of_what_was_bought_are_available(team):
    features = [
        {"event_key": "a", "feature": "Deals", "product": "CRM"},
        {"event_key": "b", "feature": "Forecast", "product": "CRM", "plans": "business; enterprise"},
        {"event_key": "c", "feature": "Reports", "product": "BI"},
        {"event_key": "d", "feature": "Search"},
    ]
    team.given("staging.features", features)
    sheet(team, line(1, "crm", plan="Team"), days=[used(0, 1, "Search"), used(1, 1, "Reports")])
    assert team.rows("SELECT feature, is_available, is_unused FROM metrics.account_features ORDER BY 1") == [
        ("Deals", True, True),
        ("Reports", False, False),
        ("Search", True, False),
    ]
    assert account(team, "features_used_30d, features_available") == [(2, 3)]
    sheet(team, line(1, "crm", plan="Business"))
    assert account(team, "features_available") == [(3,)]
