"""Each answer of Troubleshooting, on a warehouse that has exactly that trouble."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.customer_360.doctor import diagnose
from customer360_pipeline.customer_360.finding import DUPLICATES, MISSING, NO_MATCHES
from customer360_pipeline.project import DEFS
from customer360_pipeline.sources.contract import load_sources

SECRET = "canary@secret.example"
BOTH = ("crm", "stripe")


def key(node, kind, value):
    """One identifier of a record."""
    return {"node": node, "kind": kind, "value": value}


def given_keys(warehouse, *rows):
    """Identifiers of records, and the values that several of them carry."""
    carriers = {}
    for row in rows:
        carriers.setdefault((row["kind"], row["value"]), []).append(row["node"])
    shared = [(kind, value, nodes) for (kind, value), nodes in carriers.items() if len(nodes) > 1]
    warehouse.given("staging.identifiers", rows)
    warehouse.given(
        "identity.key_values",
        [{"key_id": i, "kind": k, "value": v, "records": len(nodes)} for i, (k, v, nodes) in enumerate(shared)],
    )
    warehouse.given(
        "identity.key_records", [{"key_id": i, "node": n} for i, (_, _, nodes) in enumerate(shared) for n in nodes]
    )


def diagnosed(warehouse):
    """All findings on what the warehouse publishes."""
    warehouse.build(*(name for name in warehouse.tables if name.startswith("customer_360.")))
    warehouse.engine.execute("USE customer_360")
    found = diagnose(warehouse.engine.connection)
    assert not any("canary" in f.text + f.advice for f in found)
    return found


def findings(warehouse, question):
    """Texts and advice on one question."""
    return "\n".join(f"{f.text} {f.advice}" for f in diagnosed(warehouse) if f.question == question)


def problems(warehouse):
    """Texts of what is wrong."""
    return [f.text for f in diagnosed(warehouse) if f.is_problem]


@pytest.fixture
def with_contracts(warehouse):
    """The warehouse with the project's real contracts, which say what each source maps."""
    warehouse.context = replace(warehouse.context, sources=load_sources(DEFS / "sources"))
    return warehouse


def test_no_matches_names_the_key_that_is_missing_and_the_one_that_would_help(warehouse):
    warehouse.configure(secondary_join_keys=())
    warehouse.people(
        {"source": "ga4", "user_id": "u1", "customer": 0},
        {"source": "crm", "user_id": "u1", "email": SECRET, "customer": 1},
        {"source": "crm", "email": "not an address", "email_key": None, "customer": 2},
        {"source": "crm", "email": SECRET.upper(), "email_key": SECRET, "customer": 1},
    )
    given_keys(
        warehouse, key(0, "user_id", "u1"), key(1, "user_id", "u1"), key(1, "email", SECRET), key(3, "email", SECRET)
    )
    text = findings(warehouse, NO_MATCHES)
    assert "4 records are 3 customers" in text
    assert "No two sources meet" in text
    assert "email is mapped for no field of ga4: it cannot match their records" in text
    assert "crm: 1 record without any match shares a user_id with another source" in text
    assert "Add user_id to secondary_join_keys" in text
    assert "crm: 1 record has an email that is not valid" in text
    assert "usable in 2 (1 written in another case or format, which match all the same)" in text


def test_duplicates_name_what_keeps_customers_apart(warehouse):
    ada = {"first_name": "Ada", "last_name": "Byron", "company": "Acme"}
    warehouse.people(
        ada | {"email": SECRET, "customer": 0},
        ada | {"email": "other@x.com", "customer": 1},
        ada | {"company": None, "birth_date": "1990-01-01", "customer": 2},
        ada | {"company": None, "birth_date": "1990-01-01", "email": "third@x.com", "customer": 3},
    )
    warehouse.given(
        "identity.links",
        [{"left_node": 0, "right_node": 1, "rule": "phone", "pass": 3, "status": "vetoed",
          "reason": "first names differ", "evidence": "{}"}],
    )  # fmt: skip
    warehouse.given(
        "identity.blocked_values",
        [{"kind": "email", "value": SECRET, "records": 9, "distinct_names": 9, "reason": "role_mailbox",
          "merges_prevented": 8}],
    )  # fmt: skip
    text = findings(warehouse, DUPLICATES)
    assert "2 customers in 1 group share full name and company; each has an e-mail of its own" in text
    assert "2 customers in 1 group share full name and birth date; at least one has no e-mail" in text
    assert "1 link by phone was refused: first names differ" in text
    assert "1 email value links nobody (role mailbox), which prevented 8 merges" in text


def test_placeholders_are_no_likeness_and_a_shared_address_is_not_one_of_its_own(warehouse):
    ann, bob = {"first_name": "Ann", "last_name": "Lee"}, {"first_name": "Bob", "last_name": "Roe"}
    warehouse.people(
        ann | {"phone": "000 000 0000", "email": "ann1@x.com", "customer": 0},
        ann | {"phone": "000 000 0000", "email": "ann2@x.com", "customer": 1},
        bob | {"phone": "415 555 2671", "email": "bob@x.com", "customer": 2},
        bob | {"phone": "4155552671", "email": "Bob@x.com", "customer": 3},
    )
    text = findings(warehouse, DUPLICATES)
    assert "of its own" not in text
    assert "2 customers in 1 group share full name and phone, some an e-mail address too; a veto or a blocked" in text


