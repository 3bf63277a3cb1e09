"""First touch from one event, sessions counted once, and activity up to as_of."""

from __future__ import annotations

from datetime import datetime

DAY1, DAY2, DAY3 = (datetime(2026, 6, day) for day in (1, 2, 3))
FUTURE = datetime(2027, 1, 1)


def session(session_id, at, node=0, **more):
    """A web session of ten minutes with three page views."""
    row = {"source": "ga4", "device_id": "d", "session_id": session_id, "node": node, "started_at": at}
    return row | {"ended_at": at.replace(minute=10), "page_views": 3, "events": 4} | more


def touch(event_id, at, node=0, **more):
    """A marketing event."""
    return {"source": "mailchimp", "event_id": event_id, "node": node, "event_type": "open", "occurred_at": at} | more


def test_first_touch_is_one_event_and_never_mixed(warehouse):
    warehouse.people({"source": "ga4"}, {"source": "mailchimp"})
    warehouse.given("staging.sessions", [session("1", DAY2, touch_source="google", medium="cpc", campaign="brand")])
    warehouse.given("staging.touches", [touch("a", DAY1, 1, touch_source="newsletter")])
    warehouse.build("metrics.acquisition")
    columns = "acquisition_source, acquisition_medium, acquisition_campaign, acquired_by"
    assert warehouse.rows(f"SELECT {columns} FROM metrics.acquisition") == [("newsletter", None, None, "mailchimp")]


def test_an_earliest_event_without_a_source_is_a_direct_visit(warehouse):
    warehouse.people({})
    warehouse.given("staging.sessions", [session("1", DAY1), session("2", DAY2, touch_source="google", medium="cpc")])
    warehouse.build("metrics.acquisition")
    assert warehouse.rows("SELECT acquisition_source, acquisition_medium FROM metrics.acquisition") == [
        ("(direct)", "(none)")
    ]


def test_events_of_one_moment_are_ordered_by_source_and_id(warehouse):
    warehouse.people({})
    events = [touch("b", DAY1, touch_source="second"), touch("a", DAY1, touch_source="first")]
    for order in (events, events[::-1]):
        warehouse.given("staging.touches", order)
        warehouse.build("metrics.acquisition")
        assert warehouse.column("metrics.acquisition", "acquisition_source") == ["first"]


def test_sessions_of_two_devices_with_one_session_id_are_two(warehouse):
    warehouse.people({"source": "ga4", "customer": 0}, {"source": "ga4", "customer": 0}, {"customer": 1})
    warehouse.given(
        "staging.sessions",
        [
            session("1", DAY1),
            session("1", DAY1, 1, device_id="e"),
            session(None, DAY2, page_views=1),
            session("9", DAY1, None),
            session("8", FUTURE),
        ],
    )
    warehouse.given("staging.touches", [touch("a", DAY1, 1)])
    warehouse.build("metrics.engagement")
    assert warehouse.rows("SELECT * FROM metrics.engagement") == [(0, 2, 7, 1)]


def test_last_interaction_is_over_all_sources_and_never_after_as_of(warehouse):
    warehouse.configure(as_of=datetime(2026, 6, 3, 0, 5))
    warehouse.people({})
    warehouse.given("staging.sessions", [session("1", DAY3), session("2", FUTURE)])
    warehouse.given("staging.touches", [touch("a", DAY2), touch("b", FUTURE)])
    charge = {"source": "stripe", "charge_id": "c", "node": 0, "amount": 1, "currency": "XXX", "is_succeeded": True}
    warehouse.given("staging.charges", [charge | {"occurred_at": DAY1}])
    warehouse.build("metrics.activity")
    assert warehouse.rows(
        "SELECT first_interaction_at, last_interaction_at, last_touch_at, last_order_at FROM metrics.activity"
    ) == [(DAY1, DAY3, DAY2, DAY1)]
