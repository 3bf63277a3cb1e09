"""The exports of the CRMs' work in their vendors' forms: units, zones, ids and words that mean several things."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import PACKAGE, build_table, check_table, load_catalog
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source, load_sources
from customer360_pipeline_tests.sources.bench import Bench

SOURCES = {source.source: source for source in load_sources(PACKAGE / "defs" / "sources")}
HUBSPOT, SALESFORCE, DYNAMICS = SOURCES["hubspot"], SOURCES["salesforce"], SOURCES["dynamics"]
TABLES = {table.name: table for table in load_catalog([HUBSPOT, SALESFORCE, DYNAMICS])}


def jsonl(*objects: dict[str, Any]) -> str:
    """One object a line."""
    return "".join(json.dumps(each) + "\n" for each in objects)


def staged(bench: Bench, sources: tuple[Source, ...], *names: str) -> None:
    """Ingest sources by their delivered contracts, and build and check the named tables and what they need."""
    for source in sources:
        bench.ingest(source)
    context = RunContext(Config(), sources, bench.home, bench.extracts, datetime(2026, 6, 30))
    made: set[str] = set()

    def build(name: str) -> None:
        if name in TABLES and name not in made:
            made.add(name)
            for needed in TABLES[name].depends:
                build(needed)
            build_table(bench.engine, TABLES[name], context)
            assert [check for check in check_table(bench.engine, TABLES[name]) if not check.passed] == []

    for name in names:
        build(name)


CALLS = """Record ID,Call Title,Call direction,Call duration,Call outcome,Activity date,Activity assigned to,\
Associated Contact IDs,Associated Company IDs,Associated Company IDs (Primary)
31,Check-in,OUTBOUND,125000,Connected,2026-03-02 09:30,Iris Vogel,501;502,701;702,702
32,Second try,OUTBOUND,00:02:05,No answer,2026-03-03 09:30,Iris Vogel,502,701,
"""
CALL = {
    "id": "33",
    "properties": {
        "hs_timestamp": "1772461800000",
        "hs_call_duration": "125400",
        "hs_call_disposition": "73a0d17f-1163-4015-bdd5-ec830791da20",
        "hubspot_owner_id": "9001",
    },
    "associations": {"contacts": {"results": [{"id": "501", "type": "call_to_contact"}]}},
    "archived": False,
}


def test_a_call_is_the_same_in_labels_and_in_the_api(bench: Bench) -> None:
    """Milliseconds become seconds, the portal's zone UTC, an outcome's id its word; the first person is the main."""
    bench.write("hubspot/hubspot-crm-exports-all-calls-2026-03-04.csv", CALLS)
    bench.write("hubspot/calls_api.jsonl", jsonl(CALL))
    bench.ingest(HUBSPOT)
    assert bench.engine.rows(
        "SELECT activity_id, activity_type, duration_seconds, outcome, occurred_at, record_id, participant_ids, "
        "account_id FROM raw.hubspot_calls ORDER BY 1"
    ) == [
        ("31", "call", 125, "connected", datetime(2026, 3, 2, 14, 30), "501", "501;502", "702"),
        ("32", "call", 125, "no_answer", datetime(2026, 3, 3, 14, 30), "502", "502", "701"),
        ("33", "call", 125, "no_answer", datetime(2026, 3, 2, 14, 30), "501", "501", None),
    ]
    assert bench.quarantine() == []


def test_an_activity_without_associations_is_accepted(bench: Bench) -> None:
    bench.write("hubspot/meetings.jsonl", jsonl(CALL | {"associations": {"contacts": {"results": []}}}))
    assert [row.accepted for row in bench.ingest(HUBSPOT) if row.entity == "meetings"] == [1]
    assert bench.engine.rows("SELECT record_id, participant_ids FROM raw.hubspot_meetings") == [(None, None)]


DEALS = """Record ID,Deal Name,Deal Stage,Pipeline,Amount,Close Date,Deal probability,Deal owner,Associated Contact IDs
61,Spring,Closed won,Sales Pipeline,1200.5,2026-03-31 17:00,1.0,Iris Vogel,501
62,Autumn,Contract sent,Renewals,,2026-12-01 00:00,0.9,Iris Vogel,501;502
63,Typing error,Contract sent,Renewals,100,2026-12-01 00:00,90,Iris Vogel,501
"""


def test_a_portal_with_one_currency_has_no_column_for_it(bench: Bench) -> None:
    """The contract's default stands in; a probability of 90 is no share, and its record is refused."""
    bench.write("hubspot/hubspot-crm-exports-all-deals-2026-04-01.csv", DEALS)
    bench.ingest(HUBSPOT)
    assert bench.engine.rows("SELECT opportunity_id, status, amount, currency, probability FROM raw.hubspot_deals") == [
        ("61", "won", Decimal("1200.5"), "USD", Decimal(1)),
        ("62", "Contract sent", None, "USD", Decimal("0.9")),
    ]
    assert bench.quarantine() == [(4, "probability", "not_ratio")]


