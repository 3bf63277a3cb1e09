"""Which published version a run goes on from, where it must keep what was decided before: the customers' ids."""

from __future__ import annotations

from pathlib import Path

from customer360_pipeline.publish import files, pointer
from customer360_pipeline.publish.manifest import Origin, read_manifest


def known_ids(published: Path, version: str | None, kind: str) -> Path | None:
    """The file of the nearest version, from `version` back to what it followed, made from extracts of this kind.

    Args:
        published: the folder of versions.
        version: the version that is current when the run begins; None: nothing is published.
        kind: `sample` or `own`. The ids of one would be wrong for the other: both may use the same record ids.

    Returns:
        None when there is no such version, or it is kept no more: then the ids begin afresh.

    Raises:
        Customer360Error: the manifest of the current version, or of a kept one before it, is damaged.
    """
    while version is not None and (published / version).is_dir():
        origin = read_manifest(published / version).origin
        if (origin.extracts or kind_of_inputs(origin)) == kind:
            return published / version / pointer.DATABASE
        version = origin.parent
    return None


def kind_of_inputs(origin: Origin) -> str:
    """For versions that did not note it: whether they read a file of the sample data."""
    from customer360_pipeline.project import SAMPLE_DATA

    read = set(origin.input_hashes.values())
    return "sample" if any(p.is_file() and files.sha256(p) in read for p in SAMPLE_DATA.rglob("*")) else "own"
