"""The process of one command `customer360`: begins and ends it with less work than Python does of itself.

A run makes a million objects that live as long as the process. Looking through them for unreachable ones, and taking
them apart one by one at the end, was a sixth of a run of the sample. Not here: the commands (`cli/__init__.py`).
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import NoReturn

from customer360_pipeline.cli import main

# New objects before the youngest are looked through, and how often that happens before older ones are. What nothing
# refers to goes at once, as always; this is about circles only.
_SELDOM = (2_000_000, 50, 50)


def process() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    gc.set_threshold(*_SELDOM)
    codes: list[int] = []
    # The first registered is the last called: whatever libraries do at the end is done.
    atexit.register(_leave, codes)
    codes.append(main())
    sys.exit(codes[0])


def _leave(codes: list[int]) -> None:
    """Give all memory back at once. What ended without a code (wrong arguments, a traceback) ends as Python ends it."""
    if codes:
        sys.stdout.flush()
        os._exit(codes[0])