OPPORTUNITY = """Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,\
SystemModstamp
{0}
"""


@pytest.mark.parametrize(
    ("amount", "kept"),
    [("1.25E7", Decimal(12_500_000)), ("1234.5600000000001", Decimal("1234.56")), ("", None), ("-50.0", Decimal(-50))],
)
def test_amounts_that_salesforce_writes_as_doubles(bench: Bench, amount: str, kept: Decimal | None) -> None:
    row = (
        f"006xx0000012abc,0,001xx000003DGb2,Big,Proposal,{amount},40,2026-09-30,false,false,005xx000001Sv6A,2026-01-02,"
    )
    bench.write("salesforce/Opportunity.csv", OPPORTUNITY.format(row))
    bench.ingest(SALESFORCE)
    assert bench.engine.rows(
        "SELECT amount, probability, length(opportunity_id) FROM raw.salesforce_opportunities"
    ) == [(kept, Decimal("0.4"), 18)]


TASKS = """Id,WhoId,WhatId,AccountId,TaskSubtype,Type,Subject,Status,CallDurationInSeconds,CallDisposition,\
ActivityDate,CompletedDateTime,IsRecurrence,CreatedDate
00Txx000001a,003xx000004TmiQ,,001xx000003DGb2,Call,,Call,Completed,125,Left Voicemail,\
2026-03-02,2026-03-02T14:30:00.000Z,0,2026-03-02T14:31:00.000Z
00Txx000001b,00Qxx000001Leaf,,,Task,Call,Lead call,Completed,60,,2026-03-02,,0,2026-03-02T15:00:00.000Z
00Txx000001c,003xx000004TmiQ,006xx0000012abc,,Task,,To do,Not Started,,,2026-03-02,,0,2026-03-01T15:00:00.000Z
00Txx000001d,003xx000004TmiQ,,,Task,Call,Never made,Not Started,,,2026-03-02,,0,2026-03-01T15:00:00.000Z
00Txx000001e,003xx000004TmiQ,,,Email,,Email: hello,Completed,,,2026-03-02,,0,2026-03-02T16:00:00.000Z
00Txx000001f,003xx000004TmiQ,,,Call,,Every week,Completed,,,2026-03-02,,1,2026-03-02T16:00:00.000Z
"""
EVENTS = """Id,WhoId,Subject,StartDateTime,EndDateTime,DurationInMinutes,IsChild,IsDeleted
00Uxx000001a,003xx000004TmiQ,QBR,2026-03-05T10:00:00.000Z,2026-03-05T11:00:00.000Z,60,false,false
00Uxx000001b,003xx000004TmiQ,QBR,2026-03-05T10:00:00.000Z,2026-03-05T11:00:00.000Z,60,true,false
00Uxx000001c,003xx000004TmiQ,Off,2026-03-05T10:00:00.000Z,2026-03-05T11:00:00.000Z,60,false,true
"""
MESSAGES = """Id,ActivityId,Incoming,MessageDate,Subject,Status
02sxx0000001,00Txx000001e,false,2026-03-02T16:00:00.000Z,hello,3
02sxx0000002,,true,2026-03-03T08:00:00.000Z,Re: hello,0
"""


def test_what_salesforce_keeps_twice_or_never_did_is_no_activity(bench: Bench) -> None:
    """A copy for an invited colleague, the pattern of a series, an e-mail that is a task too; a call not yet made."""
    bench.write("salesforce/Task.csv", TASKS)
    bench.write("salesforce/Event.csv", EVENTS)
    bench.write("salesforce/EmailMessage.csv", MESSAGES)
    staged(bench, (SALESFORCE,), "staging.activities")
    assert bench.engine.rows(
        "SELECT subject, activity_type, direction, is_contact, duration_seconds, entity "
        "FROM staging.activities ORDER BY 1"
    ) == [
        ("Call", "call", None, False, 125, "tasks"),  # a voicemail reached nobody
        ("Lead call", "call", None, True, 60, "tasks"),
        ("Never made", "call", None, False, None, "tasks"),
        ("QBR", "meeting", None, True, 3600, "events"),
        ("Re: hello", "email", "inbound", True, None, "email_messages"),
        ("To do", "task", None, False, None, "tasks"),
        ("hello", "email", "outbound", True, None, "email_messages"),
    ]


