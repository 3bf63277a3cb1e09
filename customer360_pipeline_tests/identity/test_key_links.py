"""Each rule that joins records, and each that keeps them apart, on the rows it is about."""

import json
from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline_tests.rooms import build_rooms, identity_found, source

Raw = dict[str, list[dict[str, Any]]]


def contact(record_id: str, **fields: Any) -> dict[str, Any]:
    return {"record_id": record_id} | fields


def resolve(raw: Raw, sources: Any = None, **settings: Any) -> tuple[set[frozenset[str]], list[tuple[Any, ...]]]:
    """The customers as sets of `source:record_id`, and the links as (left, right, rule, pass, status, reason)."""
    with DuckDBEngine() as engine:
        build_rooms(engine, raw, ("staging", "identity"), Config(**settings), sources)
        return identity_found(engine)


def groups(*members: str) -> set[frozenset[str]]:
    """`groups("crm:1 stripe:a", "crm:2")`: two customers."""
    return {frozenset(group.split()) for group in members}


def test_one_address_in_any_spelling_is_one_customer_and_its_look_alike_is_not() -> None:
    customers, _ = resolve(
        {
            "crm_contacts": [contact("1", email="Ann.Lee@Gmail.com "), contact("2", email="аnn.lee@gmail.com")],
            "stripe_customers": [
                contact("a", email="ann.lee@gmail.com"),
                contact("b", email="annlee+shop@googlemail.com"),
            ],
        }
    )
    assert customers == groups("crm:1 stripe:a stripe:b", "crm:2")


def test_folding_of_mailboxes_can_be_switched_off() -> None:
    raw = {"crm_contacts": [contact("1", email="ann.lee@gmail.com"), contact("2", email="annlee@gmail.com")]}
    assert resolve(raw)[0] == groups("crm:1 crm:2")
    assert resolve(raw, identity={"fold_email_provider_rules": False})[0] == groups("crm:1", "crm:2")


@pytest.mark.parametrize(
    ("join_key", "expected"),
    [
        ("email", groups("crm:1 stripe:a", "hubspot:h", "salesforce:s", "mailchimp:m")),
        ("user_id", groups("crm:1 hubspot:h", "stripe:a", "salesforce:s", "mailchimp:m")),
        ("customer_id", groups("crm:1", "stripe:a salesforce:s", "hubspot:h", "mailchimp:m")),
        ("phone", groups("crm:1 mailchimp:m", "stripe:a", "hubspot:h", "salesforce:s")),
    ],
)
def test_the_join_key_alone_decides_without_secondary_keys(join_key: str, expected: set[frozenset[str]]) -> None:
    raw = {
        "crm_contacts": [contact("1", email="ann@x.com", user_id="u1", phone="+1 415 555 2671", first_name="Ann")],
        "stripe_customers": [contact("a", email="ANN@x.com")],
        "hubspot_contacts": [contact("h", user_id="u1")],
        "salesforce_contacts": [contact("s", customer_id="a")],
        "mailchimp_members": [contact("m", phone="(415) 555-2671", first_name="Annie")],
    }
    assert resolve(raw, join_key=join_key, secondary_join_keys=())[0] == expected


def test_secondary_keys_are_tried_in_their_order_and_the_pass_is_recorded() -> None:
    raw = {
        "crm_contacts": [contact("1", email="ann@x.com", user_id="u1", phone="+14155552671", first_name="Ann")],
        "hubspot_contacts": [contact("h", user_id="u1")],
        "mailchimp_members": [contact("m", phone="+14155552671", first_name="Ann")],
        "stripe_customers": [contact("a", email="ann@x.com")],
    }
    customers, links = resolve(raw, join_key="email", secondary_join_keys="phone,user_id")
    assert customers == groups("crm:1 hubspot:h mailchimp:m stripe:a")
    assert [(right, rule, number) for _, right, rule, number, *_ in links] == [
        ("a", "email", 1),
        ("h", "user_id", 3),
        ("m", "phone", 2),
    ]


