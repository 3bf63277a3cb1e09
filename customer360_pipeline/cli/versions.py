"""`customer360 versions`: the kept versions, and which destinations have them."""

from __future__ import annotations

import argparse
from pathlib import Path


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
    from rich.table import Table

    from customer360_pipeline.project import home_folder
    from customer360_pipeline.publish.deliveries import delivered
    from customer360_pipeline.publish.history import versions

    home = args.home or home_folder()
    found = versions(home)
    if not found:
        print(f"{home}: nothing is published yet. Run: customer360 run")
        return 0
    output = Table(box=None, pad_edge=False)
    for heading in ("", "version", "as of (UTC)", "customers", "size", "follows", "delivered to"):
        # A narrow terminal must not cut the name that `rollback` wants.
        width = max(len(version.name) for version in found) if heading == "version" else None
        output.add_column(
            heading, justify="right" if heading in ("customers", "size") else "left", no_wrap=True, min_width=width
        )
    places = delivered(home)
    for version in found:
        mark = "*" if version.is_current else ""
        manifest = version.manifest
        if manifest is None:
            output.add_row(mark, version.name, "manifest damaged", "", "", "", "")
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
            ", ".join(target for target, name in places.items() if name == version.name),
        )
    Console().print(output)
    return 0
