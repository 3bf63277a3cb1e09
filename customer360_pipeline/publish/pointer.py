"""Which version is current: CURRENT.json, the lease that fences late writers, and the names of versions.

CURRENT.json names the current version and every version that was ever current and is still kept. A version
folder it does not name was never published: it is the remains of a crash. LEASE.json holds the number of the
newest attempt, so that a name is never given twice, and its token, so that only that attempt may publish.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.project import nothing_published
from customer360_pipeline.publish import files
from customer360_pipeline.publish.manifest import read_manifest

DATABASE = "customer_360.duckdb"
POINTER = "CURRENT.json"
LEASE = "LEASE.json"
BUILDING = ".building-"
_NAME = re.compile(r"v(\d{6})_\d{8}T\d{6}Z")


class Fenced(Customer360Error):
    """The pointer moved while a run worked; its result is older than what is shown and is not published."""

    exit_code = 5


@dataclass(frozen=True)
class Pointer:
    """What CURRENT.json says. `kept` is ordered, oldest first, and contains `version`."""

    version: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class Lease:
    """One attempt to publish: the version it may make, what it must follow, and its token."""

    version: str
    parent: str | None
    token: str


def read_pointer(published: Path) -> Pointer | None:
    """The pointer, or None when nothing was published yet.

    Raises:
        Customer360Error: CURRENT.json is damaged, or missing although versions are there.
    """
    path = published / POINTER
    try:
        document = files.read_json(path)
        if document is not None:
            return Pointer(document["version"], tuple(document["kept"]))
    except (ValueError, KeyError):
        raise _lost(path, "is damaged", version_folders(published)) from None
    # One folder without a parent is a first publish that was cut off just before the pointer.
    folders = version_folders(published)
    if len(folders) > 1:
        raise _lost(path, "is missing", folders)
    return None


def _lost(path: Path, how: str, folders: list[str]) -> Customer360Error:
    return Customer360Error(
        f"{path} {how}. Versions on disk: {', '.join(folders) or 'none'}. "
        "Choose the one to show: customer360 rollback VERSION"
    )


def version_folders(published: Path) -> list[str]:
    """Names of the version folders on disk, oldest first, published or not."""
    if not published.is_dir():
        return []
    return sorted(path.name for path in published.iterdir() if _NAME.fullmatch(path.name))


def current_version(home: Path) -> str | None:
    """Name of the current version of a home directory; None when nothing was published yet.

    A run takes this when it starts and hands it to `publish` in `context.facts["parent_version"]`: then a run
    that was overtaken cannot publish over its successor.
    """
    pointer = read_pointer(home / "published")
    return pointer.version if pointer else None


def take_lease(published: Path, as_of: datetime) -> Lease:
    """Start an attempt: reserve the next version name and make this the only attempt that may publish."""
    pointer = read_pointer(published)
    known = files.read_json(published / LEASE) or {}
    numbers = [int(known.get("number", 0))]
    numbers += [int(name[1:7]) for name in (*version_folders(published), *(pointer.kept if pointer else ()))]
    number = max(numbers) + 1
    token = secrets.token_hex(8)
    files.write_json(published / LEASE, {"number": number, "token": token})
    return Lease(f"v{number:06d}_{as_of:%Y%m%dT%H%M%S}Z", pointer.version if pointer else None, token)


def require_parent(published: Path, expected: str | None) -> None:
    """Refuse to follow any other version than the expected one.

    Raises:
        Fenced: the current version is another one.
    """
    pointer = read_pointer(published)
    found = pointer.version if pointer else None
    if found != expected:
        raise Fenced(
            f"This run began when {expected or 'nothing'} was current; now {found or 'nothing'} is. "
            "Another run or a rollback came in between, so nothing was published. Run again."
        )


def swap(published: Path, lease: Lease, keep: int) -> Pointer:
    """Make the lease's version current, if the lease still holds and its parent is still current.

    Raises:
        Fenced: a newer attempt took over, or the pointer moved.
    """
    require_parent(published, lease.parent)
    if (files.read_json(published / LEASE) or {}).get("token") != lease.token:
        raise Fenced("A newer run has begun to publish, so this one published nothing. Its result counts.")
    before = read_pointer(published)
    kept = [*(before.kept if before else ()), lease.version]
    followed = line(published, lease.parent, kept)
    # What a rollback left behind goes before what the new version follows.
    gone = sorted(kept[:-1], key=lambda name: (name in followed, name))[: max(len(kept) - keep, 0)]
    pointer = Pointer(lease.version, tuple(name for name in kept if name not in gone))
    write_pointer(published, pointer)
    return pointer


def line(published: Path, version: str | None, kept: Sequence[str]) -> set[str]:
    """A version, what it follows, what that follows, and so on while they are kept; all before one with a damaged file.

    Not on the line of the current version is what a rollback left behind.
    """
    found: set[str] = set()
    while version is not None and version in kept:
        last = version
        found.add(last)
        try:
            version = read_manifest(published / last).origin.parent
        except Customer360Error:
            return found | {name for name in kept if name < last}
    return found


def write_pointer(published: Path, pointer: Pointer) -> None:
    """Replace CURRENT.json; this is the moment a version becomes visible."""
    files.write_json(published / POINTER, {"version": pointer.version, "kept": list(pointer.kept)})


def settle(published: Path, pointer: Pointer | None) -> None:
    """Finish what a crash left: let the link follow the pointer, and remove every folder that was not published.

    The link goes first: it must never point to a folder that is being removed.
    """
    if pointer is not None:
        files.point_symlink(published / DATABASE, f"{pointer.version}/{DATABASE}")
    kept = set(pointer.kept) if pointer else set()
    for path in sorted(published.iterdir()):
        if path.name.startswith(BUILDING) or (_NAME.fullmatch(path.name) and path.name not in kept):
            files.remove_folder(path)


def resolve(published: Path, name: str | None) -> str:
    """The full name of a kept version from what a person typed: None or `current`, `previous`, a number, a name.

    `previous` is the version that the current one follows, which after a rollback is not the one made before it.

    Raises:
        ConfigError: nothing is published, or no kept version is meant.
        Customer360Error: `previous`, and the manifest of the current version is damaged.
    """
    pointer = read_pointer(published)
    if pointer is None:
        raise ConfigError(nothing_published(published.parent))
    if name is None or name == "current":
        return pointer.version
    if name == "previous":
        parent = read_manifest(published / pointer.version).origin.parent
        if parent is None:
            raise ConfigError(_first(published.parent, pointer))
        if parent not in pointer.kept:
            raise ConfigError(
                f"No version `previous` is kept: the current one, {pointer.version}, follows {parent}, which is kept "
                f"no more. Kept: {', '.join(pointer.kept)}."
            )
        return parent
    number = name.removeprefix("v")
    found = [kept for kept in pointer.kept if kept == name or (number.isdigit() and int(kept[1:7]) == int(number))]
    if not found:
        raise ConfigError(
            f"No version `{name}` is kept. Kept: {', '.join(pointer.kept)}; or `current`, `previous`, or a number."
        )
    return found[0]


def _first(home: Path, pointer: Pointer) -> str:
    from customer360_pipeline.publish.last_run import run_command

    others = "" if len(pointer.kept) == 1 else f" Kept: {', '.join(pointer.kept)}."
    return (
        f"There is no `previous` version: the current one, {pointer.version}, is the first and follows none.{others} "
        f"The next run makes a second one to compare with or to go back from: {run_command(home)}"
    )
