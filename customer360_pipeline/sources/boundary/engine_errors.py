"""Engine errors without their text, which shows the value the engine stumbled over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from customer360_pipeline.errors import Customer360Error


@contextmanager
def without_values(where: str) -> Iterator[None]:
    """Turn an engine's error into one that names the place and the next step.

    Raises:
        Customer360Error: instead of any error of the engine.
    """
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise Customer360Error(
            f"{where}: the engine ran out of memory. Raise engine.memory_limit, or free disk for spilling."
        ) from None
    except duckdb.IOException:
        raise Customer360Error(
            f"{where}: the engine could not read or write a file. Is the disk full, or a folder missing or read-only?"
        ) from None
    except duckdb.Error as error:
        raise Customer360Error(f"{where}: the engine failed ({type(error).__name__}). Report this.") from None