def test_a_family_on_one_address_is_not_mixed_and_a_record_without_a_name_joins_neither() -> None:
    shared = {"email": "lees@x.com", "last_name": "Lee"}
    customers, links = resolve(
        {
            "crm_contacts": [contact("1", first_name="Ann", **shared), contact("2", first_name="Bob", **shared)],
            "hubspot_contacts": [
                contact("h", first_name="Robert", **shared),
                contact("i", first_name="Anne", **shared),
            ],
            "mailchimp_members": [contact("m", email="lees@x.com")],
        }
    )
    assert customers == groups("crm:1 hubspot:i", "crm:2 hubspot:h", "mailchimp:m")
    assert {(reason) for *_, status, reason in links if status == "vetoed"} == {"first_name", "ambiguous"}


def test_a_nameless_record_on_a_shared_address_is_settled_by_a_later_key() -> None:
    customers, links = resolve(
        {
            "crm_contacts": [
                contact("1", first_name="Ann", email="lees@x.com", user_id="u1"),
                contact("2", first_name="Bob", email="lees@x.com"),
            ],
            "mailchimp_members": [contact("m", email="lees@x.com", user_id="u1")],
        }
    )
    assert customers == groups("crm:1 mailchimp:m", "crm:2")
    assert ("1", "m", "email", 1, "vetoed", "ambiguous") not in links


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [
        ("Robert", "Bob", True),
        ("Mary Ann", "Mary", True),
        ("J.", "John", True),
        ("Jonathan", "Jonahtan", True),
        ("Jaems", "Jim", True),
        ("Zoé", "ZOE", True),
        ("Dr. Ann", "Ann", True),
        ("Maria", "Mario", False),
        ("Christian", "Christina", False),
        ("Ann", "Peter", False),
        ("J", "Peter", False),
    ],
)
def test_given_names_that_disagree_veto_a_shared_address(left: str, right: str, together: bool) -> None:
    raw = {
        "crm_contacts": [contact("1", email="a@x.com", first_name=left)],
        "hubspot_contacts": [contact("h", email="a@x.com", first_name=right)],
    }
    assert len(resolve(raw)[0]) == (1 if together else 2)


@pytest.mark.parametrize(
    ("field", "one", "other", "reason"),
    [("birth_date", "1980-01-02", "1981-01-02", "birth_date"), ("user_id", "u1", "u2", "user_id")],
)
def test_birth_dates_and_user_ids_that_differ_veto(field: str, one: str, other: str, reason: str) -> None:
    customers, links = resolve(
        {
            "crm_contacts": [contact("1", email="a@x.com", first_name="Ann", **{field: one})],
            "hubspot_contacts": [contact("h", email="a@x.com", first_name="Ann", **{field: other})],
        }
    )
    assert customers == groups("crm:1", "hubspot:h")
    assert [link[4:] for link in links] == [("vetoed", reason)]


def test_a_veto_holds_through_a_third_record() -> None:
    customers, links = resolve(
        {
            "crm_contacts": [contact("1", email="a@x.com", user_id="u1", first_name="Ann")],
            "hubspot_contacts": [contact("h", email="b@x.com", user_id="u2", first_name="Ann")],
            "salesforce_contacts": [contact("s", email="a@x.com", additional_emails="b@x.com", first_name="Ann")],
        }
    )
    assert customers == groups("crm:1 salesforce:s", "hubspot:h")
    assert ("h", "s", "email", 1, "vetoed", "user_id") in links


def test_a_source_that_holds_each_person_once_never_gives_one_customer_two_records() -> None:
    raw = {"crm_contacts": [contact("1", email="a@x.com"), contact("2", email="a@x.com")]}
    assert resolve(raw, [source("crm")])[0] == groups("crm:1 crm:2")
    assert resolve(raw, [source("crm", one_record_per_person=True)])[0] == groups("crm:1", "crm:2")


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [("Ann", "Annie", True), ("Ann", None, False), ("Ann", "A", False), (None, None, False)],
)
def test_a_phone_links_only_with_an_agreeing_given_name(left: str | None, right: str | None, together: bool) -> None:
    customers, links = resolve(
        {
            "crm_contacts": [contact("1", phone="+14155552671", first_name=left, last_name="Lee")],
            "hubspot_contacts": [contact("h", mobile_phone="415-555-2671", first_name=right, last_name="Lee")],
        }
    )
    assert len(customers) == (1 if together else 2)
    assert [link[4:] for link in links] == [
        ("accepted", "first_name_nickname") if together else ("vetoed", "no_agreeing_name")
    ]


