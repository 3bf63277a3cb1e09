"""How the current version was made: the extracts and the configuration, for the command that makes the next one.

    from customer360_pipeline.publish.last_run import run_command
    run_command(home)    # customer360 run --extracts /srv/extracts --config /srv/own.yaml --home /srv/customer360

A command that is typed as it was printed must not put the sample in the place of one's own company.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.project import SAMPLE_DATA, home_option
from customer360_pipeline.publish.ancestry import kind_of_inputs
from customer360_pipeline.publish.manifest import Origin, read_manifest
from customer360_pipeline.publish.pointer import current_version


def last_origin(home: Path) -> Origin | None:
    """What the current version was made of; None: nothing is published, or its facts cannot be read."""
    try:
        current = current_version(home)
        return read_manifest(home / "published" / current).origin if current else None
    except Customer360Error:
        return None


def _is_own(origin: Origin) -> bool:
    return (origin.extracts or kind_of_inputs(origin)) == "own"


def run_command(home: Path) -> str:
    """The command that makes the next version as the current one was made."""
    origin, command = last_origin(home), "customer360 run"
    if origin is not None:
        if _is_own(origin):
            command += f" --extracts {shlex.quote(origin.extracts_folder) if origin.extracts_folder else 'DIR'}"
        if origin.config_file:
            command += f" --config {shlex.quote(origin.config_file)}"
    return command + home_option(home)


def refuse_sample(home: Path) -> None:
    """Refuse the sample that is read because nobody named extracts, where the current version is of other ones.

    Raises:
        ConfigError: names those extracts, and both ways on.
    """
    origin = None if os.environ.get("CUSTOMER360_EXTRACTS") else last_origin(home)
    if origin is None or not _is_own(origin):
        return
    made_of = origin.extracts_folder or "extracts of your own"
    sample = shlex.quote(str(SAMPLE_DATA))
    raise ConfigError(
        f"No extracts folder is named, so this run would put the sample in the place of {origin.version}, which was "
        f"made of {made_of}. Nothing was read or published.\nAs the last time: {run_command(home)}\n"
        f"In Dagster: set CUSTOMER360_EXTRACTS. The sample on purpose: customer360 run --extracts {sample}"
        f"{home_option(home)}"
    )
