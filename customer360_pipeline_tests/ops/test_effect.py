"""A dry run tells what the next run does, customer by customer and to the cent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import Config, EngineConfig, IdentityConfig
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.ops.decisions import Decision, Proposal, RecordKey
from customer360_pipeline.ops.effect import DECIDED, LINKS, effect, tables_between
from customer360_pipeline.ops.store import Refused, active, decide
from customer360_pipeline.sources.ingest import ensure_tables
from customer360_pipeline_tests.rooms import build_rooms, context_of, source

NOW = datetime(2026, 11, 21, 7, 30)
SOURCES = [source("crm"), source("stripe", one_record_per_person=True)]
# A run and a dry run go on from what the last run learned, as with many records.
CONFIG = Config(
    engine=EngineConfig(threads=1),
    identity=IdentityConfig(incremental_min_records=0, incremental_max_change_ratio=1),
)
ROOMS = ("staging", "identity", "profile")


def built(
    home: Path, raw: dict[str, list[dict[str, Any]]], rooms: tuple[str, ...] = ROOMS
) -> set[frozenset[RecordKey]]:
    """Run the rooms into the work database of a home; the customers."""
    home.mkdir(exist_ok=True)
    with DuckDBEngine(home / "work.duckdb", CONFIG.engine) as engine:
        ensure_tables(engine, SOURCES)
        build_rooms(engine, raw, rooms, CONFIG, SOURCES, home)
        customers: dict[str, set[RecordKey]] = {}
        for source_name, record_id, customer_id in engine.rows(
            "SELECT r.source, r.record_id, c.customer_id FROM staging.records AS r "
            "JOIN identity.record_customers AS c ON c.node = r.node"
        ):
            customers.setdefault(customer_id, set()).add(RecordKey(source_name, record_id))
    return set(map(frozenset, customers.values()))


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
    found = effect(context_of(CONFIG, SOURCES, tmp_path), [planned("cannot_link", crm("1"), stripe)], stripe)
    assert [(c.records, c.amounts, c.reporting) for c in found.after] == [
        (crm("1"), {}, Decimal(0)),
        (stripe, {"USD": Decimal(10)}, Decimal(10)),
    ]
    assert [(m.amounts, m.after) for m in found.moves] == [({"USD": Decimal(10)}, None)]
    both = (*crm("1"), *stripe, RecordKey("stripe", "b"))
    found = effect(context_of(CONFIG, SOURCES, tmp_path), [planned("must_link", both)], both)
    assert found.before[0].customer_id == found.after[0].customer_id
    assert (len(found.after), found.after[0].amounts) == (1, {"USD": Decimal(10), "EUR": Decimal(7)})
    assert [(m.amounts, m.reporting) for m in found.moves] == [({"EUR": Decimal(7)}, Decimal(0))]


def test_records_that_are_not_there_are_told_and_no_last_run_is_an_error(tmp_path: Path) -> None:
    context = context_of(CONFIG, SOURCES, tmp_path)
    with pytest.raises(ConfigError, match="customer360 run"):
        effect(context, [], crm("1"))
    built(tmp_path, {"crm_contacts": [{"record_id": "1"}]})
    found = effect(context, [planned("must_link", crm("1", "9"))], crm("1", "9"))
    assert found.absent == crm("9") and found.is_none


def test_what_a_decision_reaches_is_built_again_and_nothing_before_it() -> None:
    names = [table.name for table in tables_between(load_catalog(SOURCES), DECIDED, LINKS)]
    assert names[0] == "identity.decisions" and names[-1] == LINKS and "identity.key_links" in names
    assert not {"identity.key_values", "identity.record_customers"} & set(names)


people = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["crm", "crm", "stripe"]),
        "email": st.sampled_from([None, "a@x.com", "a+1@x.com", "b@x.com"]),
        "user_id": st.sampled_from([None, "u1", "u2"]),
        "first_name": st.sampled_from([None, "Ann", "Annie", "Bob"]),
    }
)
wish = st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 9))


# A failing world is small already; to shrink it would take minutes.
@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(people, min_size=4, max_size=10), st.lists(wish, min_size=2, max_size=4))
def test_a_dry_run_says_what_the_next_run_does(
    tmp_path_factory: pytest.TempPathFactory, world: list[dict[str, Any]], wanted: list[tuple[bool, int, int]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    raw: dict[str, list[dict[str, Any]]] = {"crm_contacts": [], "stripe_customers": []}
    keys = []
    for number, row in enumerate(world):
        fields = {name: value for name, value in row.items() if name != "source"}
        raw["crm_contacts" if row["source"] == "crm" else "stripe_customers"].append(
            {"record_id": str(number)} | fields
        )
        keys.append(RecordKey(row["source"], str(number)))
    before = built(home, raw)
    told: set[frozenset[RecordKey]] = before
    for is_same, left, right in wanted:
        pair = keys[left % len(keys)], keys[right % len(keys)]
        parts = (pair,) if is_same else ((pair[0],), (pair[1],))
        proposal = Proposal("must_link" if is_same else "cannot_link", parts, "mia", "they told us")
        try:
            stored = decide(home, proposal, NOW)
        except (Refused, ConfigError):
            continue
        found = effect(context_of(CONFIG, SOURCES, home), active(home), stored.records)
        # A decision is told beside those that wait: every customer that is not told stays as it is.
        reached = {record for customer in found.after for record in customer.records}
        told = {group for group in before if not group & reached} | {frozenset(c.records) for c in found.after}
    assert built(home, raw, ("staging", "identity")) == told
