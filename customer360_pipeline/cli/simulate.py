"""`customer360 simulate`: what a changed configuration would do to the published customers."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customer360_pipeline.simulate.compare import Simulation

EPILOG = """examples:
  customer360 simulate --config changed.yaml
  customer360 simulate --config changed.yaml --extracts ./extracts     when sources or extracts changed too
  customer360 simulate --config changed.yaml --format markdown > comment.md

exit codes: 0 simulated, whatever it found; 2 wrong settings, nothing published, or extracts must be named;
3 an extract was refused; 5 a run is at work.
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "simulate",
        help="what a changed configuration would do to the published customers",
        description="Resolve identity with a changed configuration beside the published version, without publishing: "
        "customers added, gone, merged from several and split into several, revenue moved and between whom, "
        "links by rule, pairs in review, and the most changed customers with what caused it. The raw tables of the "
        "last run are used; a source is read again when its contract changed, or when --extracts holds other files. "
        "Shows ids and masks, no values.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="the changed configuration YAML")
    parser.add_argument("--extracts", type=Path, metavar="DIR", help="extracts, where they are not the last run's")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="most changed customers shown (default: 20)")
    parser.add_argument("--format", choices=["table", "json", "markdown"], default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """Simulate and print; 0 whatever was found.

    Raises:
        Customer360Error: see the exit codes.
    """
    import json
    import os

    from customer360_pipeline.project import home_folder, load_project
    from customer360_pipeline.simulate.compare import compare, rows_of
    from customer360_pipeline.simulate.rehearse import rehearse
    from customer360_pipeline.simulate.report import as_markdown

    os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
    with rehearse(load_project(args.config), args.home or home_folder(), args.extracts) as rehearsal:
        found = compare(rehearsal, args.limit)
    if args.format == "json":
        print(json.dumps(rows_of(found), indent=2))
    elif args.format == "markdown":
        print(as_markdown(found), end="")
    else:
        _print(found)
    return 0


def _print(found: Simulation) -> None:
    from rich.console import Console

    from customer360_pipeline.simulate.report import MOST_FLOWS, cluster_line, summary

    console = Console(highlight=False, markup=False)
    console.print(f"Against {found.version}; nothing is published", style="bold")
    for line in [change.text for change in found.settings] or ["no setting differs"]:
        console.print(f"  {line}", soft_wrap=True)
    for note in found.notes:
        console.print(f"  {note}", soft_wrap=True)
    console.print(_table(("", "published", "simulated", "change"), summary(found), 3))
    if found.flows:
        console.print(f"Revenue that moves, {found.currency} (the largest of {len(found.flows):,})", style="bold")
        rows = [(f.before, f.after, f"{f.records:,}", f"{f.revenue:,}") for f in found.flows[:MOST_FLOWS]]
        console.print(_table(("from", "to", "records", "revenue"), rows, 2))
    if found.clusters:
        console.print(f"Most changed customers ({len(found.clusters):,} of {found.changed:,})", style="bold")
    for cluster in found.clusters:
        console.print(f"  {cluster_line(cluster, found.currency)}", soft_wrap=True)
        for reason in cluster.reasons:
            console.print(f"    {reason}", soft_wrap=True)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for place, name in enumerate(head):
        table.add_column(name, justify="right" if place >= len(head) - numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
