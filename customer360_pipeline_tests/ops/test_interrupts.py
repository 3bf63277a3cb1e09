"""Ctrl-C ends a run as an interruption, whatever caught it and whoever else in the terminal it reached."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from customer360_pipeline import cli
from customer360_pipeline.cli import run as command
from customer360_pipeline.cli.interrupts import interrupts
from customer360_pipeline.components.resources import Run, Watch
from customer360_pipeline.errors import Customer360Error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_known_though_a_library_swallowed_what_it_raised(number: signal.Signals) -> None:
    before = signal.signal(number, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        with interrupts() as is_interrupted:
            assert not is_interrupted()
            with contextlib.suppress(KeyboardInterrupt):
                os.kill(os.getpid(), number)
            assert is_interrupted() and is_interrupted()
        with interrupts() as is_interrupted:
            assert not is_interrupted()
    finally:
        signal.signal(number, before)


def test_beside_the_main_thread_nothing_is_known_of_signals() -> None:
    said: list[bool] = []

    def ask() -> None:
        with interrupts() as is_interrupted:
            said.append(is_interrupted())

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert said == [False]


def test_a_step_that_fails_after_the_signal_is_interrupted_and_none_begins() -> None:
    asked = [False]
    run = Run(None, None, Watch(is_interrupted=lambda: asked[0]))  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt), run.step():
        asked[0] = True
        raise Customer360Error("the transport failed at the step normalize")
    assert run.watch.error is None
    with pytest.raises(KeyboardInterrupt), run.step():
        raise AssertionError("a step began")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_reaches_all_processes_of_the_terminal_and_says_one_line(tmp_path: Path, number: signal.Signals) -> None:
    extracts = tmp_path / "extracts"
    (extracts / "crm").mkdir(parents=True)
    (extracts / "crm" / "contacts.csv").write_text("id,email\n1,ann@x.example\n")
    run = subprocess.Popen(
        [sys.executable, "-um", "customer360_pipeline.cli", "run", "--extracts", extracts, "--home", tmp_path / "h"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path,
        env=os.environ | {"DAGSTER_HOME": ""},
    )  # fmt: skip
    assert run.stdout is not None
    begun = run.stdout.readline()
    os.killpg(run.pid, number)
    rest, said = run.communicate(timeout=120)
    assert begun
    assert (run.returncode, said) == (130, "customer360: interrupted; the published version stands.\n"), rest


def test_ctrl_c_before_a_command_begins_is_an_interruption_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def parser() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "parser", parser)
    assert cli.main(["run"]) == 130
    assert capsys.readouterr().err == "customer360: interrupted; the published version stands.\n"


def test_ctrl_c_while_the_summary_is_printed_says_that_the_version_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def summary(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_execute", lambda *_: SimpleNamespace(version=SimpleNamespace(name="v000002")))
    monkeypatch.setattr(command, "_summary", summary)
    monkeypatch.setenv("CUSTOMER360_HOME", str(tmp_path))
    assert cli.main(["run"]) == 0
    assert capsys.readouterr().err == "customer360: version v000002 is published; its summary was cut short.\n"


def test_a_full_disk_is_named_though_the_history_found_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> int:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(command, "run", full)
    assert cli.main(["run"]) == 1
    assert "no space left where the output or the data directory lies" in capsys.readouterr().err
