"""Whether a record has changed is found once, and steps that missed a run are told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import record_hashes
from customer360_pipeline.identity.delta import Changes, renumbering
from customer360_pipeline_tests.identity.test_key_delta import TEXT
from customer360_pipeline_tests.rooms import context_of

# Multiples of 64 are what records are found by first.
KEYS = st.lists(st.one_of(st.integers(0, 500), st.integers(0, 40).map(lambda n: 64 * n)), max_size=60, unique=True)


@settings(max_examples=200, deadline=None)
@given(KEYS, KEYS, st.booleans())
def test_records_are_found_again_in_any_order(before: list[int], now: list[int], in_order: bool) -> None:
    if in_order:
        before, now = sorted(before), sorted(now)
    found = renumbering(np.array(before, np.uint64), np.array(now, np.uint64))
    assert found is not None
    assert found.old.tolist() == [before.index(key) if key in before else -1 for key in now]
    assert found.new.tolist() == [now.index(key) if key in now else -1 for key in before]


def test_a_key_of_two_records_finds_nobody() -> None:
    twice, once = np.array([7, 64, 7], np.uint64), np.array([7, 64], np.uint64)
    assert renumbering(twice, once) is None and renumbering(once, twice) is None


def show(engine: DuckDBEngine, names: dict[str, str], shuffled: bool = False) -> str:
    """Records by id with their given names, hashed; the state they make."""
    rows = [{"source": "crm", "record_id": key, "first_name_key": names[key]} for key in sorted(names)]
    table = pa.table({column: pa.array([row.get(column) for row in rows], pa.string()) for column in TEXT})
    table = table.append_column("node", pa.array(range(len(rows)), pa.int32()))
    if shuffled:
        table = table.take(pa.array(range(len(rows) - 1, -1, -1)))
    engine.create_table_from_arrow("staging.records", table)
    record_hashes.build(engine, context_of())
    found = record_hashes.state(engine)
    assert found is not None
    return found


def told(found: Changes | None) -> tuple[list[int], list[int], list[bool]] | None:
    return (found.numbers.old.tolist(), found.numbers.new.tolist(), found.record.tolist()) if found else None


def test_what_is_new_gone_or_says_other_things() -> None:
    """a has gone, b says something else, c stays as it was, d is new."""
    with DuckDBEngine() as engine:
        first = show(engine, {"a": "ann", "b": "bob", "c": "carl"})
        second = show(engine, {"b": "bert", "c": "carl", "d": "dora"})
        changed = ([1, 2, -1], [-1, 0, 1], [True, False, True])
        assert told(record_hashes.since(engine, first)) == changed
        assert told(record_hashes.since(engine, second)) == ([0, 1, 2], [0, 1, 2], [False] * 3)
        # The same records once more, in whatever order, leave it at that.
        assert show(engine, {"b": "bert", "c": "carl", "d": "dora"}, shuffled=True) == second
        assert told(record_hashes.since(engine, first)) == changed


def test_who_missed_a_run_is_told_nothing() -> None:
    with DuckDBEngine() as engine:
        assert record_hashes.since(engine, "any") is None and record_hashes.state(engine) is None
        first = show(engine, {"a": "ann", "b": "bob"})
        show(engine, {"a": "ann"})
        show(engine, {"a": "ann", "c": "carl"})
        assert record_hashes.since(engine, first) is None
