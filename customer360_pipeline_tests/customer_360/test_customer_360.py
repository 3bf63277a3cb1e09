"""The published tables, on a handful of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from customer360_pipeline.customer_360.audits import AUDITS, run_audits
from customer360_pipeline.customer_360.contract import CASTS
from customer360_pipeline.sources.contract import Source
from customer360_pipeline_tests.conftest import Warehouse, undone
from customer360_pipeline_tests.customer_360 import test_value_audits

AS_OF = datetime(2026, 6, 30, 12)


def ledger(source, entity="contacts", **more):
    """A ledger row of a source that was read, with nothing in it."""
    counts = ("physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode")
    return dict.fromkeys(counts, 0) | {"source": source, "entity": entity, "is_present": True} | more


def test_first_sixteen_columns_are_those_of_the_component(warehouse):
    warehouse.people({"email": "ada@example.com"})
    warehouse.build("customer_360.customer_360")
    assert [name for name, _ in warehouse.engine.columns("customer_360.customer_360")][:16] == [
        "customer_id", "email", "first_name", "last_name", "created_at", "total_revenue", "total_orders",
        "avg_order_value", "total_sessions", "total_page_views", "acquisition_source", "acquisition_medium",
        "acquisition_campaign", "last_interaction_date", "customer_lifetime_days", "is_active",
    ]  # fmt: skip
    assert list(CASTS) == [name for name, _ in warehouse.engine.columns("customer_360.customer_360")][:16]


def test_nothing_known_is_zero_and_not_read_is_null(warehouse):
    warehouse.people({})
    warehouse.given("sources.ledger", [ledger("stripe"), ledger("ga4", is_present=False)])
    warehouse.given("profile.shapes_read", [{"source": "stripe", "shape": "charge"}])
    warehouse.build("customer_360.customer_360")
    assert warehouse.rows("SELECT total_revenue, total_orders, total_sessions FROM customer_360.customer_360") == [
        (Decimal(0), 0, None)
    ]


def test_one_person_over_four_sources_is_one_row(warehouse):
    first, created = datetime(2026, 3, 1, 23), datetime(2026, 3, 2)
    warehouse.people(
        {"source": "crm", "created_at": created, "first_name": "Ada", "last_name": "Byron", "email": "ada@x.com"},
        {"source": "stripe", "created_at": datetime(2026, 4, 1), "email": "ADA@x.com"},
        {"source": "ga4", "record_type": "device"},
    )
    warehouse.given("sources.ledger", [ledger(name) for name in ("crm", "stripe", "ga4")])
    warehouse.given(
        "staging.charges",
        [{"source": "stripe", "charge_id": str(i), "node": 1, "amount": 10, "currency": "USD", "is_succeeded": True,
          "occurred_at": datetime(2026, 6, 1)} for i in range(2)],
    )  # fmt: skip
    warehouse.given(
        "staging.sessions",
        [{"source": "ga4", "device_id": "d", "session_id": str(i), "node": 2, "started_at": first,
          "ended_at": first, "page_views": 2, "events": 2} for i in range(3)],
    )  # fmt: skip
    warehouse.build("customer_360.customer_360")
    columns = (
        "total_revenue, total_orders, avg_order_value, total_sessions, total_page_views, created_at, "
        "last_interaction_date, customer_lifetime_days, is_active, record_count, source_count, has_marketing"
    )
    assert warehouse.rows(f"SELECT {columns} FROM customer_360.customer_360") == [
        (Decimal(20), 2, Decimal(10), 3, 6, first, datetime(2026, 6, 1), 121, True, 3, 3, False)
    ]


@pytest.mark.parametrize(("day", "is_active"), [(datetime(2026, 5, 31, 1), True), (datetime(2026, 5, 30, 23), False)])
def test_active_is_a_count_of_days_from_as_of(warehouse, day, is_active):
    warehouse.people({})
    warehouse.given("staging.touches", [{"source": "mailchimp", "event_id": "e", "node": 0, "occurred_at": day}])
    warehouse.build("customer_360.customer_360")
    assert warehouse.column("customer_360.customer_360", "is_active") == [is_active]


def test_the_timeline_has_every_event_of_a_customer_up_to_as_of(warehouse):
    warehouse.people({"customer": 0, "created_at": datetime(2026, 1, 1)}, {"customer": 1})
    event = {"source": "mailchimp", "event_type": "click", "node": 0}
    warehouse.given(
        "staging.touches",
        [
            event | {"event_id": "a", "occurred_at": datetime(2026, 2, 1)},
            event | {"event_id": "b", "occurred_at": datetime(2026, 3, 1)},
            event | {"event_id": "late", "occurred_at": datetime(2030, 3, 1)},
            event | {"event_id": "other", "node": 1, "occurred_at": datetime(2026, 3, 1)},
        ],
    )
    warehouse.build("customer_360.customer_timeline")
    assert warehouse.rows(
        "SELECT customer_id, event_id FROM customer_360.customer_timeline ORDER BY customer_id, occurred_at DESC"
    ) == [
        ("c_0", "b"), ("c_0", "a"), ("c_0", "0"), ("c_1", "other"),
    ]  # fmt: skip


def test_an_identity_tells_its_strongest_link(warehouse):
    warehouse.people({"record_id": "a"}, {"record_id": "b"}, {"record_id": "c", "customer": 1})
    link = {"left_node": 0, "right_node": 1, "evidence": "{}"}
    warehouse.given(
        "identity.links",
        [
            link | {"rule": "phone", "pass": 3, "status": "accepted"},
            link | {"rule": "email", "pass": 1, "status": "accepted"},
            link | {"right_node": 2, "rule": "user_id", "pass": 0, "status": "vetoed"},
        ],
    )
    warehouse.build("customer_360.customer_identities", "customer_360.identity_links")
    assert warehouse.rows(
        "SELECT record_id, customer_id, rule, pass, links FROM customer_360.customer_identities ORDER BY record_id"
    ) == [("a", "c_0", "email", 1, 2), ("b", "c_0", "email", 1, 2), ("c", "c_1", None, None, 0)]
    assert warehouse.engine.row_count("customer_360.identity_links") == 3


def test_freshness_counts_what_lies_after_as_of(warehouse):
    warehouse.people({"updated_at": datetime(2026, 6, 20)}, {"updated_at": datetime(2027, 1, 1)})
    warehouse.build("customer_360.freshness")
    assert warehouse.rows("SELECT source, fact, facts, age_days, after_as_of FROM customer_360.freshness") == [
        ("crm", "records", 2, 10, 1)
    ]


@pytest.fixture(scope="module")
def sound(catalog):
    """Two customers over three records, one unattributed charge; every published table built."""
    warehouse = Warehouse(catalog)
    warehouse.people({"source": "stripe", "email": "a@x.com"}, {"email": "A@x.com"}, {"customer": 1})
    warehouse.given("staging.contact_rows", [
        {"source": "stripe", "entity": "contacts", "record_id": "0"},
        {"source": "crm", "entity": "contacts", "record_id": "1"},
        {"source": "crm", "entity": "contacts", "record_id": "2"},
        {"source": "crm", "entity": "contacts", "record_id": "gone", "is_deleted": True},
        {"source": "crm", "entity": "contacts", "record_id": "agent", "is_staff": True},
    ])  # fmt: skip
    warehouse.given("sources.ledger", [ledger("crm", physical_records=3, accepted=3), ledger("stripe")])
    charge = {"source": "stripe", "amount": 10, "currency": "USD", "is_succeeded": True, "occurred_at": AS_OF}
    warehouse.given("staging.charges", [charge | {"charge_id": "a", "node": 0}, charge | {"charge_id": "b"}])
    at = {"started_at": AS_OF, "ended_at": AS_OF, "page_views": 1}
    warehouse.given("staging.sessions", [at | {"source": "ga4", "device_id": "d", "session_id": "1", "node": 2}])
    warehouse.given("staging.touches", [{"source": "mailchimp", "event_id": "e", "node": 0, "occurred_at": AS_OF}])
    asked = [{"source": "stripe", "ticket_id": "t1", "record_id": "0"}, {"source": "stripe", "ticket_id": "t2"}]
    warehouse.given("staging.ticket_rows", asked)
    usual = {"status": "open", "status_category": "open", "is_counted": True, "is_resolved": False}
    usual |= {"source": "stripe", "is_escalated": False, "opened_at": AS_OF}
    warehouse.given("staging.tickets", [usual | {"ticket_id": "t1", "node": 0}, usual | {"ticket_id": "t2"}])
    named = {"named_record_id": "0", "record_id": "0", "is_contact": True}
    warehouse.given("staging.named_people", [named | {"source": "stripe"}])
    warehouse.given("staging.account_items", [
        {"source": "stripe", "entity": "tickets", "kind": "ticket", "item_id": "t1", "record_id": "0"},
        {"source": "stripe", "entity": "tickets", "kind": "ticket", "item_id": "t2"},
    ])  # fmt: skip
    use = {"source": "segment", "event_name": "run", "occurred_at": AS_OF}
    warehouse.given("staging.product_event_rows", [use | {"event_id": "1"}, use | {"event_id": "2"}])
    day = {"source": "segment", "day": AS_OF.date(), "events": 1, "first_at": AS_OF, "last_at": AS_OF}
    warehouse.given("staging.usage_days", [day | {"node": 0, "feature": "Reports"}, day | {"node": None}])
    warehouse.given("staging.features", [{"event_key": "run", "feature": "Reports", "is_high_value": False}])
    login = {"source": "auth0", "event_id": "1", "node": 0, "is_login": True, "occurred_at": AS_OF}
    warehouse.given("staging.logins", [login])
    warehouse.build(*(name for name in warehouse.tables if name.startswith("customer_360.")))
    return warehouse


@pytest.fixture
def built(sound):
    """The sound build, for one test to damage."""
    with undone(sound):
        yield sound


def failed(warehouse):
    """Names of the audits that fail."""
    return {result.check for result in run_audits(warehouse.engine, warehouse.context) if not result.passed}


def test_all_audits_pass_on_a_sound_build(built):
    assert failed(built) == set()


@pytest.mark.parametrize(
    ("damage", "audit"),
    [
        ("UPDATE sources.ledger SET quarantined = 1 WHERE source = 'stripe'", "ledger_balanced"),
        ("UPDATE sources.ledger SET quarantined = 20, physical_records = 21 WHERE source = 'crm'",
         "quarantine_within_limit"),
        ("UPDATE sources.ledger SET quarantined = 3, accepted = 0 WHERE source = 'crm'", "something_accepted"),
        ("UPDATE sources.ledger SET deduplicated = 97, physical_records = 100 WHERE source = 'crm'",
         "duplicates_within_limit"),
        ("INSERT INTO staging.contact_rows (source, entity, record_id) VALUES ('crm', 'contacts', 'lost')",
         "contacts_are_records"),
        ("DELETE FROM identity.record_customers WHERE node = 1", "record_has_one_customer"),
        ("INSERT INTO identity.record_customers VALUES (1, 1, 'c_1')", "record_has_one_customer"),
        ("INSERT INTO customer_360.customer_360 SELECT * FROM customer_360.customer_360", "one_row_per_customer"),
        ("DELETE FROM customer_360.customer_360 WHERE customer_id = 'c_1'", "one_row_per_customer"),
        ("UPDATE customer_360.revenue_tie_out SET difference = 0.01", "money_conserved_by_currency"),
        ("UPDATE customer_360.customer_360 SET total_revenue = total_revenue + 0.01 WHERE customer_id = 'c_0'",
         "money_conserved_in_reporting_currency"),
        ("UPDATE customer_360.customer_360 SET total_orders = 2 WHERE customer_id = 'c_0'", "orders_not_fanned_out"),
        ("UPDATE customer_360.customer_360 SET total_sessions = 2 WHERE customer_id = 'c_1'",
         "sessions_not_fanned_out"),
        ("UPDATE customer_360.customer_360 SET total_touches = 9 WHERE customer_id = 'c_0'", "touches_not_fanned_out"),
        ("UPDATE customer_360.customer_360 SET record_count = 1001", "largest_customer_plausible"),
        ("UPDATE customer_360.customer_360 SET record_count = 101", "largest_customer_small"),
        ("UPDATE customer_360.customer_360 SET record_count = 21", "large_customers_within_limit"),
        ("UPDATE customer_360.customer_360 SET record_count = 21 WHERE customer_id = 'c_0'", "large_customers_few"),
        ("INSERT INTO identity.review (left_node, right_node) VALUES (0, 1)", "review_manageable"),
        ("UPDATE customer_360.customer_360 SET conflict_count = 1", "conflicts_within_target"),
        ("UPDATE customer_360.revenue_tie_out SET unconverted_movements = 1", "money_has_rates"),
        ("UPDATE customer_360.customer_360 SET customer_lifetime_days = -1", "contract"),
        ("DELETE FROM profile.record_accounts WHERE node = 1", "record_has_one_account"),
        ("UPDATE metrics.account_revenue SET total_paid = total_paid + 0.01", "account_money_conserved"),
        ("INSERT INTO metrics.arr_terms (subscription_id, currency, arr, mrr) VALUES ('sub_1', 'USD', 12, 1)",
         "arr_movements_add_up"),
        ("INSERT INTO staging.invoices (invoice_id, node, status, issued_at) VALUES ('in_1', 0, 'paid', "
         "TIMESTAMP '2026-01-01')", "invoices_not_fanned_out"),
        ("DELETE FROM staging.tickets WHERE ticket_id = 't2'", "accepted_tickets_are_staged"),
        ("DELETE FROM profile.item_accounts WHERE item_id = 't1'", "accepted_tickets_are_staged"),
        ("UPDATE metrics.account_support SET total_tickets = 2", "tickets_not_fanned_out"),
        ("DELETE FROM customer_360.tickets WHERE ticket_id = 't2'", "tickets_not_fanned_out"),
        ("UPDATE customer_360.customer_360 SET total_tickets = 2 WHERE customer_id = 'c_1'",
         "customer_tickets_not_fanned_out"),
        ("INSERT INTO staging.activity_rows (source, activity_id) VALUES ('crm', 'lost')", "activities_conserved"),
        ("INSERT INTO staging.opportunity_rows (source, opportunity_id) VALUES ('crm', 'lost')",
         "opportunities_conserved"),
        ("INSERT INTO staging.document_rows (source, document_id) VALUES ('crm', 'lost')", "documents_conserved"),
        ("INSERT INTO metrics.account_engagement (account_id, total_contacts) VALUES ('a', 1)",
         "contacts_counted_once"),
        ("INSERT INTO metrics.account_pipeline (account_id, open_value) VALUES ('a', 1)", "pipeline_conserved"),
        ("INSERT INTO customer_360.opportunities (source, opportunity_id, stage) VALUES ('crm', 'o', 'Won'); "
         "INSERT INTO customer_360.opportunity_stages (source, opportunity_id, stage, place, entered_at) "
         "VALUES ('crm', 'o', 'Proposal', 1, TIMESTAMP '2026-01-01')", "stage_at_as_of"),
        ("UPDATE staging.tickets SET status = 'limbo', status_category = NULL", "ticket_statuses_known"),
        ("INSERT INTO staging.product_event_rows (event_id, occurred_at) VALUES ('lost', TIMESTAMP '2026-01-01')",
         "product_events_conserved"),
        ("UPDATE customer_360.usage_days SET events = events + 1", "usage_not_fanned_out"),
        ("DELETE FROM customer_360.feature_usage", "feature_usage_not_fanned_out"),
        ("UPDATE metrics.people_activity SET logins = 2", "logins_not_fanned_out"),
        ("INSERT INTO profile.company_references (source, kind, reference_id) VALUES ('seats', 'entitlement', '1')",
         "entitlements_have_account"),
        ("INSERT INTO metrics.account_success (account_id, goals, goals_dropped, reviews) VALUES ('a', 1, 0, 0)",
         "goals_conserved"),
        ("INSERT INTO metrics.account_success (account_id, goals, goals_dropped, reviews) VALUES ('a', 0, 0, 1)",
         "reviews_conserved"),
        ("INSERT INTO metrics.account_nps (account_id, nps_answers) VALUES ('a', 1)", "nps_answers_conserved"),
        ("INSERT INTO metrics.nps_answers (account_id, customer_number, period, is_latest) VALUES ('a', 1, 0, TRUE), "
         "('a', 1, 0, TRUE)", "nps_person_counts_once"),
        ("INSERT INTO health.dimensions (account_id, dimension, score, effective_weight) VALUES ('a', 'usage', 5, 0.5)",
         "health_weights_add_up"),
        ("DELETE FROM health.summary", "health_score_has_one_account"),
        ("INSERT INTO health.scores (account_id, score, coverage) VALUES ('a', 100, 0.1)", "no_score_without_coverage"),
        ("INSERT INTO health.recommended_actions (account_id, priority) SELECT 'a', n FROM range(6) AS r(n)",
         "at_most_five_actions"),
        ("UPDATE staging.charges SET amount_refunded = 11 WHERE charge_id = 'a'", "refunds_within_charge"),
        ("INSERT INTO staging.refunds (source, refund_id, charge_id, amount, currency, is_settled) "
         "VALUES ('stripe', 'r', 'a', 10.01, 'USD', TRUE)", "refunds_within_charge"),
        ("INSERT INTO staging.refunds (source, refund_id, charge_id, amount, currency, is_settled) "
         "VALUES ('stripe', 'r', 'a', 10, 'EUR', TRUE)", "refunds_in_currency_of_charge"),
        ("INSERT INTO staging.disputes (source, dispute_id, charge_id, amount, currency, is_lost) "
         "VALUES ('stripe', 'd', 'a', 10.01, 'USD', TRUE)", "disputes_within_charge"),
        ("INSERT INTO profile.money (source, movement, movement_id, charge_id, amount, status) "
         "VALUES ('stripe', 'refund', 'r', 'gone', -7, 'no_charge')", "refunds_have_charge"),
        ("UPDATE staging.records SET updated_at = TIMESTAMP '2026-07-01'", "records_not_after_as_of"),
        ("INSERT INTO customer_360.identity_decisions (decision_id, source, record_id) VALUES ('d_1', 'crm', 'gone')",
         "decisions_name_known_records"),
        ("INSERT INTO staging.accounts (source, account_id, created_at) VALUES ('crm', 'a', TIMESTAMP '2027-01-01')",
         "records_not_after_as_of"),
        ("INSERT INTO sources.files (source, entity, source_file, physical_records) "
         "VALUES ('crm', 'contacts', 'crm/people.csv', 20); "
         "INSERT INTO sources.quarantine (source, entity, source_file) SELECT 'crm', 'contacts', 'crm/people.csv' "
         "FROM range(4)", "files_mostly_accepted"),
        ("INSERT INTO sources.differing_copies VALUES ('stripe', 'charges', 'stripe/payments.csv', 1)",
         "copies_agree_on_money"),
    ],
)  # fmt: skip
def test_each_audit_sees_the_damage_it_is_for(built, damage, audit):
    built.engine.execute(damage)
    assert audit in failed(built)


@pytest.mark.parametrize(
    ("refund", "expected"),
    [
        ("10, 'USD', TRUE", set()),  # the whole charge
        ("11, 'USD', FALSE", set()),  # failed or pending: no money went back
        ("11, NULL, TRUE", {"refunds_within_charge"}),
        ("900, 'JPY', TRUE", {"refunds_in_currency_of_charge"}),  # 900 yen are not more than 10 dollars
    ],
)
def test_odd_refunds_warn_by_count_and_source_and_block_nothing(built, refund, expected):
    built.engine.execute(
        "INSERT INTO staging.refunds (source, refund_id, charge_id, amount, currency, is_settled) "
        f"VALUES ('stripe', 're_secret', 'a', {refund})"
    )
    found = [r for r in run_audits(built.engine, built.context) if not r.passed and r.check.startswith("refunds")]
    assert {result.check for result in found} == expected
    assert not any(result.blocking for result in found)
    assert all("Found: stripe 1." in r.description and "re_secret" not in r.description for r in found)


@pytest.mark.parametrize(
    ("refunded", "disputed", "outcome", "found"),
    [
        (10, 10, "lost", 1),  # the whole charge twice: -10 in all
        (4, 6, "lost", 0),
        (4, 7, "lost", 1),
        (0, 10, "lost", 0),
        (10, 10, "won", 0),
        (10, 10, "open", 0),
        (11, 0, "won", 0),  # too much by refunds alone is another check's
    ],
)
def test_a_charge_that_was_refunded_and_then_lost_warns(built, refunded, disputed, outcome, found):
    money = {"source": "stripe", "charge_id": "a", "currency": "USD"}
    built.given("staging.refunds", [money | {"refund_id": "r", "amount": refunded, "is_settled": True}])
    state = {"is_lost": outcome == "lost", "is_open": outcome == "open"}
    built.given("staging.disputes", [money | state | {"dispute_id": "d", "amount": disputed}])
    [result] = [r for r in run_audits(built.engine, built.context) if r.check == "disputes_within_charge"]
    assert (result.failed_rows, result.blocking) == (found, False)
    assert not found or result.description.endswith("Found: stripe 1.")


@pytest.mark.parametrize(
    ("charge", "movement", "found"),
    [
        ("gone", "refund", "Found: stripe 1."),
        ("gone", "dispute", "Found: stripe 1."),
        ("gone", "open dispute", None),  # nothing was lost yet
        ("a", "refund", None),
        ("hold", "refund", None),  # an authorisation was cancelled: it had taken nothing
    ],
)
def test_money_given_back_of_a_charge_in_no_file_warns(built, charge, movement, found):
    taken = {"source": "stripe", "charge_id": "a", "amount": 7, "currency": "USD", "is_succeeded": True}
    built.given("staging.charges", [taken, taken | {"charge_id": "hold", "is_succeeded": False}])
    back = {"source": "stripe", "charge_id": charge, "amount": 7, "currency": "USD"}
    if movement == "refund":
        built.given("staging.refunds", [back | {"refund_id": "re_secret", "is_settled": True}])
    else:
        lost = movement == "dispute"
        built.given("staging.disputes", [back | {"dispute_id": "dp_1", "is_lost": lost, "is_open": not lost}])
    built.build("profile.money")
    [result] = [r for r in run_audits(built.engine, built.context) if r.check == "refunds_have_charge"]
    assert (result.failed_rows, result.blocking) == (1 if found else 0, False)
    assert result.description.endswith(found or "quarantine.")


@pytest.mark.parametrize(
    ("refused", "records", "found"),
    [
        (4, 20, ["crm/people.csv 4 of 20 records"]),
        (3, 20, ["crm/people.csv 3 of 20 records"]),
        (2, 20, []),  # a tenth, but two lines only
        (5, 100, []),  # a twentieth exactly
        (6, 100, ["crm/people.csv 6 of 100 records"]),
    ],
)
def test_a_file_of_which_a_considerable_part_was_refused_warns(built, refused, records, found):
    """A small file stays below what stops a run, and is not lost in the sum of its source."""
    files = [("people.csv", "contacts", records), ("more.csv", "contacts", 1000), ("people.csv", "accounts", 1000)]
    built.given(
        "sources.files",
        [{"source": "crm", "entity": e, "source_file": f"crm/{n}", "physical_records": r} for n, e, r in files],
    )
    line = {"source": "crm", "entity": "contacts", "source_file": "crm/people.csv", "rule": "too_few_fields"}
    built.given("sources.quarantine", [line | {"line": n} for n in range(refused)])
    results = [r for r in run_audits(built.engine, built.context) if r.check == "files_mostly_accepted"]
    assert [r.failed_rows for r in results] == [len(found)] and not results[0].blocking
    assert results[0].description.endswith(f" Found: {found[0]}." if found else "quarantine.")


def test_no_published_time_lies_after_as_of(warehouse):
    late = datetime(2026, 7, 1)
    warehouse.people({"source": "crm", "created_at": late, "updated_at": late, "email": "ada@x.com"})
    warehouse.given("sources.ledger", [ledger("crm")])
    warehouse.build(*(name for name in warehouse.tables if name.startswith("customer_360.")))
    found = [
        f"{table}.{name}"
        for table in warehouse.tables
        if table.startswith("customer_360.")
        for name, type_ in warehouse.engine.columns(table)
        if type_ == "TIMESTAMP" and warehouse.rows(f"SELECT 1 FROM {table} WHERE \"{name}\" > TIMESTAMP '{AS_OF}'")
    ]
    assert found == []
    assert warehouse.rows("SELECT after_as_of FROM customer_360.freshness WHERE fact = 'records'") == [(1,)]


def test_the_ledger_must_agree_with_what_landed(warehouse):
    crm = Source.model_validate(
        {"source": "crm", "category": "crm", "entities": {"contacts": {"shape": "contact", "files": "crm.csv"}}}
    )
    context = replace(warehouse.context, sources=(crm,))
    warehouse.given("sources.ledger", [ledger("crm", physical_records=2, accepted=2)])
    landed = next(audit for audit in AUDITS if audit.name == "ledger_landed")
    for rows, failed_rows in ((2, 0), (1, 1)):
        warehouse.engine.create_table("raw.crm_contacts", f"SELECT range AS record_id FROM range({rows})")
        assert warehouse.engine.scalar(landed.sql(context)) == failed_rows


def test_every_audit_is_proven_to_see():
    """Those of revenue's channels and months are proven in test_value_audits.py, ledger_landed above."""
    shown = (
        *test_each_audit_sees_the_damage_it_is_for.pytestmark,
        *test_value_audits.test_each_check_sees_its_damage.pytestmark,
    )
    proven = {case[1] for mark in shown if mark.name == "parametrize" for case in mark.args[1]}
    assert {audit.name for audit in AUDITS} - proven == {"ledger_landed"}


def test_a_broken_contract_names_column_and_rule_and_no_value(built):
    built.engine.execute(
        "UPDATE customer_360.customer_360 SET email = '', total_orders = -77 WHERE customer_id = 'c_0'"
    )
    contract = run_audits(built.engine, built.context)[-1]
    assert contract.failed_rows == 2
    assert "email" in contract.description and "total_orders" in contract.description
    assert "-77" not in contract.description and "c_0" not in contract.description


def test_a_failed_audit_says_what_it_found_and_a_handful_of_refusals_stops_nothing(built):
    place = {"source": "crm", "source_file": "crm/contacts.csv", "line": 8, "rule": "unclosed_quote"}
    built.given("sources.quarantine", [place])
    built.engine.execute("UPDATE sources.ledger SET quarantined = 1, physical_records = 8 WHERE source = 'crm'")
    assert "quarantine_within_limit" not in failed(built)
    built.engine.execute("UPDATE sources.ledger SET quarantined = 10, physical_records = 80 WHERE source = 'crm'")
    told = {r.check: r.description for r in run_audits(built.engine, built.context)}["quarantine_within_limit"]
    assert "Found: crm 10 of 80, first at crm/contacts.csv line 8 (unclosed_quote)." in told
