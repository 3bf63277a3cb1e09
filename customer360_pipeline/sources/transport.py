"""Carries a source's accepted rows by dlt into Parquet files, inside one attempt's private directory.

dlt is transport only: Arrow in, Parquet out. Its state, packages and files live and die with the attempt, because a
killed load of dlt may repeat rows, jam or show half of them when it is run again; what is thrown away cannot.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.errors import Customer360Error

if TYPE_CHECKING:
    import pyarrow as pa

# Telemetry must be off before dlt is imported. Streams share one connection, so each must end before the next starts.
SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "EXTRACT__NEXT_ITEM_MODE": "fifo",
    "RESTORE_FROM_DESTINATION": "false",
}

Rows = Callable[[], "Iterator[pa.Table]"]


def carry(tables: Mapping[str, Rows], attempt: Path) -> dict[str, list[Path]]:
    """Load each named stream of Arrow tables; the Parquet files of each name, none for a stream without rows.

    Args:
        tables: name -> a function that starts the stream; names are plain identifiers. Streams run one after another.
        attempt: the attempt's own directory.

    Raises:
        Customer360Error: dlt failed; the message names the step, never a value.
    """
    os.environ.update(SETTINGS, DLT_DATA_DIR=str(attempt / "dlt"), DLT_PROJECT_DIR=str(attempt))
    import dlt
    from dlt.pipeline.exceptions import PipelineStepFailed

    pipeline = dlt.pipeline(
        "boundary",
        pipelines_dir=str(attempt / "pipelines"),
        destination=dlt.destinations.filesystem(bucket_url=(attempt / "loaded").as_uri()),
        dataset_name="raw",
    )
    resources = [dlt.resource(rows(), name=name, write_disposition="append") for name, rows in tables.items()]
    try:
        if resources:
            pipeline.run(resources, loader_file_format="parquet")
    except PipelineStepFailed as error:
        raise Customer360Error(
            f"{', '.join(tables)}: the transport failed at the step {error.step}. Is there room on the disk? Run again."
        ) from None
    finally:
        for name in ("DLT_DATA_DIR", "DLT_PROJECT_DIR"):
            os.environ.pop(name, None)
    return {name: sorted((attempt / "loaded" / "raw" / name).glob("*.parquet")) for name in tables}
