"""A run that compares what changed finds the links of a run that compares everything."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import (
    block_state,
    delta,
    fuzzy_inputs,
    fuzzy_links,
    fuzzy_state,
    key_records,
    key_values,
    record_hashes,
)
from customer360_pipeline.identity.blocking_rules import RULES
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.rooms import context_of, source

# Low limits, so that few records make blocks too large, components that are cut, and customers that are full.
CONFIG = Config.model_validate(
    {
        "identity": {
            "incremental_min_records": 0, "incremental_max_change_ratio": 1, "fuzzy_merge_probability": 0.99,
            "fuzzy_review_probability": 0.001, "fuzzy_max_component_records": 6, "fuzzy_max_customer_records": 4,
            "block_pairs_per_record": 1, "min_block_size": 6, "max_block_size": 12,
        }
    }
)  # fmt: skip
VALUES: dict[str, tuple[str | None, ...]] = {
    "first_name_key": ("ann", "anna", "bob", "robert", "zoe", None),
    "last_name_key": ("lee", "leigh", "ray", "smith"),
    "birth_date": ("1980-05-06", "1980-06-05", "1991-01-01", None),
    "email_key": ("ann.lee@x.com", "alee@y.com", "bob@x.com", "zr@x.com", "a.lee7@z.com", None),
    "phone_key": ("+14155552671", "+14155552672", "+442071838750", None),
    "postal_code": ("10115", "10117", None),
    "street": ("1 Main Street", "1 Main St", "9 Elm Road", None),
    "user_id": ("u1", "u2", None, None, None),
}
# People whose records the days begin with; a quarter of the values is another's.
PEOPLE: list[dict[str, str | None]] = [
    {
        column: values[(number * (place + 1)) % (len(values) - 1)]
        for place, (column, values) in enumerate(VALUES.items())
    }
    for number in range(5)
]
TEXT = (
    "source", "record_id", "record_type", "merged_into", "user_id", "first_name_key", "last_name_key", "first_name",
    "full_name", "birth_date", "street", "postal_code", "city", "company", "job_title", "email_key", "phone_key",
    "mobile_key",
)  # fmt: skip
Pair = tuple[str, str]
BLOCK_FIELDS = Path(fuzzy_links.__file__).parent / "block_fields.sql"
# People who share nothing with anybody: without them nothing would be rare, and no agreement would say anything.
STRANGERS: dict[str, dict[str, str | None]] = {
    f"z{n:02}": {
        "first_name_key": f"{chr(97 + n % 26)}x{n * n}", "last_name_key": f"{n * 7}q{chr(97 + n % 23)}",
        "birth_date": f"{1930 + n % 70}-{1 + n % 12:02}-{1 + n % 28:02}", "email_key": f"{n * 31}v{n}@s{n}.com",
        "phone_key": f"+1415{5000000 + n * 7919}", "postal_code": f"{20000 + n * 37}", "street": f"{n} {n * 13}rd Way",
    }
    for n in range(90)
}  # fmt: skip


@dataclass
class World:
    """Records by id, and what the tables before this one say of them. A changed world is a new day.

    Args:
        blocked: values that may not link.
        told: records that carry an email by what another record tells of them.
    """

    records: dict[str, dict[str, str | None]] = field(default_factory=dict)
    links: set[Pair] = field(default_factory=set)
    vetoes: set[Pair] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    told: set[Pair] = field(default_factory=set)

    def add(self, name: str, chance: random.Random) -> None:
        person = PEOPLE[chance.randrange(len(PEOPLE))]
        self.records[name] = {
            column: chance.choice(VALUES[column]) if chance.random() < 0.25 else value
            for column, value in person.items()
        }

    def remove(self, name: str) -> None:
        del self.records[name]
        for pairs in (self.links, self.vetoes):
            pairs -= {pair for pair in pairs if name in pair}
        self.told -= {pair for pair in self.told if pair[0] == name}

    def change(self, kind: str, one: int, two: int) -> None:
        """One change; the numbers choose what."""
        names, chance = sorted(set(self.records) - set(STRANGERS)), random.Random(f"{one} {two}")
        name, other = names[one % len(names)], names[two % len(names)]
        if kind == "add":
            self.add(f"{one % 4}{chance.random():.8f}", chance)
        elif kind == "remove" and len(names) > 4:
            self.remove(name)
        elif kind == "value":
            column = sorted(VALUES)[two % len(VALUES)]
            self.records[name][column] = chance.choice(VALUES[column])
        elif kind == "block":
            self.blocked ^= {str(VALUES["email_key"][one % 5])}
        elif kind == "told":
            self.told ^= {(name, str(VALUES["email_key"][two % 5]))}
        elif kind in ("links", "vetoes") and name != other:
            getattr(self, kind).symmetric_difference_update({_pair(name, other)})


def _pair(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)


def first_day() -> World:
    world, chance = World({name: dict(values) for name, values in STRANGERS.items()}), random.Random(7)
    for number in range(26):
        world.add(f"r{number:02}", chance)
    world.links |= {("r00", "r01"), ("r01", "r02"), ("r10", "r11")}
    world.vetoes |= {("r03", "r04")}
    return world


def show(engine: DuckDBEngine, world: World) -> None:
    """Write the tables that are read; a record's number is its place."""
    number = {name: place for place, name in enumerate(sorted(world.records))}
    columns: dict[str, list[Any]] = {column: [] for column in TEXT}
    for name in sorted(world.records):
        made = {"source": "crm", "record_id": name, "record_type": "contact"} | world.records[name]
        for column in TEXT:
            columns[column].append(made.get(column))
    text = pa.table({column: pa.array(values, pa.string()) for column, values in columns.items()})
    engine.connection.register("given", text.append_column("node", pa.array(range(len(number)), pa.int32())))
    engine.create_table("staging.records", "SELECT * REPLACE (CAST(birth_date AS DATE) AS birth_date) FROM given")
    engine.connection.unregister("given")
    record_hashes.build(engine, context())
    _show_keys(engine, world, number)
    statuses = [("accepted", None, world.links), ("vetoed", "user_id", world.vetoes)]
    rows = [(number[a], number[b], status, reason) for status, reason, pairs in statuses for a, b in sorted(pairs)]
    engine.create_table(
        "identity.key_links",
        "SELECT 0::INTEGER AS left_node, 0::INTEGER AS right_node, ''::VARCHAR AS status, ''::VARCHAR AS reason "
        "WHERE false",
    )
    engine.create_table(
        "identity.decisions", "SELECT 0::INTEGER AS left_node, 0::INTEGER AS right_node, '' AS kind WHERE false"
    )
    for row in rows:
        engine.connection.execute("INSERT INTO identity.key_links VALUES (?, ?, ?, ?)", row)


