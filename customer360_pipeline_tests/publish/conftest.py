"""Stand-ins for the room `customer_360`, so that publishing is tested without the rooms before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.publish.version import PublishedVersion, publish
from customer360_pipeline.run_context import RunContext

# (customer_id, email, total_revenue), and the records of each customer
Customers = list[tuple[str, str, str]]
Records = list[tuple[str, str, str]]
ADA_AND_BO: Customers = [("c_1", "ada@example.com", "10.10"), ("c_2", "=bo@example.com", "-2.50")]
THEIR_RECORDS: Records = [("stripe", "s1", "c_1"), ("hubspot", "h1", "c_1"), ("stripe", "s2", "c_2")]
TABLES = ["customer_360.customer_360", "customer_360.customer_timeline", "customer_360.customer_identities",
          "customer_360.quarantine"]  # fmt: skip
PASSED = CheckResult("customer_360.customer_360", "unique_customer_id", "One row per customer.", 0)
Publish = Callable[..., PublishedVersion]


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunContext:
    monkeypatch.setenv("CUSTOMER360_HOME", str(tmp_path / "data"))
    return RunContext(Config(), (), tmp_path / "data", tmp_path, datetime(2026, 1, 2, 3, 4, 5), "run-1")


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        fill(engine)
        yield engine


@pytest.fixture
def publish_rows(engine: DuckDBEngine, context: RunContext) -> Publish:
    """Publish other customers and records than the usual two."""

    def run(customers: Customers = ADA_AND_BO, records: Records = THEIR_RECORDS) -> PublishedVersion:
        fill(engine, customers, records)
        return publish(engine, context, TABLES, [PASSED])

    return run


def fill(engine: DuckDBEngine, customers: Customers = ADA_AND_BO, records: Records = THEIR_RECORDS) -> None:
    values = ", ".join(f"('{a}', '{b}', {c}::DECIMAL(18,2))" for a, b, c in customers)
    engine.create_table(TABLES[0], f"SELECT * FROM (VALUES {values}) t(customer_id, email, total_revenue)")
    ids = ", ".join(f"('{row[0]}')" for row in customers)
    engine.create_table(
        TABLES[1],
        "SELECT customer_id, TIMESTAMP '2026-01-01' + to_days(n::INTEGER) AS occurred_at, 'visit' AS event_type "
        f"FROM range(3) days(n), (VALUES {ids}) t(customer_id)",
    )
    values = ", ".join(f"('{a}', '{b}', '{c}')" for a, b, c in records)
    engine.create_table(TABLES[2], f"SELECT * FROM (VALUES {values}) t(source, record_id, customer_id)")
    engine.create_table(TABLES[3], "SELECT 'x' AS source, 1::BIGINT AS line WHERE false")
