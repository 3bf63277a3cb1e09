"""Which account a record belongs to: rows of records and CRM companies in, accounts out."""

from __future__ import annotations

from typing import Any

import pytest

from customer360_pipeline_tests.conftest import Warehouse

ACME = {"source": "hubspot", "account_id": "h1", "name": "Acme", "domain_key": "acme.example"}


def company(**more: Any) -> dict[str, Any]:
    return ACME | more


def belongs(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    """record id -> (name of its account, basis)."""
    warehouse.build("profile.accounts")
    return {
        record: (name, basis)
        for record, name, basis in warehouse.rows(
            "SELECT r.record_id, t.name, a.basis FROM profile.record_accounts AS a "
            "JOIN staging.records AS r ON r.node = a.node JOIN profile.accounts AS t ON t.account_id = a.account_id"
        )
    }


def test_a_crm_files_a_record_and_a_domain_stands_for_its_company(warehouse: Warehouse) -> None:
    warehouse.given("staging.accounts", [company()])
    warehouse.people(
        {"source": "hubspot", "record_id": "filed", "account_id": "h1", "email": "ada@gmail.com", "customer": 0},
        {"record_id": "by domain", "email": "bo@acme.example", "customer": 1},
        {"record_id": "no company", "email": "cy@gmail.com", "customer": 2},
    )
    assert belongs(warehouse) == {
        "filed": ("Acme", "crm"),
        "by domain": ("Acme", "domain"),
        "no company": ("cy@gmail.com", "self"),
    }


def test_a_private_address_stays_private_unless_the_crm_files_it(warehouse: Warehouse) -> None:
    """Ada's purchases under her private address are not Acme's; those under the address that the CRM holds are."""
    warehouse.given("staging.accounts", [company()])
    warehouse.people(
        {"source": "hubspot", "record_id": "filed", "account_id": "h1", "email": "ada@gmail.com", "customer": 0},
        {"source": "stripe", "record_id": "same address", "email": "ada@gmail.com", "customer": 0},
        {"source": "stripe", "record_id": "private", "email": "ada.home@gmail.com", "customer": 0},
        {"source": "ga4", "record_id": "device", "customer": 0},
    )
    warehouse.given(
        "staging.identifiers",
        [
            {"node": 0, "kind": "email", "value": "ada@gmail.com"},
            {"node": 1, "kind": "email", "value": "ada@gmail.com"},
            {"node": 2, "kind": "email", "value": "ada.home@gmail.com"},
        ],
    )
    assert belongs(warehouse) == {
        "filed": ("Acme", "crm"),
        "same address": ("Acme", "identifier"),
        "private": ("ada@gmail.com", "self"),
        "device": ("Acme", "person"),
    }
    warehouse.build("customer_360.account_people")
    assert warehouse.rows(
        "SELECT t.kind, p.basis, p.records, p.is_related FROM customer_360.account_people AS p "
        "JOIN profile.accounts AS t ON t.account_id = p.account_id ORDER BY 1"
    ) == [("company", "crm", 3, True), ("person", "self", 1, True)]


@pytest.mark.parametrize(
    ("rows", "accounts"),
    [
        # Two CRMs, one domain each: one company.
        ([company(), company(source="salesforce", account_id="s1", name="ACME Inc")], 1),
        # One CRM has the domain twice: the domain does not say which, and nothing is joined.
        ([company(), company(account_id="h2", name="Acme Retail"), company(source="salesforce", account_id="s1")], 3),
        # No domain, the same name: a name alone is no evidence.
        ([company(domain_key=None), company(source="salesforce", account_id="s1", domain_key=None)], 2),
        # Anybody's mail domain is no company's.
        ([company(domain_key="gmail.com"), company(source="salesforce", account_id="s1", domain_key="gmail.com")], 2),
        # The CRM merged h2 into h1, and h3 into h2.
        ([company(), company(account_id="h2", merged_into="h1"), company(account_id="h3", merged_into="h2")], 1),
    ],
)
def test_companies_are_one_by_domain_across_crms_and_by_the_crms_own_merges(
    warehouse: Warehouse, rows: list[dict[str, Any]], accounts: int
) -> None:
    warehouse.given("staging.accounts", rows)
    warehouse.people({"record_id": "a", "email": "ada@gmail.com"})
    warehouse.build("profile.accounts")
    assert warehouse.rows("SELECT COUNT(*) FROM profile.accounts WHERE kind = 'company'") == [(accounts,)]


def test_a_domain_whose_people_are_filed_under_many_companies_is_no_company(warehouse: Warehouse) -> None:
    warehouse.people(
        *({"record_id": f"{n}", "email": f"p{n}@mail.test", "company": f"Firm {n}", "customer": n} for n in range(3)),
        {"record_id": "b", "email": "bo@firm.example", "company": "Firm", "customer": 3},
    )  # fmt: skip
    assert {basis for _, basis in belongs(warehouse).values()} == {"self", "domain"}
    warehouse.configure(accounts={"max_companies_per_domain": 3})
    assert {basis for _, basis in belongs(warehouse).values()} == {"domain"}


def test_the_crm_row_changed_last_gives_the_values_and_an_address_wins_whole(warehouse: Warehouse) -> None:
    from datetime import datetime

    warehouse.given(
        "staging.accounts",
        [
            company(
                industry="retail", city="Denver", street="1 Elm", updated_at=datetime(2026, 1, 1), employee_count=7
            ),
            company(
                source="salesforce", account_id="s1", name="Acme Inc", city="Austin", updated_at=datetime(2026, 2, 1)
            ),
        ],
    )
    warehouse.people({"record_id": "a", "email": "ada@gmail.com"})
    warehouse.build("profile.accounts")
    assert warehouse.rows(
        "SELECT name, industry, employee_count, street, city FROM profile.accounts WHERE kind = 'company'"
    ) == [("Acme Inc", "retail", 7, None, "Austin")]


def test_a_fact_belongs_to_the_company_it_names_else_to_the_account_of_the_person(
    warehouse: Warehouse,
) -> None:
    items = [
        {"item_id": "names its company", "account_id": "h1", "email": "cleo@gmail.com"},
        {"item_id": "names a person", "email": "cleo@gmail.com"},
        {"item_id": "names an unknown company", "account_id": "gone", "record_id": "c1"},
        {"item_id": "names nobody"},
    ]
    warehouse.given("staging.account_items", [{"source": "desk", "entity": "t", "kind": "ticket"} | i for i in items])
    warehouse.given(
        "staging.named_people",
        [
            {"source": "desk", "email": "cleo@gmail.com", "record_id": "email:cleo@gmail.com"},
            {"source": "desk", "named_record_id": "c1", "record_id": "c1"},
        ],
    )
    warehouse.given(
        "staging.records",
        [
            {"source": "desk", "record_id": "email:cleo@gmail.com", "node": 0},
            {"source": "desk", "record_id": "c1", "node": 1},
        ],
    )
    warehouse.given(
        "profile.crm_accounts", [{"source": "desk", "source_account_id": "h1", "account_id": "acc_company"}]
    )
    warehouse.given(
        "profile.record_accounts", [{"node": 0, "account_id": "acc_cleo"}, {"node": 1, "account_id": "acc_c1"}]
    )

    warehouse.build("profile.item_accounts")

    assert set(warehouse.rows("SELECT item_id, account_id, basis FROM profile.item_accounts")) == {
        ("names its company", "acc_company", "company"),
        ("names a person", "acc_cleo", "person"),
        ("names an unknown company", "acc_c1", "person"),
        ("names nobody", None, "nobody"),
    }


def accounts_of(warehouse: Warehouse, *companies: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """source:id -> (account, basis); an account is told by the first of its companies that a CRM holds."""
    rows = [{"category": "crm" if c["source"] in ("salesforce", "hubspot") else "success"} | c for c in companies]
    warehouse.given("staging.accounts", rows)
    warehouse.build("profile.crm_accounts")
    found = warehouse.rows("SELECT source || ':' || source_account_id, account_id, basis FROM profile.crm_accounts")
    names: dict[str, str] = {}
    for key, account, _ in sorted(found, key=lambda row: (row[0].startswith("gainsight"), row[0])):
        names.setdefault(account, key)
    return {key: (names[account], basis) for key, account, basis in found}


def test_an_id_of_the_crm_wins_before_the_domain(warehouse: Warehouse) -> None:
    """A tool's web address may be the parent's; the id its connector wrote is the company."""
    found = accounts_of(
        warehouse,
        {"source": "salesforce", "account_id": "0015fAAAAAAAAAAUA4", "domain_key": "acme.example"},
        {"source": "hubspot", "account_id": "h1", "domain_key": "parent.example"},
        {
            "source": "gainsight",
            "account_id": "g1",
            "crm_account_id": "0015fAAAAAAAAAAUA4",
            "domain_key": "parent.example",
        },
        {
            "source": "gainsight",
            "account_id": "g2",
            "crm_account_id": "0015fGONEAAAAAAUA4",
            "domain_key": "solo.example",
        },
        {"source": "gainsight", "account_id": "g3"},
    )
    assert found["gainsight:g1"] == ("salesforce:0015fAAAAAAAAAAUA4", "crm_id")
    assert found["gainsight:g2"] == ("gainsight:g2", "domain")
    assert found["gainsight:g3"] == ("gainsight:g3", "own")


def test_an_id_that_two_crms_have_names_neither(warehouse: Warehouse) -> None:
    found = accounts_of(
        warehouse,
        {"source": "salesforce", "account_id": "17"},
        {"source": "hubspot", "account_id": "17"},
        {"source": "gainsight", "account_id": "g1", "crm_account_id": "17"},
    )
    assert found["gainsight:g1"] == ("gainsight:g1", "own")


def test_an_id_of_a_merged_company_names_the_one_it_became(warehouse: Warehouse) -> None:
    found = accounts_of(
        warehouse,
        {"source": "salesforce", "account_id": "old", "merged_into": "kept"},
        {"source": "salesforce", "account_id": "kept"},
        {"source": "gainsight", "account_id": "g1", "crm_account_id": "old"},
    )
    assert found["gainsight:g1"] == (found["salesforce:kept"][0], "crm_id")


def test_an_id_names_no_company_of_another_tool(warehouse: Warehouse) -> None:
    found = accounts_of(
        warehouse,
        {"source": "desk", "account_id": "17"},
        {"source": "gainsight", "account_id": "g1", "crm_account_id": "17"},
    )
    assert found["gainsight:g1"] == ("gainsight:g1", "own")
