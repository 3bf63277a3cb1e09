"""A run whose process was killed must not hold up the next one."""

import ast
import os
import signal
import subprocess
import sys

import dagster as dg
from dagster._core.test_utils import create_run_for_test

from customer360_pipeline.components.reaper import HOST_TAG, PID_TAG, cancel_own, process_tags, reap


def _started(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
    return create_run_for_test(instance, status=dg.DagsterRunStatus.STARTED, tags=tags).run_id


def test_only_runs_of_this_host_whose_process_is_gone_are_failed() -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    ours = process_tags()
    with dg.DagsterInstance.ephemeral() as instance:
        dead = _started(instance, ours | {PID_TAG: str(gone.pid)})
        reused = _started(instance, ours | {"customer360/process_started": "1"})
        alive, foreign, untagged = (
            _started(instance, ours),
            _started(instance, ours | {HOST_TAG: "elsewhere", PID_TAG: str(gone.pid)}),
            _started(instance, {}),
        )
        assert sorted(reap(instance)) == sorted([dead, reused])
        states = {run.run_id: run.status for run in instance.get_runs()}
        assert states[dead] == states[reused] == dg.DagsterRunStatus.FAILURE
        assert {states[alive], states[foreign], states[untagged]} == {dg.DagsterRunStatus.STARTED}
        assert reap(instance) == []


def test_runs_interrupted_before_they_began_are_canceled() -> None:
    """An early Ctrl-C leaves a run NOT_STARTED; without tags it is told by its age, another's new run is left alone."""
    from datetime import UTC, datetime, timedelta

    never = dg.DagsterRunStatus.NOT_STARTED
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    with dg.DagsterInstance.ephemeral() as instance:

        def made(tags: dict[str, str]) -> str:
            return create_run_for_test(instance, status=never, tags=tags).run_id

        dead = made(process_tags() | {PID_TAG: str(gone.pid)})
        kept = [made(process_tags()), made({}), made({HOST_TAG: "elsewhere", PID_TAG: str(gone.pid)})]
        assert reap(instance) == [dead]
        states = {run.run_id: run.status for run in instance.get_runs()}
        assert states[dead] == dg.DagsterRunStatus.CANCELED
        assert {states[run_id] for run_id in kept} == {never}
        assert reap(instance, datetime.now(UTC) + timedelta(hours=2)) == [kept[1]]
        cancel_own(instance)
        states = {run.run_id: run.status for run in instance.get_runs()}
        assert states[kept[0]] == dg.DagsterRunStatus.CANCELED and states[kept[2]] == never


def test_a_killed_process_is_seen_as_gone() -> None:
    code = "import time; from customer360_pipeline.components.reaper import process_tags; " \
           "print(process_tags(), flush=True); time.sleep(60)"  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    tags = ast.literal_eval(process.stdout.readline())
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = _started(instance, tags)
        assert reap(instance) == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert reap(instance) == [run_id]