CONTACTS = "Id,Email,IsDeleted,MasterRecordId\n003xx000004TmiQAAS,ada@north.example,0,\n"
LEADS = "Id,Email,ConvertedContactId\n00Qxx000001LeafEAC,ada@north.example,003xx000004TmiQAAS\n"


def test_a_lead_that_was_converted_is_the_contact_it_became(bench: Bench) -> None:
    bench.write("salesforce/Contact.csv", CONTACTS)
    bench.write("salesforce/Lead.csv", LEADS)
    bench.write("salesforce/Task.csv", TASKS)
    staged(bench, (SALESFORCE,), "staging.activities", "staging.records")
    assert bench.engine.rows(
        "SELECT a.subject, r.record_id, r.merged_into FROM staging.activities AS a "
        "JOIN staging.records AS r ON r.node = a.node WHERE a.subject IN ('Call', 'Lead call') ORDER BY 1"
    ) == [("Call", "003xx000004TmiQAAS", None), ("Lead call", "00Qxx000001LeafEAC", "003xx000004TmiQAAS")]


def test_the_two_histories_of_salesforce_are_one(bench: Bench) -> None:
    """A picture is taken at every change of an amount too, and the history of fields tells the stages once more."""
    won = (
        "006xx0000012abc,0,,Big,Signed,100,100,2026-06-30,true,true,,2026-01-02T00:00:00.000Z,2026-03-02T00:00:00.000Z"
    )
    bench.write("salesforce/Opportunity.csv", OPPORTUNITY.format(won))
    bench.write(
        "salesforce/OpportunityHistory.csv",
        "Id,OpportunityId,StageName,Amount,Probability,CreatedDate\n"
        "008xx01,006xx0000012abc,Prospect,50,10,2026-01-02T00:00:00.000Z\n"
        "008xx02,006xx0000012abc,Prospect,100,10,2026-01-20T00:00:00.000Z\n"
        "008xx03,006xx0000012abc,Proposal,100,50,2026-02-01T00:00:00.000Z\n",
    )
    bench.write(
        "salesforce/OpportunityFieldHistory.csv",
        "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
        "017xx01,006xx0000012abc,created,,,2026-01-02T00:00:00.000Z\n"
        "017xx02,006xx0000012abc,StageName,Prospect,Proposal,2026-02-01T00:00:01.000Z\n"
        "017xx03,006xx0000012abc,Amount,50,100,2026-01-20T00:00:00.000Z\n",
    )
    staged(bench, (SALESFORCE,), "staging.opportunity_stages")
    assert bench.engine.rows(
        "SELECT place, stage, basis, entered_at, left_at, is_closing FROM staging.opportunity_stages ORDER BY 1"
    ) == [
        (1, "Prospect", "history", datetime(2026, 1, 2), datetime(2026, 2, 1), False),
        (2, "Proposal", "history", datetime(2026, 2, 1), datetime(2026, 3, 2), False),
        # The day of closing says June; the row was closed when it was last changed.
        (3, "Signed", "present", datetime(2026, 3, 2), None, True),
    ]


DEAL = {
    "id": "61",
    "properties": {"dealname": "Spring", "dealstage": "closedwon", "amount": "100", "hs_is_closed_won": "true"},
    "propertiesWithHistory": {
        "dealstage": [
            {"value": "closedwon", "timestamp": "2026-03-31T17:00:00Z", "sourceType": "CRM_UI"},
            {"value": "appointmentscheduled", "timestamp": "1767268800000", "sourceType": "CRM_UI"},
        ]
    },
    "createdAt": "2026-01-01T12:00:00Z",
    "archived": False,
}


def test_the_history_in_a_deal_of_the_api(bench: Bench) -> None:
    bench.write("hubspot/deals.jsonl", jsonl(DEAL))
    staged(bench, (HUBSPOT,), "staging.opportunity_stages")
    assert bench.engine.rows(
        "SELECT stage, basis, entered_at, is_closing FROM staging.opportunity_stages ORDER BY 3"
    ) == [
        ("appointmentscheduled", "history", datetime(2026, 1, 1, 12), False),
        ("closedwon", "history", datetime(2026, 3, 31, 17), True),
    ]


def test_a_deal_that_hubspot_and_salesforce_share_counts_once(bench: Bench) -> None:
    bench.write("hubspot/deals.jsonl", jsonl(DEAL | {"properties": {"hs_salesforceopportunityid": "006xx0000012abc"}}))
    open_ = "006xx0000012abc,0,,Big,Proposal,100,40,2026-06-30,false,false,,2026-01-02,2026-03-02"
    bench.write("salesforce/Opportunity.csv", OPPORTUNITY.format(open_))
    staged(bench, (HUBSPOT, SALESFORCE), "staging.opportunities")
    assert bench.engine.rows("SELECT source, is_copy FROM staging.opportunities ORDER BY 1") == [
        ("hubspot", True),
        ("salesforce", False),
    ]


