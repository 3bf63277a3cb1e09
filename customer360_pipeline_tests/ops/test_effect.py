"""A dry run tells what the next run does, customer by customer and to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import Config, EngineConfig, IdentityConfig
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.identity.parent_version import FACT
from customer360_pipeline.ops.decisions import Decision, Proposal, RecordKey
from customer360_pipeline.ops.effect import CUSTOMERS, DECIDED, Customer, Effect, effect, tables_between
from customer360_pipeline.ops.store import Refused, active, decide, revoke
from customer360_pipeline.publish import pointer
from customer360_pipeline.sources.ingest import ensure_tables
from customer360_pipeline_tests.rooms import context_of, fill_raw, source

NOW = datetime(2026, 11, 21, 7, 30)
SOURCES = [source("crm"), source("stripe", one_record_per_person=True)]
# A run and a dry run go on from what the last run learned, as with many records.
CONFIG = Config(
    engine=EngineConfig(threads=1),
    identity=IdentityConfig(incremental_min_records=0, incremental_max_change_ratio=1),
)
ROOMS = ("staging", "identity", "profile")
IDS = ("customer_identities", "customer_id_history", "former_identities")
Customers = dict[str, tuple[frozenset[RecordKey], dict[str, Decimal]]]


def built(home: Path, raw: dict[str, list[dict[str, Any]]], version: str = "v1") -> Customers:
    """Run the rooms into the work database of a home and publish the ids: id -> records, and money per currency."""
    (home / "published" / version).mkdir(parents=True)
    path, last = home / "published" / version / pointer.DATABASE, pointer.current_version(home)
    known = home / "published" / last / pointer.DATABASE if last else None
    context = replace(context_of(CONFIG, SOURCES, home), facts={FACT: known})
    with DuckDBEngine(home / "work.duckdb", CONFIG.engine) as engine:
        ensure_tables(engine, SOURCES)
        fill_raw(engine, context, raw)
        for table in load_catalog(SOURCES):
            if table.room in ROOMS or table.name in {f"customer_360.{name}" for name in IDS}:
                build_table(engine, table, context)
        engine.execute(f"ATTACH {literal(str(path))} AS made")
        for name in IDS:
            engine.execute(f"CREATE TABLE made.main.{name} AS SELECT * FROM customer_360.{name}")
        engine.execute("DETACH made")
        made: Customers = {}
        for source_name, record_id, customer_id, node in engine.rows(
            "SELECT r.source, r.record_id, c.customer_id, r.node FROM staging.records AS r "
            "JOIN identity.record_customers AS c ON c.node = r.node"
        ):
            records, money = made.get(customer_id, (frozenset(), {}))
            for currency, amount in engine.rows(
                "SELECT currency, amount FROM profile.money WHERE node = $node AND status IN ('counted', 'no_rate')",
                {"node": node},
            ):
                money[currency] = money.get(currency, Decimal(0)) + amount
            made[customer_id] = (records | {RecordKey(source_name, record_id)}, money)
    pointer.write_pointer(home / "published", pointer.Pointer(version, (version,)))
    return made


def told(customers: Iterable[Customer]) -> Customers:
    return {one.customer_id: (frozenset(one.records), one.amounts) for one in customers}


def planned(kind: Any, *parts: tuple[RecordKey, ...], number: int = 99) -> Decision:
    return Decision(kind, parts, "mia", "they told us", number, NOW)


def crm(*ids: str) -> tuple[RecordKey, ...]:
    return tuple(RecordKey("crm", record_id) for record_id in ids)


MONEY = [
    {"charge_id": "1", "customer_id": "a", "amount": 10, "currency": "USD", "status": "succeeded"},
    {"charge_id": "2", "customer_id": "b", "amount": 7, "currency": "EUR", "status": "succeeded"},
]


def test_the_money_of_the_records_that_leave_goes_with_them(tmp_path: Path) -> None:
    raw = {
        "crm_contacts": [{"record_id": "1", "email": "a@x.com"}],
        "stripe_customers": [{"record_id": "a", "email": "a@x.com"}, {"record_id": "b", "email": "b@x.com"}],
        "stripe_charges": [row | {"created_at": "2025-05-01"} for row in MONEY],
    }
    built(tmp_path, raw)
    stripe = (RecordKey("stripe", "a"),)
    found = effect(context_of(CONFIG, SOURCES, tmp_path), [], [planned("cannot_link", crm("1"), stripe)], stripe)
    assert [(c.records, c.amounts, c.reporting) for c in found.after] == [
        (crm("1"), {}, Decimal(0)),
        (stripe, {"USD": Decimal(10)}, Decimal(10)),
    ]
    # Of two equal parts the one with the first record keeps the id.
    assert [(m.amounts, m.after, m.is_new) for m in found.moves] == [
        ({"USD": Decimal(10)}, found.after[1].customer_id, True)
    ]
    assert [c.is_new for c in found.after] == [False, True] and found.is_published
    both = (*crm("1"), *stripe, RecordKey("stripe", "b"))
    found = effect(context_of(CONFIG, SOURCES, tmp_path), [], [planned("must_link", both)], both)
    assert found.before[0].customer_id == found.after[0].customer_id
    assert (len(found.after), found.after[0].amounts) == (1, {"USD": Decimal(10), "EUR": Decimal(7)})
    assert [(m.amounts, m.reporting) for m in found.moves] == [({"EUR": Decimal(7)}, Decimal(0))]


def test_records_that_are_not_there_are_told_and_no_last_run_is_an_error(tmp_path: Path) -> None:
    context = context_of(CONFIG, SOURCES, tmp_path)
    with pytest.raises(ConfigError, match="customer360 run"):
        effect(context, [], [], crm("1"))
    built(tmp_path, {"crm_contacts": [{"record_id": "1"}]})
    found = effect(context, [], [planned("must_link", crm("1", "9"))], crm("1", "9"))
    assert found.absent == crm("9") and found.is_none


def test_what_a_decision_reaches_is_built_again_and_nothing_before_it() -> None:
    names = [table.name for table in tables_between(load_catalog(SOURCES), DECIDED, CUSTOMERS)]
    assert names[0] == "identity.decisions" and names[-1] == CUSTOMERS and "identity.key_links" in names
    assert not {"identity.key_values", "identity.known_records"} & set(names)


def test_an_undone_merge_gives_both_their_ids_and_their_money_back(tmp_path: Path) -> None:
    paid = {"stripe_charges": [MONEY[0] | {"created_at": "2025-05-01"}]}
    stripe = {"stripe_customers": [{"record_id": "a", "email": "a@x.com"}]}
    apart = built(tmp_path, stripe | paid | {"crm_contacts": [{"record_id": "1", "email": "b@x.com"}]})
    raw = stripe | paid | {"crm_contacts": [{"record_id": "1", "email": "a@x.com"}]}
    assert len(built(tmp_path, raw, "v2")) == 1
    key = (RecordKey("stripe", "a"),)
    found = effect(context_of(CONFIG, SOURCES, tmp_path), [], [planned("cannot_link", crm("1"), key)], key)
    assert told(found.after) == apart and not any(one.is_new for one in found.after)
    decide(tmp_path, Proposal("cannot_link", (crm("1"), key), "mia", "two people"), NOW)
    assert built(tmp_path, raw, "v3") == apart


def test_the_effect_is_that_of_one_decision_whatever_waits_beside_it(tmp_path: Path) -> None:
    built(tmp_path, {"crm_contacts": [{"record_id": number} for number in "1234"]})
    waiting = [planned("must_link", crm("1", "2"), number=1)]
    then = [*waiting, planned("must_link", crm("3", "4"), number=2)]
    found = effect(context_of(CONFIG, SOURCES, tmp_path), waiting, then, crm("3", "4"))
    assert ([c.records for c in found.before], [c.records for c in found.after]) == (
        [crm("3"), crm("4")], [crm("3", "4")],
    )  # fmt: skip
    assert found.is_published
    found = effect(context_of(CONFIG, SOURCES, tmp_path), waiting, [], crm("1", "2"))
    assert [c.records for c in found.before] == [crm("1", "2")] and not found.is_published


people = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["crm", "crm", "stripe"]),
        "email": st.sampled_from([None, "a@x.com", "a+1@x.com", "b@x.com"]),
        "user_id": st.sampled_from([None, "u1", "u2"]),
        "first_name": st.sampled_from([None, "Ann", "Annie", "Bob"]),
    }
)
worlds = st.lists(people, min_size=4, max_size=8)
wish = st.tuples(st.sampled_from(["same", "other", "back"]), st.integers(0, 9), st.integers(0, 9))


def raw_of(world: list[dict[str, Any]]) -> tuple[dict[str, list[dict[str, Any]]], list[RecordKey]]:
    """The rows of a world, a payment for each record of Stripe; and its records."""
    raw: dict[str, list[dict[str, Any]]] = {"crm_contacts": [], "stripe_customers": [], "stripe_charges": []}
    for number, row in enumerate(world):
        fields = {name: value for name, value in row.items() if name != "source"}
        kind = "crm_contacts" if row["source"] == "crm" else "stripe_customers"
        raw[kind].append({"record_id": str(number)} | fields)
        if row["source"] == "stripe":
            paid = {"charge_id": str(number), "customer_id": str(number), "created_at": "2025-05-01"}
            raw["stripe_charges"].append(MONEY[number % 2] | paid | {"amount": number + 1})
    return raw, [RecordKey(row["source"], str(number)) for number, row in enumerate(world)]


def asked(home: Path, keys: list[RecordKey], what: str, left: int, right: int) -> Effect | None:
    """Decide something, or take the first decision back, as far as that is possible; what the dry run said."""
    before = active(home)
    pair = keys[left % len(keys)], keys[right % len(keys)]
    if what == "back":
        if not before:
            return None
        named = before[0].records
        revoke(home, before[0].number, "mia", "was wrong", NOW)
    else:
        parts = (pair,) if what == "same" else ((pair[0],), (pair[1],))
        try:
            kind: Any = "must_link" if what == "same" else "cannot_link"
            named = decide(home, Proposal(kind, parts, "mia", "they told us"), NOW).records
        except (Refused, ConfigError):
            return None
    return effect(context_of(CONFIG, SOURCES, home), before, active(home), named)


# A failing world is small already; to shrink it would take minutes.
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(worlds, worlds, st.lists(wish, min_size=2, max_size=4), st.lists(wish, min_size=1, max_size=3))
def test_dry_runs_say_what_the_next_run_does(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[dict[str, Any]], later: list[dict[str, Any]],
    wanted: list[tuple[str, int, int]], again: list[tuple[str, int, int]],
) -> None:  # fmt: skip
    """Ids, records and money: of every customer, over two versions with ids to take back, with decisions waiting."""
    home = tmp_path_factory.mktemp("home")
    built(home, raw_of(first)[0], "v1")
    raw, keys = raw_of([old | {"email": new["email"]} for old, new in zip(first, later * 2, strict=False)])
    expected = built(home, raw, "v2")
    for version, wishes in (("v3", wanted), ("v4", again)):
        for one in wishes:
            found = asked(home, keys, *one)
            if found is not None:
                before = told(found.before)
                assert {name: expected[name] for name in before} == before
                expected = {name: it for name, it in expected.items() if name not in before} | told(found.after)
        assert built(home, raw, version) == expected
