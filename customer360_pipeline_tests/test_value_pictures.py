"""Pictures of value: an SVG of any version, also of one that holds nothing."""

from __future__ import annotations

import base64
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.value_pictures import arr_movements, cohort_heat_map, lifetime_values, source_overlap

KINDS = ("payments", "crm", "marketing", "analytics", "support", "product", "success")
FLAGS = ", ".join(f"has_{kind} BOOLEAN" for kind in KINDS)
CUSTOMERS = f"CREATE TABLE customer_360 (ltv DECIMAL(18,2), total_revenue DECIMAL(18,2), {FLAGS})"
COHORTS = (
    "CREATE TABLE cohorts "
    "(acquisition_month DATE, months_since BIGINT, is_complete BOOLEAN, retained_ratio DECIMAL(9,6))"
)
MOVEMENTS = "CREATE TABLE arr_movements (month_date DATE, movement VARCHAR, reporting_arr_change DECIMAL(18,2))"


@pytest.fixture(params=["rows", "nothing"])
def version(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A version's file with the tables that are drawn, filled or empty."""
    path = tmp_path / "version.duckdb"
    with duckdb.connect(str(path)) as connection:
        for table in (CUSTOMERS, COHORTS, MOVEMENTS):
            connection.execute(table)
        if request.param == "rows":
            flags = "TRUE, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE"
            connection.execute(
                f"INSERT INTO customer_360 VALUES (100.5, 20, {flags}), (NULL, -3, {flags}), (NULL, NULL, {flags})"
            )
            connection.execute(
                "INSERT INTO cohorts VALUES ('2026-01-01', 0, TRUE, 1), ('2026-01-01', 1, TRUE, 0.5), "
                "(NULL, 0, FALSE, 0)"
            )
            connection.execute(
                "INSERT INTO arr_movements VALUES ('2026-01-01', 'new', 10), ('2026-02-01', 'churn', -10)"
            )
    return path


def test_each_picture_is_an_svg(version: Path) -> None:
    pictures = (
        lifetime_values(version, "customer_360"), cohort_heat_map(version), arr_movements(version),
        source_overlap(version, "customer_360"),
    )  # fmt: skip
    for picture in pictures:
        head, _, data = picture.removesuffix(")").partition("base64,")
        assert head.startswith("![") and base64.b64decode(data).startswith(b"<svg ")