def _show_keys(engine: DuckDBEngine, world: World, number: dict[str, int]) -> None:
    """The values that several records carry, and the fields that blocks are made of."""
    carried = {
        (number[name], kind, value)
        for name, values in world.records.items()
        for kind in ("email", "phone", "user_id")
        if (value := values.get(kind if kind == "user_id" else f"{kind}_key"))
    }
    carried |= {(number[name], "email", value) for name, value in world.told}
    types = {"node": pa.int32(), "kind": pa.string(), "value": pa.string()}
    columns = {name: pa.array([row[place] for row in sorted(carried)], types[name]) for place, name in enumerate(types)}
    engine.create_table_from_arrow("staging.identifiers", pa.table(columns))
    engine.create_table("identity.nicknames", "SELECT '' AS name, '' AS formal, true AS is_first WHERE false")
    limits = ("max_names_per_value", "max_records_per_email", "max_records_per_phone", "max_records_per_user_id")
    blocked = tuple(sorted(world.blocked))
    key_values.build(engine, context(placeholder_values=blocked, **dict.fromkeys(limits, 99)))
    key_records.build(engine, context())
    engine.create_table("identity.block_fields", BLOCK_FIELDS.read_text(encoding="utf-8"), view=True)


def run(engine: DuckDBEngine, world: World, context: RunContext) -> str:
    """A day's run; how it says it went."""
    show(engine, world)
    fuzzy_links.build(engine, context)
    return str(context.facts.get(fuzzy_links.TABLE.name, "nothing to say"))


