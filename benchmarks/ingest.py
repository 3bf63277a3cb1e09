"""How many records a second one CPU takes in, file form by file form, beside a floor and dlt alone.

    python -m benchmarks.ingest --rows 1m

Writes one file of each form (kept under .bench/ingest/), then reads each three ways, every reading in a process of its
own: the real `ingest_source`, DuckDB straight into a table (the floor), and dlt alone (the peer). CPU seconds count all
threads; importing dlt and pyarrow, which a run pays once, is told apart.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from benchmarks.ingest_files import CASES, write_files
from benchmarks.measure import Cost, in_process

ROOT = Path(__file__).parent.parent
ROWS = {"10k": 10_000, "100k": 100_000, "300k": 300_000, "1m": 1_000_000}


def measure(rows: str, names: list[str], peers: bool, repeat: int) -> str:
    """Read every named case; the report as Markdown."""
    folder = ROOT / ".bench" / "ingest" / rows
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLTHUB_TELEMETRY": "false"}
    lines = [
        f"| {rows} rows of | MB | wall s | CPU s | rows per wall s | rows per CPU s | peak MB | CPU / floor "
        "| dlt alone / ours, CPU |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    imports = 0.0
    for name, extracts in write_files(folder, ROWS[rows]).items():
        if name not in names:
            continue
        ours, imports = _best("ours", name, extracts, folder, repeat)
        low, _ = _best("floor", name, extracts, folder, repeat)
        peer = f"{_best('peer', name, extracts, folder, 1)[0].cpu / ours.cpu:.1f}x" if peers else ""
        count = ROWS[rows]
        lines.append(
            f"| {name} | {(extracts / CASES[name].path).stat().st_size / 2**20:.0f} | {ours.wall:.1f} | {ours.cpu:.1f} "
            f"| {count / ours.wall:,.0f} | {count / ours.cpu:,.0f} | {ours.peak_mb:.0f} "
            f"| {ours.cpu / low.cpu:.1f}x | {peer} |"
        )
        print(lines[-1], file=sys.stderr)
    return "\n".join([*lines, "", f"Importing dlt and pyarrow, once a process: {imports:.1f} s CPU."])


def _best(who: str, name: str, extracts: Path, folder: Path, repeat: int) -> tuple[Cost, float]:
    """The reading with the least CPU time of some: neighbours on the machine only ever add to it."""
    found = []
    for _ in range(repeat):
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        arguments = [who, "--case", name, "--extracts", str(extracts), "--home", str(home)]
        done = in_process(sys.executable, "benchmarks.ingest_readers", arguments)
        shutil.rmtree(home, ignore_errors=True)
        if done["rows"] != ROWS[folder.name]:
            raise RuntimeError(f"{who}, {name}: {done['rows']} rows arrived")
        found.append((Cost(**done["cost"]), float(str(done["import_cpu"]))))
    return min(found, key=lambda pair: pair[0].cpu)


def main(argv: list[str] | None = None) -> None:
    """Print the table of one length."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", choices=list(ROWS), default="1m")
    parser.add_argument("--case", choices=list(CASES), action="append", help="only this file; may be repeated")
    parser.add_argument("--no-peers", action="store_true", help="leave dlt alone out")
    parser.add_argument("--repeat", type=int, default=3, help="readings of each; the one with least CPU counts")
    args = parser.parse_args(argv)
    print(measure(args.rows, args.case or list(CASES), not args.no_peers, args.repeat))


if __name__ == "__main__":
    main()
