"""Each published version reaches its destinations whole, once, or is reported and tried again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.publish import deliveries, destinations
from customer360_pipeline.publish.profiles import DuckDBTarget, ParquetTarget, SnowflakeTarget, load_target
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext

TABLES = ["customer_360.customer_360", "customer_360.customer_timeline", "customer_360.customer_identities",
          "customer_360.quarantine", "customer_360.types"]  # fmt: skip
TYPES = """SELECT 1.23::DECIMAL(18,3) money, 1::BIGINT n, 2::INTEGER small,
TIMESTAMP '2026-01-01 00:00:00.123456' made_at,
DATE '1900-01-01' birth_date, true is_true, NULL::VARCHAR nothing, 0.1::DOUBLE ratio, 'é' AS text, [1, 2] AS numbers
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', NULL"""
SNOWFLAKE = {
    "SNOWFLAKE_ACCOUNT": "ab12345.eu-west-1", "SNOWFLAKE_USER": "loader", "SNOWFLAKE_PRIVATE_KEY_PATH": "/keys/rsa.p8",
    "SNOWFLAKE_PRIVATE_KEY_PASSPHRASE": "not-to-be-seen",
}  # fmt: skip


@pytest.fixture
def sending(context: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunContext:
    monkeypatch.setenv("CUSTOMER360_DUCKDB_COPY", str(tmp_path / "copy.duckdb"))
    monkeypatch.setenv("CUSTOMER360_PARQUET", str(tmp_path / "parquet"))
    config = {"publish": {"destinations": "duckdb_copy,parquet_folder", "keep_versions": 2}}
    return replace(context, config=Config.model_validate(config))


def test_both_destinations_receive_every_row(engine: DuckDBEngine, sending: RunContext, tmp_path: Path) -> None:
    engine.create_table("customer_360.types", TYPES)
    made = publish(engine, sending, TABLES, [])
    assert made.warnings == ()
    assert deliveries.delivered(sending.home) == {"duckdb_copy": made.name, "parquet_folder": made.name}
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as reader:
        assert {row[0] for row in reader.sql("SELECT table_name FROM duckdb_tables()").fetchall()} == set(
            made.manifest.rows
        )
        assert reader.sql("DESCRIBE customer360.types").fetchall()[0][:2] == ("money", "DECIMAL(18,3)")
        copied = reader.sql("SELECT * FROM customer360.types ORDER BY n").fetchall()
    assert copied == engine.rows("SELECT * FROM customer_360.types ORDER BY n")
    current = tmp_path / "parquet" / "current"
    assert current.readlink() == Path(made.name)
    rows = {table: duckdb.read_parquet(f"{current}/{table}/*.parquet").count("*").fetchall()[0][0]
            for table in made.manifest.rows}  # fmt: skip
    assert rows == made.manifest.rows
    assert sorted(path.name for path in current.resolve().iterdir()) == sorted([*made.manifest.rows, "manifest.json"])
    assert sorted(path.name for path in current.parent.iterdir()) == ["current", made.name]
    assert not [path for path in sending.home.iterdir() if path.name.startswith(".delivery")]


def test_same_version_is_not_sent_again(
    engine: DuckDBEngine, sending: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(engine, sending, TABLES[:1], [])
    monkeypatch.setattr(destinations, "_load", lambda *_: pytest.fail("sent again"))
    assert [delivery.problem for delivery in deliveries.deliver(sending)] == [None, None]


def test_next_version_replaces_all_and_leaves_other_tables_alone(
    engine: DuckDBEngine, sending: RunContext, tmp_path: Path
) -> None:
    publish(engine, sending, TABLES[:3], [])
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as analyst:
        analyst.execute("CREATE TABLE customer360.notes AS SELECT 1 AS n")
    engine.execute("DELETE FROM customer_360.customer_360 WHERE customer_id = 'c_2'")
    second = publish(engine, sending, TABLES[:2], [])
    third = publish(engine, sending, TABLES[:2], [])
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as reader:
        assert {row[0] for row in reader.sql("SELECT table_name FROM duckdb_tables()").fetchall()} == {
            "customer_360", "customer_timeline", "quality_results", "metadata", "notes",
        }  # fmt: skip
        assert reader.sql("SELECT count(*) FROM customer360.customer_360").fetchall() == [(1,)]
        assert reader.sql("SELECT version FROM customer360.metadata").fetchall() == [(third.name,)]
    assert sorted(path.name for path in (tmp_path / "parquet").iterdir()) == ["current", second.name, third.name]


def test_failing_destination_is_reported_and_tried_again(
    engine: DuckDBEngine, sending: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(engine, sending, TABLES[:1], [])
    real = destinations._verify

    def refuse(connection: object, shipment: object, table: str, relation: str) -> None:
        raise RuntimeError("password=not-to-be-seen")

    monkeypatch.setattr(destinations, "_verify", refuse)
    second = publish(engine, sending, TABLES[:1], [])
    assert [(d.version, d.problem, d.attempts) for d in second.deliveries] == [
        (first.name, "RuntimeError in builtins", 1)
    ] * 2
    assert f"duckdb_copy shows {first.name}: RuntimeError" in second.warnings[0]
    with duckdb.connect(str(tmp_path / "copy.duckdb"), read_only=True) as reader:
        assert reader.sql("SELECT version FROM customer360.metadata").fetchall() == [(first.name,)]
    assert (tmp_path / "parquet" / "current").readlink() == Path(first.name)
    monkeypatch.setattr(destinations, "_verify", real)
    assert {d.version for d in deliveries.deliver(sending)} == {second.name}
    assert "not-to-be-seen" not in (sending.published / deliveries.RECORD).read_text()


def test_unknown_target_does_not_unpublish(engine: DuckDBEngine, sending: RunContext) -> None:
    context = replace(sending, config=Config.model_validate({"publish": {"destinations": "elsewhere"}}))
    made = publish(engine, context, TABLES[:1], [])
    assert "`elsewhere` is no output in" in (made.deliveries[0].problem or "")
    assert json.loads((context.published / "CURRENT.json").read_text())["version"] == made.name


def test_targets_of_the_shipped_profiles(sending: RunContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = DuckDBTarget(tmp_path / "copy.duckdb", "customer360")
    assert load_target("dbt_profiles", "duckdb_copy", sending.home) == copy
    assert load_target("dbt_profiles", "parquet_folder", sending.home) == ParquetTarget(tmp_path / "parquet")
    for name in SNOWFLAKE:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigError, match=r"snowflake.account: the environment variable SNOWFLAKE_ACCOUNT is not set"):
        load_target("dbt_profiles", "snowflake", Path("data"))


def test_destinations_without_a_path_of_their_own_are_below_the_home_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CUSTOMER360_DUCKDB_COPY", "CUSTOMER360_PARQUET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUSTOMER360_HOME", "/somewhere/else")  # --home goes before the variable
    home = tmp_path / "a b"
    assert load_target("dbt_profiles", "duckdb_copy", home) == DuckDBTarget(home / "copy.duckdb", "customer360")
    assert load_target("dbt_profiles", "parquet_folder", home) == ParquetTarget(home / "parquet")


def test_snowflake_is_configured_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SNOWFLAKE.items():
        monkeypatch.setenv(name, value)
    target = load_target("dbt_profiles", "snowflake", Path("data"))
    assert isinstance(target, SnowflakeTarget)
    assert "not-to-be-seen" not in repr(target)
    found = destinations.snowflake_credentials(target)
    assert (found.host, found.username, found.database, found.warehouse, found.role) == (
        "ab12345.eu-west-1", "loader", "ANALYTICS", "TRANSFORMING", "TRANSFORMER",
    )  # fmt: skip
    assert found.private_key_path == "/keys/rsa.p8"
    assert destinations.swap_statements("customer_360", "customer_360_loading") == [
        "ALTER SCHEMA customer_360 SWAP WITH customer_360_loading",
        "DROP SCHEMA IF EXISTS customer_360_loading CASCADE",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: postgres", "of type snowflake, or of type duckdb"),
        ("type: duckdb\n      path: ':memory:'", "of type snowflake, or of type duckdb"),
        ('type: duckdb\n      path: "{{ target.name }}"', "only env_var"),
        ("type: duckdb\n      path: x\n      schema: a;b", "a plain name is expected"),
        ("type: snowflake\n      account: a", "set user, database"),
        ("type: snowflake\n      account: a\n      user: u\n      database: d", "set one of password"),
    ],
)
def test_refused_targets(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "profiles.yml").write_text(f"customer360:\n  outputs:\n    x:\n      {text}\n")
    with pytest.raises(ConfigError, match=message):
        load_target(str(tmp_path), "x", tmp_path)
