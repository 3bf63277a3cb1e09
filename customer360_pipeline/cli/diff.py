"""`customer360 diff`: what changed between two versions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from customer360_pipeline.publish.diff import Diff

EPILOG = """examples:
  customer360 diff                   the previous version and the current one
  customer360 diff 3 5 --limit 50
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "diff",
        help="what changed between two versions",
        description="Customers added, gone, merged and split (told by their source records), revenue moved, and rows "
        "and columns changed, from version A to version B.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("a", nargs="?", default="previous", metavar="A", help="earlier version (default: previous)")
    parser.add_argument("b", nargs="?", default="current", metavar="B", help="later version (default: current)")
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="customers named per kind (default: 10)")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print the comparison; 0 whether or not the versions differ.

    Raises:
        ConfigError: no such version is kept.
    """
    from rich.console import Console

    from customer360_pipeline.project import home_folder
    from customer360_pipeline.publish.diff import diff

    found = diff(args.home or home_folder(), args.a, args.b)
    console = Console(highlight=False)
    console.print(f"[bold]{found.a}[/] -> [bold]{found.b}[/]")
    _print_customers(console, found, args.limit)
    _print_revenue(console, found, args.limit)
    _print_rows(console, found)
    return 0


def _some(items: Any, limit: int) -> str:
    shown = ", ".join(items[:limit])
    return f"{shown}, and {len(items) - limit:,} more" if len(items) > limit else shown


def _print_customers(console: Any, found: Diff, limit: int) -> None:
    before, after = found.customers
    console.print(f"customers  {before:,} -> {after:,} ({after - before:+,})")
    lines = {
        "added": list(found.added),
        "gone": list(found.gone),
        "merged": [f"{' + '.join(group.others)} -> {group.customer_id}" for group in found.merged],
        "split": [f"{group.customer_id} -> {' + '.join(group.others)}" for group in found.split],
        "new id": [f"{old} -> {new}" for old, new in found.renamed],
    }
    for kind, items in lines.items():
        console.print(f"  {kind:<8} {len(items):>8,}  {_some(items, limit)}")


def _print_revenue(console: Any, found: Diff, limit: int) -> None:
    before, after = found.revenue
    if before is None and after is None:
        return
    console.print(f"revenue    {before or 0:,.2f} -> {after or 0:,.2f} ({(after or 0) - (before or 0):+,.2f})")
    for kind, amount in found.revenue_by_kind.items():
        console.print(f"  {kind:<16} {amount:+,.2f}")
    moved = [f"{name} {old:,.2f} -> {new:,.2f}" for name, old, new in found.revenue_moved]
    console.print(f"  moved    {len(moved):>8,}  {_some(moved, limit)}")


def _print_rows(console: Any, found: Diff) -> None:
    console.print(f"customers with a changed value: {found.changed:,}")
    for name, count in sorted(found.changed_columns.items(), key=lambda item: (-item[1], item[0])):
        console.print(f"  {name:<28} {count:>10,}")
    for label, names in (("new columns", found.new_columns), ("lost columns", found.lost_columns)):
        if names:
            console.print(f"{label}: {', '.join(names)}")
    console.print("rows")
    for name, (before, after) in found.rows.items():
        texts = [f"{count:,}" if count is not None else "-" for count in (before, after)]
        console.print(f"  {name:<28} {texts[0]:>12} -> {texts[1]:>12}")
