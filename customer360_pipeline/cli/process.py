"""The process of one command `customer360`: begins and ends it with less work than Python does of itself.

A run makes a million objects that live as long as the process. Looking through them for unreachable ones, and taking
them apart one by one at the end, was a sixth of a run of the sample. Not here: the commands (`cli/__init__.py`).
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from pathlib import Path
from typing import NoReturn

from customer360_pipeline.cli import main

# New objects before the youngest are looked through, and how often that happens before older ones are. What nothing
# refers to goes at once, as always; this is about circles only. They may take some 50 MB until then.
_SELDOM = (500_000, 50, 50)


def process() -> NoReturn:
    """Run the command of this process and leave with its exit code.

    What ends without a code (wrong arguments, a traceback) ends as Python ends it.
    """
    # As Dagster does while steps run: so a command that is told to end does so in one way all the time.
    signal.signal(signal.SIGTERM, _interrupt)
    gc.set_threshold(*_SELDOM)
    # Python has none where the caller closed it (`>&-`).
    nowhere = Path(os.devnull).open("w")  # noqa: SIM115  Open as long as the process.
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    code = main()
    # What Python does before it takes objects apart: threads end, then whatever libraries asked for at the end.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    os._exit(_flushed(code))


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _flushed(code: int) -> int:
    """The exit code once what was printed is written; nobody reads the output of a command that closed it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if not stream.closed:
                stream.flush()
        except BrokenPipeError:
            pass
        except OSError as error:
            if not code:
                print(f"customer360: the output could not be written: {error.strerror}.", file=sys.stderr)
            code = code or 1
    return code
