"""`explain` says which records, by which path, which value won and what was kept from linking."""

from collections.abc import Iterator
from io import StringIO

import pytest
from rich.console import Console

from customer360_pipeline.cli import explain as command
from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.identity.explain import Explanation, Record, explain, find_customer
from customer360_pipeline.sources.ingest import ensure_tables
from customer360_pipeline_tests.rooms import build_rooms, context_of

FURTHER = "customer_360.further_emails"
RAW = {
    "crm_contacts": [
        {"record_id": "1", "email": "ann@x.com", "first_name": "Ann", "user_id": "u1", "phone": "0000000000",
         "updated_at": "2025-01-01"},
        {"record_id": "2", "email": "ann@x.com", "first_name": "Bob"},
        {"record_id": "3", "phone": "0000000000"},
    ],
    "hubspot_contacts": [
        {"record_id": "h", "user_id": "u1", "first_name": "Annie", "updated_at": "2025-02-01"},
        {"record_id": "p", "email": "peter@x.com", "additional_emails": "P.Novak@old.com;peter@home.com"},
    ],
    "stripe_customers": [{"record_id": "a", "email": "ANN@x.com ", "full_name": "Ann Lee"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def published() -> Iterator[DuckDBEngine]:
    """A built warehouse whose published tables stand in the schema main, as in a version file."""
    with DuckDBEngine() as engine:
        ensure_tables(engine, context_of().sources)
        build_rooms(engine, RAW, ("staging", "identity", "profile"), Config())
        values = "SELECT r.customer_id, v.field, v.value, r.source, r.record_id, v.rank, v.is_winner, v.reason"
        engine.execute(
            f"CREATE TABLE main.attribute_values AS {values} "
            "FROM profile.attribute_values AS v JOIN profile.records AS r ON r.node = v.node"
        )
        engine.execute("CREATE TABLE main.blocked_values AS SELECT * FROM identity.blocked_values")
        [further] = [table for table in load_catalog(context_of().sources) if table.name == FURTHER]
        build_table(engine, further, context_of())
        engine.execute(f"CREATE TABLE main.further_emails AS FROM {FURTHER}")
        engine.execute(
            "CREATE TABLE main.customer_identities AS SELECT r.source, r.record_id, c.customer_id, r.record_type, "
            "r.updated_at FROM staging.records AS r JOIN identity.record_customers AS c USING (node)"
        )
        engine.execute(
            "CREATE TABLE main.identity_links AS SELECT c.customer_id, a.source AS left_source, a.record_id AS "
            "left_record_id, b.source AS right_source, b.record_id AS right_record_id, l.rule, l.pass, l.status, "
            "l.reason, l.evidence FROM identity.links AS l JOIN identity.record_customers AS c ON c.node = l.left_node "
            "JOIN staging.records AS a ON a.node = l.left_node JOIN staging.records AS b ON b.node = l.right_node"
        )
        yield engine


@pytest.mark.parametrize("wanted", ["crm:1", "hubspot:h", "stripe:a"])
def test_any_record_finds_its_customer_with_the_path_to_each_record(published: DuckDBEngine, wanted: str) -> None:
    found = explain(published.connection, wanted)
    assert {record.name: [link.rule for link in record.path] for record in found.records} == {
        "crm:1": [],
        "hubspot:h": ["user_id"],
        "stripe:a": ["email"],
    }
    assert explain(published.connection, found.customer_id) == found


def test_a_customer_id_is_found_in_capitals_and_a_record_id_keeps_its_case(published: DuckDBEngine) -> None:
    found = explain(published.connection, "crm:1")
    shouted = found.customer_id.upper()
    assert explain(published.connection, f" {shouted} ") == found
    assert find_customer(published.connection, shouted) == found.customer_id
    with pytest.raises(ConfigError, match="nobody matches"):
        find_customer(published.connection, "hubspot:H")


@pytest.mark.parametrize("wanted", ["peter@x.com", "p.novak@OLD.com", "peter@home.com", "hubspot:p"])
def test_a_customer_is_found_by_every_address_of_its_records(published: DuckDBEngine, wanted: str) -> None:
    [record] = explain(published.connection, wanted).records
    assert (record.name, record.further_emails) == ("hubspot:p", ("p.novak@old.com", "peter@home.com"))


def test_what_kept_a_household_apart_and_what_was_blocked_is_told(published: DuckDBEngine) -> None:
    found = explain(published.connection, "crm:1")
    other = explain(published.connection, "crm:2")
    assert [(link.reason, link.other_customer_id) for link in found.kept_apart] == [("first_name", other.customer_id)]
    assert [(link.reason, link.other_customer_id) for link in other.kept_apart] == [("first_name", found.customer_id)]
    assert [(value.kind, value.value, value.reason) for value in found.blocked] == [
        ("phone", "0000000000", "placeholder")
    ]


def test_the_winner_of_a_field_and_the_values_it_beat(published: DuckDBEngine) -> None:
    first_name = next(w for w in explain(published.connection, "crm:1").winners if w.field == "first_name")
    assert (first_name.value, first_name.record) == ("Annie", "hubspot:h")
    assert first_name.others == (("Ann", "crm:1"), ("Ann", "stripe:a"))


def test_an_address_two_customers_carry_names_both(published: DuckDBEngine) -> None:
    """The message holds the very command that tells the two apart."""
    one, two = sorted(explain(published.connection, name).customer_id for name in ("crm:1", "crm:2"))
    with pytest.raises(ConfigError, match=f"2 customers carry this address: {one}, {two}") as told:
        explain(published.connection, " ANN@x.com", " --home /srv/c360")
    assert str(told.value).endswith(f"What keeps the two apart: customer360 explain {one} {two} --home /srv/c360")


def test_of_many_customers_with_one_address_ten_are_named_and_the_rest_counted() -> None:
    with DuckDBEngine() as engine:
        ids = "format('c_{:016d}', i) AS customer_id, 'crm' AS source, i::VARCHAR AS record_id FROM range(21) AS r(i)"
        engine.execute(f"CREATE TABLE main.customer_identities AS SELECT {ids}")
        engine.execute(f"CREATE TABLE main.attribute_values AS SELECT 'email' AS field, 'a@x.com' AS value, {ids}")
        with pytest.raises(
            ConfigError, match=r"21 customers carry this address: (c_\d{16}, ){9}c_\d{16} and 11 more\."
        ):
            explain(engine.connection, "a@x.com")


def test_nobody_found_says_what_to_name_and_repeats_no_value(published: DuckDBEngine) -> None:
    with pytest.raises(ConfigError, match="crm, hubspot, stripe") as error:
        explain(published.connection, "secret.person@x.com")
    assert "secret" not in str(error.value)


def test_a_customer_without_any_value_is_said_to_have_none() -> None:
    console = Console(file=StringIO(), width=200)
    command._print_winners(console, Explanation("c_1", (Record("ga4:7", "visitor", None),), (), (), ()))
    text = console.file.getvalue().strip()  # type: ignore[attr-defined]
    assert text == "No record of this customer has a value: no name, no address, nothing to choose from."


def test_the_command_words_the_path_the_veto_and_the_blocked_value(published: DuckDBEngine) -> None:
    console = Console(file=StringIO(), width=200, highlight=False)
    found = explain(published.connection, "crm:1")
    for part in (command._print_records, command._print_winners, command._print_not_linked):
        part(console, found)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "crm:1 = hubspot:h: same user_id, pass 2 (user_id equal, first_name nickname)" in text
    assert "crm:1 and crm:2 share the email, but: first_name" in text
    assert "blocked: phone 0000000000 links nobody (placeholder): on 2 records, 1 merge prevented" in text