def test_missing_fields_name_the_source_that_should_give_them(with_contracts):
    warehouse = with_contracts
    warehouse.people(
        {"source": "crm", "phone": "1", "customer": 0},
        {"source": "hubspot", "city": "Rome", "customer": 1},
        {"source": "crm", "customer": 2},
    )
    counts = ("physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode")
    read = dict.fromkeys(counts, 0) | {"entity": "contacts", "is_present": True}
    warehouse.given("sources.ledger", [read | {"source": "crm"}, read | {"source": "hubspot"}])
    text = findings(warehouse, MISSING)
    assert (
        "city is known of 1 of 3 (33.3%) customers; given by hubspot (100% of its records). crm could give it" in text
    )
    assert "Not among the extracts:" in text and "stripe" in text.partition("Not among the extracts:")[2]


def test_a_source_is_not_asked_for_what_its_contract_does_not_map(with_contracts):
    warehouse = with_contracts
    warehouse.people({"source": "stripe", "customer": 0})
    counts = ("physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode")
    read = dict.fromkeys(counts, 0) | {"entity": "customers", "is_present": True}
    warehouse.given("sources.ledger", [read | {"source": "stripe"}])
    text = findings(warehouse, MISSING)
    assert "city is known of 0 of 1 (0.0%) customers; given by no source. stripe could give it" in text
    assert "job_title is known of 0 of 1 (0.0%) customers; given by no source. No contract maps it." in text


def test_customers_on_one_address_are_counted_though_a_veto_keeps_them_apart(warehouse):
    warehouse.people({"email": SECRET, "customer": 0}, {"email": SECRET.upper(), "customer": 1})
    assert "2 customers in 1 group share an e-mail address; a veto or a blocked value" in findings(
        warehouse, DUPLICATES
    )


def test_an_empty_warehouse_is_explained(warehouse):
    assert "There is no customer at all" in findings(warehouse, NO_MATCHES)


@pytest.mark.parametrize("kind", ["email", "user_id"])
def test_key_coverage_counts_records_that_another_source_shares(warehouse, kind):
    warehouse.people({"source": "crm", kind: "k"}, {"source": "stripe", kind: "k"}, {"source": "stripe", "customer": 1})
    given_keys(warehouse, key(0, kind, "k"), key(1, kind, "k"))
    warehouse.build("customer_360.key_coverage")
    columns = "source, pass, records, given, usable, shared, matched, unmatched_shared"
    place = {"email": 1, "user_id": 2}[kind]
    assert warehouse.rows(f"SELECT {columns} FROM customer_360.key_coverage WHERE kind = '{kind}' ORDER BY 1") == [
        ("crm", place, 1, 1, 1, 1, 1, 0),
        ("stripe", place, 2, 1, 1, 1, 1, 0),
    ]


def test_what_a_source_simply_does_not_hold_is_no_problem(with_contracts):
    """A mailing list without phones and user ids, fields of few people, and sources that are not used."""
    warehouse = with_contracts
    warehouse.people(
        {"source": "mailchimp", "email": SECRET, "email_key": SECRET, "customer": 0},
        {"source": "crm", "email": SECRET, "email_key": SECRET, "phone": "+15550100", "phone_key": "+15550100",
         "customer": 0},
    )  # fmt: skip
    given_keys(warehouse, key(0, "email", SECRET), key(1, "email", SECRET), key(1, "phone", "+15550100"))
    assert problems(warehouse) == []
    assert "phone is in no record of mailchimp; they can match by other keys only" in findings(warehouse, NO_MATCHES)


def test_a_source_that_can_match_nobody_is_a_problem(with_contracts):
    warehouse = with_contracts
    warehouse.people(
        {"source": "mailchimp", "first_name": "Ada", "customer": 0},
        {"source": "crm", "email": SECRET, "email_key": SECRET, "customer": 1},
        {"source": "stripe", "email": SECRET, "email_key": SECRET, "customer": 1},
    )
    given_keys(warehouse, key(1, "email", SECRET), key(2, "email", SECRET))
    assert [text.partition(":")[0] for text in problems(warehouse)] == ["mailchimp"]


def test_one_source_alone_need_not_meet_another(warehouse):
    warehouse.people({"source": "crm", "email": SECRET, "email_key": SECRET, "customer": 0})
    given_keys(warehouse, key(0, "email", SECRET))
    assert problems(warehouse) == []


@pytest.mark.parametrize("invalid", [1, 3])
def test_a_few_invalid_values_are_information_and_many_a_problem(warehouse, invalid):
    people = [
        {"source": "crm", "email": f"{n}@x.com" if n >= invalid else "none", "email_key": f"{n}@x.com", "customer": n}
        for n in range(12)
    ]
    warehouse.people(*people)
    given_keys(warehouse, *(key(n, "email", f"{n}@x.com") for n in range(invalid, 12)))
    said = ["crm: 3 records have an email that is not valid and cannot match."]
    assert problems(warehouse) == (said if invalid == 3 else [])


