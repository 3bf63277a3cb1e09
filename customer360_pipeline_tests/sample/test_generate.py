"""The generator: the same arguments give the same bytes, the truth knows every record once, planted counts add up."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customer360_pipeline.cli import main
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.sample.generate import generate

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(folder: Path, pattern: str) -> list[dict[str, str]]:
    return [
        row for path in sorted(folder.glob(pattern)) for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
    ]


def objects(folder: Path, pattern: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted(folder.glob(pattern)):
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue  # the planted broken lines
    return found


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("extracts")
    generate(out, 1_000, 7)
    return out


def test_without_accounts_the_same_people_are_in_seven_systems(extracts: Path, tmp_path: Path) -> None:
    out = tmp_path / "people"
    generate(out, 1_000, 7, accounts=False)

    systems = {path.name for path in out.iterdir() if path.is_dir() and path.name != "_truth"}
    assert systems == {"stripe", "hubspot", "salesforce", "crm", "mailchimp", "marketing", "ga4"}
    whole, some = contents(extracts), contents(out)
    files = {name for name in some if not name.startswith("_truth")}
    # Of all files only the charges tell of subscriptions too.
    assert {name for name in files if some[name] != whole[name]} == {"stripe/charges.jsonl"}
    lines, all_lines = (part["stripe/charges.jsonl"].splitlines() for part in (some, whole))
    assert set(lines) < set(all_lines)
    assert {row["source"] for row in rows(out, "_truth/truth.csv")} == {
        "stripe", "hubspot", "salesforce", "crm", "mailchimp", "marketing", "ga4",
    }  # fmt: skip


def test_sample_data_is_what_the_generator_writes(tmp_path: Path) -> None:
    assert main(["sample", "--people", "300", "--out", str(tmp_path / "again"), "--seed", "1"]) == 0
    committed = contents(ROOT / "sample_data")
    committed.pop("README.md")
    again = contents(tmp_path / "again")
    assert sorted(again) == sorted(committed)
    assert [name for name in again if again[name] != committed[name]] == []


def test_sample_data_is_small() -> None:
    assert sum(len(data) for data in contents(ROOT / "sample_data").values()) < 3_000_000


@settings(
    max_examples=2, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**31), people=st.integers(21, 200))
def test_same_arguments_same_bytes_and_every_record_once_in_the_truth(
    tmp_path_factory: pytest.TempPathFactory, seed: int, people: int
) -> None:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    generate(first, people, seed)
    generate(second, people, seed)
    assert contents(first) == contents(second)
    truth = rows(first, "_truth/truth.csv")
    assert set(Counter((r["source"], r["record_id"]) for r in truth).values()) == {1}
    contacts = {(r["source"], r["record_id"]) for r in truth if r["record_type"] == "contact"}
    assert contacts == set(record_ids(first))
    assert {int(r["person"]) for r in rows(first, "_truth/truth.csv")} <= set(range(1, people + 1))
    shutil.rmtree(first)
    shutil.rmtree(second)


def record_ids(folder: Path) -> list[tuple[str, str]]:
    """Every record of a person in the files, as (source, id)."""
    page = json.loads((folder / "stripe" / "customers_page_1.json").read_text(encoding="utf-8"))["data"]
    found = [("stripe", o["id"]) for o in [*page, *objects(folder, "stripe/customers.jsonl")]]
    found += [("hubspot", r["Record ID"]) for r in rows(folder, "hubspot/*contacts*.csv") if r["Email"] is not None]
    found += [("salesforce", r["Id"]) for r in rows(folder, "salesforce/Contact.csv")]
    found += [("crm", r["contact_id"]) for r in rows(folder, "crm/*.csv")]
    users = objects(folder, "zendesk/users.jsonl")
    found += [("zendesk", str(o["id"])) for o in users if o["role"] == "end-user"]
    found += [("intercom", o["id"]) for o in objects(folder, "intercom/contacts.jsonl")]
    found += [("dynamics", r["(Do Not Modify) Contact"]) for r in rows(folder, "dynamics/contacts_view.csv")]
    found += [("delighted", o["id"]) for o in objects(folder, "delighted/people.jsonl")]
    found += [("mailchimp", r["LEID"]) for r in rows(folder, "mailchimp/*_export_*.csv")]
    return [(source, id_) for source, id_ in found if id_ != "900000099999"]


def test_every_person_has_a_record_and_records_have_one_person(extracts: Path) -> None:
    people = {r["person"] for r in rows(extracts, "_truth/truth.csv") if r["record_type"] == "contact"}
    assert people == {str(n) for n in range(1, 1_001)}


def test_planted_counts_add_up(extracts: Path) -> None:
    traps = Counter(r["trap"] for r in rows(extracts, "_truth/traps.csv"))
    charges = objects(extracts, "stripe/charges.jsonl")
    dashboard = rows(extracts, "stripe/*payments*.csv")
    assert traps["test_mode"] == sum(not c["livemode"] for c in charges) + sum(r["Mode"] == "Test" for r in dashboard)
    assert traps["guest_charge"] == sum(c["customer"] is None for c in charges) + sum(
        not r["Customer ID"] for r in dashboard
    )
    contacts = rows(extracts, "salesforce/Contact.csv")
    assert traps["merge_loser"] == len({r["Id"] for r in contacts if r["MasterRecordId"]})
    hubspot = rows(extracts, "hubspot/*contacts*.csv")
    assert traps["merge_winner"] == len({r["Record ID"] for r in hubspot if r["Merged contact IDs"]})
    disputes = Counter(f"dispute_{d['status']}" for d in objects(extracts, "stripe/disputes.jsonl"))
    assert disputes == {k: n for k, n in traps.items() if k.startswith("dispute_")}
    assert all(n > 0 for n in traps.values())


def test_everything_the_issue_lists_is_planted(extracts: Path) -> None:
    traps = {r["trap"] for r in rows(extracts, "_truth/traps.csv")}
    assert traps >= {
        "email_case", "email_plus_tag", "email_gmail_dots", "email_typo", "email_missing", "email_placeholder",
        "email_role_mailbox", "phone_family", "phone_placeholder", "phone_missing", "shared_device", "duplicate",
        "second_account", "second_user", "merge_loser", "merge_winner", "deleted", "guest_charge", "test_mode",
        "refund_full", "refund_partial", "refund_failed", "dispute_lost", "dispute_won", "currency_decimals",
        "currency_without_rate", "conflicting_address", "same_row_twice", "same_event_twice", "uncaptured",
        "home_parent_and_child_of_one_name", "home_twins", "email_household", "name_nickname", "name_renamed",
        "name_swapped", "birth_transposed",
    }  # fmt: skip


def test_net_revenue_is_what_the_files_say(extracts: Path) -> None:
    """Dollars only, recomputed from the files in another way than the truth was."""
    net = Decimal(0)
    lost = {d["charge"]: d["amount"] for d in objects(extracts, "stripe/disputes.jsonl") if d["status"] == "lost"}
    for c in objects(extracts, "stripe/charges.jsonl"):
        if c["livemode"] and c["currency"] == "usd":
            net += Decimal(c["amount_captured"] - c["amount_refunded"] - lost.get(c["id"], 0)) / 100
    for r in rows(extracts, "stripe/*payments*.csv"):
        if r["Mode"] == "Live" and r["Currency"] == "usd" and r["Captured"] == "true" and r["Status"] != "Failed":
            net += Decimal(r["Amount"]) - Decimal(r["Amount Refunded"]) - Decimal(lost.get(r["id"], 0)) / 100
    totals = {r["figure"]: r["value"] for r in rows(extracts, "_truth/totals.csv")}
    assert net == Decimal(totals["net_revenue_USD"])
    orders = rows(extracts, "_truth/orders.csv")
    assert sum(Decimal(r["net"]) for r in orders if r["currency"] == "USD") == net
    assert len({r["person"] for r in orders}) == int(totals["people_with_orders"])


def test_currencies_without_and_with_three_decimals_are_written_as_stripe_does(extracts: Path) -> None:
    by_currency = {
        c: [o for o in objects(extracts, "stripe/charges.jsonl") if o["currency"] == c] for c in ("kwd", "jpy")
    }
    assert by_currency["kwd"] and all(o["amount"] % 10 == 0 for o in by_currency["kwd"])
    assert by_currency["jpy"]


def test_bigquery_json_quotes_integers_and_leaves_unset_slots_out(extracts: Path) -> None:
    event = objects(extracts, "ga4/events_2026.jsonl")[0]
    assert isinstance(event["event_timestamp"], str)
    assert event["event_params"][0]["key"] == "ga_session_id"
    assert list(event["event_params"][0]["value"]) == ["int_value"]


def test_salesforce_ids_carry_their_checksum(extracts: Path) -> None:
    """The last three characters say which of the first fifteen are capitals."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    for record in rows(extracts, "salesforce/Contact.csv"):
        body, checksum = record["Id"][:15], record["Id"][15:]
        bits = [sum("A" <= body[5 * g + i] <= "Z" and 1 << i for i in range(5)) for g in range(3)]
        assert checksum == "".join(alphabet[b] for b in bits)


