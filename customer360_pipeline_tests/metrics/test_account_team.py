"""Who looks after an account, who plays which part there, and what a document belongs to. as_of is 2026-06-30 12:00."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from customer360_pipeline_tests.conftest import AS_OF, Warehouse

TEAM = "csm_id, csm_name, csm_basis, ae_id, ae_name, ae_basis"


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def team(warehouse: Warehouse, companies: list[dict[str, Any]], **facts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Companies `c0`, `c1` ... that are all the account `a`, and who looks after it."""
    rows = [{"source": "salesforce", "account_id": f"c{n}"} | company for n, company in enumerate(companies)]
    warehouse.given("staging.account_rows", rows)
    warehouse.given(
        "profile.crm_accounts",
        [{"source": row["source"], "source_account_id": row["account_id"], "account_id": "a"} for row in rows],
    )
    people = [
        {"source": source, "owner_id": f"u{n}", "owner_name": f"Colleague {n}"}
        for source in ("salesforce", "hubspot")
        for n in range(4)
    ]
    warehouse.given("staging.owner_rows", facts.get("owners", people))
    warehouse.given("staging.account_member_rows", facts.get("members", []))
    deals = [
        {"source": "salesforce", "opportunity_id": f"o{n}"} | deal for n, deal in enumerate(facts.get("deals", []))
    ]
    warehouse.given("staging.opportunity_rows", [deal | {"status": None} for deal in deals])
    shared = {"is_copy": False, "entity": "deals"}
    warehouse.given("staging.opportunities", [{**shared, **deal} for deal in deals])
    warehouse.given("staging.opportunity_changes", [])
    warehouse.given(
        "profile.item_accounts",
        [
            {"source": "salesforce", "entity": "deals", "kind": "opportunity", "item_id": deal["opportunity_id"]}
            | {"account_id": "a", "basis": "company"}
            for deal in deals
        ],
    )
    for empty in ("staging.activity_rows", "staging.document_rows", "profile.exchange_rates"):
        warehouse.given(empty, [])
    warehouse.build("metrics.account_team")
    return warehouse.rows(f"SELECT {TEAM} FROM metrics.account_team")


def test_the_owner_of_a_company_sells_in_salesforce_and_looks_after_it_in_hubspot(warehouse: Warehouse) -> None:
    companies = [{"owner": "u1"}, {"source": "hubspot", "owner": "u2"}]
    assert team(warehouse, companies) == [("u2", "Colleague 2", "owner", "u1", "Colleague 1", "owner")]


def test_a_field_of_its_own_goes_before_the_team_and_the_team_before_owners(warehouse: Warehouse) -> None:
    role = {"source": "salesforce", "account_id": "c0", "owner_id": "u3", "role": "Customer Success Manager"}
    members = [role | {"member_id": "m1"}, role | {"member_id": "m2", "role": "Account Executive", "owner_id": "u2"}]
    found = team(warehouse, [{"owner": "u1", "success_manager": "u0"}], members=members)
    assert found == [("u0", "Colleague 0", "field", "u2", "Colleague 2", "team")]
    assert team(warehouse, [{"owner": "u1"}], members=members)[0][:3] == ("u3", "Colleague 3", "team")


def test_a_success_tools_own_word_is_not_taken_unless_its_contract_says_so(warehouse: Warehouse) -> None:
    crm = {"owner": "u1", "success_manager": "u0", "updated_at": days_ago(9)}
    tool = {"source": "gainsight", "updated_at": days_ago(1)}
    assert team(warehouse, [crm, tool | {"csm": "csm@vendor.example"}])[0][:3] == ("u0", "Colleague 0", "field")
    mapped = team(warehouse, [crm, tool | {"success_manager": "csm@vendor.example"}])
    assert mapped[0][:3] == ("csm@vendor.example", "csm@vendor.example", "field")


def test_who_owns_the_open_deal_goes_before_the_owner_of_the_company(warehouse: Warehouse) -> None:
    deals = [
        {"status": "won", "owner_id": "u3", "close_at": days_ago(5), "updated_at": days_ago(5)},
        {"status": "open", "owner_id": "u2", "created_at": days_ago(60)},
    ]
    assert team(warehouse, [{"owner": "u1"}], deals=deals)[0][3:] == ("u2", "Colleague 2", "opportunity")


def test_who_has_left_comes_last(warehouse: Warehouse) -> None:
    owners = [
        {"source": "salesforce", "owner_id": "u0", "owner_name": "Gone", "is_active": False},
        {"source": "salesforce", "owner_id": "u1", "owner_name": "Here", "is_active": True},
    ]
    deals = [{"status": "open", "owner_id": "u0", "created_at": days_ago(60)}]
    assert team(warehouse, [{"owner": "u1"}], deals=deals, owners=owners)[0][3:5] == ("u1", "Here")


def test_a_name_that_no_colleague_has_stands_for_itself(warehouse: Warehouse) -> None:
    assert team(warehouse, [{"owner": "Somebody Else"}], owners=[])[0][3:5] == ("Somebody Else", "Somebody Else")