GUID = "5B7A2C90-0F11-4E5D-9C1A-00000000000{}"
VIEW = "@OData.Community.Display.V1.FormattedValue"


def test_dynamics_tells_a_state_by_number_and_a_currency_by_a_lookup(bench: Bench) -> None:
    """Ids in either case are one; what a won opportunity brought in counts, not what was expected."""
    account, contact = GUID.format(1), GUID.format(2)
    bench.write("dynamics/accounts.jsonl", jsonl({"accountid": account.lower(), "name": "North", "statecode": 0}))
    bench.write(
        "dynamics/contacts.csv",
        "﻿(Do Not Modify) Contact,(Do Not Modify) Row Checksum,Full Name,Email\n"
        f"{{{contact}}},x==,Ada North,ada@north.example\n",
    )
    won = {
        "opportunityid": GUID.format(3),
        "statecode": 1,
        "statuscode": 3,
        "estimatedvalue": 500,
        "actualvalue": 420.5,
    }
    lookups = {"_parentaccountid_value": account, f"_transactioncurrencyid_value{VIEW}": "Euro", "closeprobability": 40}
    expanded = {
        "transactioncurrencyid": {"isocurrencycode": "KWD"},
        "_customerid_value": contact,
        "estimatedvalue": 5.125,
    }
    lost = {"opportunityid": GUID.format(4), "statecode": 2} | expanded
    bench.write("dynamics/opportunities.jsonl", jsonl(won | lookups, lost))
    staged(bench, (DYNAMICS,), "staging.opportunities", "staging.records")
    assert bench.engine.rows(
        "SELECT o.status, o.amount, o.currency, o.probability, r.full_name FROM staging.opportunities AS o "
        "LEFT JOIN staging.records AS r ON r.node = o.node ORDER BY o.opportunity_id"
    ) == [
        ("won", Decimal("420.5"), "EUR", Decimal("0.4"), None),
        ("lost", Decimal("5.125"), "KWD", None, "Ada North"),
    ]
    assert bench.engine.rows("SELECT account_id FROM raw.dynamics_opportunities ORDER BY 1")[0] == (account.lower(),)


def test_activities_of_dynamics_are_counted_once_and_in_minutes(bench: Bench) -> None:
    """The list of all activities and the table of one kind hold the same one; only the latter knows the direction."""
    both = {"activityid": GUID.format(5), "subject": "Hello", "statecode": 1, "actualdurationminutes": 2}
    both |= {"actualstart": "2026-03-02T14:30:00Z"}
    bench.write("dynamics/activitypointers.jsonl", jsonl(both | {"activitytypecode": "phonecall"}))
    bench.write("dynamics/phonecalls.jsonl", jsonl(both | {"directioncode": False}))
    staged(bench, (DYNAMICS,), "staging.activities")
    assert bench.engine.rows(
        "SELECT activity_type, direction, duration_seconds, is_contact FROM staging.activities"
    ) == [("call", "inbound", 120, True)]


def test_a_colleague_is_found_by_id_name_or_address(bench: Bench) -> None:
    """The id of an owner is not that of a user; a name that two have names nobody."""
    owner = {"email": "iris@us.example", "firstName": "Iris", "lastName": "Vogel", "userId": 77, "archived": False}
    twins = [{"id": each, "firstName": "Jo", "lastName": "Berg", "archived": False} for each in ("9002", "9003")]
    bench.write("hubspot/owners.jsonl", jsonl(owner | {"id": "9001"}, *twins))
    words = ["9001", "Iris Vogel", "IRIS@us.example", "77", "Jo Berg"]
    bench.write(
        "hubspot/companies.csv",
        "Record ID,Company name,Company owner\n" + "".join(f"{n},C,{word}\n" for n, word in enumerate(words)),
    )
    staged(bench, (HUBSPOT,), "staging.owners")
    assert bench.engine.rows("SELECT word, owner_id, owner_name, is_known FROM staging.owners ORDER BY 1") == [
        ("77", "77", None, False),
        ("9001", "9001", "Iris Vogel", True),
        ("IRIS@us.example", "9001", "Iris Vogel", True),
        ("Iris Vogel", "9001", "Iris Vogel", True),
        ("Jo Berg", "Jo Berg", "Jo Berg", False),
    ]
