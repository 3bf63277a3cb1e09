"""An environment of its own for each peer, so that its dependencies and the project's do not meet."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment(peer: str) -> Path | None:
    """The peer's own environment with pinned versions, made on first use; None where it cannot be."""
    folder = ROOT / ".bench" / peer
    python, wanted = folder / "bin" / "python", ROOT / "benchmarks" / "peers" / f"{peer}.txt"
    done = folder / "installed.txt"
    if not done.exists() or done.read_text() != wanted.read_text():
        uv = Path(sys.executable).parent / "uv"
        shutil.rmtree(folder, ignore_errors=True)
        for words in (
            ["venv", "--quiet", "--python", sys.executable, str(folder)],
            ["pip", "install", "--quiet", "--python", str(python), "--requirement", str(wanted)],
        ):
            if subprocess.run([str(uv), *words], capture_output=True).returncode:
                return None
        shutil.copy(wanted, done)
    return python
