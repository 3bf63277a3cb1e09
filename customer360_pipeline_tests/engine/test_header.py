"""A header that is not true stops the build, and says what to change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.header import check_header, parameters_used, parse, strings_of, tables_read
from customer360_pipeline.engine.table_file import Table, read_table_file
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.project import load_project

TRUE = """\
-- What each customer paid. One row per customer.
-- depends: staging.charges, identity.record_customers
-- setting: active_customer_days
-- column: customer_number INTEGER | The customer.
-- column: paid DECIMAL(18,2) | Paid, reporting currency.
-- unique: customer_number
-- not_null: paid

WITH paid AS (SELECT node, amount FROM staging.charges WHERE amount > $active_customer_days)
SELECT r.customer_number, CAST(SUM(p.amount) AS DECIMAL(18,2)) AS paid
FROM paid AS p JOIN identity.record_customers AS r USING (node)
GROUP BY r.customer_number
"""


def table(tmp_path: Path, text: str) -> Table:
    path = tmp_path / "paid.sql"
    path.write_text(text)
    return read_table_file(path, "metrics.paid")


def test_a_true_header_passes_and_its_facts_are_read_from_the_sql(tmp_path: Path) -> None:
    found = table(tmp_path, TRUE)
    check_header(found)
    tree = parse(found)
    assert tables_read(tree) == {"staging.charges", "identity.record_customers"}  # the CTE `paid` is no table
    assert parameters_used(tree) == {"active_customer_days"}
    assert found.sql_line == 9


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("staging.charges, ", "", "it reads `staging.charges`, which is not declared"),
        (
            "-- depends: ",
            "-- depends: staging.touches, ",
            "`depends: staging.touches` is declared, but nothing reads it",
        ),
        ("-- setting: active_customer_days\n", "", "it uses `active_customer_days`, which is not declared"),
        (
            "amount > $active_customer_days",
            "amount > 1",
            "`setting: active_customer_days` is declared, but nothing uses",
        ),
        ("active_customer_days", "activ_customer_days", "`setting: activ_customer_days` is no setting"),
        ("-- unique: customer_number", "-- unique: customer_id", "`unique: customer_id` names no column"),
        ("-- not_null: paid", "-- not_null: payed", "`not_null: payed` names no column"),
        ("AS paid\nFROM", "AS sum\nFROM", "described customer_number, paid; selected customer_number, sum"),
        ("column: paid DECIMAL(18,2)", "column: paid HUGEINT", "has a type other engines lack"),
        ("-- not_null", "-- column: paid DATE | Again.\n-- not_null", "`paid` is described twice"),
        ("FROM staging.charges", "FROM charges", "it reads `charges` without its room"),
        ("-- not_null", "-- materialized: view\n-- not_null", "a view cannot keep the value of a setting"),
    ],
)
def test_each_untruth_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in TRUE
    with pytest.raises(ConfigError) as error:
        check_header(table(tmp_path, TRUE.replace(old, new)))
    assert complaint in str(error.value)
    assert str(tmp_path / "paid.sql") in str(error.value)


def test_sql_that_does_not_parse_is_named_with_its_line_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"paid\.sql:11: not SQL"):
        check_header(table(tmp_path, TRUE.replace("FROM paid AS p JOIN", "FROM paid AS p JOIN JOIN (")))


@pytest.mark.parametrize("body", ["SELECT 1 AS a; SELECT 2 AS a", "DROP TABLE staging.charges"])
def test_a_table_file_holds_exactly_one_select(tmp_path: Path, body: str) -> None:
    with pytest.raises(ConfigError, match="exactly one SELECT"):
        check_header(table(tmp_path, f"-- A table.\n-- column: a INTEGER | A number.\n{body}\n"))


def test_a_table_an_assert_compares_with_is_a_dependency(tmp_path: Path) -> None:
    text = TRUE.replace("-- unique", "-- assert: paid <= (SELECT MAX(amount) FROM profile.money) | no more\n-- unique")
    with pytest.raises(ConfigError, match=r"reads `profile\.money`, which is not declared"):
        check_header(table(tmp_path, text))
    check_header(table(tmp_path, text.replace("-- depends: ", "-- depends: profile.money, ")))


def test_the_sql_of_a_python_table_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "paid.py"
    path.write_text(
        '"""Takes rows FROM staging.prose in words only."""\n'
        "def build(engine, context):\n"
        "    engine.rows('SELECT 1 FROM staging.charges')\n"
        "    engine.rows(f'SELECT {1} FROM identity.links WHERE a IS DISTINCT FROM l.b')\n"
    )
    made = replace(table(tmp_path, TRUE), path=path, sql=None, depends=("staging.charges",), settings=())
    with pytest.raises(ConfigError) as error:
        check_header(made)
    assert "`identity.links`" in str(error.value)
    assert "prose" not in str(error.value) and "charges" not in str(error.value) and "l.b" not in str(error.value)
    assert [text for _, text in strings_of(path)][-1] == "SELECT x FROM identity.links WHERE a IS DISTINCT FROM l.b"


HOUSE = {t.name: t for t in load_catalog(load_project().sources)}


@pytest.mark.parametrize("name", HOUSE)
def test_every_table_of_the_house_has_a_true_header(name: str) -> None:
    check_header(HOUSE[name])
