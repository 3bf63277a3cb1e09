"""The process of a command ends with its exit code, after all that libraries and the output ask for at the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Stands for a command: `{body}` is what it does.
PROGRAM = """
import atexit, gc, sys
atexit.register(lambda: sys.stderr.write("what came first has ended\\n"))
from customer360_pipeline.cli import process

def main():
    atexit.register(lambda: sys.stderr.write("a library has ended\\n"))
    sys.stderr.write(f"{{gc.get_threshold()[0] > 100_000}}\\n")
    print("a line that waits in the buffer", end="")
    {body}

process.main = main
process.process()
"""


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("return 0", 0, ""),
        ("return 4", 4, ""),
        ("sys.exit(2)", 2, ""),
        ("raise ValueError('as --debug shows it')", 1, "ValueError: as --debug shows it"),
    ],
)
def test_a_process_ends_as_its_command_did(body: str, code: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(body=body)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (code, "a line that waits in the buffer")
    assert done.stderr.startswith("True\n") and done.stderr.endswith("a library has ended\nwhat came first has ended\n")
    assert said in done.stderr
