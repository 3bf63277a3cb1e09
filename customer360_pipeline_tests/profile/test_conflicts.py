"""What is a disagreement between sources, and what is only written differently."""

from __future__ import annotations

from datetime import datetime

import pytest

OLD, NEW = datetime(2026, 1, 1), datetime(2026, 6, 20)


def conflicts(warehouse, left, right):
    """(field, kind, severity) for two records of one customer."""
    warehouse.people({"source": "crm", "updated_at": OLD} | left, {"source": "hubspot", "updated_at": NEW} | right)
    warehouse.build("profile.data_conflicts")
    return warehouse.rows("SELECT field, kind, severity FROM profile.data_conflicts ORDER BY field")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"last_name": "O'NEIL"}, {"last_name": "o'neil "}, []),
        ({"company": "Acme, Inc."}, {"company": "ACME INC"}, []),
        ({"phone": "(415) 555-0100", "phone_key": "+14155550100"},
         {"phone": "+1 415 555 0100", "phone_key": "+14155550100"}, []),
        ({"country": "USA"}, {"country": "United States"}, []),
        ({"company": "n/a"}, {"company": "Acme"}, []),
        ({"account_id": "1"}, {"account_id": "2"}, []),
        ({"last_name": "Mueller"}, {"last_name": "Muller"}, [("last_name", "spelling_variant", "low")]),
        ({"first_name": "J"}, {"first_name": "Jane"}, [("first_name", "spelling_variant", "low")]),
        ({"first_name": "Suinta"}, {"first_name": "Sunita"}, [("first_name", "spelling_variant", "low")]),
        ({"first_name": "Bob"}, {"first_name": "Robert"}, [("first_name", "spelling_variant", "low")]),
        ({"email": "ann+shop@x.com"}, {"email": "ann@x.com"}, [("email", "spelling_variant", "low")]),
        ({"email": "lee.chan@gmail.com"}, {"email": "leechan+stripe@gmail.com"},
         [("email", "spelling_variant", "low")]),
        ({"email": "lee.a.chan+crm@googlemail.com"}, {"email": "leeachan@gmail.com"},
         [("email", "spelling_variant", "low")]),
        ({"email": "lee.chan@x.com"}, {"email": "leechan+stripe@x.com"}, [("email", "disagreement", "medium")]),
        ({"email": "daisy@x.com"}, {"email": "dasy@x.com"}, [("email", "spelling_variant", "low")]),
        ({"email": "ann@x.com"}, {"email": "info@acme.com"}, []),
        ({"first_name": "Mary"}, {"first_name": "Gary"}, [("first_name", "disagreement", "high")]),
        ({"birth_date": "1990-01-01"}, {"birth_date": "1991-01-01"}, [("birth_date", "disagreement", "high")]),
        ({"country": "DE"}, {"country": "France"}, [("country", "disagreement", "medium")]),
        ({"email": "ann@x.com"}, {"email": "bobby@y.com"}, [("email", "disagreement", "medium")]),
    ],
)  # fmt: skip
def test_a_way_of_writing_is_no_conflict(warehouse, left, right, expected):
    codes = {"USA": "US", "United States": "US", "DE": "DE", "France": "FR"}
    warehouse.given("staging.country_codes", [{"country": name, "country_code": code} for name, code in codes.items()])
    warehouse.given("identity.nicknames", [{"name": name, "formal": "robert"} for name in ("bob", "robert")])
    assert conflicts(warehouse, left, right) == expected


OWN, OLD_ONE = "ann@x.com", "a.lee@old.com"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        # The winner's source lists it, or the other one lists the winner's.
        ([{"source": "hubspot", "updated_at": NEW, "email": OWN, "additional_emails": OLD_ONE},
          {"source": "stripe", "email": OLD_ONE}], []),
        ([{"source": "crm", "updated_at": NEW, "email": OLD_ONE},
          {"source": "hubspot", "email": OWN, "additional_emails": OLD_ONE}], []),
        # It is that of a record which the source merged itself.
        ([{"source": "salesforce", "updated_at": NEW, "email": OWN},
          {"source": "salesforce", "updated_at": NEW, "email": OLD_ONE, "merged_into": "0"},
          {"source": "stripe", "email": OLD_ONE}], []),
        # Two records that only we joined: their source has not said that both addresses are one person's.
        ([{"source": "salesforce", "updated_at": NEW, "email": OWN},
          {"source": "salesforce", "updated_at": OLD, "email": OLD_ONE},
          {"source": "stripe", "email": OLD_ONE}], ["stripe: a.lee@old.com"]),
        # A third source lists it: the two that speak disagree.
        ([{"source": "crm", "updated_at": NEW, "email": OWN}, {"source": "stripe", "email": OLD_ONE},
          {"source": "hubspot", "first_name": "Ann", "additional_emails": OLD_ONE}], ["stripe: a.lee@old.com"]),
        # Another address is one, beside one that is known.
        ([{"source": "hubspot", "updated_at": NEW, "email": OWN, "additional_emails": OLD_ONE},
          {"source": "stripe", "email": OLD_ONE}, {"source": "crm", "email": "bobby@y.com"}], ["crm: bobby@y.com"]),
    ],
)  # fmt: skip
def test_an_address_that_a_source_has_of_the_person_too_is_no_conflict(warehouse, records, expected):
    warehouse.people(*({"updated_at": OLD} | record for record in records))
    addresses = [
        (node, address)
        for node, record in enumerate(records)
        for address in (record.get("email"), record.get("additional_emails"))
        if address
    ]
    warehouse.given("staging.identifiers", [{"node": n, "kind": "email", "value": value} for n, value in addresses])
    warehouse.build("profile.data_conflicts")
    found = warehouse.rows("SELECT other_values FROM profile.data_conflicts WHERE field = 'email'")
    assert [row[0] for row in found] == expected


def test_a_conflict_tells_who_says_what_by_which_rule_since_when(warehouse):
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "city": "Rome"},
        {"source": "hubspot", "updated_at": NEW, "city": "Oslo"},
        {"source": "hubspot", "updated_at": OLD, "city": "Bern"},
    )
    warehouse.build("profile.data_conflicts")
    assert warehouse.rows(
        "SELECT winner_value, winner_source, rule, other_values, sources, age_days FROM profile.data_conflicts"
    ) == [("Oslo", "hubspot", "most_recent", "crm: Rome", 2, 10)]
