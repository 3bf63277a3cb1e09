"""Where a run's history goes. How it gets there without costing more than the run: `quick_history.py`."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from customer360_pipeline.project import home_folder
from customer360_pipeline.publish.lock import require_writable


def open_instance() -> dg.DagsterInstance:
    """The history: DAGSTER_HOME, else what ./dagster.yaml says, else a folder of the data directory.

    Raises:
        Customer360Error: its folder cannot be written.
    """
    remedy = "set DAGSTER_HOME to a folder for the run history"
    if named := os.environ.get("DAGSTER_HOME"):
        require_writable(Path(named), remedy)
        return dg.DagsterInstance.get()
    if Path("dagster.yaml").is_file():
        require_writable(Path.cwd() / ".dagster", remedy)
        return dg.DagsterInstance.from_config(str(Path.cwd()))
    folder = home_folder() / ".dagster"
    require_writable(folder, remedy)
    folder.mkdir(parents=True, exist_ok=True)
    return dg.DagsterInstance.from_config(str(folder))