def links(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    return sorted(engine.rows("SELECT * FROM identity.fuzzy_links"))


def links_of_full_run(engine: DuckDBEngine, context: RunContext) -> list[tuple[Any, ...]]:
    """All pairs compared, with what was learned on the first day."""
    state = fuzzy_state.load(engine, fuzzy_state.fingerprint(context))
    assert state is not None
    constraints = fuzzy_inputs.constraints_of(engine, context, engine.row_count("staging.records"))
    fuzzy_links.resolve_all(engine, context, constraints, state)
    return links(engine)


def kept_large(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    """Which blocks are too large, as it is kept."""
    return engine.rows("SELECT rule, value, records FROM identity_state.large_blocks ORDER BY ALL")


def counted_large(engine: DuckDBEngine) -> list[tuple[Any, ...]]:
    """The same, of the values of all records as they are kept, by the caps of the last full comparison."""
    counted = " UNION ALL ".join(
        f"SELECT '{rule}' AS rule, {rule} AS value, count(*) AS records FROM identity_state.block_values "
        f"WHERE {rule} <> 0 GROUP BY {rule}"
        for rule in RULES
    )
    return engine.rows(
        f"SELECT c.* FROM ({counted}) AS c JOIN blocking.rules AS r ON r.rule = c.rule WHERE c.records > r.largest "
        "ORDER BY ALL"
    )


def context(**changed: Any) -> RunContext:
    identity = CONFIG.identity.model_copy(update=changed)
    return context_of(CONFIG.model_copy(update={"identity": identity}), [source("crm")])


CHANGE = st.tuples(
    st.sampled_from(("add", "remove", "value", "value", "links", "vetoes", "block", "told")),
    st.integers(0, 999),
    st.integers(0, 999),
)


class Days(RuleBasedStateMachine):
    """Days of changes; after each, the links are those of a full run with what was learned on the first day.

    Would hurt: a merge that stands although the record that made it has gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.engine, self.world = DuckDBEngine(), first_day()
        assert run(self.engine, self.world, context()).startswith("full")

    @rule(changes=st.lists(CHANGE, min_size=1, max_size=4))
    def next_day(self, changes: list[tuple[str, int, int]]) -> None:
        for change in changes:
            self.world.change(*change)
        today = context()
        assert run(self.engine, self.world, today).startswith("incremental")
        found, large = links(self.engine), kept_large(self.engine)
        assert found == links_of_full_run(self.engine, today)
        assert large == counted_large(self.engine)

    def teardown(self) -> None:
        self.engine.close()


Days.TestCase.settings = settings(
    max_examples=5, stateful_step_count=4, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDays = Days.TestCase


def test_the_examples_hold_links_of_both_kinds_and_components_that_are_cut() -> None:
    """The law above would hold for worlds in which nothing is ever alike."""
    world = first_day()
    with DuckDBEngine() as engine:
        run(engine, world, context())
        cut = [row[3] for row in links(engine)]
        run(engine, world, context(fuzzy_max_component_records=400))
        whole = [row[3] for row in links(engine)]
        assert cut.count("accepted") > 2 and "review" in whole and len(whole) > len(cut)


@pytest.mark.parametrize("limits", [{}, {"max_candidate_pairs": 40, "max_candidate_pairs_per_record": 0}])
def test_a_full_run_keeps_which_blocks_are_too_large(limits: dict[str, Any]) -> None:
    """By the limit of their rule or that of all rules together."""
    with DuckDBEngine() as engine:
        run(engine, first_day(), context(**limits))
        assert kept_large(engine) == counted_large(engine) != []


def chain() -> World:
    """m is one person with y, and perhaps with x, which has nothing in common with y."""
    names: dict[str, str | None] = {"first_name_key": "ann", "last_name_key": "lee", "phone_key": "+14155552671"}
    reached: dict[str, str | None] = {"email_key": "q7xk9@x.com", "birth_date": "1980-05-06"}
    return World({"m": names | reached, "x": names, "y": reached} | STRANGERS)


def accepted(engine: DuckDBEngine) -> set[Pair]:
    return {
        (row[0], row[1])
        for row in engine.rows(
            "SELECT a.record_id, b.record_id FROM identity.fuzzy_links AS f "
            "JOIN staging.records AS a ON a.node = f.left_node JOIN staging.records AS b ON b.node = f.right_node "
            "WHERE f.status = 'accepted'"
        )
    }


def test_a_removed_record_takes_its_links_along() -> None:
    world = chain()
    with DuckDBEngine() as engine:
        run(engine, world, context())
        assert accepted(engine) == {("m", "y")}
        world.remove("m")
        assert run(engine, world, context()) == "incremental: 1 of 92 records changed or changed their group by key"
        assert links(engine) == []


def test_an_address_that_becomes_shared_stops_counting_and_counts_again() -> None:
    world = World()
    for name in ("a", "b"):
        world.records[name] = {"first_name_key": "ann", "last_name_key": "lee", "email_key": f"q7xk9@{name}.com"}
    world.records |= STRANGERS
    world.told = {("z00", "q7xk9@b.com")}
    with DuckDBEngine() as engine:
        found: list[bool] = []
        for blocked in (set(), {"q7xk9@b.com"}, set()):
            world.blocked = blocked
            run(engine, world, context(fuzzy_review_probability=1e-6))
            found += [("email" in row[5]) for row in links(engine) if row[:2] == (0, 1)]
        assert found == [True, False, True]


@pytest.mark.parametrize(
    ("later", "note"),
    [
        (context(fuzzy_merge_probability=0.7), "full: no last results of the same code and settings"),
        (replace(context(), full_resolve=True), "full: asked for"),
        (context(incremental_min_records=1_000), "nothing to say"),
    ],
)
def test_whatever_is_doubtful_is_resolved_from_nothing(later: RunContext, note: str) -> None:
    with DuckDBEngine() as engine:
        run(engine, first_day(), context())
        assert run(engine, first_day(), later) == note


@pytest.mark.parametrize("table", ["large_blocks", "links"])
def test_last_results_of_which_a_table_is_missing_count_as_none(table: str) -> None:
    with DuckDBEngine() as engine:
        run(engine, first_day(), context())
        engine.execute(f"DROP TABLE identity_state.{table}")
        assert run(engine, first_day(), context()) == "full: no last results of the same code and settings"


def test_more_changes_than_allowed_are_resolved_from_nothing() -> None:
    with DuckDBEngine() as engine:
        run(engine, first_day(), context(incremental_max_change_ratio=0.1))
        world = first_day()
        for number in range(15):
            world.records[f"r{number:02}"]["last_name_key"] = "other"
        note = run(engine, world, context(incremental_max_change_ratio=0.1))
        assert note == "full: more than 10% of the records changed since the last run or the training"


def test_what_was_learned_comes_back_exactly() -> None:
    with DuckDBEngine() as engine:
        today = context()
        show(engine, first_day())
        constraints = fuzzy_inputs.constraints_of(engine, today, len(first_day().records))
        learned, caps, near = fuzzy_links.resolve_all(engine, today, constraints, keep=True)
        records = fuzzy_inputs.records_of(engine, constraints.group)
        fuzzy_state.keep_frequencies(engine, learned)
        fuzzy_state.save(engine, "made by", delta.Last(records, constraints.apart, near), caps, learned, "values")
        assert fuzzy_state.load(engine, "made otherwise") is None
        state = fuzzy_state.load(engine, "made by")
        assert state is not None and state.learned.facts() == learned.facts()
        assert (state.last.records.group == records.group).all() and len(state.last.near.left) == len(near.left)
        assert state.caps == caps and state.values == "values"
        fuzzy_state.invalidate(engine)
        assert fuzzy_state.load(engine, "made by") is None


def strangers(*told: str) -> World:
    """Records that have nothing in common, but that others tell of some of them that they have one address."""
    return World(dict(STRANGERS), told={(name, "us@x.com") for name in told})


def pairs_of_a_day(engine: DuckDBEngine, world: World) -> set[Pair]:
    """Run a day; the pairs that it compared."""
    names, found = sorted(world.records), set()
    changed_pairs = block_state.changed_pairs

    def listed(*given: Any) -> Any:
        pairs, together = changed_pairs(*given)
        found.update((names[left], names[right]) for left, right in zip(*pairs, strict=True))
        return pairs, together

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_state, "changed_pairs", listed)
        assert run(engine, world, context()).startswith("incremental")
    return found


def test_records_that_only_now_share_a_key_are_compared_though_neither_changed() -> None:
    """What another record tells of an address changes nothing that the two say themselves. Other pairs stand."""
    with DuckDBEngine() as engine:
        run(engine, strangers("z00", "z05", "z50"), context())
        world = strangers("z00", "z05", "z50")
        world.told |= {("z20", "we@x.com"), ("z70", "we@x.com")}
        assert pairs_of_a_day(engine, world) == {("z20", "z70")}
        assert pairs_of_a_day(engine, world) == set()


def test_the_records_of_a_key_are_compared_that_may_link_again_or_that_few_enough_carry() -> None:
    """A block of a key has at most 6 records here."""
    names = [f"z{number:02}" for number in range(0, 70, 10)]
    rest = set(combinations(names[1:], 2))
    with DuckDBEngine() as engine:
        world = strangers(*names)
        run(engine, world, context())
        world.told.remove((names[0], "us@x.com"))
        assert pairs_of_a_day(engine, world) == rest
        world.blocked = {"us@x.com"}
        assert not pairs_of_a_day(engine, world) & rest
        world.blocked = set()
        assert pairs_of_a_day(engine, world) >= rest


def test_the_records_of_a_key_are_compared_when_one_of_them_becomes_a_device() -> None:
    """Devices are in no block, and what values are counted of stays the same."""
    names = [f"z{number:02}" for number in range(0, 70, 10)]
    with DuckDBEngine() as engine:
        world = strangers(*names)
        run(engine, world, context())
        world.records[names[0]] = world.records[names[0]] | {"record_type": "device"}
        assert pairs_of_a_day(engine, world) >= set(combinations(names[1:], 2))


def test_where_it_is_not_known_which_values_were_counted_the_pairs_of_all_keys_are_compared() -> None:
    with DuckDBEngine() as engine:
        world = strangers("z00", "z50")
        run(engine, world, context())
        engine.execute(f"UPDATE {fuzzy_state.SCHEMA}.about SET made_of_values = 'others'")
        assert pairs_of_a_day(engine, world) == {("z00", "z50")}


def test_an_alike_pair_that_only_a_key_holds_together_stays() -> None:
    world = World(dict(STRANGERS))
    for name, first, last in (("a", "mariposa", "1ambler"), ("b", "tariposa", "5ambler")):
        world.records[name] = {"first_name_key": first, "last_name_key": last, "phone_key": "+14155550000"}
    with DuckDBEngine() as engine:
        run(engine, world, context())
        assert (0, 1) in {row[:2] for row in links(engine)}
        world.records["z50"] = world.records["z50"] | {"city": "berlin"}
        assert ("a", "b") in pairs_of_a_day(engine, world)
        found = links(engine)
        assert (0, 1) in {row[:2] for row in found} and found == links_of_full_run(engine, context())
