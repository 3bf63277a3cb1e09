"""Wall time, CPU time, peak memory and spilled bytes of a piece of work, or of a command in its own process."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SAMPLE_SECONDS = 0.05


@dataclass
class Cost:
    """What a piece of work took: seconds of wall and CPU (all threads), MB of peak resident memory and of spill."""

    name: str
    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    spill_mb: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.name,
            self.wall + other.wall,
            self.cpu + other.cpu,
            max(self.peak_mb, other.peak_mb),
            max(self.spill_mb, other.spill_mb),
        )


def _peak_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _folder_mb(folder: Path) -> float:
    total = 0
    for root, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(root) / name).stat().st_size
            except FileNotFoundError:
                continue
    return total / 2**20


@contextmanager
def measured(name: str, spill_folder: Path | None = None) -> Iterator[Cost]:
    """Measure the block; the Cost is filled when it ends. Peak memory is the block's own (Linux)."""
    cost = Cost(name)
    Path("/proc/self/clear_refs").write_text("5")
    stop = threading.Event()

    def watch() -> None:
        while spill_folder and not stop.wait(SAMPLE_SECONDS):
            cost.spill_mb = max(cost.spill_mb, _folder_mb(spill_folder))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield cost
    finally:
        cost.wall, cost.cpu = time.perf_counter() - wall, time.process_time() - cpu
        cost.peak_mb = _peak_mb()
        stop.set()
        watcher.join()


def in_process(python: Path | str, module: str, arguments: list[str]) -> dict[str, Any]:
    """Run `python -m module arguments` alone and return the JSON object it prints last.

    Raises:
        RuntimeError: the command failed; what it wrote to stderr stands above.
    """
    # Stderr is passed through: of a step that fails after half an hour one wants to know what the others took.
    done = subprocess.run(
        [str(python), "-m", module, *arguments], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def report(**facts: object) -> None:
    """Print the result of a measured process as its last line."""
    plain = {key: asdict(value) if isinstance(value, Cost) else value for key, value in facts.items()}
    sys.stdout.write(json.dumps(plain) + "\n")


def table(costs: list[Cost]) -> str:
    """The costs as a Markdown table."""
    lines = ["| stage | wall s | CPU s | peak MB | spill MB |", "|---|---:|---:|---:|---:|"]
    return "\n".join([*lines, *map(line, costs)])


def line(c: Cost) -> str:
    """A cost as a line of that table."""
    return f"| {c.name} | {c.wall:.2f} | {c.cpu:.2f} | {c.peak_mb:.0f} | {c.spill_mb:.0f} |"
