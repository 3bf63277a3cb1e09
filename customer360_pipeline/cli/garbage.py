"""Spares a run most of the looking for unreachable objects, which was a twentieth of a run of the sample.

Dagster's definitions are a million objects that live as long as the process. Python's usual thresholds look through
all of them whenever a quarter has been added; nearly nothing was found.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects before the youngest are looked through, and how often that happens before older ones are.
_SELDOM = (50_000, 20, 5)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Garbage in circles is looked for seldom while the block runs; what nothing refers to goes at once, as always."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
