"""`customer360 audit identity`: each figure on rows that have it, and the checks that warn and block."""

from __future__ import annotations

import json

import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.config import Config
from customer360_pipeline.customer_360.audits import AUDITS, _result
from customer360_pipeline.customer_360.identity_audit import as_markdown, audit, figures_of

SECRET = "canary@secret.example"
LINK = {"rule": "email", "pass": 1, "status": "accepted", "evidence": "{}"}


def key(node, kind, value):
    """One identifier of a record."""
    return {"node": node, "kind": kind, "value": value}


@pytest.fixture
def audited(warehouse):
    """Two records joined by e-mail; one record per reason to be alone."""
    warehouse.people(
        {"customer": 0, "first_name_key": "ann"}, {"customer": 0, "source": "stripe", "first_name_key": "ann"},
        {"customer": 1, "first_name_key": "bob"}, {"customer": 2}, {"customer": 3},
        {"customer": 4}, {"customer": 5, "source": "stripe"}, {"customer": 6},
    )  # fmt: skip
    warehouse.given(
        "staging.identifiers",
        [key(0, "email", SECRET), key(1, "email", SECRET), key(2, "email", SECRET), key(4, "email", "info@x.example"),
         key(5, "email", "alone@x.example"), key(6, "user_id", "u1"), key(7, "customer_id", "c1")],
    )  # fmt: skip
    warehouse.given(
        "identity.key_values",
        [{"key_id": 0, "kind": "email", "value": SECRET, "records": 3},
         {"key_id": 1, "kind": "email", "value": "info@x.example", "records": 9,
          "reason": "role_mailbox"},
         {"key_id": 2, "kind": "user_id", "value": "u1", "records": 2},
         {"key_id": 3, "kind": "source_merge", "value": "m", "records": 99}],
    )  # fmt: skip
    warehouse.given("identity.key_records", [{"key_id": 0, "node": n} for n in (0, 1, 2)] + [{"key_id": 1, "node": 4}])
    warehouse.given(
        "identity.links",
        [LINK | {"left_node": 0, "right_node": 1},
         LINK | {"left_node": 0, "right_node": 2, "status": "vetoed", "reason": "first_name"},
         LINK | {"left_node": 1, "right_node": 2, "status": "vetoed", "reason": "first_name"}],
    )  # fmt: skip
    warehouse.given("identity.review", [{"left_node": 3, "right_node": 5, "score": 0.0, "probability": 0.5}])
    blocked = {"kind": "email", "value": "info@x.example", "records": 9, "distinct_names": 4}
    warehouse.given("identity.blocked_values", [blocked | {"reason": "role_mailbox", "merges_prevented": 8}])
    warehouse.build(*(name for name in warehouse.tables if name.startswith("customer_360.")))
    warehouse.engine.execute("USE customer_360")
    return warehouse


def test_each_lone_record_has_its_likely_reason(audited) -> None:
    assert set(audit(audited.engine.connection).unlinked) == {
        ("crm", "contact", "vetoed", 1),  # shares an address with two whose given names differ
        ("crm", "contact", "in_review", 2),  # a pair for people to look at
        ("crm", "contact", "blocked", 1),  # only a role mailbox
        ("stripe", "contact", "not_joined", 1),  # its user id stands on two records, and nothing joined them
        ("crm", "contact", "no_key", 1),  # a customer id, which is no join key
    }


def test_sizes_largest_values_and_links(audited) -> None:
    found = audit(audited.engine.connection)
    assert [(size.text, size.customers, size.records) for size in found.sizes] == [("1", 6, 6), ("2", 1, 2)]
    assert (found.largest[0].customer_id, found.largest[0].sources, found.largest[0].links) == (
        "c_0", "crm 1, stripe 1", "email 1",
    )  # fmt: skip
    assert [(v.key, v.records, v.distinct_names, v.customers, v.reason) for v in found.busiest] == [
        ("email info@x•••", 9, 0, 1, "role_mailbox"),
        ("email c•••@s•••", 3, 2, 2, None),
    ]
    assert [(b.kind, b.reason, b.values, b.merges_prevented) for b in found.blocked_kinds] == [
        ("email", "role_mailbox", 1, 8)
    ]
    assert found.links == (("email", "accepted", "", 1), ("email", "vetoed", "first_name", 2))
    assert "canary" not in as_markdown(found)


def test_figures_of_a_version(audited) -> None:
    figures = figures_of(audited.engine.connection, "v1", large_customer_records=1)
    assert (figures.customers, figures.records, figures.largest, figures.large) == (7, 8, 2, 1)
    assert (figures.in_review, figures.links, round(figures.records_per_customer, 3)) == (1, {"email": 1}, 1.143)


LIMITS = ("warn_customer_records", "max_customer_records", "large_customer_records")


@pytest.mark.parametrize(
    ("name", "quality", "failed"),
    [
        ("largest_customer_plausible", {}, 0),
        ("largest_customer_plausible", {"max_customer_records": 2}, 1),
        ("largest_customer_small", {"warn_customer_records": 2}, 1),
        ("large_customers_within_limit", {"large_customer_records": 2}, 1),
        ("large_customers_few", {"large_customer_records": 2, "warn_large_customer_ratio": 0.5}, 0),
        ("large_customers_few", {"large_customer_records": 2, "warn_large_customer_ratio": 0.2}, 1),
        ("review_manageable", {"warn_review_ratio": 0.2}, 1),
        ("review_manageable", {"warn_review_ratio": 0.25}, 0),
    ],
)
def test_checks_of_customer_sizes(warehouse, name, quality, failed) -> None:
    """One customer of three records and one of one; one pair waits for a person."""
    warehouse.people({"customer": 0}, {"customer": 0}, {"customer": 0}, {"customer": 1})
    warehouse.given("identity.review", [{"left_node": 2, "right_node": 3}])
    warehouse.build("customer_360.customer_360")
    warehouse.configure(**({"quality": quality} if quality else {}))
    [asked] = [audit for audit in AUDITS if audit.name == name]
    assert _result(warehouse.engine, asked, warehouse.context).failed_rows == failed


def test_a_block_comes_after_its_warning() -> None:
    quality = Config().quality
    assert quality.warn_customer_records < quality.max_customer_records
    assert quality.warn_large_customer_ratio < quality.max_large_customer_ratio
    blocking = {audit.name: audit.blocking for audit in AUDITS}
    assert blocking["largest_customer_plausible"] and not blocking["largest_customer_small"]


def test_the_command_shows_the_last_versions(tmp_path, monkeypatch, capsys) -> None:
    """Two versions of a small warehouse: each is a line of the history, newest first."""
    from customer360_pipeline.engine.catalog import load_catalog
    from customer360_pipeline.publish.version import publish
    from customer360_pipeline_tests.conftest import Warehouse

    monkeypatch.setenv("CUSTOMER360_HOME", str(tmp_path))
    tables = {table.name: table for table in load_catalog(())}
    warehouse = Warehouse(tables)
    names = [name for name in tables if name.startswith("customer_360.")]
    from dataclasses import replace

    context = replace(warehouse.context, home=tmp_path)
    for customers in ((0, 1, 2), (0, 0, 1)):
        warehouse.people(*({"customer": number, "email": SECRET} for number in customers))
        warehouse.build(*names)
        publish(warehouse.engine, context, names, [])
    warehouse.engine.close()
    assert main(["audit", "identity", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(line["customers"], line["records"]) for line in found["history"]] == [(2, 3), (3, 3)]
    assert main(["audit", "identity", "--version", "previous"]) == 0
    said = capsys.readouterr().out
    assert "Customers by records" in said and "canary" not in said
