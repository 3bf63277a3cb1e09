"""Runs whose process is gone: Dagster would call them STARTED for ever, and with one run at a time wait for ever."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import dagster as dg

HOST_TAG, PID_TAG, STARTED_TAG = "customer360/host", "customer360/pid", "customer360/process_started"
ALIVE = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def process_tags() -> dict[str, str]:
    """What tells this process apart: host, process id, and its start, because ids are used again."""
    return {HOST_TAG: socket.gethostname(), PID_TAG: str(os.getpid()), STARTED_TAG: _started(os.getpid())}


def reap(instance: dg.DagsterInstance) -> list[str]:
    """Mark as failed every run of this host whose process is gone; their ids.

    Runs of other hosts are left alone: their processes cannot be seen from here.
    """
    gone = []
    for run in instance.get_runs(filters=dg.RunsFilter(statuses=ALIVE)):
        if run.tags.get(HOST_TAG) == socket.gethostname() and not _lives(run.tags):
            instance.report_run_failed(run, "The process of this run is gone. The next run starts from its inputs.")
            gone.append(run.run_id)
    return gone


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
