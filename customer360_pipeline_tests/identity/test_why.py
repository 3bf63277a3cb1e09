"""`explain A B`: the path between two records of a customer, or all that stood between two customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from customer360_pipeline.cli.explain import _print_not_linked
from customer360_pipeline.cli.explain_pair import print_answer
from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.identity.carried_blocked import mailbox
from customer360_pipeline.identity.compared_fields import compare_records, likeness
from customer360_pipeline.identity.explain import Link, explain
from customer360_pipeline.identity.picture import picture
from customer360_pipeline.identity.record_names import long_id
from customer360_pipeline.identity.why import Answer, Said, why
from customer360_pipeline.ops.decisions import Proposal, RecordKey
from customer360_pipeline.ops.store import decide
from customer360_pipeline.sources.boundary.typed import _salesforce_id
from customer360_pipeline.sources.ingest import ensure_tables
from customer360_pipeline_tests.rooms import AS_OF, build_rooms, context_of

RAW: dict[str, list[dict[str, Any]]] = {
    "crm_contacts": [
        {"record_id": "1", "email": "ann@x.com", "first_name": "Ann", "user_id": "u1"},
        {"record_id": "2", "email": "ann@x.com", "first_name": "Bob"},
        {"record_id": "3", "email": "info@y.com", "first_name": "Cleo", "city": "Oslo"},
        {"record_id": "4", "email": "info@y.com", "first_name": "Dora"},
        {"record_id": "5", "email": "eve@x.com", "first_name": "Eve", "city": "oslo "},
        {"record_id": "6", "email": "eve@x.com", "first_name": "Eve"},
        {"record_id": "7", "first_name": "Zoe"},
        {"record_id": "8", "email": "billing+eu@firm.com"},
        {"record_id": "9", "email": "billing@firm.com"},
        {"record_id": "10", "phone": "+1 415 555 2671", "first_name": "J."},
        {"record_id": "11", "phone": "(415) 555-2671", "first_name": "J"},
        {"record_id": "12", "email": "gil@old.com", "first_name": "Gil"},
        {"record_id": "13", "customer_id": "cus_Bo", "first_name": "Bo", "country": "Italia"},
    ],
    "hubspot_contacts": [
        {"record_id": "h", "user_id": "u1", "first_name": "Annie", "email": "annie@z.com"},
        {"record_id": "g", "email": "gil@new.com", "additional_emails": "gil@old.com", "first_name": "Gil"},
    ],
    "stripe_customers": [
        {"record_id": "a", "email": "annie@z.com", "full_name": "Ann Lee"},
        {"record_id": "cus_Bo", "email": "bo@z.com", "country": "IT"},
        {"record_id": "cus_bO", "email": "bo@y.com", "country": "AT"},
    ],
    "salesforce_contacts": [
        {"record_id": "0035f00000AbCdEAAV", "email": "ida@x.com", "first_name": "Ida"},
        {"record_id": "0035f00000aBcDeAAK", "email": "ida@x.com", "first_name": "Ida"},
    ],
}
# name in a version -> its SELECT over the rooms
PUBLISHED = {
    "attribute_values": "SELECT r.customer_id, v.field, v.value, r.source, r.record_id, v.rank, v.is_winner, v.reason "
    "FROM profile.attribute_values AS v JOIN profile.records AS r ON r.node = v.node",
    "blocked_values": "SELECT * FROM identity.blocked_values",
    "customer_identities": "SELECT * FROM customer_360.customer_identities",
    "identity_links": "SELECT * FROM customer_360.identity_links",
    "identity_decisions": "SELECT * FROM customer_360.identity_decisions",
    "identity_review": "SELECT a.customer_id AS left_customer_id, 'crm' AS left_source, '3' AS left_record_id, "
    "b.customer_id AS right_customer_id, 'crm' AS right_source, '5' AS right_record_id, 0.71 AS probability, "
    "'{}' AS evidence FROM customer_360.customer_identities AS a, customer_360.customer_identities AS b "
    "WHERE a.source || a.record_id = 'crm3' AND b.source || b.record_id = 'crm5'",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """Tables as in a version file, after people kept crm:5 and crm:6 apart."""
    home: Path = tmp_path_factory.mktemp("home")
    apart = ((RecordKey("crm", "5"),), (RecordKey("crm", "6"),))
    decide(home, Proposal("cannot_link", apart, "mia", "mother and daughter"), AS_OF)
    with DuckDBEngine() as engine:
        ensure_tables(engine, context_of().sources)
        build_rooms(engine, RAW, ("staging", "identity", "profile"), Config(), None, home)
        from customer360_pipeline.engine.catalog import build_table, load_catalog

        wanted = {f"customer_360.{name}" for name in ("customer_identities", "identity_links", "identity_decisions")}
        for table in load_catalog(context_of().sources):
            if table.name in wanted:
                build_table(engine, table, context_of())
        for name, select in PUBLISHED.items():
            engine.execute(f"CREATE TABLE main.{name} AS {select}")
        yield engine


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ("crm:1", "hubspot:h", "crm:1 and hubspot:h are one customer because they have the same user id."),
        (
            "ann@x.com",
            "stripe:a",
            "crm:1 and stripe:a are one customer because crm:1 and hubspot:h have the same user id and hubspot:h and "
            "stripe:a have the same email.",
        ),
        (
            "crm:1",
            "crm:2",
            "crm:1 and crm:2 are two customers because they share the email, but their first names do not agree.",
        ),
        (
            "crm:3",
            "crm:4",
            "crm:3 and crm:4 are two customers because the email both carry links nobody (role_mailbox).",
        ),
        (
            "crm:5",
            "crm:6",
            "crm:5 and crm:6 are two customers because people decided so (d_1 of mia), although they share the email.",
        ),
        (
            "crm:3",
            "crm:5",
            "crm:3 and crm:5 are two customers because they are alike, but not enough to be merged by themselves "
            "(probability 71%).",
        ),
        (
            "crm:8",
            "crm:9",
            "crm:8 and crm:9 are two customers because the mailbox both carry links nobody (role_mailbox).",
        ),
        (
            "crm:10",
            "crm:11",
            "crm:10 and crm:11 are two customers because they share the phone, but a first name of one letter says "
            "too little for a phone to link.",
        ),
        ("crm:7", "crm:5", "crm:7 and crm:5 are two customers because they share nothing of what is compared."),
    ],
)
def test_the_sentence_names_what_joins_two_records_or_keeps_them_apart(
    published: DuckDBEngine, a: str, b: str, sentence: str
) -> None:
    if a == "ann@x.com":
        with pytest.raises(ConfigError, match="2 customers carry this address"):
            why(published.connection, a, b)
        a = "crm:1"
    assert why(published.connection, a, b).sentence == sentence


@pytest.mark.parametrize(("other", "how"), [("stripe:cus_Bo", "equal"), ("stripe:cus_bO", "different")])
def test_billing_ids_and_countries_are_compared_although_they_link_nobody(
    published: DuckDBEngine, other: str, how: str
) -> None:
    found = why(published.connection, "crm:13", other)
    assert {pair.field: pair.how for pair in found.fields} == {
        "billing_customer_id": how,
        "country": how,
        "email": "missing",
        "first_name": "missing",
    }
    shared = "of what is compared they share only billing_customer_id and country, which is not enough to link"
    assert (shared in found.sentence) == (how == "equal")


def test_a_version_that_tells_no_billing_ids_is_explained_without(published: DuckDBEngine) -> None:
    with published.connection.cursor() as earlier:
        earlier.execute("BEGIN")
        earlier.execute("ALTER TABLE main.customer_identities DROP COLUMN billing_customer_id")
        fields = [pair.field for pair in why(earlier, "crm:13", "stripe:cus_Bo").fields]
        earlier.execute("ROLLBACK")
    assert "billing_customer_id" not in fields and "country" in fields


def test_two_customers_are_compared_by_their_most_alike_records(published: DuckDBEngine) -> None:
    found = why(published.connection, "crm:2", why(published.connection, "crm:1", "hubspot:h").customers[0])
    assert (found.left, found.right) == ("crm:2", "crm:1")
    assert {pair.field: pair.how for pair in found.fields} == {
        "email": "equal",
        "first_name": "different",
        "user_id": "missing",
    }


def test_everything_is_shown_in_the_terminal(published: DuckDBEngine) -> None:
    console = Console(file=StringIO(), width=200)
    for pair in (("crm:1", "stripe:a"), ("crm:3", "crm:4"), ("crm:5", "crm:6"), ("crm:3", "crm:5")):
        print_answer(console, why(published.connection, *pair))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for expected in ("hubspot:h = stripe:a", "nickname", "info@y.com is on 2 records", "mother and daughter", "71.0%"):
        assert expected in text


def test_an_address_that_links_as_an_additional_one_is_said_to_be_one(published: DuckDBEngine) -> None:
    console = Console(file=StringIO(), width=80, highlight=False)
    found = why(published.connection, "crm:12", "hubspot:g")
    print_answer(console, found)
    text = " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]
    assert "same email, pass 1 (email equal by an additional address, first_name equal)" in text
    assert "email equal by an additional address" in picture(explain(published.connection, "crm:12"))


def test_a_pair_that_waits_is_told_of_one_customer_with_the_command_to_look_at_it(published: DuckDBEngine) -> None:
    console = Console(file=StringIO(), width=200, highlight=False)
    found = explain(published.connection, "crm:5")
    assert [(pair.left, pair.right) for pair in found.reviews] == [("crm:3", "crm:5")]
    _print_not_linked(console, found)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "waits for review: crm:3 and crm:5, probability 71.0%. Look at both: customer360 explain crm:3 crm:5" in text
    assert "Nothing" not in text
    assert explain(published.connection, "crm:7").reviews == ()


def test_a_mailbox_is_the_one_that_identifiers_have() -> None:
    addresses = ("a.b+c@gmail.com", "A.b@googlemail.com", "a.b+c+d@x.com", "a.b@x.com")
    rows = [{"record_id": str(number), "email": address} for number, address in enumerate(addresses)]
    with DuckDBEngine() as engine:
        ensure_tables(engine, context_of().sources)
        build_rooms(engine, {"crm_contacts": rows})
        found = dict(engine.rows("SELECT node, value FROM staging.identifiers WHERE kind = 'email_mailbox'"))
        keys = engine.rows("SELECT node, value FROM staging.identifiers WHERE kind = 'email' ORDER BY node")
    # An address that is a mailbox and has no other form has no key of its own for it.
    assert [mailbox(key) for _, key in keys] == [found.get(node, key) for node, key in keys]


def test_a_salesforce_id_of_15_characters_means_the_long_one(published: DuckDBEngine) -> None:
    assert why(published.connection, "crm:7", "salesforce:0035f00000aBcDe").right == "salesforce:0035f00000aBcDeAAK"
    found = explain(published.connection, "salesforce:0035f00000aBcDe")
    assert [record.name for record in found.records] == [
        "salesforce:0035f00000AbCdEAAV", "salesforce:0035f00000aBcDeAAK",
    ]  # fmt: skip
    assert long_id("0035f00000AbCd") == "0035f00000AbCd"


@given(st.text("aZ9", min_size=15, max_size=15))
@settings(max_examples=30)
def test_a_long_id_is_made_as_extracts_are_read(short: str) -> None:
    with DuckDBEngine() as engine:
        assert engine.scalar(f"SELECT {_salesforce_id(literal(short))}") == long_id(short)


def test_in_a_narrow_terminal_links_are_lines_and_not_columns_of_five_characters(published: DuckDBEngine) -> None:
    console = Console(file=StringIO(), width=80)
    print_answer(console, why(published.connection, "crm:1", "stripe:a"))
    text = " ".join(console.file.getvalue().split())  # type: ignore[attr-defined]
    assert "accepted, hubspot:h = stripe:a: same email, pass 1" in text


def test_decisions_of_people_are_said_once_and_without_what_they_said_before() -> None:
    def veto(rule: str) -> Link:
        return Link("crm:1", "crm:2", rule, 1, "vetoed", "decision", "")

    said = tuple(Said(name, author, "", AS_OF) for name, author in (("d_3", "mia"), ("d_4", "jo")))
    vetoes = (veto("decision"), veto("email"), veto("email"), veto("phone"))
    answer = Answer("crm:1", "crm:2", ("c_1", "c_2"), (), (), said, vetoes)
    lead = "crm:1 and crm:2 are two customers because people decided so (d_3 of mia and d_4 of jo)"
    assert answer.sentence == f"{lead}, although they share the email and phone."
    assert replace(answer, vetoes=vetoes[:1]).sentence == f"{lead}."


def test_one_record_twice_and_nobody_are_named(published: DuckDBEngine) -> None:
    with pytest.raises(ConfigError, match="Name two records"):
        why(published.connection, "crm:1", "crm:1")
    with pytest.raises(ConfigError, match="second name: nobody matches"):
        why(published.connection, "crm:1", "crm:99")


def test_values_are_compared_as_people_read_them() -> None:
    left = {"first_name": ("Bob",), "email": ("A@x.com ",), "phone": ("+1 415 555 2671",), "city": ("New York",)}
    right = {"first_name": ("Robert",), "email": ("a@x.com",), "phone": ("(415) 555-2671",), "city": ("New Yorck",)}
    assert {pair.field: pair.how for pair in compare_records(left, right)} == {
        "first_name": "nickname",
        "email": "equal",
        "phone": "equal",
        "city": "similar",
    }


@pytest.mark.parametrize(
    ("left", "right", "how"),
    [("IT", "Italia", "equal"), ("Italy", "it", "equal"), ("Austria", "Australia", "different"),
     ("Italy", "Itally", "similar"), ("Italy", "", "missing")],
)  # fmt: skip
def test_countries_are_compared_by_what_they_mean(left: str, right: str, how: str) -> None:
    [pair] = compare_records({"country": (left,)}, {"country": (right,)} if right else {})
    assert pair.how == how


def test_that_two_billing_ids_differ_makes_no_pair_less_alike() -> None:
    known = {"first_name": ("Ann",), "billing_customer_id": ("cus_1",)}
    other = {"first_name": ("Ann",), "billing_customer_id": ("cus_2",)}
    assert likeness(known, other) == likeness({"first_name": ("Ann",)}, {"first_name": ("Ann",)})
    assert likeness(known, known) > likeness(known, other)
