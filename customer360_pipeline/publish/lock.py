"""One at a time: locks that name their holder and die with its process.

The lock is the kernel's (`flock`), so a holder that was killed blocks nobody; the file's text only says who
holds it, and its modification time since when.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from customer360_pipeline.errors import Busy, Customer360Error


@contextmanager
def home_lock(home: Path, run_id: str = "local") -> Iterator[None]:
    """Hold a home directory for one pipeline run.

    Args:
        home: the data directory; made when it is missing.
        run_id: named to whoever finds the directory held.

    Raises:
        Busy: another run holds it; the message names its process, run and start (UTC).
        Customer360Error: the directory cannot be written.
    """
    with held(home / ".run.lock", f"{home} is in use by a run", run_id):
        yield


@contextmanager
def held(path: Path, what: str, run_id: str) -> Iterator[None]:
    """Hold the lock file `path`; `what` opens the message when it is taken.

    Raises:
        Busy: it is taken.
        Customer360Error: the lock file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Customer360Error(
            f"{path.parent} cannot be written ({error.strerror}). Give this user write access, or name another home."
        ) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{what}: {_holder(path)}. Wait for it to finish, or stop that process.") from None
        _sign(descriptor, run_id)
        yield
    finally:
        os.close(descriptor)


def holder_of(home: Path) -> int | None:
    """The process that holds a home directory for a run, told by its signature; None when it is free."""
    path = home / ".run.lock"
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            return int(json.loads(path.read_text(encoding="utf-8"))["pid"])
        except (OSError, ValueError, KeyError):
            return None
    else:
        return None
    finally:
        os.close(descriptor)


def _sign(descriptor: int, run_id: str) -> None:
    # The name is a help to people; a disk too full for it must not stop the work that frees the disk.
    try:
        os.ftruncate(descriptor, 0)
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "run_id": run_id}
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
    except OSError:
        return


def _holder(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return (
            f"process {holder['pid']} on {holder['host']} (run {holder['run_id']}) since {since:%Y-%m-%d %H:%M:%S} UTC"
        )
    except (OSError, ValueError, KeyError):
        return "a process that has not signed yet"
