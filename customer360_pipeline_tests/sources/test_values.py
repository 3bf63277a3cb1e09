"""Texts become typed values once, at the boundary; what is present and cannot be read is quarantined."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline.errors import ConfigError, FileRefused
from customer360_pipeline.sources.boundary.typed import MONEY
from customer360_pipeline.sources.contract import Source, source_from
from customer360_pipeline_tests.sources.bench import CONTACT_FIELDS, Bench, contacts_source


def balance_source(amount_type: str) -> Source:
    """A source of changes of balances: amounts of both signs."""
    fields: dict[str, Any] = {
        "transaction_id": ["id"],
        "amount": {"from": ["amount"], "type": amount_type},
        "currency": {"from": ["currency"], "type": "currency"},
    }
    entity = {"shape": "balance_transaction", "files": ["pay/balance*"], "fields": fields}
    return source_from({"source": "pay", "category": "payments", "entities": {"balance": entity}}, "test")


def balance(bench: Bench, amount_type: str, amount: str, currency: str) -> Decimal | str:
    """The amount as typed, or the rule that refused it."""
    bench.write("pay/balance.csv", f"id,amount,currency\ntx,{amount},{currency}\n")
    bench.ingest(balance_source(amount_type))
    rows = bench.raw("amount", "raw.pay_balance")
    return rows[0][0] if rows else bench.quarantine("rule")[0][0]


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1999", "usd", "19.990"),
        ("500", "JPY", "500.000"),
        ("500", "ugx", "5.000"),
        ("50000", "isk", "500.000"),
        ("1050", "huf", "10.500"),
        ("5120", "kwd", "5.120"),
        ("-5", "eur", "-0.050"),
        ("999999999999", "jpy", "999999999999.000"),
        ("1000000000000", "jpy", "not_amount"),
        ("-99999999999999", "usd", "-999999999999.990"),
        ("100000000000000", "usd", "not_amount"),
        ("-100000000000000", "usd", "not_amount"),
        ("999999999999999", "kwd", "999999999999.999"),
        ("1000000000000000", "kwd", "not_amount"),
        ("19.99", "usd", "not_amount"),
        ("NaN", "usd", "not_amount"),
        ("Infinity", "usd", "not_amount"),
        ("1" * 45, "usd", "not_amount"),
        ("1e3", "usd", "not_amount"),
        ("100", "", "not_amount"),
        ("100", "dollar", "not_currency"),
    ],
)
def test_minor_units_by_the_exponent_of_the_currency(bench: Bench, amount: str, currency: str, expected: str) -> None:
    found = balance(bench, "amount_minor", amount, currency)
    assert found == (expected if expected.startswith("not_") else Decimal(expected))


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("3125.00", "usd", "3125"),
        ("3125", "usd", "3125"),
        ("-0.5", "eur", "-0.5"),
        ("5.124", "KWD", "5.124"),
        ("500.00", "jpy", "500"),
        ("500.5", "jpy", "not_amount"),
        ("1.999", "usd", "not_amount"),
        ("1.990", "usd", "1.99"),
        ('"1,234.50"', "usd", "not_amount"),
        ("nan", "usd", "not_amount"),
        ("inf", "usd", "not_amount"),
        ("1" * 45, "usd", "not_amount"),
        ("-999999999999.99", "usd", "-999999999999.99"),
        ("1000000000000", "usd", "not_amount"),
        ("-1000000000000.00", "jpy", "not_amount"),
    ],
)
def test_major_units_have_no_more_decimals_than_the_currency(
    bench: Bench, amount: str, currency: str, expected: str
) -> None:
    found = balance(bench, "amount_major", amount, currency)
    assert found == (expected if expected.startswith("not_") else Decimal(expected))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1.25E7", "12500000"),
        ("1234.5600000000001", "1234.56"),
        ("9.9999999999999E11", "999999999999.99"),
        ("1E12", "not_amount"),
        ("-1E12", "not_amount"),
        ("1000000000000.5", "not_amount"),
        ("999999999999E3", "not_amount"),
        ("9E99", "not_amount"),
    ],
)
def test_doubles_are_rounded_to_the_currency(bench: Bench, amount: str, expected: str) -> None:
    found = balance(bench, "amount_float", amount, "usd")
    assert found == (expected if expected.startswith("not_") else Decimal(expected))


@pytest.mark.parametrize(
    ("type_", "name", "text", "line"),
    [
        ("amount_major", "crm/contacts.csv", "id,amount,currency\n1,5,USD\n2,999999999999999,USD\n", 3),
        ("amount_minor", "crm/contacts.jsonl", '{"id": 1, "amount": 500, "currency": "usd"}\n'
         '{"id": 2, "amount": 999999999999999, "currency": "usd"}\n', 2),
    ],
    ids=["major units of a CSV", "minor units of the API"],
)  # fmt: skip
def test_an_absurd_amount_is_named_by_its_place(bench: Bench, type_: str, name: str, text: str, line: int) -> None:
    """Two of a customer's would add up to more than money's type holds, which stopped the run without a place."""
    fields = {"charge_id": ["id"], "amount": {"from": ["amount"], "type": type_}, "currency": ["currency"]}
    entity = {"shape": "charge", "files": ["crm/contacts*"], "required": ["charge_id"], "fields": fields}
    bench.write(name, text)
    (row,) = bench.ingest(contacts_source(entities={"contacts": entity}))
    assert (bench.raw("charge_id, amount"), row.quarantined) == ([("1", Decimal(5))], 1)
    assert bench.quarantine() == [(line, "amount", "not_amount")]


def test_a_thousand_amounts_at_the_ceiling_add_up(bench: Bench) -> None:
    rows = "".join(f"{number},999999999999.99,usd\n" for number in range(1000))
    bench.write("pay/balance.csv", "id,amount,currency\n" + rows)
    bench.ingest(balance_source("amount_major"))
    total = bench.engine.scalar(f"SELECT CAST(sum(amount) AS {MONEY}) FROM raw.pay_balance")
    assert total == Decimal("999999999999990")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(amounts=st.lists(st.integers(-(10**14) + 1, 10**14 - 1), min_size=1, max_size=20))
def test_no_cent_is_lost_or_rounded(bench: Bench, amounts: list[int]) -> None:
    rows = "".join(f"{number},{amount},eur\n" for number, amount in enumerate(amounts))
    bench.write("pay/balance.csv", "id,amount,currency\n" + rows)
    bench.ingest(balance_source("amount_minor"))
    total = bench.engine.scalar("SELECT sum(amount) FROM raw.pay_balance")
    assert total == Decimal(sum(amounts)) / 100


TIMES = {
    "2024-01-02T03:04:05Z": datetime(2024, 1, 2, 3, 4, 5),
    "2024-01-02T03:04:05.000+0000": datetime(2024, 1, 2, 3, 4, 5),
    "2024-01-02T03:04:05.123456Z": datetime(2024, 1, 2, 3, 4, 5, 123456),
    "2024-01-02T03:04:05+02:00": datetime(2024, 1, 2, 1, 4, 5),
    "2024-01-02 03:04:05-0530": datetime(2024, 1, 2, 8, 34, 5),
    "2024-01-02T03:04:05-0700": datetime(2024, 1, 2, 10, 4, 5),
    "2024-01-02 03:04:05 -0700": datetime(2024, 1, 2, 10, 4, 5),
    "2024-01-02 03:04:05 +05:30": datetime(2024, 1, 1, 21, 34, 5),
    "2024-01-02T03:04:05+02": datetime(2024, 1, 2, 1, 4, 5),
    "2024-01-02 03:04 +02": datetime(2024, 1, 2, 1, 4),
    "2024-01-02 03:04:05Z": datetime(2024, 1, 2, 3, 4, 5),
    "2024-01-02 03:04:05 Z": datetime(2024, 1, 2, 3, 4, 5),
    "2024-01-02 03:04:05 UTC": datetime(2024, 1, 2, 3, 4, 5),
    "2024-01-02 03:04:05 GMT": datetime(2024, 1, 2, 3, 4, 5),
    "2024-07-01 10:00:00 Europe/Berlin": datetime(2024, 7, 1, 8),
    "2024-07-01 10:00:00 America/Argentina/Buenos_Aires": datetime(2024, 7, 1, 13),
    "2024-07-01 10:00:00 Etc/GMT+5": datetime(2024, 7, 1, 15),
    # London's summer or Bangladesh, Chicago or China, India or Israel or Ireland: nobody can tell.
    "2024-07-01 10:00:00 BST": None,
    "2024-07-01 10:00:00 CST": None,
    "2024-07-01 10:00:00 IST": None,
    "2024-07-01 10:00:00 EST5EDT": None,
    "2024-07-01 10:00:00 NZ": None,
    "2024-07-01 10:00:00 GMT+5": None,
    "2024-07-01 10:00:00 Mars/Olympus": None,
    "2024-07-01 10:00:00 PM": None,
    "2024-07-01 10:00:00+99:00": None,
    "2024-07-01 10:00:00 +02Z": None,
    "2024-01-02 03:04": datetime(2024, 1, 2, 3, 4),
    "2024-01-02": datetime(2024, 1, 2),
    "2024-02-30 03:04": None,
    "2024-01-02 25:00": None,
    "0024-01-02 03:04": None,
    "9999-12-31 03:04": None,
    "infinity": None,
    "epoch": None,
    "01/02/2024": None,
    "1704164645": None,
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_times(bench: Bench, text: str, expected: datetime | None) -> None:
    bench.contacts(f"id,created\n1,{text}\n")
    assert bench.raw("created_at") == ([(expected,)] if expected else [])
    assert bench.quarantine("rule") == ([] if expected else [("not_timestamp",)])


@pytest.mark.parametrize(
    ("type_", "number", "expected"),
    [
        ("epoch_seconds", "1704164645", datetime(2024, 1, 2, 3, 4, 5)),
        ("epoch_millis", "1704164645123", datetime(2024, 1, 2, 3, 4, 5, 123000)),
        ("epoch_micros", "1704164645123456", datetime(2024, 1, 2, 3, 4, 5, 123456)),
        ("epoch_seconds", "1704164645123", None),
        ("epoch_millis", "1704164645", None),
        ("epoch_micros", "1704164645123", None),
        ("epoch_seconds", "-1", None),
        ("epoch_seconds", "2024-01-02", None),
    ],
)
@pytest.mark.parametrize("quoted", [True, False])
def test_epochs_by_contract(bench: Bench, type_: str, number: str, expected: datetime | None, quoted: bool) -> None:
    fields = {"record_id": ["id"], "created_at": {"from": ["created"], "type": type_}}
    value = number if not quoted and number.lstrip("-").isdigit() else json.dumps(number)
    bench.write("crm/contacts.jsonl", f'{{"id": "1", "created": {value}}}\n')
    bench.ingest(contacts_source(entities={"contacts": {"shape": "contact", "files": ["crm/*"], "fields": fields}}))
    assert bench.raw("created_at") == ([(expected,)] if expected else [])
    assert bench.quarantine("column_name, rule") == ([] if expected else [("created_at", "not_epoch")])


def test_a_naive_time_without_a_declared_zone_refuses_the_file(bench: Bench) -> None:
    with pytest.raises(FileRefused, match=r"times without a zone in `created_at`.*Set time_zone"):
        bench.contacts("id,created\n1,2024-01-02 03:04\n", time_zone=None)
    row = bench.contacts("id,created\n1,2024-01-02 03:04Z\n2,2024-01-02\n3,\n", time_zone=None)
    assert row.accepted == 3


def test_naive_times_are_read_in_the_declared_zone_and_switch_nights_flagged(bench: Bench) -> None:
    bench.contacts(
        "id,created,updated\n"
        "1,2024-07-01 12:00,2024-01-01 12:00\n"
        "2,2024-03-31 02:30,\n"  # skipped: clocks go from 02:00 to 03:00
        "3,,2024-10-27 02:30\n"  # twice: clocks go from 03:00 back to 02:00
        "4,2024-10-27T02:30:00+01:00,2024-10-27\n",  # its own zone, and a day without a time
        time_zone="Europe/Paris",
    )
    assert bench.raw("created_at, updated_at") == [
        (datetime(2024, 7, 1, 10), datetime(2024, 1, 1, 11)),
        (datetime(2024, 3, 31, 1, 30), None),
        (None, datetime(2024, 10, 27, 1, 30)),
        (datetime(2024, 10, 27, 1, 30), datetime(2024, 10, 27)),
    ]
    assert (bench.drift("dst_gap"), bench.drift("dst_ambiguous")) == (["created_at"], ["updated_at"])


def test_an_unknown_zone_is_a_wrong_setting(bench: Bench) -> None:
    with pytest.raises(ConfigError, match="Mars/Olympus"):
        bench.contacts("id\n1\n", time_zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("TRUE", True), ("1", True), ("yes", True), ("0", False), ("f", False), ("maybe", None)],
)
def test_flags(bench: Bench, text: str, expected: bool | None) -> None:
    bench.contacts(f"id,deleted\n1,{text}\n")
    assert bench.raw("is_deleted") == ([] if expected is None else [(expected,)])


def test_dates(bench: Bench) -> None:
    bench.contacts("id,birth\n1,1984-02-29\n2,1985-02-29\n3,1700-01-01\n4,soon\n")
    assert bench.raw("birth_date") == [(date(1984, 2, 29),)]
    assert bench.quarantine("line, rule") == [(3, "not_date"), (4, "not_date"), (5, "not_date")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [('"""VIP"",""Blog"""', "VIP;Blog"), ('"[""a"",""b""]"', "a;b"), ("a;b", "a;b"), ("a", "a"), ("[]", None)],
)
def test_lists_are_joined_by_semicolons(bench: Bench, text: str, expected: str | None) -> None:
    bench.contacts(f"id,others\n1,{text}\n")
    assert bench.raw("additional_emails") == [(expected,)]


def test_whole_numbers(bench: Bench) -> None:
    entity = {
        "shape": "account",
        "files": ["crm/*"],
        "fields": {"account_id": ["id"], "employee_count": ["n"]},
    }
    bench.write("crm/a.csv", "id,n\n1,12\n2,12.0\n3,12.5\n4,1e3\n5,+7\n6,9999999999999999999\n")
    bench.ingest(contacts_source(entities={"accounts": entity}))
    assert bench.raw("account_id, employee_count", "raw.crm_accounts") == [("1", 12), ("2", 12), ("5", 7)]
    assert bench.quarantine("line, rule") == [(4, "not_integer"), (5, "not_integer"), (7, "not_integer")]


def test_aliases_constants_words_and_file_names(bench: Bench) -> None:
    fields = CONTACT_FIELDS | {
        "email": ["billing", "receipt"],
        "company": {"value": "ACME"},
        "marketing_status": {"from": ["@status", "Status"], "values": {"Cleaned": "cleaned"}},
    }
    entity = {
        "shape": "contact",
        "files": ["crm/*.csv"],
        "file_name": "(?P<status>subscribed|cleaned)?_export",
        "fields": fields,
    }
    bench.write("crm/subscribed_export.csv", "id,billing,receipt\n1,,b@x\n2,a@x,b@x\n")
    bench.write("crm/other_export.csv", "id,Status\n3,CLEANED\n4,kept\n")
    bench.ingest(contacts_source(entities={"contacts": entity}))
    rows = bench.engine.rows("SELECT record_id, email, company, marketing_status FROM raw.crm_contacts ORDER BY 1")
    assert rows == [
        ("1", "b@x", "ACME", "subscribed"),
        ("2", "a@x", "ACME", "subscribed"),
        ("3", None, "ACME", "cleaned"),
        ("4", None, "ACME", "kept"),
    ]


@pytest.mark.parametrize(
    ("shape", "key"), [("charge", "charge_id"), ("refund", "refund_id"), ("dispute", "dispute_id")]
)
def test_a_negative_amount_quarantines_its_own_record(bench: Bench, shape: str, key: str) -> None:
    """Taken or given back is said by the kind of record; a sign says nothing that could be trusted."""
    fields = {key: ["id"], "amount": {"from": ["amount"], "type": "amount_major"}, "currency": ["currency"]}
    entity = {"shape": shape, "files": ["crm/contacts*"], "required": [key], "fields": fields}
    bench.write("crm/contacts.csv", "id,amount,currency\n1,5.00,USD\n2,-5.00,USD\n3,0,USD\n")
    (row,) = bench.ingest(contacts_source(entities={"contacts": entity}))
    assert (row.accepted, row.quarantined) == (2, 1)
    assert bench.quarantine() == [(3, "amount", "not_amount")]
