"""What people decide holds in every later run: over keys, through other records, and over a source's own merges."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import Config, EngineConfig
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.ops.decisions import Kind, Proposal, RecordKey
from customer360_pipeline.ops.store import Refused, decide
from customer360_pipeline_tests.rooms import build_rooms, identity_found, source

Raw = dict[str, list[dict[str, Any]]]
NOW = datetime(2026, 11, 21, 7, 30)


def records(names: str) -> tuple[RecordKey, ...]:
    return tuple(RecordKey(*name.split(":")) for name in names.split())


def said(home: Path, kind: Kind, *parts: str) -> None:
    """`said(home, "cannot_link", "crm:1", "crm:2 stripe:a")`"""
    decide(home, Proposal(kind, tuple(map(records, parts)), "mia", "they told us"), NOW)


def resolved(raw: Raw, home: Path, sources: Any = None) -> tuple[set[frozenset[str]], list[tuple[Any, ...]]]:
    """The customers as sets of `source:record_id`, and links as (left, right, rule, pass, status, reason)."""
    with DuckDBEngine(settings=EngineConfig(threads=1)) as engine:
        build_rooms(engine, raw, ("staging", "identity"), Config(), sources, home)
        return identity_found(engine)


def groups(*members: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in members}


ANN = {"first_name": "Ann", "email": "ann@x.com", "user_id": "u1"}
PETER = {"first_name": "Peter", "email": "peter@x.com", "user_id": "u2", "birth_date": "1980-01-01"}


def test_a_merge_sticks_although_everything_vetoes_it_and_still_attracts_records_of_both(tmp_path: Path) -> None:
    raw: Raw = {
        "crm_contacts": [{"record_id": "1"} | ANN, {"record_id": "2"} | PETER],
        "hubspot_contacts": [{"record_id": "h", "email": "ann@x.com", "first_name": "Ann"}],
        "stripe_customers": [{"record_id": "p", "email": "peter@x.com", "full_name": "Peter Lee"}],
    }
    said(tmp_path, "must_link", "crm:1 crm:2")
    customers, links = resolved(raw, tmp_path)
    assert customers == groups("crm:1 crm:2 hubspot:h stripe:p")
    assert ("1", "2", "decision", 0, "accepted", None) in links


def test_an_unmerge_sticks_although_every_key_says_otherwise(tmp_path: Path) -> None:
    raw: Raw = {"crm_contacts": [{"record_id": "1"} | ANN, {"record_id": "2"} | ANN]}
    assert resolved(raw, tmp_path)[0] == groups("crm:1 crm:2")
    said(tmp_path, "cannot_link", "crm:1", "crm:2")
    customers, links = resolved(raw, tmp_path)
    assert customers == groups("crm:1", "crm:2")
    assert {link[2:] for link in links} == {("email", 1, "vetoed", "decision"), ("user_id", 2, "vetoed", "decision")}


@pytest.mark.parametrize(
    "third",
    [
        {"email": "ann@x.com", "user_id": "u2"},
        {"email": "ann@x.com", "additional_emails": "other@x.com"},
        {"additional_emails": "ann@x.com;other@x.com", "user_id": "u2"},
    ],
)
def test_records_kept_apart_do_not_meet_through_a_third_one(tmp_path: Path, third: dict[str, Any]) -> None:
    raw: Raw = {
        "crm_contacts": [{"record_id": "1", "email": "ann@x.com"}],
        "hubspot_contacts": [{"record_id": "h", "email": "other@x.com", "user_id": "u2"}],
        "salesforce_contacts": [{"record_id": "s"} | third],
    }
    assert resolved(raw, tmp_path)[0] == groups("crm:1 hubspot:h salesforce:s")
    said(tmp_path, "cannot_link", "crm:1", "hubspot:h")
    customers, _ = resolved(raw, tmp_path)
    assert not any({"crm:1", "hubspot:h"} <= customer for customer in customers)


def test_what_a_source_merged_itself_is_kept_apart_when_people_say_so(tmp_path: Path) -> None:
    raw: Raw = {
        "salesforce_contacts": [
            {"record_id": "m", "first_name": "Ann"},
            {"record_id": "x", "merged_into": "m", "is_deleted": True},
            {"record_id": "y", "merged_into": "m", "is_deleted": True},
        ]
    }
    said(tmp_path, "cannot_link", "salesforce:x", "salesforce:m salesforce:y")
    customers, links = resolved(raw, tmp_path)
    assert customers == groups("salesforce:m salesforce:y", "salesforce:x")
    assert ("m", "x", "source_merge", 0, "vetoed", "decision") in links


def test_a_decision_waits_for_a_record_that_is_not_there_and_is_published_as_waiting(tmp_path: Path) -> None:
    raw: Raw = {"crm_contacts": [{"record_id": "1"} | ANN]}
    said(tmp_path, "must_link", "crm:1 crm:9")
    with DuckDBEngine() as engine:
        build_rooms(engine, raw, ("staging", "identity"), Config(), None, tmp_path)
        assert engine.rows("SELECT record_id FROM identity.decided_records ORDER BY 1") == [("1",), ("9",)]
        assert engine.row_count("identity.decisions") == 0
    raw["crm_contacts"].append({"record_id": "9"} | PETER)
    assert resolved(raw, tmp_path)[0] == groups("crm:1 crm:9")


NAMES = [
    "Ada",
    "Bruno",
    "Carla",
    "Dario",
    "Elena",
    "Fabio",
    "Greta",
    "Hugo",
    "Irene",
    "Jonas",
    "Karin",
    "Lars",
    "Mona",
    "Nils",
    "Olga",
    "Pablo",
    "Rosa",
    "Sven",
    "Tilda",
    "Uwe",
]
FAMILIES = [
    "Abt",
    "Borg",
    "Cruz",
    "Diaz",
    "Egli",
    "Frey",
    "Graf",
    "Hahn",
    "Imhof",
    "Jost",
    "Koch",
    "Lang",
    "Moser",
    "Nagel",
    "Ott",
    "Peter",
    "Roth",
    "Senn",
    "Tobler",
    "Urech",
]


def alike() -> Raw:
    """People who are in three sources with the same name, birth date and home, and another address in each."""
    raw: Raw = {"crm_contacts": [], "hubspot_contacts": [], "stripe_customers": []}
    for number in range(40):
        person = {
            "first_name": NAMES[number % 20],
            "last_name": FAMILIES[(number * 7) % 20],
            "birth_date": f"{1950 + number}-0{1 + number % 9}-1{number % 10}",
            "street": f"{number + 3} Elm Road",
            "postal_code": f"{8000 + number}",
            "city": "Bern",
        }
        for place, rows in enumerate(raw.values()):
            rows.append({"record_id": f"{number:02}", "email": f"p{number}.{place}@mail{place}.example"} | person)
    return raw


def test_records_kept_apart_are_not_joined_by_likeness_either_and_a_merge_holds_without_any(tmp_path: Path) -> None:
    raw = alike()
    one, another = "crm:05 hubspot:05 stripe:05", "crm:06 hubspot:06 stripe:06"
    assert groups(one, another) <= resolved(raw, tmp_path)[0]
    said(tmp_path, "cannot_link", "crm:05", "hubspot:05")
    merged = f"{another} crm:07 hubspot:07 stripe:07"
    said(tmp_path, "must_link", merged)
    customers, _ = resolved(raw, tmp_path)
    assert groups(merged) <= customers
    assert not any({"crm:05", "hubspot:05"} <= customer for customer in customers)


SOURCES = [source("crm"), source("salesforce"), source("stripe", one_record_per_person=True)]
TABLES = {"crm": "crm_contacts", "salesforce": "salesforce_contacts", "stripe": "stripe_customers"}
people = st.fixed_dictionaries(
    {
        "source": st.sampled_from(sorted(TABLES)),
        "email": st.sampled_from([None, "a@x.com", "a+1@x.com", "b@x.com"]),
        "user_id": st.sampled_from([None, None, "u1", "u2"]),
        "phone": st.sampled_from([None, "+14155552671"]),
        "first_name": st.sampled_from([None, "Ann", "Annie", "Bob"]),
        "merged_into": st.sampled_from([None, None, "00", "01"]),
    }
)
wishes = st.lists(st.tuples(st.booleans(), st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=8)


@settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(people, min_size=3, max_size=12), wishes, st.randoms(use_true_random=False))
def test_every_decision_holds_in_any_world_and_any_order_of_rows(
    tmp_path_factory: pytest.TempPathFactory,
    world: list[dict[str, Any]],
    wanted: list[tuple[bool, int, int]],
    shuffle: random.Random,
) -> None:
    home = tmp_path_factory.mktemp("home")
    rows = [{"record_id": f"{number:02}"} | row for number, row in enumerate(world)]
    names = [f"{row['source']}:{row['record_id']}" for row in rows]
    kept = []
    for is_same, left, right in wanted:
        one, two = names[left % len(names)], names[right % len(names)]
        try:
            if one != two:
                said(home, *(("must_link", f"{one} {two}") if is_same else ("cannot_link", one, two)))
                kept.append((is_same, one, two))
        except Refused:
            pass
    before = resolved(_raw(rows), home, SOURCES)
    customer = {name: members for members in before[0] for name in members}
    assert all((customer[one] == customer[two]) is is_same for is_same, one, two in kept)
    shuffle.shuffle(rows)
    assert resolved(_raw(rows), home, SOURCES) == before


def _raw(rows: list[dict[str, Any]]) -> Raw:
    raw: Raw = {}
    for row in rows:
        raw.setdefault(TABLES[row["source"]], []).append({k: v for k, v in row.items() if k != "source"})
    return raw