def two_systems(warehouse, shared, refused):
    """Records of crm and stripe that share an address in pairs; of the first `refused` pairs the link was vetoed."""
    for_each = [(n, source) for n in range(shared) for source in BOTH]
    warehouse.people(
        *(
            {"source": source, "email": f"{n}@x.com", "customer": shared + n if n < refused and source == "crm" else n}
            for n, source in for_each
        )
    )
    given_keys(warehouse, *(key(n, "email", f"{n // 2}@x.com") for n in range(2 * shared)))
    veto = {"rule": "email", "pass": 1, "status": "vetoed", "reason": "user_id", "evidence": "{}"}
    warehouse.given("identity.links", [veto | {"left_node": 2 * n, "right_node": 2 * n + 1} for n in range(refused)])


@pytest.mark.parametrize(
    ("shared", "refused", "wrong"),
    [
        (4, 1, []),  # a quarter of them: two people on one address, told by their user ids or by an unmerge
        (1, 1, []),  # the only pair there is
        (9, 8, []),  # most, but a handful
        (30, 12, []),
        (12, 11, [f"{source}: of 12 records that share an email with another source 11 are kept apart by a veto or a "
                  "decision." for source in BOTH]),
    ],
)  # fmt: skip
def test_records_that_a_veto_or_a_decision_keeps_apart_are_no_problem_unless_they_are_most(
    warehouse, shared, refused, wrong
):
    two_systems(warehouse, shared, refused)
    found = diagnosed(warehouse)
    assert [f.text for f in found if f.is_problem] == wrong
    told = f"email: {2 * refused} records share one with another source and are kept apart with reason: by a veto, by "
    assert [f.text for f in found if f.text.startswith(told)] == ([] if wrong else [
        f"{told}a decision of people or because the value links nobody (crm {refused}, stripe {refused})."
    ])  # fmt: skip


def test_records_apart_without_a_reason_are_a_problem(warehouse):
    two_systems(warehouse, 4, 1)
    warehouse.given("identity.links", [])
    assert problems(warehouse) == [
        f"{source}: 1 record shares an email with another source without a match." for source in BOTH
    ]


def test_a_key_that_is_not_used_would_not_join_what_a_decision_keeps_apart(warehouse):
    warehouse.configure(secondary_join_keys=())
    warehouse.people(
        {"source": "crm", "user_id": "u", "email": SECRET, "email_key": SECRET},
        {"source": "stripe", "user_id": "u", "email": SECRET, "email_key": SECRET, "customer": 1},
        {"source": "hubspot", "email": "b@x.com", "email_key": "b@x.com", "customer": 2},
        {"source": "crm", "email": "b@x.com", "email_key": "b@x.com", "customer": 2},
    )
    apart = [key(n, kind, value) for n in (0, 1) for kind, value in (("user_id", "u"), ("email", SECRET))]
    given_keys(warehouse, *apart, key(2, "email", "b@x.com"), key(3, "email", "b@x.com"))
    veto = {"left_node": 0, "right_node": 1, "rule": "email", "pass": 1, "status": "vetoed", "evidence": "{}"}
    warehouse.given("identity.links", [veto])
    assert problems(warehouse) == []


def test_the_sample_is_told_to_be_in_order(sample_home, capsys):
    """No false alarm on the committed extracts; all is shown for who asks, each advice once."""
    assert main(["doctor", "--home", str(sample_home)]) == 0
    short = capsys.readouterr().out
    assert short.startswith("Nothing is wrong with matches, customers or fields.")
    assert "  ! " not in short
    assert "Checks of the run that warn: conflicts_within_target, " in short
    assert short.count("One person?") == 1
    assert "Not among the extracts: okta. Columns that only they fill are empty." in short
    assert main(["doctor", "--all", "--home", str(sample_home)]) == 0
    assert "stripe: phone is given by" in capsys.readouterr().out


def test_key_coverage_tells_values_written_otherwise_than_their_key_and_fields_without_one(warehouse):
    warehouse.people(
        {"source": "crm", "email": "ANN@a.example", "email_key": "ann@a.example", "user_id": "u"},
        {"source": "crm", "phone": "0171", "phone_key": "+49171", "customer": 1},
        {"source": "stripe", "customer": 2},
    )
    given_keys(warehouse, key(0, "email", "ann@a.example"), key(0, "user_id", "u"), key(1, "phone", "+49171"))
    warehouse.build("customer_360.key_coverage")
    columns = "source, kind, records, given, usable, reformatted, blocked, shared, matched, unmatched_shared"
    rows = {(source, kind): found for source, kind, *found in warehouse.rows(
        f"SELECT {columns} FROM customer_360.key_coverage"
    )}  # fmt: skip
    nothing = [0, 0, 0, 0]
    assert rows["crm", "email"] == rows["crm", "phone"] == [2, 1, 1, 1, *nothing]
    assert rows["crm", "user_id"] == [2, 1, 1, 0, *nothing]
    assert rows["stripe", "email"] == [1, 0, 0, 0, *nothing]
    assert len(rows) == 8
