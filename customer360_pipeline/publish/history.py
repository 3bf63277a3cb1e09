"""The kept versions: listing them, and moving the pointer back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.project import nothing_published
from customer360_pipeline.publish import files, pointer
from customer360_pipeline.publish.lock import held
from customer360_pipeline.publish.manifest import Manifest, read_manifest


@dataclass(frozen=True)
class Version:
    """A kept version; `manifest` is None when its file of facts is damaged."""

    name: str
    is_current: bool
    manifest: Manifest | None


def versions(home: Path) -> list[Version]:
    """Every kept version, newest first; empty when nothing was published."""
    published = home / "published"
    found = pointer.read_pointer(published)
    if found is None:
        return []
    return [Version(name, name == found.version, _manifest(published / name)) for name in reversed(found.kept)]


def _manifest(folder: Path) -> Manifest | None:
    try:
        return read_manifest(folder)
    except Customer360Error:
        return None


def rollback(home: Path, to: str) -> str:
    """Make a kept version current again; the next run publishes after it. Returns its full name.

    Also mends a damaged or lost CURRENT.json, given a version's full name.

    Raises:
        ConfigError: no such version.
        Customer360Error: its file is not the one that was published.
        Busy: a run is publishing.
    """
    published = home / "published"
    if not published.is_dir():
        raise ConfigError(nothing_published(home))
    with held(published / ".publish.lock", f"{published} is being changed", "rollback"):
        name, kept = _target(published, to)
        _verify(published / name)
        now = pointer.Pointer(name, kept)
        try:
            pointer.write_pointer(published, now)
            pointer.settle(published, now)
        except OSError as error:
            raise Customer360Error(
                f"{published} could not be written ({error.strerror}). `customer360 versions` says which is current."
            ) from None
    return name


def _target(published: Path, to: str) -> tuple[str, tuple[str, ...]]:
    try:
        found = pointer.read_pointer(published)
    except Customer360Error:
        found = None
    if found is not None:
        return pointer.resolve(published, to), found.kept
    whole = tuple(name for name in pointer.version_folders(published) if _manifest(published / name))
    if to not in whole:
        raise ConfigError(
            f"{published / pointer.POINTER} is missing or damaged, so the version's full name is needed. "
            f"On disk: {', '.join(whole) or 'none'}."
        )
    return to, whole


def _verify(folder: Path) -> None:
    manifest = read_manifest(folder)
    path = folder / pointer.DATABASE
    if not path.is_file() or files.sha256(path) != manifest.sha256:
        raise Customer360Error(
            f"{path} is not the file that was published (SHA-256 differs from manifest.json); the pointer stays. "
            "Choose another version: customer360 versions"
        )
