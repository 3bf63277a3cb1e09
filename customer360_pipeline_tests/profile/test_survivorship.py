"""Which value wins, and why: each strategy of the component's README on the rows where it matters."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import config_from
from customer360_pipeline.errors import ConfigError

OLD, NEW, LATER = datetime(2025, 1, 1), datetime(2026, 1, 1), datetime(2030, 1, 1)


def winners(warehouse, field):
    """(value, source, reason) of the winners of one field."""
    return warehouse.rows(
        "SELECT v.value, r.source, v.reason FROM profile.attribute_values AS v JOIN profile.records AS r USING (node) "
        f"WHERE v.field = '{field}' AND v.is_winner"
    )


def test_most_recent_keeps_the_newest_record_and_fills_what_it_lacks(warehouse):
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "first_name": "Bob", "last_name": "Hill", "job_title": "CTO"},
        {"source": "hubspot", "updated_at": NEW, "first_name": "Robert"},
    )
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT first_name, last_name, job_title FROM profile.customers") == [
        ("Robert", "Hill", "CTO")
    ]
    assert winners(warehouse, "first_name") == [("Robert", "hubspot", "most_recent")]
    assert winners(warehouse, "job_title") == [("CTO", "crm", "only_value")]


def test_a_clock_that_is_ahead_wins_nothing(warehouse):
    # as_of is in between: hubspot's change is not known yet, its creation is; salesforce knows nothing before as_of.
    warehouse.people(
        {"source": "hubspot", "created_at": OLD, "updated_at": LATER, "first_name": "Robert", "job_title": "CTO"},
        {"source": "crm", "updated_at": NEW, "first_name": "Bob", "company": "Acme"},
        {"source": "salesforce", "created_at": LATER, "updated_at": LATER, "first_name": "Rob", "job_title": "CEO"},
    )
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT first_name, job_title, company FROM profile.customers") == [("Bob", "CTO", "Acme")]
    times = "SELECT source, created_at, updated_at FROM profile.records ORDER BY record_rank"
    assert warehouse.rows(times) == [("crm", None, NEW), ("hubspot", OLD, OLD), ("salesforce", None, None)]
    assert warehouse.rows("SELECT created_at, updated_at FROM profile.customers") == [(OLD, NEW)]


def test_highest_value_keeps_the_record_that_paid_most_net_of_refunds(warehouse):
    warehouse.configure(deduplication_strategy="highest_value")
    warehouse.people(
        {"source": "stripe", "record_id": "cus_big", "updated_at": OLD, "first_name": "Ann"},
        {"source": "stripe", "record_id": "cus_refunded", "updated_at": NEW, "first_name": "Anne"},
    )
    paid = {"source": "stripe", "currency": "USD", "is_succeeded": True, "occurred_at": OLD}
    warehouse.given(
        "staging.charges",
        [
            paid | {"charge_id": "a", "node": 0, "amount": 50},
            paid | {"charge_id": "b", "node": 1, "amount": 900, "amount_refunded": 900},
        ],
    )
    warehouse.build("profile.customers")
    assert winners(warehouse, "first_name") == [("Ann", "stripe", "highest_value")]


def test_merge_takes_what_most_sources_say(warehouse):
    warehouse.configure(deduplication_strategy="merge")
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "last_name": "Hill"},
        {"source": "hubspot", "updated_at": OLD, "last_name": "HILL", "company": "Acme"},
        {"source": "salesforce", "updated_at": NEW, "last_name": "Smith"},
    )
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT last_name, company FROM profile.customers")[0][0].lower() == "hill"
    assert warehouse.rows("SELECT company FROM profile.customers") == [("Acme",)]


def test_source_of_truth_beats_the_strategy_for_its_field_only(warehouse):
    warehouse.configure(survivorship={"source_of_truth": {"phone": ["salesforce", "crm"]}})
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "phone": "1", "phone_key": "+1", "last_name": "Old"},
        {"source": "hubspot", "updated_at": NEW, "phone": "2", "phone_key": "+2", "last_name": "New"},
    )
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT phone, last_name FROM profile.customers") == [("1", "New")]
    assert winners(warehouse, "phone") == [("1", "crm", "source_of_truth")]


def test_an_address_is_never_put_together_from_two_records(warehouse):
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "street": "1 Elm St", "city": "Boston", "postal_code": "02101"},
        {"source": "hubspot", "updated_at": NEW, "street": "9 Oak Ave", "city": "Denver"},
        {"source": "stripe", "updated_at": NEW, "country": "US"},
    )
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT street, city, postal_code, country FROM profile.customers") == [
        ("9 Oak Ave", "Denver", None, None)
    ]


def test_a_placeholder_wins_only_when_there_is_nothing_else(warehouse):
    warehouse.people(
        {"source": "crm", "updated_at": OLD, "company": "Acme", "email": "ada@acme.com"},
        {"source": "hubspot", "updated_at": NEW, "company": "N/A", "email": "nobody", "email_key": None,
         "job_title": "n/a"},
    )  # fmt: skip
    warehouse.build("profile.customers")
    assert warehouse.rows("SELECT company, email, job_title FROM profile.customers") == [
        ("Acme", "ada@acme.com", "n/a")
    ]
    assert warehouse.rows("SELECT COUNT(*) FROM profile.attribute_values WHERE reason = 'placeholder'") == [(2,)]


def test_a_contact_without_a_company_has_that_of_its_account(warehouse):
    warehouse.people({"source": "salesforce", "account_id": "001A"})
    warehouse.given("staging.accounts", [{"source": "salesforce", "account_id": "001A", "name": "Acme"}])
    warehouse.build("profile.customers")
    assert warehouse.column("profile.customers", "company") == ["Acme"]


def test_merged_away_records_and_stubs_come_after_live_contacts(warehouse):
    warehouse.people(
        {"source": "salesforce", "updated_at": NEW, "merged_into": "003B", "is_deleted": True, "last_name": "Loser"},
        {"source": "salesforce", "updated_at": OLD, "last_name": "Survivor"},
        {"source": "stripe", "record_type": "payer", "updated_at": NEW, "last_name": "Cardholder"},
    )
    warehouse.build("profile.customers")
    assert warehouse.column("profile.attribute_values", "value", "rank") == ["Survivor", "Loser", "Cardholder"]


def test_a_customer_of_one_record_is_that_record(warehouse):
    warehouse.people({"email": "A@x.com", "birth_date": "1990-02-28", "customer": 0}, {"customer": 1, "city": "Rome"})
    warehouse.build("profile.customers")
    assert warehouse.rows(
        "SELECT email, CAST(birth_date AS VARCHAR), city, record_count FROM profile.customers ORDER BY customer_number"
    ) == [("A@x.com", "1990-02-28", None, 1), (None, None, "Rome", 1)]


@pytest.mark.parametrize(
    ("survivorship", "words"),
    [
        ({"source_of_truth": {"shoe_size": ["crm"]}}, "shoe_size: no contact field"),
        ({"source_of_truth": {"city": ["crm"]}}, "city: wins with its group"),
        ({"groups": {"a": ["city"], "b": ["city"]}}, "city: wins with its group"),
    ],
)
def test_a_wrong_field_is_refused_with_the_names_that_exist(survivorship, words):
    with pytest.raises(ConfigError, match=words):
        config_from({"survivorship": survivorship}, "defs.yaml")


def test_an_unknown_source_of_truth_is_refused(warehouse):
    warehouse.configure(survivorship={"source_of_truth": {"phone": ["sap"]}})
    warehouse.people({"phone": "1"})
    with pytest.raises(ConfigError, match="sap is no source; one of crm"):
        warehouse.build("profile.customers")


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["crm", "hubspot", "stripe"]),
            "customer": st.integers(0, 1),
            "updated_at": st.sampled_from([None, OLD, NEW]),
            "first_name": st.sampled_from([None, "Ann", "ann", "Bob", "n/a"]),
            "street": st.sampled_from([None, "1 Elm"]),
            "city": st.sampled_from([None, "Rome", "Oslo"]),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, strategy=st.sampled_from(["most_recent", "merge", "highest_value"]), shift=st.integers(0, 5))
def test_the_winner_does_not_depend_on_the_order_of_rows_and_every_value_is_kept(warehouse, records, strategy, shift):
    warehouse.configure(deduplication_strategy=strategy)
    warehouse.people(*records)
    found = []
    for order in ("node", f"(node + {shift}) % {len(records)}, node DESC"):
        for name in ("staging.records", "identity.record_customers"):
            warehouse.engine.create_table(name, f"SELECT * FROM {name} ORDER BY {order}")
        warehouse.build("profile.customers")
        found.append(
            warehouse.rows("SELECT * FROM profile.attribute_values ORDER BY ALL")
            + warehouse.rows("SELECT * FROM profile.customers ORDER BY ALL")
        )
    assert found[0] == found[1]
    given_values = sum(record[field] is not None for record in records for field in ("first_name", "street", "city"))
    assert warehouse.engine.row_count("profile.attribute_values") == given_values
    assert not warehouse.rows(
        "SELECT customer_number, field FROM profile.attribute_values WHERE is_winner GROUP BY ALL HAVING COUNT(*) > 1"
    )