def test_what_a_source_merged_itself_is_one_customer_whatever_its_records_say() -> None:
    customers, links = resolve(
        {
            "salesforce_contacts": [
                contact("A", merged_into="B", is_deleted=True, first_name="Ann"),
                contact("B", merged_into="C", is_deleted=True, first_name="Peter"),
                contact("C", first_name="Zoe"),
                contact("X", is_deleted=True, email="gone@x.com"),
            ],
            "hubspot_contacts": [contact("12", merged_ids="10;11", email="h@x.com")],
            "mailchimp_members": [contact("m", email="h@x.com")],
        }
    )
    assert customers == groups("salesforce:A salesforce:B salesforce:C", "hubspot:12 mailchimp:m")
    assert [link for link in links if link[2] == "source_merge"] == [
        ("A", "B", "source_merge", 0, "accepted", None),
        ("B", "C", "source_merge", 0, "accepted", None),
    ]


def test_two_losers_of_a_purged_winner_are_one_customer() -> None:
    loser = {"merged_into": "purged", "is_deleted": True}
    assert resolve({"salesforce_contacts": [contact("A", **loser), contact("B", **loser)]})[0] == groups(
        "salesforce:A salesforce:B"
    )


def test_a_device_of_one_user_links_and_a_shared_device_merges_nobody() -> None:
    def event(number: int, device: str, user: str | None) -> dict[str, Any]:
        return {"event_id": str(number), "device_id": device, "session_id": str(number), "user_id": user,
                "occurred_at": "2025-03-01"}  # fmt: skip

    customers, _ = resolve(
        {
            "crm_contacts": [contact("1", user_id="u1"), contact("2", user_id="u2")],
            "ga4_events": [event(1, "own", "u1"), event(2, "own", None), event(3, "ipad", "u1"), event(4, "ipad", "u2"),
                           event(5, "anonymous", None)],
        }
    )  # fmt: skip
    assert customers == groups("crm:1 ga4:own ga4:ipad|u1", "crm:2 ga4:ipad|u2")


def test_evidence_names_fields_and_never_values() -> None:
    with DuckDBEngine() as engine:
        raw = {
            "crm_contacts": [contact("1", email="ann@x.com", first_name="Ann", last_name="Lee", phone="+14155552671")],
            "hubspot_contacts": [contact("h", email="ann@x.com", first_name="Annie", last_name="Leee")],
        }
        build_rooms(engine, raw, ("staging", "identity"))
        assert json.loads(engine.scalar("SELECT evidence FROM identity.links")) == {
            "email": "equal",
            "first_name": "nickname",
            "last_name": "similar",
        }


def test_strangers_at_two_extensions_or_without_a_name_are_two_customers_on_one_line() -> None:
    smithers = contact("1", first_name="John", last_name="Smithers", phone="+1 415 555 2701 ext. 5", email="s@x.com")
    brownlow = contact("2", first_name="John", last_name="Brownlow", phone="+1 415 555 2701 x6", email="b@x.com")
    customers, _ = resolve({"crm_contacts": [smithers, brownlow]})
    assert customers == groups("crm:1", "crm:2")

    faber = contact("1", first_name="Unknown", last_name="Faber", phone="+1 415 555 2701", email="f@x.com")
    gabler = contact("2", first_name="unknown", last_name="Gabler", phone="+1 415 555 2701", email="g@x.com")
    customers, _ = resolve({"crm_contacts": [faber, gabler]})
    assert customers == groups("crm:1", "crm:2")


def test_a_word_for_no_name_keeps_nobody_apart() -> None:
    named = contact("1", first_name="Ella", last_name="Marsh", email="ella@x.com")
    nameless = contact("2", first_name="N/A", last_name="Unknown", email="ella@x.com")
    customers, _ = resolve({"crm_contacts": [named, nameless]})
    assert customers == groups("crm:1 crm:2")
