"""Who is a record, under which number, and which record owns each fact."""

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.rooms import build_rooms


def charge(charge_id: str, **fields: object) -> dict[str, object]:
    return {
        "charge_id": charge_id, "amount": 5, "currency": "USD", "status": "succeeded", "created_at": "2025-02-01"
    } | fields  # fmt: skip


def test_nodes_are_dense_in_the_order_of_source_and_record_id_whatever_the_order_of_rows() -> None:
    rows = [{"record_id": "b"}, {"record_id": "a"}]
    for given in (rows, rows[::-1]):
        with DuckDBEngine() as engine:
            build_rooms(engine, {"stripe_customers": given, "hubspot_contacts": [{"record_id": "z"}]})
            assert engine.rows("SELECT node, source, record_id FROM staging.records ORDER BY node") == [
                (0, "hubspot", "z"),
                (1, "stripe", "a"),
                (2, "stripe", "b"),
            ]


def test_a_charge_belongs_to_its_customer_a_deleted_customer_or_a_guest_and_else_to_nobody() -> None:
    raw = {
        "stripe_customers": [{"record_id": "cus_1"}, {"record_id": "cus_gone", "is_deleted": True}],
        "stripe_charges": [
            charge("ch_1", customer_id="cus_1"),
            charge("ch_2", customer_id="cus_gone", email="Was@Here.com"),
            charge("ch_3", email="GUEST@shop.com", full_name="Guy Guest"),
            charge("ch_4", email="guest@shop.com", full_name="Guy Guest"),
            charge("ch_5", email="test@test.com"),
            charge("ch_6"),
        ],
    }
    with DuckDBEngine() as engine:
        build_rooms(engine, raw)
        assert engine.rows(
            "SELECT c.charge_id, r.record_id, r.record_type FROM staging.charges AS c "
            "LEFT JOIN staging.records AS r USING (node) ORDER BY 1"
        ) == [
            ("ch_1", "cus_1", "contact"),
            ("ch_2", "cus_gone", "payer"),
            ("ch_3", "guest:guest@shop.com", "payer"),
            ("ch_4", "guest:guest@shop.com", "payer"),
            ("ch_5", None, None),
            ("ch_6", None, None),
        ]


def test_an_event_belongs_to_the_contact_of_its_source_and_else_to_a_person_of_its_own() -> None:
    def event(event_id: str, **fields: object) -> dict[str, object]:
        return {"event_id": event_id, "event_type": "click", "occurred_at": "2025-02-01"} | fields

    raw = {
        "mailchimp_members": [{"record_id": "m", "email": "Ann@x.com"}],
        "mailchimp_activity": [event("1", email="ann@X.com"), event("2", email="bob@x.com"), event("3", record_id="m")],
        "marketing_events": [
            event("4", user_id="u1", email="ann@x.com"),
            event("5", email="ann@x.com"),
            event("6", email="n/a"),
        ],
    }
    with DuckDBEngine() as engine:
        build_rooms(engine, raw)
        assert engine.rows(
            "SELECT t.event_id, r.source, r.record_id FROM staging.touches AS t "
            "LEFT JOIN staging.records AS r USING (node) ORDER BY 1"
        ) == [
            ("1", "mailchimp", "m"),
            ("2", "mailchimp", "email:bob@x.com"),
            ("3", "mailchimp", "m"),
            ("4", "marketing", "user:u1"),
            ("5", "marketing", "email:ann@x.com"),
            ("6", None, None),
        ]


def test_sessions_are_owned_by_the_one_user_of_a_device_and_nothing_is_lost() -> None:
    def event(
        device: str | None, session: str | None, user: str | None, minute: int, **more: object
    ) -> dict[str, object]:
        return {"event_id": str(minute), "device_id": device, "session_id": session, "user_id": user,
                "event_name": "page_view", "occurred_at": f"2025-03-01 10:{minute:02}:00"} | more  # fmt: skip

    events = [
        event("own", "1", None, 1, touch_source="late", occurred_at="2025-03-01 10:30:00"),
        event("own", "1", None, 2, touch_source="google", medium="cpc"),
        event("own", "2", "u1", 3),
        event("ipad", "1", "u1", 4),
        event("ipad", "2", "u2", 5),
        event("ipad", "3", None, 6),
        event("ipad", "4", "u1", 7),
        event("ipad", "4", "u2", 8),
        event(None, "9", "u3", 9),
        event(None, None, None, 10),
        event("anonymous", "1", None, 11, page_views=5),
    ]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"ga4_events": events})
        assert engine.rows(
            "SELECT s.device_id, s.session_id, r.record_id, s.page_views, s.touch_source, s.medium "
            "FROM staging.sessions AS s LEFT JOIN staging.records AS r USING (node) ORDER BY ALL"
        ) == [
            ("anonymous", "1", None, 5, None, None),
            ("ipad", "1", "ipad|u1", 1, None, None),
            ("ipad", "2", "ipad|u2", 1, None, None),
            ("ipad", "3", None, 1, None, None),
            ("ipad", "4", None, 2, None, None),
            ("own", "1", "own", 2, "google", "cpc"),
            ("own", "2", "own", 1, None, None),
            (None, "9", "user:u3", 1, None, None),
            (None, None, None, 1, None, None),
        ]


def test_a_word_for_no_name_is_no_name() -> None:
    """Two `Unknown` on one telephone are not two people of one name, and `Test` is not another name than Ella."""
    rows = [
        {"record_id": "1", "first_name": "Unknown", "last_name": "Faber"},
        {"record_id": "2", "first_name": "N/A", "last_name": " - "},
        {"record_id": "3", "full_name": "Test Null"},
        {"record_id": "4", "first_name": "Ella", "last_name": "Nullson"},
    ]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"crm_contacts": rows})
        assert engine.rows("SELECT record_id, first_name_key, last_name_key FROM staging.records ORDER BY 1") == [
            ("1", None, "faber"),
            ("2", None, None),
            ("3", None, None),
            ("4", "ella", "nullson"),
        ]
        # What was written stays.
        assert engine.rows("SELECT first_name, last_name FROM staging.records WHERE record_id = '1'") == [
            ("Unknown", "Faber")
        ]
