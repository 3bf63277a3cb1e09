"""The shipped dbt files: up to date, valid, and, where dbt is at hand, read by a real dbt."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.project import load_project
from customer360_pipeline.publish.dbt_sources import PATH, sources_yaml
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext

DBT = os.environ.get("CUSTOMER360_TEST_DBT") or shutil.which("dbt")


def test_sources_file_is_up_to_date() -> None:
    expected = sources_yaml(load_catalog(load_project().sources))
    assert PATH.read_text(encoding="utf-8") == expected, "run: python -m customer360_pipeline.publish.dbt_sources"


def test_header_becomes_a_source_table() -> None:
    table = Table(
        "customer_360.people",
        "One row per {{ person }}.",
        columns("person_id VARCHAR | The person: one's id.", "age BIGINT | Years."),
        unique=(("person_id",),),
        not_null=("person_id",),
    )
    hidden = Table("metrics.revenue", "Not published.", ())
    [source] = yaml.safe_load(sources_yaml([hidden, table]))["sources"]
    assert [entry["name"] for entry in source["tables"]] == ["people", "quality_results", "metadata"]
    assert source["tables"][0] == {
        "name": "people",
        "description": "One row per { { person }}.",
        "columns": [
            {
                "name": "person_id",
                "description": "The person: one's id.",
                "data_type": "varchar",
                "data_tests": ["unique", "not_null"],
            },
            {"name": "age", "description": "Years.", "data_type": "bigint"},
        ],
    }


@pytest.mark.skipif(DBT is None, reason="needs dbt-core 1.11 with dbt-duckdb 1.11: set CUSTOMER360_TEST_DBT to its dbt")
def test_real_dbt_reads_the_current_version(tmp_path: Path) -> None:
    """An analyst's project: a model over the source, the source's tests, and rows out of it."""
    assert DBT is not None
    tables = [table for table in load_catalog(load_project().sources) if table.room == "customer_360"]
    with DuckDBEngine() as engine:
        for table in tables:
            row = ", ".join(f"{_value(c.type)} AS {c.name}" for c in table.columns)
            engine.create_table(table.name, f"SELECT {row}")
        context = RunContext(Config(), (), tmp_path / "data", tmp_path, datetime(2026, 1, 2))
        publish(engine, context, [table.name for table in tables], [])
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    shutil.copy(PATH, project / "models" / "sources.yml")
    shutil.copy(PATH.with_name("profiles.yml"), project)
    (project / "dbt_project.yml").write_text("name: analysts\nversion: 1.0.0\nprofile: customer360\n")
    relation = "{{ source('customer360', 'customer_360') }}"
    model = "{{ config(materialized='table') }} SELECT count(*) AS customers FROM " + relation
    (project / "models" / "how_many.sql").write_text(model)
    environment = os.environ | {
        "CUSTOMER360_HOME": str(tmp_path / "data"),
        "CUSTOMER360_ANALYTICS": str(tmp_path / "analytics.duckdb"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [DBT, "--no-use-colors", "build", "--profiles-dir", str(project)],
        cwd=project, env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " ERROR=0 " in done.stdout
    with DuckDBEngine(tmp_path / "analytics.duckdb") as engine:
        assert engine.scalar("SELECT customers FROM main.how_many") == 1


def _value(type_: str) -> str:
    sample = {"VARCHAR": "'x'", "BOOLEAN": "true", "TIMESTAMP": "TIMESTAMP '2026-01-01'", "DATE": "DATE '2026-01-01'"}
    return f"CAST({sample.get(type_, '1')} AS {type_})"
