"""Whether somebody asked this process to stop, whatever became of the exception that this raised.

An interruption is raised inside whatever is running. A library that takes it for a failure of its own hides it, and the
run would go on with its next steps.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """While the block runs: whether the process got SIGINT or SIGTERM since it began.

    Python writes the number of each signal that it handles to a file descriptor, beside calling the handler. Only its
    main thread may ask for that; in another one nothing is known of signals, and none arrives there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    reader, writer = socket.socketpair()
    got: set[int] = set()

    def is_interrupted() -> bool:
        with suppress(BlockingIOError):
            got.update(reader.recv(4096))
        return bool(got & _SIGNALS)

    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield is_interrupted
        finally:
            signal.set_wakeup_fd(before)
