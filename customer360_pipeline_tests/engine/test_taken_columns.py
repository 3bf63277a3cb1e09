"""`-- columns:` puts another table's columns where it stands; a line nobody can mean is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer360_pipeline.engine import catalog
from customer360_pipeline.engine.catalog import build_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.header import check_header
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.errors import ConfigError
from customer360_pipeline_tests.rooms import context_of

MONEY = """\
-- What each account paid. One row per account.
-- column: account_id VARCHAR | The account.
-- column: first_date DATE | First payment.
-- column: paid BIGINT | Paid.
-- column: owed BIGINT | Owed.
-- unique: account_id
SELECT 'a' AS account_id, CAST('2026-01-02' AS DATE) AS first_date, CAST(5 AS BIGINT) AS paid, CAST(2 AS BIGINT) AS owed
"""
SUPPORT = """\
-- How each account was served. One row per account.
-- column: account_id VARCHAR | The account.
-- column: tickets BIGINT | Tickets.
-- column: paid BIGINT | Paid for service.
-- unique: account_id
SELECT 'a' AS account_id, CAST(1 AS BIGINT) AS tickets, CAST(9 AS BIGINT) AS paid
"""
SELECT = "SELECT m.account_id, m.first_date, 1 = 1 AS is_known, m.paid, m.owed FROM metrics.money AS m"


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Loads the two tables above and one of the last room from its header and SELECT, by name."""
    monkeypatch.setattr(catalog, "PACKAGE", tmp_path)
    for room in ("metrics", "customer_360"):
        (tmp_path / room).mkdir()
    (tmp_path / "metrics" / "money.sql").write_text(MONEY)
    (tmp_path / "metrics" / "support.sql").write_text(SUPPORT)

    def load(*header: str, select: str = SELECT) -> dict[str, Table]:
        text = "-- Accounts. One row per account.\n" + "".join(f"-- {line}\n" for line in header) + select + "\n"
        (tmp_path / "customer_360" / "account.sql").write_text(text)
        return {table.name: table for table in load_catalog(())}

    return load


KEY = "column: account_id VARCHAR | The account."


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def test_columns_stand_at_their_line_without_keys_and_what_other_lines_name(tables) -> None:
    """The first date is shown before the rest of its table, and nothing is said twice."""
    loaded = tables(
        "depends: metrics.money", KEY, "columns: metrics.money only first_date",
        "column: is_known BOOLEAN | Known.", "columns: metrics.money",
    )  # fmt: skip
    table = loaded["customer_360.account"]
    assert names(table) == ["account_id", "first_date", "is_known", "paid", "owed"]
    assert [column.description for column in table.columns] == [
        "The account.",
        "First payment.",
        "Known.",
        "Paid.",
        "Owed.",
    ]
    assert table.taken == ()
    with DuckDBEngine() as engine:
        build_table(engine, loaded["metrics.money"], context_of())
        build_table(engine, table, context_of())
        assert engine.rows("SELECT paid, owed FROM customer_360.account") == [(5, 2)]


def test_only_keeps_its_own_order_and_may_name_keys(tables) -> None:
    table = tables("depends: metrics.money", "columns: metrics.money only owed, account_id")["customer_360.account"]
    assert names(table) == ["owed", "account_id"]


def test_a_column_described_here_is_not_taken_over(tables) -> None:
    """`paid` of support means something else, so the file says which it shows."""
    table = tables("depends: metrics.support", "column: paid BIGINT | For service.", "columns: metrics.support")
    assert [c.description for c in table["customer_360.account"].columns] == ["For service.", "Tickets."]


def test_what_was_taken_over_is_taken_over_again(tables, tmp_path: Path) -> None:
    (tmp_path / "metrics" / "all.sql").write_text(
        f"-- Accounts.\n-- depends: metrics.money\n-- {KEY}\n-- columns: metrics.money\n-- unique: account_id\n"
        "SELECT account_id, first_date, paid, owed FROM metrics.money\n"
    )
    table = tables("depends: metrics.all", KEY, "columns: metrics.all")["customer_360.account"]
    assert names(table) == ["account_id", "first_date", "paid", "owed"]


def test_the_select_is_held_to_the_columns_taken_over(tables) -> None:
    table = tables("depends: metrics.money", KEY, "columns: metrics.money")["customer_360.account"]
    with pytest.raises(ConfigError, match="described account_id, first_date, paid, owed; selected account_id, first_"):
        check_header(table)


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        (["columns: metrics.money"], "`columns: metrics.money` names no table that it reads"),
        (["depends: sources.ledger", "columns: sources.ledger"], "names no table that it reads"),
        (["depends: metrics.gone", "columns: metrics.gone"], "depends on `metrics.gone`, which no file makes"),
        (["depends: customer_360.account", "columns: customer_360.account"], "in a circle"),
        (["depends: metrics.money", "columns: metrics.money only debt"], "has no column `debt`; it has account_id, "),
        (
            ["depends: metrics.money, metrics.support", "columns: metrics.money", "columns: metrics.support"],
            "`paid` comes from `columns: metrics.money` and from `columns: metrics.support`",
        ),
        (
            ["depends: metrics.money", "column: paid BIGINT | Paid.", "columns: metrics.money only paid"],
            "`paid` comes from `column: paid` and from `columns: metrics.money only`",
        ),
        (["columns: metrics.money except paid"], "account.sql:2: columns are taken over by"),
        (["columns: metrics.money only ,"], "account.sql:2: columns are taken over by"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(tables, header: list[str], complaint: str) -> None:
    with pytest.raises(ConfigError) as error:
        tables(*header)
    assert complaint in str(error.value) and ("account.sql" in str(error.value) or "circle" in complaint)
