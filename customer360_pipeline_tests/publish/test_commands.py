"""The commands show, versions, diff and rollback, as a person types them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext

DANGEROUS = ["=HYPERLINK(1)", "+1 555", "-1+1", "@SUM(A1)", "\tx", "\rx", "＝1"]


@pytest.fixture
def published(publish_rows, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COLUMNS", "80")
    return publish_rows().name


def test_show_prints_rows(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "customer_360", "--where", "total_revenue > 0", "--columns", "email,total_revenue"]) == 0
    assert "ada@example.com" in (text := capsys.readouterr().out)
    assert "1 of 1 row\n" in text and "bo@" not in text


@pytest.mark.parametrize("command", ["show customer_360", "show customer_360 --format csv", "versions"])
@pytest.mark.parametrize(
    ("output", "code", "said"),
    [(">&-", 0, ""), ("| true", 0, ""), (">/dev/full", 1, "no space left"), ("2>&-", 0, "")],
)
def test_an_output_that_takes_nothing_is_said_once_and_one_that_nobody_reads_not_at_all(
    published: str, command: str, output: str, code: int, said: str
) -> None:
    words = f"set -o pipefail; {sys.executable} -m customer360_pipeline.cli {command} {output}"
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, timeout=60)
    assert (done.returncode, len(done.stderr.splitlines())) == (code, 1 if said else 0), done.stderr
    assert said in done.stderr.lower()


def test_show_names_the_columns_that_do_not_fit(
    published: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    assert main(["show", "customer_360"]) == 0
    assert "total_revenue" in capsys.readouterr().out.replace("\n", " ")


def test_show_says_how_many_columns_are_hidden_and_how_to_see_them(
    published: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    assert main(["show", "customer_360"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2 columns of 3 hidden" in said
    assert "--columns A,B, or see all with --format record: email, total_revenue" in said


@pytest.mark.parametrize("arguments", [["--limit", "2"], ["--format", "record"]])
def test_a_few_wide_rows_are_blocks_of_a_line_per_value(
    published: str, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    assert main(["show", "customer_360", *arguments]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[:2] == [["row", "1"], ["customer_id", "c_1"]]
    assert lines[4:7] == [["row", "2"], ["customer_id", "c_2"], ["email", "=bo@example.com"]]
    assert lines[-1] == ["2", "of", "2", "rows"]


def test_a_few_rows_that_fit_stay_a_table_and_a_table_can_be_asked_for(
    published: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["show", "customer_360", "--limit", "2"]) == 0
    assert capsys.readouterr().out.split()[:3] == ["customer_id", "email", "total_revenue"]
    monkeypatch.setenv("COLUMNS", "30")
    assert main(["show", "customer_360", "--limit", "2", "--format", "table"]) == 0
    assert "hidden" in capsys.readouterr().out


def test_show_lists_the_tables(published: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show"]) == 0
    assert "customer_timeline" in capsys.readouterr().out


def test_csv_neutralises_formulas_in_text_only(
    published: str, engine: DuckDBEngine, context: RunContext, tmp_path: Path
) -> None:
    values = ", ".join(f"(chr({ord(text[0])}) || '{text[1:]}', -{n}.5)" for n, text in enumerate(DANGEROUS))
    engine.create_table("customer_360.odd", f"SELECT col0 AS text, col1 AS number FROM (VALUES {values})")
    publish(engine, context, ["customer_360.odd"], [])
    assert main(["show", "odd", "--format", "csv", "--output", str(tmp_path / "odd.csv")]) == 0
    with (tmp_path / "odd.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [f"'{text}" for text in DANGEROUS]
    assert [row["number"] for row in rows] == [f"-{n}.5" for n in range(len(DANGEROUS))]


def test_json_and_parquet_keep_the_values(published: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "customer_360", "--format", "json", "--where", "customer_id = 'c_2'"]) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"customer_id": "c_2", "email": "=bo@example.com", "total_revenue": -2.5}
    ]
    assert main(["show", "quarantine", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["show", "customer_360", "--format", "parquet", "--output", str(tmp_path / "c.parquet")]) == 0
    assert pyarrow.parquet.read_table(tmp_path / "c.parquet").num_rows == 2


def test_a_table_in_a_file_or_a_pipe_is_not_cut(
    published: str,
    engine: DuckDBEngine,
    context: RunContext,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    columns = ", ".join(f"repeat('{name}', 50) AS {name}" for name in "abc")
    engine.create_table("customer_360.wide", f"SELECT {columns} FROM range(5)")
    publish(engine, context, ["customer_360.wide"], [])
    whole = [letter * 50 for letter in "abc"]
    monkeypatch.delenv("COLUMNS")
    assert main(["show", "wide"]) == 0
    head, first, *_, count = capsys.readouterr().out.splitlines()
    assert (head.split(), first.split(), count) == (list("abc"), whole, "5 of 5 rows")
    # A few rows are blocks there as on a terminal.
    assert main(["show", "wide", "--limit", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [lines[0], *(line.split()[-1] for line in lines[1:4])] == ["row 1", *whole]
    # Who says a width gets it.
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["show", "wide"]) == 0
    assert "2 columns of 3 hidden" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["c.csv", "c.JSON", "c.parquet"])
def test_the_name_of_the_output_says_its_format(published: str, tmp_path: Path, name: str) -> None:
    assert main(["show", "customer_360", "--columns", "customer_id", "--output", str(tmp_path / name)]) == 0
    read = {
        "c.csv": lambda path: [row["customer_id"] for row in csv.DictReader(path.open(encoding="utf-8"))],
        "c.JSON": lambda path: [row["customer_id"] for row in json.loads(path.read_text(encoding="utf-8"))],
        "c.parquet": lambda path: pyarrow.parquet.read_table(path)["customer_id"].to_pylist(),
    }
    assert read[name](tmp_path / name) == ["c_1", "c_2"]


def test_a_format_that_is_said_counts_more_than_the_name(published: str, tmp_path: Path) -> None:
    assert main(["show", "customer_360", "--format", "json", "--output", str(tmp_path / "c.csv")]) == 0
    assert len(json.loads((tmp_path / "c.csv").read_text(encoding="utf-8"))) == 2


def test_parquet_goes_into_a_pipe_or_a_file_of_the_shell_and_not_to_a_terminal(
    published: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-m", "customer360_pipeline.cli", "show", "customer_360", "--format", "parquet"]
    done = subprocess.run(command, capture_output=True, timeout=60)
    (tmp_path / "c.parquet").write_bytes(done.stdout)
    assert pyarrow.parquet.read_table(tmp_path / "c.parquet").num_rows == 2
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["show", "customer_360", "--format", "parquet"]) == 2
    assert "needs --output FILE, or > FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["show", "nothing"], 2, "No published table `nothing`. Tables:"),
        (["show", "custmer_360"], 2, "Did you mean `customer_360`?"),
        (["show", "customer_360", "--columns", "emial"], 2, "Did you mean `email`?"),
        (["show", "customer_360", "--where", "revenue > 1"], 2, "Did you mean `total_revenue`?"),
        (["show", "customer_360", "--where", "email::INTEGER = 1"], 2, "does not have the type"),
        (["show", "customer_360", "--output", "x"], 2, "End it in .csv, .json or .parquet"),
        (["show", "customer_360", "--output", "x.xlsx"], 2, "or say --format csv, json or parquet"),
        (["show", "customer_360", "--format", "table", "--output", "x.csv"], 2, "table is for a terminal"),
        (["show", "--output", "x.csv"], 2, "name the table to write"),
        (["show", "customer_360", "--format", "csv", "--output", "/nowhere/x"], 1, "No such file or directory"),
        (["show", "customer_360", "--version", "9"], 2, "No version `9` is kept"),
        (["rollback", "9"], 2, "No version `9` is kept"),
        (["diff", "9"], 2, "No version `9` is kept"),
        (["diff"], 2, "The next run makes a second one to compare with or to go back from: customer360 run"),
    ],
)
def test_wrong_arguments(
    published: str, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    text = capsys.readouterr().err
    assert message in text and "ada@example.com" not in text


def test_control_characters_do_not_reach_the_terminal(
    published: str, engine: DuckDBEngine, context: RunContext, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.create_table("customer_360.odd", "SELECT chr(27) || '[2Jred[/]' AS text FROM range(2)")
    publish(engine, context, ["customer_360.odd"], [])
    assert main(["show", "odd"]) == 0
    assert "�[2Jred[/]" in (text := capsys.readouterr().out)
    assert "\x1b[2J" not in text


def test_versions_diff_and_rollback(publish_rows, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    first, second = publish_rows(), publish_rows()
    assert main(["diff"]) == 0
    assert f"{first.name} -> {second.name}" in capsys.readouterr().out
    assert main(["rollback", "1"]) == 0
    assert first.name in capsys.readouterr().out
    assert main(["versions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [[second.name, "2026-01-02"], ["*", first.name]]


def test_diff_names_only_the_tables_with_another_number_of_rows(
    publish_rows, capsys: pytest.CaptureFixture[str], monkeypatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    publish_rows()
    publish_rows()
    assert main(["diff"]) == 0
    assert capsys.readouterr().out.endswith("rows: every table has as many as before\n")
    publish_rows([("c_1", "ada@example.com", 10)], [("crm", "1", "c_1")])
    assert main(["diff"]) == 0
    said = capsys.readouterr().out.partition("rows\n")[2].splitlines()
    assert [line.split() for line in said[:-1]] == [
        ["customer_360", "2", "->", "1"],
        ["customer_identities", "3", "->", "1"],
        ["customer_timeline", "6", "->", "3"],
    ]
    assert said[-1].startswith("  unchanged: the number of rows of ")


@pytest.mark.parametrize("width", ["80", "40"])
def test_versions_are_whole_in_any_terminal_and_say_what_each_destination_has(
    publish_rows, context: RunContext, capsys: pytest.CaptureFixture[str], monkeypatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    first, second = publish_rows(), publish_rows()
    record = {"duckdb_copy": {"version": first.name}}
    (context.published / "DELIVERIES.json").write_text(json.dumps(record), encoding="utf-8")
    assert main(["versions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["version", "as", "of", "(UTC)", "customers", "size", "follows"]
    assert lines[1].split()[:3] == ["*", second.name, "2026-01-02"] and lines[1].split()[-1] == "v000001"
    assert lines[2].split()[0] == first.name and "…" not in "".join(lines)
    assert lines[3] == f"duckdb_copy has {first.name}"
    if width == "80":
        assert max(map(len, lines)) <= 80


def test_nothing_published(context: RunContext, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions"]) == 0
    said = f"{context.home}: nothing is published yet. Run: customer360 run --home {context.home}\n"
    elsewhere = "Published elsewhere? Name its data directory: --home DIR, or CUSTOMER360_HOME.\n"
    assert capsys.readouterr().out == said + elsewhere
    assert main(["show", "customer_360"]) == 2


def test_a_version_that_lacks_what_a_command_reads_is_said_to_be_of_another_release(
    published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor"]) == 1
    assert "the published version lacks a table or column that this command reads" in capsys.readouterr().err