def test_most_phones_are_valid_in_several_countries(extracts: Path) -> None:
    numbers = [r["phone"] for r in rows(extracts, "crm/*.csv") if r["phone"].startswith("+")]
    numbers += [r["Phone"] for r in rows(extracts, "salesforce/Contact.csv") if r["Phone"].startswith("+")]
    parsed = [phonenumbers.parse(number) for number in numbers]
    assert len({p.country_code for p in parsed}) >= 5
    assert sum(map(phonenumbers.is_valid_number, parsed)) >= 0.97 * len(parsed)


def test_parquet_holds_the_same_events_as_json_lines(tmp_path: Path) -> None:
    import duckdb

    for formats in ("text", "parquet"):
        generate(tmp_path / formats, 60, 3, formats=formats)  # type: ignore[arg-type]
    columns = "event_timestamp::BIGINT, event_name, user_pseudo_id, user_id, event_params[1].value.int_value::BIGINT"
    as_text = f"""SELECT {columns} FROM '{tmp_path}/text/ga4/*.parquet' UNION ALL SELECT {columns} FROM read_json(
        '{tmp_path}/text/ga4/*.jsonl', ignore_errors = true, format = 'newline_delimited') WHERE platform IS NOT NULL"""
    as_parquet = f"SELECT {columns} FROM '{tmp_path}/parquet/ga4/*.parquet'"
    compare = "SELECT count(*) FROM (({0}) EXCEPT ALL ({1}))"
    connection = duckdb.connect()
    assert connection.execute(compare.format(as_text, as_parquet)).fetchall() == [(0,)]
    assert connection.execute(compare.format(as_parquet, as_text)).fetchall() == [(0,)]


def test_refuses_a_folder_with_other_files_and_too_few_people(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("keep me", encoding="utf-8")
    with pytest.raises(ConfigError, match="not empty"):
        generate(tmp_path, 300, 1)
    with pytest.raises(ConfigError, match="at least 21"):
        generate(tmp_path / "new", 5, 1)
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "keep me"
