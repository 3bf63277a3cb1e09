"""The tables of the fuzzy tier on a few people, and what turning it off leaves."""

from __future__ import annotations

from typing import Any

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.rooms import build_rooms

ZELDA = {"first_name": "Zelda", "last_name": "Quist", "birth_date": "1980-02-03", "postal_code": "94107"}
ORSON = {"first_name": "Orson", "last_name": "Vale", "street": "7 Elm Road", "postal_code": "10001", "city": "Newport"}
CONTACTS: list[dict[str, Any]] = [
    # One person without a common key: nodes 0 and 1.
    ZELDA | {"street": "12 Heron Lane", "city": "Oakdale"},
    ZELDA | {"street": "12 Heron Ln", "city": "Oakdale"},
    # Perhaps parent and child of one name: 2 and 3.
    ORSON | {"email": "orson1@x.com"},
    ORSON | {"email": "q7xk@y.org"},
    # A household on one phone: 4 and 5.
    {"first_name": "Ann", "last_name": "Lee", "phone": "+14155552671"},
    {"first_name": "Bob", "last_name": "Lee", "phone": "+14155552671"},
    # One person by key: 6 and 7.
    {"first_name": "Mia", "last_name": "Roe", "email": "mia@x.com"},
    {"first_name": "Mia", "last_name": "Roe", "email": "mia@x.com"},
]
# Without people who share nothing with anybody nothing would be rare, and no agreement would say anything.
STRANGERS: list[dict[str, Any]] = [
    {
        "first_name": f"{chr(97 + n % 26)}or{chr(97 + n % 23)}",
        "last_name": f"{chr(98 + n % 21)}ex{chr(97 + n % 25)}n",
        "birth_date": f"{1930 + n}-{1 + n % 12:02}-{1 + n % 28:02}", "street": f"{n + 20} {chr(97 + n % 26)}ill Way",
        "postal_code": f"{20000 + n * 37}", "city": f"Town{n}", "email": f"u{n * 7919}@s{n}.com",
    }
    for n in range(60)
]  # fmt: skip


def tables(**identity: Any) -> dict[str, list[tuple[Any, ...]]]:
    rows = [{"record_id": f"{number:03}"} | row for number, row in enumerate([*CONTACTS, *STRANGERS])]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"crm_contacts": rows}, ("staging", "identity"), Config(identity=identity))
        return {
            "links": engine.rows(
                "SELECT left_node, right_node, status, reason FROM identity.fuzzy_links ORDER BY left_node"
            ),
            "review": engine.rows("SELECT left_node, right_node, reason, round(probability) FROM identity.review"),
            "customers": engine.rows(
                "SELECT list(node ORDER BY node) FROM identity.record_customers "
                "GROUP BY customer_id HAVING count(*) > 1 ORDER BY min(node)"
            ),
            "keys": engine.rows("SELECT left_node, right_node FROM identity.key_links WHERE status = 'accepted'"),
        }


def test_sure_pairs_are_joined_and_doubtful_ones_wait_for_a_person() -> None:
    found = tables(fuzzy_merge_probability=0.99)
    assert found["links"] == [(0, 1, "accepted", "birth_date_equal"), (2, 3, "review", "address_equal")]
    assert found["review"] == [(2, 3, "address_equal", 1.0)]
    assert found["customers"] == [([0, 1],), ([6, 7],)]


def test_a_pair_above_the_threshold_does_not_wait() -> None:
    found = tables(fuzzy_merge_probability=0.6)
    assert [row[2] for row in found["links"]] == ["accepted", "accepted"] and not found["review"]
    assert found["customers"] == [([0, 1],), ([2, 3],), ([6, 7],)]


def test_turned_off_the_customers_are_those_of_the_key_links() -> None:
    """Would hurt: somebody turns likeness off because of a wrong merge, and the merge stays."""
    found = tables(fuzzy=False)
    assert found["links"] == [] and found["review"] == []
    assert found["keys"] == [(6, 7)] and found["customers"] == [([6, 7],)]
