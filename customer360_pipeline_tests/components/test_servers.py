"""The production set-up of docs/operations.md: web server and daemon from workspace.yaml, asked over GraphQL."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.server


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The project's dagster.yaml, with its history in a folder of the test."""
    settings = (ROOT / "dagster.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(settings.replace(".dagster/", f"{tmp_path}/"), encoding="utf-8")
    return os.environ | {"DAGSTER_HOME": str(tmp_path), "CUSTOMER360_HOME": str(tmp_path / "home")}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts a command of the environment's bin folder, ends it with the test, and shows what it printed."""
    started: list[subprocess.Popen] = []

    def begin(*command: str) -> subprocess.Popen:
        log = (tmp_path / f"{Path(command[0]).name}.log").open("w")
        binary = Path(sys.executable).parent / command[0]
        # What a shell runs in the background ignores SIGINT, and Dagster answers SIGTERM as SIGINT.
        heeding = ["env", "--default-signal=INT", binary, *command[1:]]
        process = subprocess.Popen(heeding, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
        started.append(process)
        return process

    unheeding: list[str] = []
    yield begin
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            unheeding.append(process.args[2])
    for log in sorted(tmp_path.glob("*.log")):
        print(f"--- {log.name}\n{log.read_text()[-4000:]}")
    assert not unheeding, "did not end after SIGTERM"


def ask(port: int, query: str) -> dict:
    """The data of a GraphQL query."""
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def eventually(question: Callable[[], bool], seconds: int = 120) -> None:
    """Ask until the answer is yes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if question():
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(1)
    pytest.fail(f"no yes within {seconds} s")


LOCATION = """{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus
  locationOrLoadError { __typename } } } } }"""
DAEMONS = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"
SCHEDULES = """{ schedulesOrError(repositorySelector: {repositoryLocationName: "customer360_pipeline",
  repositoryName: "__repository__"}) { ... on Schedules { results { name scheduleState { status } } } } }"""


def test_web_server_and_daemon_serve_the_project(start, free_port) -> None:
    assert start("dagster", "instance", "info").wait(timeout=120) == 0
    port = free_port()
    start("dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port))
    start("dagster-daemon", "run", "-w", "workspace.yaml")
    loaded = [
        {
            "name": "customer360_pipeline",
            "loadStatus": "LOADED",
            "locationOrLoadError": {"__typename": "RepositoryLocation"},
        }
    ]
    eventually(lambda: ask(port, LOCATION)["workspaceOrError"]["locationEntries"] == loaded)
    eventually(lambda: healthy(port) >= {"SENSOR", "SCHEDULER", "MONITORING", "QUEUED_RUN_COORDINATOR"})
    [schedule] = ask(port, SCHEDULES)["schedulesOrError"]["results"]
    assert schedule == {"name": "customer_360_daily_schedule", "scheduleState": {"status": "RUNNING"}}


def healthy(port: int) -> set[str]:
    """The kinds of daemon that report as healthy."""
    found = ask(port, DAEMONS)["instance"]["daemonHealth"]["allDaemonStatuses"]
    return {status["daemonType"] for status in found if status["healthy"]}


def test_the_development_server_starts(start, free_port) -> None:
    port = free_port()
    start("dg", "dev", "--host", "127.0.0.1", "--port", str(port))
    eventually(lambda: len(ask(port, LOCATION)["workspaceOrError"]["locationEntries"]) == 1)
