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
