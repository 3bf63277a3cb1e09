"""Runs whose process is gone: Dagster would call them STARTED for ever, and with one run at a time wait for ever."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

HOST_TAG, PID_TAG, STARTED_TAG = "customer360/host", "customer360/pid", "customer360/process_started"
ALIVE = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
# Dagster starts a run within moments of making it; one that was interrupted before carries no process yet.
NEVER_STARTED_SECONDS = 3600


def process_tags() -> dict[str, str]:
    """What tells this process apart: host, process id, and its start, because ids are used again."""
    return {HOST_TAG: socket.gethostname(), PID_TAG: str(os.getpid()), STARTED_TAG: _started(os.getpid())}


def reap(instance: dg.DagsterInstance, now: datetime | None = None) -> list[str]:
    """Mark as failed every run of this host whose process is gone, as canceled those that never began; their ids.

    Runs of other hosts are left alone: their processes cannot be seen from here.
    """
    gone = []
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=ALIVE)):
        if run.tags.get(HOST_TAG) == socket.gethostname() and not _lives(run.tags):
            instance.report_run_failed(run, "The process of this run is gone. The next run starts from its inputs.")
            gone.append(run.run_id)
    return [*gone, *_reap_never_started(instance, now or datetime.now(UTC))]


def _reap_never_started(instance: dg.DagsterInstance, now: datetime) -> list[str]:
    """Mark as canceled every run that was interrupted before it began; their ids."""
    before = now - timedelta(seconds=NEVER_STARTED_SECONDS)
    gone = []
    for record in instance.get_run_records(filters=dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED])):
        run = record.dagster_run
        is_old = record.create_timestamp.astimezone(UTC) < before
        is_ours = run.tags.get(HOST_TAG) == socket.gethostname() and not _lives(run.tags)
        if is_ours or (is_old and HOST_TAG not in run.tags):
            instance.report_run_canceled(run, message="This run was interrupted before it began.")
            gone.append(run.run_id)
    return gone


def cancel_own(instance: dg.DagsterInstance) -> None:
    """Mark as canceled what this very process began and will not go on with."""
    statuses = [dg.DagsterRunStatus.NOT_STARTED, *ALIVE]
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=statuses, tags=process_tags())):
        instance.report_run_canceled(run, message="This run was interrupted.")


def _lives(tags: Mapping[str, str]) -> bool:
    try:
        os.kill(int(tags[PID_TAG]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(tags[PID_TAG])) == tags[STARTED_TAG]


def _started(pid: int) -> str:
    """Clock ticks after boot at which a process began (field 22 of /proc/PID/stat); empty where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except OSError:
        return ""
