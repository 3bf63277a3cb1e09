"""Values that link nobody: placeholders, role mailboxes, and what more records or names carry than one person can."""

from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.rooms import build_rooms


def blocked(contacts: list[dict[str, Any]], **identity: Any) -> tuple[list[tuple[Any, ...]], int]:
    """Rows of identity.blocked_values, and the number of customers."""
    rows = [{"record_id": f"{number:03}"} | row for number, row in enumerate(contacts)]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"crm_contacts": rows}, ("staging", "identity"), Config(identity=identity))
        return (
            engine.rows("SELECT * FROM identity.blocked_values ORDER BY kind, value"),
            engine.scalar("SELECT count(DISTINCT customer_id) FROM identity.record_customers"),
        )


@pytest.mark.parametrize(
    ("field", "value", "listed_as", "reason"),
    [
        ("email", "TEST@test.com", ("email", "test@test.com"), "placeholder"),
        ("email", "n/a", ("email", "n/a"), "placeholder"),
        ("email", "Info@acme.com", ("email", "info@acme.com"), "role_mailbox"),
        ("email", "no-reply+x@acme.com", ("email", "no-reply+x@acme.com"), "role_mailbox"),
        ("phone", "0000000000", ("phone", "0000000000"), "placeholder"),
        ("user_id", "undefined", ("user_id", "undefined"), "placeholder"),
    ],
)
def test_placeholders_and_role_mailboxes_link_nobody_and_are_listed(
    field: str, value: str, listed_as: tuple[str, str], reason: str
) -> None:
    rows, customers = blocked([{field: value, "first_name": "Ann"}, {field: value, "first_name": "Ann"}])
    assert customers == 2
    assert [(row[:2], row[2], row[4], row[5]) for row in rows if row[0] == listed_as[0]] == [(listed_as, 2, reason, 1)]


def test_an_address_of_more_given_names_than_a_household_is_shared() -> None:
    household = [{"email": "lee@x.com", "first_name": name} for name in ("Ann", "Annie", "Bob", "Robert", "Carl")]
    assert blocked(household) == ([], 3)
    rows, customers = blocked([*household, {"email": "lee@x.com", "first_name": "Dora"}, {"email": "lee@x.com"}])
    assert (rows, customers) == ([("email", "lee@x.com", 7, 4, "shared", 6)], 7)


def test_a_value_on_more_records_than_its_limit_links_nobody() -> None:
    contacts = [{"phone": "+14155552671", "first_name": "Ann"}] * 4
    assert blocked(contacts, max_records_per_phone=4) == ([], 1)
    assert blocked(contacts, max_records_per_phone=3) == ([("phone", "+14155552671", 4, 1, "too_many_records", 3)], 4)


def test_merges_prevented_counts_customers_not_records() -> None:
    contacts = [{"email": "info@x.com", "user_id": "u1"}] * 3 + [{"email": "info@x.com"}]
    assert blocked(contacts) == ([("email", "info@x.com", 4, 0, "role_mailbox", 1)], 2)


def test_the_names_on_a_blocked_value_are_counted_however_few_records_carry_it() -> None:
    contacts = [{"email": "info@x.com", "first_name": name} for name in ("Ann", "Bob", "Robert", "B")]
    assert blocked(contacts) == ([("email", "info@x.com", 4, 2, "role_mailbox", 3)], 4)
