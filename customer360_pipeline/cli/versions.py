"""`customer360 versions`: the kept versions, and which destinations have them."""

from __future__ import annotations

import argparse
from pathlib import Path

WIDEST = 1000


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "versions",
        help="list the published versions",
        description="List the kept versions, newest first; the current one is marked.",
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print the list; 0, also when nothing was published."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

    from customer360_pipeline.project import home_folder, nothing_published
    from customer360_pipeline.publish.deliveries import delivered
    from customer360_pipeline.publish.history import versions

    home = args.home or home_folder()
    found = versions(home)
    if not found:
        print(nothing_published(home))
        return 0
    # Six columns, as many as stand whole in eighty; which destination has what is said below.
    output = Table(box=None, pad_edge=False, padding=(0, 1))
    for heading in ("", "version", "as of (UTC)", "customers", "size", "follows"):
        output.add_column(heading, justify="right" if heading in ("customers", "size") else "left", no_wrap=True)
    for version in found:
        mark = "*" if version.is_current else ""
        manifest = version.manifest
        if manifest is None:
            output.add_row(mark, version.name, "manifest damaged", "", "", "")
            continue
        origin = manifest.origin
        customers = manifest.rows.get(manifest.customer_table)
        output.add_row(
            mark,
            version.name,
            f"{origin.as_of:%Y-%m-%d %H:%M}",
            f"{customers:,}" if customers is not None else "",
            f"{manifest.bytes / 1e6:,.1f} MB",
            (origin.parent or "").partition("_")[0],
        )
    console = Console(highlight=False)
    wide = Measurement.get(console, console.options.update(max_width=WIDEST), output).maximum
    # A line that a narrow terminal wraps is whole; a column that does not fit would be cut or gone.
    Console(highlight=False, width=max(wide, console.width)).print(output)
    for target, name in sorted(delivered(home).items()):
        console.print(f"{target} has {name}", soft_wrap=True)
    return 0
