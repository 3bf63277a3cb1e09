"""A run that links by key only what changed finds the links of a run that links everything."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import (
    key_delta,
    key_links,
    key_records,
    key_state,
    key_values,
    nicknames,
    record_hashes,
    value_state,
)
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.rooms import context_of, source

# Low limits, so that keys cross them; crm holds each person once.
CONFIG = Config.model_validate(
    {
        "identity": {
            "incremental_min_records": 0, "incremental_max_change_ratio": 1, "max_names_per_value": 3,
            "max_records_per_email": 4, "max_records_per_phone": 4, "max_records_per_user_id": 4,
        }
    }
)  # fmt: skip
VALUES: dict[str, tuple[str | None, ...]] = {
    "source": ("crm", "hubspot", "hubspot", "hubspot"),
    "first_name_key": ("ann", "anna", "bob", "robert", "zoe", "a", None),
    "last_name_key": ("lee", "ray"),
    "birth_date": ("1980-05-06", "1991-01-01", None, None, None, None),
    "email_key": tuple(f"{n}@x.com" for n in range(8)),
    "phone_key": ("+1", "+2", "+3", "+4", "+5", "+6", None, None),
    "user_id": ("u1", "u2", "u3", "u4", *[None] * 6),
    "merge": ("m1", "m2", None, None, None, None, None, None),
}
TEXT = ("source", "record_id", "record_type", "merged_into", "user_id", "first_name_key", "last_name_key",
        "first_name", "full_name", "birth_date", "street", "postal_code", "city", "company", "job_title", "email_key",
        "phone_key", "mobile_key")  # fmt: skip
KINDS = {"email_key": "email", "phone_key": "phone", "user_id": "user_id", "merge": "source_merge"}
Record = dict[str, str | None]


@dataclass
class World:
    """Records by id, pairs of them that people joined or keep apart, and addresses that others, such as charges, tell
    of a record, which itself stays as it is. A changed world is a new day."""

    records: dict[str, Record] = field(default_factory=dict)
    decisions: set[tuple[str, str, str]] = field(default_factory=set)
    told: set[tuple[str, str]] = field(default_factory=set)

    def add(self, name: str, chance: random.Random) -> None:
        self.records[name] = {column: chance.choice(values) for column, values in VALUES.items()}

    def change(self, kind: str, one: int, two: int) -> None:
        """One change; the numbers choose what."""
        names, chance = sorted(self.records), random.Random(f"{one} {two}")
        name, other = names[one % len(names)], names[two % len(names)]
        if kind == "add":
            self.add(f"{one % 4}{chance.random():.8f}", chance)
        elif kind == "remove" and len(names) > 4:
            del self.records[name]
            self.decisions = {decision for decision in self.decisions if name not in decision}
            self.told = {(record, address) for record, address in self.told if record != name}
        elif kind == "told":
            self.told ^= {(name, str(VALUES["email_key"][two % 8]))}
        elif kind == "value":
            column = sorted(VALUES)[two % len(VALUES)]
            self.records[name][column] = chance.choice(VALUES[column])
        elif kind in ("must_link", "cannot_link") and name < other:
            self.decisions ^= {(name, other, kind)}


def first_day(records: int = 24) -> World:
    world, chance = World(), random.Random(79)
    for number in range(records):
        world.add(f"r{number:02}", chance)
    world.decisions |= {("r00", "r01", "must_link"), ("r02", "r03", "cannot_link")}
    return world


def show(engine: DuckDBEngine, world: World, today: RunContext) -> None:
    """Write the tables that are read, and what several records carry."""
    show_records(engine, world)
    nicknames.build(engine, today)
    for table in (record_hashes, key_values, key_records):
        table.build(engine, today)


def show_records(engine: DuckDBEngine, world: World) -> None:
    """Write the records, their keys and what people decided; a record's number is its place."""
    names = sorted(world.records, key=lambda name: (world.records[name]["source"], name))
    number = {name: place for place, name in enumerate(names)}
    rows = [{"record_id": name, "record_type": "contact"} | world.records[name] for name in names]
    columns = {column: pa.array([row.get(column) for row in rows], pa.string()) for column in TEXT}
    columns["node"] = pa.array(range(len(rows)), pa.int32())
    engine.connection.register("given", pa.table(columns))
    engine.create_table("staging.records", "SELECT * REPLACE (CAST(birth_date AS DATE) AS birth_date) FROM given")
    engine.connection.unregister("given")
    keys = {(n, kind, row[c]) for n, row in enumerate(rows) for c, kind in KINDS.items() if row.get(c)}
    keys |= {(number[name], "email", address) for name, address in world.told}
    write(engine, "staging.identifiers", ("node", "kind", "value"), sorted(keys, key=str))
    decided = [(*sorted((number[a], number[b])), kind) for a, b, kind in sorted(world.decisions)]
    write(engine, "identity.decisions", ("left_node", "right_node", "kind"), decided)