def part(warehouse: Warehouse, roles: list[dict[str, Any]], engaged: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    usual = {"account_id": "a", "source": "salesforce", "basis": "opportunity"}
    warehouse.given("metrics.contact_roles", [usual | role for role in roles])
    zeros = {"account_id": "a", "contacts_180d": 0, "meetings_365d": 0, "last_contact_at": days_ago(1)}
    warehouse.given("metrics.people_engagement", [zeros | row for row in engaged])
    warehouse.given(
        "metrics.job_levels",
        [
            {"account_id": "a", "customer_id": "c_vp", "job_title": "VP Operations", "level": 80},
            {"account_id": "a", "customer_id": "c_ceo", "job_title": "CEO", "level": 8},
        ],
    )
    warehouse.build("metrics.account_contacts")
    return warehouse.rows(
        "SELECT customer_id, role, kind, basis FROM metrics.account_contacts WHERE is_main ORDER BY 2"
    )


def test_what_the_crm_says_is_observed_and_only_the_rest_is_inferred(warehouse: Warehouse) -> None:
    roles = [{"customer_id": "c_said", "role": "champion"}, {"customer_id": "c_other", "role": "champion"}]
    engaged = [
        {"customer_id": "c_busy", "contacts_180d": 9},
        {"customer_id": "c_other", "contacts_180d": 2},
        {"customer_id": "c_vp", "meetings_365d": 1},
        {"customer_id": "c_ceo", "meetings_365d": 0},  # never met us
    ]
    assert part(warehouse, roles, engaged) == [
        ("c_other", "champion", "observed", "opportunity"),
        ("c_vp", "executive_sponsor", "inferred", "job_title"),
    ]
    assert part(warehouse, [], engaged)[0] == ("c_busy", "champion", "inferred", "engagement")


def test_nobody_is_a_champion_for_two_emails(warehouse: Warehouse) -> None:
    assert part(warehouse, [], [{"customer_id": "c_busy", "contacts_180d": 2}]) == []


def test_roles_of_a_company_several_in_one_field(warehouse: Warehouse) -> None:
    warehouse.people({"source": "salesforce", "record_id": "p1", "email": "ada@north.example"})
    item = {"source": "salesforce", "entity": "roles", "kind": "contact_role", "item_id": "r1", "node": 0}
    warehouse.given("profile.item_accounts", [item | {"account_id": "a", "basis": "company"}])
    role = {"source": "salesforce", "entity": "roles", "role_id": "r1", "record_id": "p1"}
    warehouse.given("staging.contact_role_rows", [role | {"role": "Economic Decision Maker; Executive Sponsor;Ally"}])
    warehouse.build("metrics.contact_roles")
    assert warehouse.column("metrics.contact_roles", "role") == ["ally", "economic_buyer", "executive_sponsor"]


def test_a_file_belongs_to_what_it_is_attached_to_and_not_to_its_owner(warehouse: Warehouse) -> None:
    file = {"source": "salesforce", "entity": "files", "document_id": "d1", "document_type": "file"}
    warehouse.given("staging.documents", [file, file | {"document_id": "d2"}])
    link = {"source": "salesforce", "entity": "links", "document_id": "d1"}
    warehouse.given("staging.document_link_rows", [link | {"link_id": "user"}, link | {"link_id": "deal"}])
    items = [
        ("files", "document", "d1", None, "nobody"),
        ("files", "document", "d2", None, "nobody"),
        ("links", "document_link", "user", None, "nobody"),
        ("links", "document_link", "deal", "a", "opportunity"),
    ]
    names = ("entity", "kind", "item_id", "account_id", "basis")
    rows = [{"source": "salesforce"} | dict(zip(names, item, strict=True)) for item in items]
    warehouse.given("profile.item_accounts", rows)
    warehouse.build("metrics.document_accounts")
    assert warehouse.rows("SELECT document_id, account_id, basis FROM metrics.document_accounts ORDER BY 1") == [
        ("d1", "a", "opportunity"),
        ("d2", None, "nobody"),
    ]


def test_a_fact_belongs_to_the_account_of_its_opportunity(warehouse: Warehouse) -> None:
    """Salesforce leaves the account blank where the person is a lead; the opportunity knows it."""
    base = {"source": "salesforce", "entity": "e"}
    warehouse.given(
        "staging.account_items",
        [
            base | {"kind": "opportunity", "item_id": "o1", "account_id": "c1"},
            base | {"kind": "activity", "item_id": "t1", "opportunity_id": "o1", "account_id": "o1"},
            base | {"kind": "activity", "item_id": "t2", "opportunity_id": "gone"},
        ],
    )
    warehouse.given("profile.crm_accounts", [{"source": "salesforce", "source_account_id": "c1", "account_id": "a"}])
    for empty in ("staging.named_people", "profile.record_accounts"):
        warehouse.given(empty, [])
    warehouse.build("profile.item_accounts")
    assert warehouse.rows("SELECT item_id, account_id, basis FROM profile.item_accounts ORDER BY 1") == [
        ("o1", "a", "company"),
        ("t1", "a", "opportunity"),
        ("t2", None, "nobody"),
    ]
