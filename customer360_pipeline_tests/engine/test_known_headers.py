"""A header is compared with its file once, and again after any change that could make it untrue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from customer360_pipeline.engine import header, known_headers
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, read_table_file
from customer360_pipeline.errors import ConfigError
from customer360_pipeline_tests.rooms import context_of

SQL = "-- Numbers.\n-- column: n INTEGER | A number.\n\nSELECT 1 AS n\n"


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as opened:
        opened.create_schema("pipeline")
        yield opened


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tables whose headers were compared."""
    names: list[str] = []
    compare = header.check_header

    def noted(table: Table) -> None:
        compare(table)
        names.append(table.name)

    monkeypatch.setattr(header, "check_header", noted)
    return names


def table(tmp_path: Path, text: str = SQL) -> Table:
    path = tmp_path / "numbers.sql"
    path.write_text(text)
    return read_table_file(path, "metrics.numbers")


def run(engine: DuckDBEngine, *tables: Table) -> None:
    context = context_of()
    with known_headers.known_headers(engine, context):
        for one in tables:
            known_headers.require_true_header(one, context)


def test_the_next_run_compares_only_what_changed(
    engine: DuckDBEngine, compared: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        run(engine, table(tmp_path))
    assert compared == ["metrics.numbers"]
    run(engine, table(tmp_path, SQL.replace("1 AS", "2 AS")))
    assert len(compared) == 2
    monkeypatch.setattr(known_headers, "_code", lambda: "another release")
    run(engine, table(tmp_path, SQL.replace("1 AS", "2 AS")))
    assert len(compared) == 3


def test_an_untrue_header_is_refused_each_time_and_not_kept(engine: DuckDBEngine, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ConfigError, match="header is not true"):
            run(engine, table(tmp_path, SQL.replace("AS n", "AS m")))
    assert engine.rows(f"SELECT * FROM {known_headers.KEPT}") == []


def test_all_that_is_compared_is_in_the_fingerprint(tmp_path: Path) -> None:
    one = table(tmp_path)
    others = (
        replace(one, depends=("staging.charges",)), replace(one, settings=("as_of",)), replace(one, unique=(("n",),)),
        replace(one, columns=(replace(one.columns[0], type="BIGINT"),)), replace(one, materialized="view"),
    )  # fmt: skip
    marks = {known_headers.fingerprint(other) for other in (one, *others)}
    assert len(marks) == 1 + len(others)
    python = replace(one, sql=None, build=lambda engine, context: None)
    before = known_headers.fingerprint(python)
    assert before == known_headers.fingerprint(replace(python, build=lambda engine, context: None))
    assert one.path is not None
    one.path.write_text(SQL + "-- more\n")
    assert known_headers.fingerprint(python) != before
