"""A large table is made a part of its rows at a time, and holds the rows of all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer360_pipeline.engine import catalog
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.parts import conditions
from customer360_pipeline.project import load_project
from customer360_pipeline_tests.rooms import context_of

NAMES = "(VALUES ('it''s', 1), ('b', 2), (NULL, 3), ('a', 4), ('z', 5)) AS names(name, number)"


@pytest.fixture
def engine():
    with DuckDBEngine() as engine:
        engine.create_table("room.names", "SELECT name FROM (VALUES ('a'), ('b'), ('it''s'), ('z')) AS names(name)")
        yield engine


@pytest.mark.parametrize(("rows", "parts"), [(1, 4), (2, 2), (3, 2), (4, 1), (9, 1)])
def test_each_row_is_in_one_part_and_nobody_without_a_key_is_lost(engine: DuckDBEngine, rows: int, parts: int) -> None:
    found = conditions(engine, "name", "room.names", rows=rows, has_null=True)
    numbers = [number for part in found for (number,) in engine.rows(f"SELECT number FROM {NAMES} WHERE {part}")]
    assert len(found) == parts
    assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_a_table_in_parts_holds_the_rows_of_all_at_once(
    tmp_path: Path, engine: DuckDBEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "t.sql").write_text(
        "-- A table.\n-- column: name VARCHAR | A name.\n-- column: number INTEGER | A number.\n"
        f"-- in_parts: name of room.names\n-- not_null: name\nSELECT name, number FROM {NAMES} WHERE name IS NOT NULL"
    )
    monkeypatch.setattr(catalog, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalog, "ROWS_AT_ONCE", 1)
    [table] = load_catalog(())
    # A release before, it was a view.
    engine.create_table("metrics.t", "SELECT 1 AS old", view=True)
    build_table(engine, table, context_of())
    assert engine.rows("FROM metrics.t") == [("a", 4), ("b", 2), ("it's", 1), ("z", 5)]


def test_a_table_of_which_a_part_fails_stays_as_it_was(engine: DuckDBEngine) -> None:
    engine.create_table("metrics.t", "SELECT 7 AS i")
    with pytest.raises(Exception, match="too many"):
        engine.create_table(
            "metrics.t", "SELECT CASE WHEN i = 2 THEN error('too many') ELSE i END AS i FROM range(3) AS numbers(i)",
            parts=["i < 2", "i >= 2"],
        )  # fmt: skip
    assert engine.rows("FROM metrics.t") == [(7,)]


def test_of_accounts_in_parts_no_section_is_read_whole(engine: DuckDBEngine) -> None:
    """What a part needs in memory is the rows of its accounts, so the condition must reach all that is looked up."""
    [table] = [one for one in load_catalog(load_project().sources) if one.name == "customer_360.account_360"]
    assert table.in_parts is not None and table.in_parts.key in table.not_null
    engine.create_table("room.left_table", "SELECT 'acc_' || i AS account_id FROM range(9) AS numbers(i)")
    engine.create_table("room.section", "SELECT 'acc_' || i AS account_id, i FROM range(9) AS numbers(i)")
    [part, *_] = conditions(engine, "account_id", "room.left_table", rows=5, has_null=False)
    joined = "SELECT a.account_id, s.i FROM room.left_table AS a LEFT JOIN room.section AS s USING (account_id)"
    [(_, plan)] = engine.rows(f"EXPLAIN SELECT * FROM ({joined}) AS made WHERE {part}")
    assert plan.count("account_id < 'acc_5'") == 2
