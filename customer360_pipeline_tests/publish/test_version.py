"""A version is whole or not there; the pointer, the link and the manifest agree with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import AuditFailed, Busy
from customer360_pipeline.publish import pointer
from customer360_pipeline.publish.lock import home_lock
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext

TABLES = ("customer_360.customer_360", "customer_360.customer_timeline")
PASSED = CheckResult("customer_360.customer_360", "unique_customer_id", "One row per customer.", 0)


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return RunContext(Config(), (), tmp_path / "data", tmp_path, datetime(2026, 1, 2, 3, 4, 5), "run-1")


@pytest.fixture
def engine(context: RunContext) -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        fill(engine, 2)
        yield engine


def fill(engine: DuckDBEngine, customers: int) -> None:
    engine.create_table(
        "customer_360.customer_360",
        f"SELECT 'c_' || i AS customer_id, (i * 10)::DECIMAL(18,2) AS total_revenue FROM range({customers}) t(i)",
    )
    engine.create_table(
        "customer_360.customer_timeline",
        f"SELECT 'c_' || (i % {customers}) AS customer_id, TIMESTAMP '2026-01-01' + to_days(i::INT) AS occurred_at, "
        f"'visit' AS event_type FROM range({customers * 3}) t(i)",
    )


def test_first_version_is_whole(engine: DuckDBEngine, context: RunContext) -> None:
    made = publish(engine, context, TABLES, [PASSED])
    assert made.name == "v000001_20260102T030405Z"
    assert made.manifest.rows == {"customer_360": 2, "customer_timeline": 6, "quality_results": 1, "metadata": 1}
    with duckdb.connect(str(made.link), read_only=True) as reader:
        assert reader.sql("SELECT * FROM customer_360 ORDER BY 1").fetchall()[1][0] == "c_1"
        assert [r[0] for r in reader.sql("SELECT customer_id FROM customer_timeline").fetchall()] == ["c_0"] * 3 + [
            "c_1"
        ] * 3
        assert reader.sql("SELECT version, run_id FROM metadata").fetchall() == [(made.name, "run-1")]
    assert sorted(p.name for p in context.published.iterdir() if not p.name.startswith(".")) == [
        "CURRENT.json",
        "LEASE.json",
        "customer_360.duckdb",
        made.name,
    ]


def test_failed_blocking_check_keeps_the_version(engine: DuckDBEngine, context: RunContext) -> None:
    first = publish(engine, context, TABLES, [PASSED])
    with pytest.raises(AuditFailed, match="unique_customer_id: 3 row"):
        publish(engine, context, TABLES, [replace(PASSED, failed_rows=3)])
    assert pointer.current_version(context.home) == first.name


def test_run_that_was_overtaken_is_fenced(engine: DuckDBEngine, context: RunContext) -> None:
    orphan = replace(context, facts={"parent_version": pointer.current_version(context.home)})
    second = publish(engine, context, TABLES, [PASSED])
    with pytest.raises(pointer.Fenced, match="began when nothing was current; now v000001"):
        publish(engine, orphan, TABLES, [PASSED])
    assert pointer.current_version(context.home) == second.name


def test_second_run_is_told_who_holds_the_home(context: RunContext) -> None:
    named = pytest.raises(Busy, match=rf"process {os.getpid()} .*run nightly")
    with home_lock(context.home, "nightly"), named, home_lock(context.home):
        pass
    with home_lock(context.home):
        pass
