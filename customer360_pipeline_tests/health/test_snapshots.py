"""Days of accounts travel from version to version, and a day made twice is the same."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.health.known_snapshots import COLUMNS
from customer360_pipeline.identity.parent_version import FACT
from customer360_pipeline_tests.conftest import AS_OF, Warehouse

TODAY = AS_OF.date()


def version(path: Path, days: list[tuple[str, date]], columns: tuple[str, ...] = ("arr", "health_score")) -> Path:
    """The file of a published version with these days of accounts, each of 1 and 50."""
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE TABLE customer_identities (customer_id VARCHAR)")
        types = {c.name: c.type for c in COLUMNS}
        listed = ", ".join(f"{name} {types[name]}" for name in ("account_id", "day", *columns))
        made.execute(f"CREATE TABLE account_snapshots ({listed})")
        for row in days:
            made.execute(f"INSERT INTO account_snapshots VALUES ({', '.join('?' * (2 + len(columns)))})",
                         [*row, *(1, 50)[: len(columns)]])  # fmt: skip
    return path


def known(warehouse: Warehouse, path: Path | None) -> list[tuple[Any, ...]]:
    warehouse.context.facts[FACT] = path
    warehouse.build("health.known_snapshots")
    return warehouse.rows("SELECT account_id, day, health_score FROM health.known_snapshots ORDER BY 1, 2")


def test_days_are_carried_on_but_today_is_made_anew(warehouse: Warehouse, tmp_path: Path) -> None:
    days = [("a", TODAY - timedelta(days=1)), ("a", TODAY), ("a", TODAY + timedelta(days=1))]
    found = known(warehouse, version(tmp_path / "v.duckdb", days))
    # A run for a past day loses no later one.
    assert found == [("a", TODAY - timedelta(days=1), 50), ("a", TODAY + timedelta(days=1), 50)]


def test_old_days_are_thinned_to_the_first_of_a_month(warehouse: Warehouse, tmp_path: Path) -> None:
    days = [("a", TODAY - timedelta(days=n)) for n in (1, 39, 40, 60, 61, 90, 790, 801, 900)]
    found = [TODAY - day for _, day, _ in known(warehouse, version(tmp_path / "v.duckdb", days))]
    # 40 and 60 and 61 days ago are 21, 1 May and 30 April; 90 is 1 April; 790 is 1 May, 801 too far.
    assert sorted(age.days for age in found) == [1, 39, 60, 90, 790]


def test_a_first_run_and_an_older_release_know_no_day(warehouse: Warehouse, tmp_path: Path) -> None:
    assert known(warehouse, None) == []
    with duckdb.connect(str(tmp_path / "old.duckdb")) as made:
        made.execute("CREATE TABLE customer_identities (customer_id VARCHAR)")
    assert known(warehouse, tmp_path / "old.duckdb") == []


def test_columns_that_an_older_release_lacks_are_unknown(warehouse: Warehouse, tmp_path: Path) -> None:
    path = version(tmp_path / "v.duckdb", [("a", TODAY - timedelta(days=1))], ("arr",))
    assert known(warehouse, path) == [("a", TODAY - timedelta(days=1), None)]


def test_a_damaged_version_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "v.duckdb").write_bytes(b"nothing")
    with pytest.raises(Customer360Error, match=r"v\.duckdb"):
        known(warehouse, tmp_path / "v.duckdb")


def test_a_published_day_is_todays_row_after_the_known_ones(warehouse: Warehouse) -> None:
    warehouse.given(
        "health.known_snapshots", [{"account_id": "a", "day": TODAY - timedelta(days=9), "health_score": 40}]
    )
    warehouse.given("health.today", [
        {"account_id": "a", "health_score": 50, "coverage": 0.6, "arr": 7},
        {"account_id": "nothing known", "coverage": 0},
    ])  # fmt: skip
    warehouse.given("health.churn", [
        {"account_id": "a", "churn_risk_score": 50, "level": "medium", "method": "heuristic", "kind": "inferred"}
    ])  # fmt: skip
    warehouse.build("customer_360.account_snapshots")
    columns = "account_id, day, health_score, churn_risk_score"
    assert warehouse.rows(f"SELECT {columns} FROM customer_360.account_snapshots ORDER BY day") == [
        ("a", TODAY - timedelta(days=9), 40, None), ("a", TODAY, 50, 50),
    ]  # fmt: skip