def write(engine: DuckDBEngine, name: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    arrays = [
        pa.array([row[n] for row in rows], pa.int32() if column.endswith("node") else pa.string())
        for n, column in enumerate(columns)
    ]
    engine.create_table_from_arrow(name, pa.table(arrays, names=list(columns)))


def run(engine: DuckDBEngine, world: World, today: RunContext) -> str:
    """A day's run; how it says it went."""
    show(engine, world, today)
    key_links.build(engine, today)
    return str(today.facts.get(key_links.TABLE.name, "nothing to say"))


def links(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return engine.rows("SELECT * FROM identity.key_links ORDER BY ALL")


def values(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    """The values but for their numbers, which must be dense."""
    rows = engine.rows("SELECT * FROM identity.key_values ORDER BY key_id")
    assert [row[0] for row in rows] == list(range(len(rows)))
    return sorted((row[1:] for row in rows), key=str)


def carried(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    """Which record carries which value."""
    return engine.rows(
        "SELECT v.kind, v.value, r.node FROM identity.key_records AS r JOIN identity.key_values AS v "
        "ON v.key_id = r.key_id ORDER BY ALL"
    )


def context(**changed: Any) -> RunContext:
    identity = CONFIG.identity.model_copy(update=changed)
    contracts = [source("crm", one_record_per_person=True), source("hubspot")]
    return context_of(CONFIG.model_copy(update={"identity": identity}), contracts)


CHANGE = st.tuples(
    st.sampled_from(("add", "remove", "value", "value", "value", "told", "must_link", "cannot_link")),
    st.integers(0, 999),
    st.integers(0, 999),
)


class Days(RuleBasedStateMachine):
    """Days of changes; after each, the links are those of a run that begins with nothing.

    Would hurt: a veto that is lost, or a merge that stands although the record that made it has gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.engine, self.afresh, self.world = DuckDBEngine(), DuckDBEngine(), first_day()
        assert run(self.engine, self.world, context()).startswith("full")

    @rule(changes=st.lists(CHANGE, min_size=1, max_size=3))
    def next_day(self, changes: list[tuple[str, int, int]]) -> None:
        for change in changes:
            self.world.change(*change)
        assert run(self.engine, self.world, context()).startswith("incremental")
        assert run(self.afresh, self.world, replace(context(), full_resolve=True)) == "full: asked for"
        assert values(self.engine) == values(self.afresh)
        assert links(self.engine) == links(self.afresh)
        assert carried(self.engine) == carried(self.afresh)

    def teardown(self) -> None:
        self.engine.close()
        self.afresh.close()


Days.TestCase.settings = settings(
    max_examples=4, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDays = Days.TestCase


def test_the_examples_hold_every_kind_of_link() -> None:
    """The law above would hold for worlds in which nothing is linked."""
    with DuckDBEngine() as engine:
        run(engine, first_day(), context())
        found = links(engine)
        assert {row[2] for row in found} == {"decision", "source_merge", "email", "user_id", "phone"}
        assert {row[5] for row in found if row[4] == "vetoed"} >= {
            "first_name", "ambiguous", "no_agreeing_name", "user_id", "birth_date", "one_record_per_person", "decision",
        }  # fmt: skip
        assert {row[0] for row in engine.rows("SELECT reason FROM identity.key_values")} >= {"too_many_records", None}


def test_only_what_a_change_reaches_is_linked_anew_and_the_rest_is_numbered_anew() -> None:
    """One of three leaves an address; the two that stay are looked at again, the pair of another address is not."""
    world = World({f"r{n}": {"source": "hubspot", "email_key": "abb"[n // 3] + "@x.com"} for n in range(5)})
    with DuckDBEngine() as engine:
        run(engine, world, context())
        del world.records["r1"]
        assert run(engine, world, context()) == "incremental: 2 of 4 records linked anew"
        assert [row[:3] for row in links(engine)] == [(0, 1, "email"), (2, 3, "email")]


@pytest.mark.parametrize(
    ("later", "note"),
    [
        (context(name_similarity=0.99), "full: no last results of the same code and settings"),
        (replace(context(), full_resolve=True), "full: asked for"),
        (context(incremental_min_records=1_000), "nothing to say"),
        (context(), "incremental: 0 of 24 records linked anew"),
    ],
)
def test_whatever_is_doubtful_is_linked_from_nothing(later: RunContext, note: str) -> None:
    with DuckDBEngine() as engine:
        run(engine, first_day(), context())
        assert run(engine, first_day(), later) == note


@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_a_run_that_ended_in_between_leads_to_no_wrong_link(done: int) -> None:
    """The day between was built up to some table: what was not is made of nothing, or goes on from the day before."""
    builds = (record_hashes.build, key_values.build, key_records.build, key_links.build)
    with DuckDBEngine() as engine, DuckDBEngine() as afresh:
        world = first_day()
        run(engine, world, context())
        for day in range(3):
            for change in (
                ("value", 3 * day, 1),
                ("add", day, 5),
                ("remove", day, 0),
                ("told", day, 6),
                ("must_link", day, 9),
            ):
                world.change(*change)
            today = context()
            show_records(engine, world)
            for build in (builds[:done], builds)[day == 2]:
                build(engine, today)
        run(afresh, world, replace(context(), full_resolve=True))
        assert values(engine) == values(afresh)
        assert links(engine) == links(afresh)
        assert carried(engine) == carried(afresh)


def test_too_many_changes_and_an_unfinished_run_are_linked_from_nothing() -> None:
    with DuckDBEngine() as engine:
        few = {"incremental_max_change_ratio": 0.1}
        run(engine, first_day(), context(**few))
        for record in (changed := first_day()).records.values():
            record["email_key"] = "all@x.com"
        note = run(engine, changed, context(**few))
        assert note == "full: more than 10% of the records are touched by what changed since the last run"
        key_state.invalidate(engine)
        assert run(engine, changed, context(**few)) == "full: no last results"


def test_what_people_decide_is_part_of_both_records() -> None:
    """A decision that is taken back must be noticed, and one that changes its kind: both records are linked anew."""
    world = World({f"r{n}": {"source": "hubspot"} for n in range(4)})
    with DuckDBEngine() as engine:
        run(engine, world, context())
        for kind, records in (("must_link", 2), ("cannot_link", 2), ("cannot_link", 0), (None, 2), (None, 0)):
            world.decisions = {("r0", "r1", kind)} if kind else set()
            assert run(engine, world, context()) == f"incremental: {records} of 4 records linked anew"


def test_records_are_reached_through_usable_keys_and_decisions_only() -> None:
    """0-1 by key 0, 1-2 by key 1, 2-3 by a key that links nobody, 4-5 decided."""
    key, node = np.array([0, 0, 1, 1, 2, 2], np.int32), np.array([0, 1, 1, 2, 2, 3], np.int32)
    one = np.array([4], np.int32)
    carried = key_delta.Carried(key, node, np.array([True, True, False]), one, one + 1)
    for start, expected in ((0, [0, 1, 2]), (3, [3]), (5, [4, 5])):
        assert np.flatnonzero(key_delta.reached(np.arange(7) == start, carried)).tolist() == expected


@given(st.sets(st.integers(0, 9)), st.integers(0, 12))
def test_values_have_dense_numbers_whatever_goes_and_comes(gone: set[int], made: int) -> None:
    """Those that stay keep their number, but for the highest where fewer come than go."""
    stays = sorted(set(range(10)) - gone)
    free, (was, now) = key_values.numbers_of(len(stays), made, np.array(sorted(gone), np.int32))
    moved = dict(zip(was.tolist(), now.tolist(), strict=True))
    assert sorted([*(moved.get(number, number) for number in stays), *free]) == list(range(len(stays) + made))
    assert all(was >= len(stays) + made for was in moved)


def test_a_value_counts_again_when_a_name_changes_and_after_an_unfinished_run() -> None:
    names = ("ann", "bob", "carl", "dora")
    world = World(
        {f"r{n}": {"source": "hubspot", "email_key": "a@x.com", "first_name_key": names[n]} for n in range(4)}
    )
    with DuckDBEngine() as engine:
        found = []
        for name in ("dora", "carl", "dora"):
            world.records["r3"]["first_name_key"] = name
            run(engine, world, context())
            found.append(engine.scalar("SELECT reason FROM identity.key_values"))
        assert found == ["shared", None, "shared"]
        engine.execute("UPDATE identity.key_values SET reason = 'other'")
        value_state.invalidate(engine)
        run(engine, world, context())
        assert engine.scalar("SELECT reason FROM identity.key_values") == "shared"
