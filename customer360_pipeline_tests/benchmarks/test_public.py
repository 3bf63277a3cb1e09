"""The accuracy benchmark on a set of four records: what is written for the methods, what is scored, where it is put."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.public import table
from benchmarks.public.sets import COLUMNS, write

FAKE = """unique_id,first_name,surname,dob,city,email,cluster
0,Robert,Alan,1971-06-24,,robert@smith.net,0
1,Rob,Alan,1971-06-24,,robert@smith.net,0
2,Ann,Lee,1066-01-01,Rome,,1
3,Zoe,Quist,,Rome,zoe@x.net,2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fake_1000.csv").write_text(FAKE)
    write("fake_1000", tmp_path, tmp_path / "set")
    return tmp_path / "set"


def test_a_set_is_written_without_its_truth_and_without_impossible_dates(folder: Path) -> None:
    lines = (folder / "extracts" / "a.csv").read_text().splitlines()
    assert lines[0] == ",".join(COLUMNS)
    assert lines[3].startswith("a,2,,Ann,,Lee,,")  # 1066 is left out
    assert (folder / "truth.csv").read_text().splitlines()[1:3] == ["a,0,0", "a,1,0"]


@pytest.mark.parametrize(("method", "recall"), [("ours", 1.0), ("keys", 1.0), ("literal", 1.0)])
def test_the_methods_of_this_project_are_scored(folder: Path, method: str, recall: float) -> None:
    outcome = table.run(method, "fake_1000", folder)
    assert outcome.best is not None
    assert (outcome.best.precision, outcome.best.recall, outcome.best.split) == (1.0, recall, 0.0)
    assert table.line("fake_1000", outcome).count("|") == 11
    if method == "ours":
        assert outcome.note.endswith("1.000")


def test_a_report_replaces_the_last_one_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.put(page, "new")
    assert page.read_text() == f"before\n{table.BEGIN}\nnew\n{table.END}\nafter\n"
    assert table.BEGIN in table.PAGE.read_text()


def test_without_the_data_it_says_what_belongs_there(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "benchmarks.public.table", "--data", str(tmp_path / "none")]
    done = subprocess.run(words, capture_output=True, text=True, cwd=table.ROOT)
    assert done.returncode == 1
    assert "sets.py" in done.stderr


def test_a_set_whose_files_are_absent_is_skipped_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table.measure(tmp_path, ["febrl4"], ["literal"])
    assert "febrl4 is skipped: dataset4a.csv, dataset4b.csv" in capsys.readouterr().err


def test_the_page_is_written_from_what_was_kept(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "WORK", tmp_path / "work")
    table.measure(folder.parent, ["fake_1000"], ["literal"])
    elsewhere = "| fake_1000 | Splink 5.0.0 (0.5) | 1.0000 | 0.8715 | 0.9313 | 0.9442 | 0.00% | 23.90% | 28.0 | 221 |"
    page = f"""{table.BEGIN}
Records (people): febrl3 5,000 (2,000), fake_1000 1,000 (251).

{table.HEAD}
| febrl3 | exact keys only | 1.0000 | 0.0000 | 0.0000 | 0.5714 | 0.00% | 58.25% | 3.9 | 264 |
| fake_1000 | e-mail, else user id, else phone | 0.5 | 0.5 | 0.5 | 0.5 | 0.00% | 0.00% | 1.0 | 1 |
{elsewhere}

| set | pairs compared for each record | share of the true pairs among them |
|---|---:|---:|
| febrl3 | 20.1 | 0.999 |
{table.END}"""
    written = table.report(page)
    assert "febrl3 5,000 (2,000), fake_1000 4 (3)" in written
    assert "| fake_1000 | e-mail, else user id, else phone | 1.0000 |" in written and "| 0.5 |" not in written
    # What was not measured here stays.
    assert elsewhere in written and "| febrl3 | exact keys only |" in written
    assert written.endswith("| febrl3 | 20.1 | 0.999 |")
