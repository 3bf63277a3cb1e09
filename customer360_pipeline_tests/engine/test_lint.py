"""The portable subset: a bad example per rule, its good neighbour, and every SQL table of the house."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from customer360_pipeline.engine.catalog import PACKAGE, load_catalog
from customer360_pipeline.engine.lint import lint, lint_module, lint_tree
from customer360_pipeline.engine.portable_rules import RULES
from customer360_pipeline.engine.table_file import ROOMS, read_table_file
from customer360_pipeline.project import load_project

# Rule -> (what it refuses, what stands in its place).
EXAMPLES: dict[str, tuple[list[str], list[str]]] = {
    "regexp_replace": (["regexp_replace(a, '0', '', 'g')", "regexp_replace(a, '^0', '')"], ["translate(a, '-', '')"]),
    "regexp_matches": (
        ["regexp_matches(a, 'b')", "regexp_full_match(a, 'b')", "a SIMILAR TO 'b'", "a GLOB 'b*'", "a ~ 'b'"],
        ["regexp_extract(a, 'b') <> ''", "contains(a, 'b')", "starts_with(a, 'b')", "a LIKE 'b%'"],
    ),
    "try_cast": (["TRY_CAST(a ->> 'x' AS BIGINT)", "TRY_CAST(a AS DATE)"], ["TRY_CAST(CAST(a AS VARCHAR) AS DATE)"]),
    "cast_to_json": (["CAST(a AS JSON)", "a::json"], ["a ->> 'x'"]),
    "list": (["list(a)", "array_agg(a ORDER BY b)", "[x + 1 FOR x IN a]"], ["string_agg(a, ';' ORDER BY a)"]),
    "date_diff": (
        ["date_diff('day', a, b)", "datediff('hour', a, b)", "date_diff('day', a::DATE, b)", "date_sub('day', a, b)"],
        ["date_diff('day', CAST(a AS DATE), b::DATE)"],
    ),
    "date_minus_date": (["CAST(a AS DATE) - CAST(b AS DATE)"], ["a - b", "CAST(a AS DATE) - INTERVAL 3 DAY"]),
    "arg_max": (["arg_max(a, b)", "min_by(a, b)", "arg_min_null(a, b)"], ["max(a)"]),
    "any_value": (["any_value(a)", "first(a ORDER BY b)", "last(a)"], ["min(a)", "first_value(a) OVER (ORDER BY b)"]),
    "order_by_struct": (["row_number() OVER (ORDER BY {'x': a})", "row_number() OVER (ORDER BY (a, b))"], []),
    "sum": (["sum(a)", "sum(a) + 1", "CASE WHEN b THEN sum(a) END"], ["CAST(sum(a) AS BIGINT)", "sum(a) > 0"]),
    "division": (["a / b", "coalesce(a / b, 0)"], ["CAST(a / b AS DECIMAL(18,2))", "CAST(a AS DOUBLE) / b"]),
    "epoch": (["epoch(a)", "epoch_ms(a)", "epoch_us(a)"], ["CAST(epoch(a) AS BIGINT)"]),
    "text_beside_distinct": (
        ["count(DISTINCT a), string_agg(b, ';' ORDER BY b)"],
        ["count(a), string_agg(b, ';' ORDER BY b)"],
    ),
    "unordered_window": (
        ["row_number() OVER (PARTITION BY a)", "lag(a) OVER ()", "first_value(a IGNORE NULLS) OVER (PARTITION BY b)"],
        ["row_number() OVER (ORDER BY a)", "count(*) OVER (PARTITION BY a)"],
    ),
    "unordered_text": (["string_agg(a, ';')"], ["string_agg(DISTINCT a, ';' ORDER BY a)"]),
    "computed_interval": (["a - INTERVAL (b) DAY", "a + to_days(b)"], ["a - INTERVAL 3 DAY"]),
    "time_or_chance": (
        ["now()", "current_date", "current_timestamp", "today()", "random()", "uuid()", "getvariable('a')"],
        ["$as_of"],
    ),
    "hash": (["hash(a)"], ["md5(a)"]),
    "unknown_function": (["strip_accents(a)", "row(a, b)"], ["lower(a)"]),
}  # fmt: skip
WHOLE: dict[str, tuple[str, str]] = {
    "unordered_limit": ("SELECT a FROM s.t LIMIT 1", "SELECT a FROM s.t ORDER BY a LIMIT 1"),
    "join_kind": ("SELECT a FROM s.t SEMI JOIN s.u USING (a)", "SELECT a FROM s.t JOIN s.u USING (a)"),
    "unnest_beside_join": (
        "SELECT u.a FROM s.t, unnest(string_split(t.b, ';')) AS u(a) LEFT JOIN s.u AS v ON v.a = u.a",
        "SELECT u.a FROM s.t, unnest(string_split(t.b, ';')) AS u(a)",
    ),
    "union_by_name": (
        "SELECT a FROM s.t UNION ALL BY NAME SELECT a FROM s.u",
        "SELECT a FROM s.t UNION ALL SELECT a FROM s.u",
    ),
    "reads_a_file": ("SELECT a FROM read_csv('x.csv') AS x", "SELECT a FROM s.t, unnest(string_split(b, ';')) AS u(a)"),
}  # fmt: skip
BAD = [(rule, f"SELECT {text} AS v FROM s.t") for rule, (bad, _) in EXAMPLES.items() for text in bad]
GOOD = [f"SELECT {text} AS v FROM s.t" for _, good in EXAMPLES.values() for text in good]


def rules(sql: str) -> set[str]:
    return {finding.rule.name for finding in lint_tree(sqlglot.parse_one(sql, read="duckdb"), sql)}


@pytest.mark.parametrize(("rule", "sql"), BAD + [(rule, bad) for rule, (bad, _) in WHOLE.items()])
def test_what_other_engines_would_read_differently_is_refused(rule: str, sql: str) -> None:
    assert rule in rules(sql)


@pytest.mark.parametrize("sql", GOOD + [good for _, good in WHOLE.values()])
def test_what_to_write_instead_passes(sql: str) -> None:
    assert rules(sql) == set()


def test_every_rule_has_a_bad_example() -> None:
    assert {rule.name for rule in RULES} == {*EXAMPLES, *WHOLE}


def test_a_sum_inside_a_cte_is_typed_by_the_cast_outside() -> None:
    assert rules("WITH s AS (SELECT SUM(a) AS a FROM s.t) SELECT CAST(a AS BIGINT) AS a FROM s") == set()


def test_a_finding_names_the_file_the_line_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "bad.sql"
    path.write_text(
        "-- A table.\n-- column: a DATE | A day.\n\nSELECT\n    b + $c AS b,\n    TRY_CAST(a AS DATE) AS a\nFROM s.t\n"
    )
    [finding] = lint(read_table_file(path, "staging.bad"))
    assert str(finding).startswith(f"{path}:6: try_cast: ")
    assert "Instead: TRY_CAST(CAST(x AS VARCHAR) AS type)." in str(finding)


def test_queries_in_python_strings_are_linted_and_other_strings_are_not(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(
        '"""SELECT any_value(a) in prose."""\nx = 1\nq = f"SELECT any_value(a) AS a FROM {x}"\nw = "WITH love"\n'
    )
    assert [(finding.line, finding.rule.name) for finding in lint_module(path)] == [(3, "any_value")]


SQL_TABLES = [t for t in load_catalog(load_project().sources) if t.sql is not None]


@pytest.mark.parametrize("table", SQL_TABLES, ids=lambda t: t.name)
def test_every_sql_table_keeps_to_the_portable_subset(table) -> None:
    assert [str(finding) for finding in lint(table)] == []


@pytest.mark.parametrize(
    "path", [p for room in ROOMS for p in sorted((PACKAGE / room).glob("*.py"))], ids=lambda p: p.stem
)
def test_the_sql_in_python_tables_keeps_to_the_portable_subset(path: Path) -> None:
    assert [str(finding) for finding in lint_module(path)] == []
