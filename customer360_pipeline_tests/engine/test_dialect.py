"""Every SQL table said in Spark's and Snowflake's SQL, and read back by their own parsers."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.dialect import compile_table, compile_tree, compile_type
from customer360_pipeline.engine.table_file import read_table_file
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.project import load_project

SQL_TABLES = [t for t in load_catalog(load_project().sources) if t.sql is not None]


@pytest.mark.parametrize("dialect", ["spark", "snowflake"])
@pytest.mark.parametrize("table", SQL_TABLES, ids=lambda t: t.name)
def test_every_table_compiles_and_parses_back(table, dialect) -> None:
    compiled = compile_table(table, dialect)
    [tree] = sqlglot.parse(compiled.sql, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert tree is not None
    assert compiled.parameters == tuple(sorted(table.settings))
    assert "$" not in compiled.sql.replace("'$", "'")
    assert [c for c in tree.named_selects if c != "*"] == [c.name for c in table.columns] or "*" in tree.named_selects


def parsed(sql: str):
    return sqlglot.parse_one(sql, read="duckdb")


def test_settings_are_bound_by_name_on_spark_and_by_position_on_snowflake() -> None:
    tree = parsed("SELECT a FROM s.t WHERE b < $window AND c < $as_of AND d > $window")
    spark, snowflake = compile_tree(tree, "spark"), compile_tree(tree, "snowflake")
    assert spark.parameters == snowflake.parameters == ("as_of", "window")
    assert ":window" in spark.sql and ":as_of" in spark.sql
    assert snowflake.sql.count(":2") == 2 and snowflake.sql.count(":1") == 1
    assert tree.sql("duckdb").count("$window") == 2, "the tree itself is left as it was"


def test_a_truncated_time_has_no_zone_on_spark() -> None:
    assert "CAST(DATE_TRUNC('DAY', a) AS TIMESTAMP_NTZ)" in compile_tree(
        parsed("SELECT date_trunc('day', a) AS a FROM s.t"), "spark"
    ).sql.replace("\n", "")


def test_nulls_sort_last_everywhere() -> None:
    sql = "SELECT row_number() OVER (ORDER BY a, b DESC) AS n FROM s.t"
    assert "a NULLS LAST" in compile_tree(parsed(sql), "spark").sql
    assert "NULLS LAST" in compile_tree(parsed(sql), "snowflake").sql  # Snowflake puts NULLs first in DESC


@pytest.mark.parametrize(
    ("type_", "spark", "snowflake"),
    [
        ("VARCHAR", "STRING", "VARCHAR"),
        ("TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMPNTZ"),
        ("DECIMAL(18,3)", "DECIMAL(18, 3)", "DECIMAL(18, 3)"),
        ("BIGINT", "BIGINT", "BIGINT"),
    ],
)
def test_types(type_: str, spark: str, snowflake: str) -> None:
    assert (compile_type(type_, "spark"), compile_type(type_, "snowflake")) == (spark, snowflake)


def test_a_file_outside_the_subset_is_not_compiled(tmp_path: Path) -> None:
    path = tmp_path / "bad.sql"
    path.write_text("-- A table.\n-- column: a DATE | A day.\n\nSELECT any_value(a) AS a FROM s.t\n")
    with pytest.raises(ConfigError, match=r"bad\.sql:4: any_value"):
        compile_table(read_table_file(path, "staging.bad"), "spark")
