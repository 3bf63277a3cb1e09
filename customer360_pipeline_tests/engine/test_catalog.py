"""The catalogue: which tables there are, in which order, and that a table is what its header says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine import catalog
from customer360_pipeline.engine.catalog import build_table, check_names, check_table, count_and_check, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import columns, read_table_file
from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext


def write(package: Path, name: str, depends: str = "", body: str = "") -> None:
    room, table = name.split(".")
    folder = package / room
    folder.mkdir(exist_ok=True)
    head = f"-- depends: {depends}\n" if depends else ""
    (folder / f"{table}.sql").write_text(
        f"-- A table.\n{head}-- column: a INTEGER | A number.\n{body or 'SELECT 1 AS a'}\n"
    )


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalog, "PACKAGE", tmp_path)
    return tmp_path


def test_tables_come_after_what_they_read(package: Path) -> None:
    write(package, "staging.z")
    write(package, "staging.a", "staging.z, sources.ledger")
    write(package, "metrics.m", "identity.i")
    write(package, "identity.i", "staging.a")
    assert [t.name for t in load_catalog(())] == ["staging.z", "staging.a", "identity.i", "metrics.m"]


@pytest.mark.parametrize(
    ("name", "depends", "complaint"),
    [
        ("staging.a", "staging.nowhere", "depends on `staging.nowhere`, which no file makes"),
        ("staging.a", "identity.later", "depends on `identity.later` of a later room"),
        ("staging.a", "raw:contact", "only a Python table can read them"),
        ("identity.b", "raw.stripe_charges", "only staging reads raw tables"),
        ("identity.b", "identity.later", "in a circle"),
    ],
)
def test_a_wrong_dependency_is_refused(package: Path, name: str, depends: str, complaint: str) -> None:
    write(package, "identity.later", "identity.b" if complaint == "in a circle" else "")
    write(package, name, depends)
    with pytest.raises(ConfigError, match=complaint):
        load_catalog(load_project().sources)


def test_the_house_loads_in_room_order_and_every_table_once() -> None:
    names = [t.name for t in load_catalog(load_project().sources)]
    assert len(names) == len(set(names)) > 30
    assert names[-1].startswith("customer_360.") and "customer_360.customer_360" in names


HEADER = """\
-- Numbers. One row per number.
-- depends: staging.base
-- column: a BIGINT | A number.
-- column: b VARCHAR | Its name.
-- unique: a
-- not_null: a, b
-- assert: a > 0 | numbers count things
"""


@pytest.fixture
def built(tmp_path: Path):
    """Builds a table from rows of (a, b), as the header above describes it."""

    def build(values: str, body: str = "SELECT CAST(a AS BIGINT) AS a, b FROM staging.base"):
        path = tmp_path / "numbers.sql"
        path.write_text(HEADER + body + "\n")
        table = read_table_file(path, "metrics.numbers")
        context = RunContext(Config(), (), tmp_path, tmp_path, datetime(2026, 11, 1))
        engine = DuckDBEngine()
        engine.create_table("staging.base", f"SELECT * FROM (VALUES {values}) AS t(a, b)")
        build_table(engine, table, context)
        return engine, table

    return build


def test_checks_count_the_rows_that_break_them(built) -> None:
    engine, table = built("(1, 'one'), (1, 'uno'), (-2, NULL), (NULL, 'none')")
    assert [name for name, _ in check_names(table)] == ["unique_a", "not_null", "assert_1"]
    results = {result.check: result for result in check_table(engine, table)}
    # A NULL is no key, and a condition that is neither true nor false breaks nothing.
    assert {name: result.failed_rows for name, result in results.items()} == {
        "unique_a": 2,
        "not_null": 2,
        "assert_1": 1,
    }
    assert results["assert_1"].description == "a > 0 (numbers count things)"
    assert not results["unique_a"].passed and results["unique_a"].blocking


def test_checks_pass_on_good_rows_and_on_none(built) -> None:
    assert all(result.passed for result in check_table(*built("(1, 'one'), (2, 'two')")))
    assert all(
        result.passed
        for result in check_table(
            *built("(1, 'one')", "SELECT CAST(a AS BIGINT) AS a, b FROM staging.base WHERE false")
        )
    )


def test_rows_are_counted_with_the_checks_and_without_any(built) -> None:
    engine, table = built("(1, 'one'), (1, 'uno'), (NULL, 'none')")
    rows, results = count_and_check(engine, table)
    assert (rows, results) == (3, check_table(engine, table))
    assert count_and_check(engine, replace(table, unique=(("a",), ("b",)), asserts=()))[0] == 3
    assert count_and_check(engine, replace(table, unique=(), not_null=(), asserts=())) == (3, [])


def test_types_and_order_of_columns_are_held_to_the_header(built) -> None:
    with pytest.raises(Customer360Error, match=r"described: .*BIGINT.*\n.*made: .*INTEGER"):
        built("(1, 'one')", "SELECT a, b FROM staging.base")
    with pytest.raises(ConfigError, match="the columns differ"):
        built("(1, 'one')", "SELECT b, a FROM staging.base")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT 1 AS a", "opens with a description"),
        ("-- A table.\nSELECT 1 AS a", "opens with a description"),
        (
            "-- A table.\n-- column: a INTEGER | A.\n-- colunm: b INTEGER | B.\nSELECT 1",
            r"x\.sql:3: `colunm` is no header key",
        ),
        ("-- A table.\n-- column: a INTEGER\nSELECT 1 AS a", "a column is written"),
        ("-- A table.\n-- column: a | A.\nSELECT 1 AS a", "a column is written"),
        ("-- A table.\n-- column: a INTEGER | A.\n-- materialized: cube\nSELECT 1 AS a", "neither `table` nor `view`"),
        ("-- A table.\n-- column: a INTEGER | A.\n-- in_parts: a\nSELECT 1 AS a", "parts are written"),
    ],
)
def test_a_malformed_header_is_refused_with_its_place(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "x.sql"
    path.write_text(text)
    with pytest.raises(ConfigError, match=complaint):
        read_table_file(path, "staging.x")


def test_columns_of_a_python_table_are_written_as_in_a_header() -> None:
    assert [(c.name, c.type) for c in columns("a DECIMAL(18,2) | Money.", "b BIGINT | Count.")] == [
        ("a", "DECIMAL(18,2)"),
        ("b", "BIGINT"),
    ]
