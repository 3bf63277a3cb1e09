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

# What a run opens for writing where it lies; all else it makes anew and renames.
_WRITTEN_IN_PLACE = (".lock", ".duckdb", ".sqlite", ".db")


def require_writable(folder: Path, remedy: str = "name another home (--home DIR or CUSTOMER360_HOME)") -> None:
    """Stop before a run begins where it cannot write: a database would only say that something failed.

    Args:
        folder: a data directory or a history; its nearest existing parent counts where it is missing.
        remedy: what else a person could do than change rights.

    Raises:
        Customer360Error: a folder, or a file that is written in place, is not this user's to write; it is named, with
            its owner.
    """
    there = next(path for path in (folder, *folder.parents) if path.exists())
    for path in (there, *(_below(folder) if there == folder else ())):
        wanted = os.W_OK | os.X_OK if path.is_dir() else os.W_OK
        if path == there and not path.is_dir():
            raise Customer360Error(f"{path} is a file, not a folder. Move it away, or {remedy}.")
        if not os.access(path, wanted, effective_ids=True):
            raise Customer360Error(
                f"{path} cannot be written: it belongs to {_owner(path)}, this is {_user(os.geteuid())}. Give this "
                f"user write access to {folder} and all in it (chown -R), run as the owner, or {remedy}."
            )


def _below(folder: Path, levels: int = 3) -> Iterator[Path]:
    """The folders down to some levels and the files written in place; not what a version holds, which nobody writes."""
    for path in sorted(folder.iterdir()) if os.access(folder, os.R_OK | os.X_OK, effective_ids=True) else ():
        if path.is_symlink() or (folder.name == "published" and path.is_dir()):
            continue
        if path.is_dir():
            yield path
            if levels > 1:
                yield from _below(path, levels - 1)
        elif path.suffix in _WRITTEN_IN_PLACE:
            yield path


def _owner(path: Path) -> str:
    return _user(path.stat().st_uid)


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def not_writable(folder: Path, error: OSError) -> Customer360Error:
    """The error of a folder in which nothing can be made, with its cause."""
    return Customer360Error(
        f"{folder} cannot be written ({error.strerror}). Give this user write access, or name another home."
    )


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
        raise not_writable(path.parent, error) from None
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
