"""`customer360 diff`: what changed between two versions."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.wording import ADDED, GONE, MERGED, SPLIT, counted

if TYPE_CHECKING:
    from decimal import Decimal

    from customer360_pipeline.publish.diff import Diff

EPILOG = """examples:
  customer360 diff                   the current version and the one it follows
  customer360 diff 3 5 --limit 50
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "diff",
        help="what changed between two versions",
        description="Customers added, gone, merged from several and split into several (told by their source records), "
        "every customer whose revenue is another, unattributed revenue, and rows and columns changed, from version A "
        "to version B.",
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
        ADDED: list(found.added),
        GONE: list(found.gone),
        MERGED: [f"{' + '.join(group.others)} -> {group.customer_id}" for group in found.merged],
        SPLIT: [f"{group.customer_id} -> {' + '.join(group.others)}" for group in found.split],
        "new id": [f"{old} -> {new}" for old, new in found.renamed],
    }
    for kind, items in lines.items():
        console.print(f"  {kind:<19} {len(items):>8,}  {_some(items, limit)}")


def _print_revenue(console: Any, found: Diff, limit: int) -> None:
    before, after = found.revenue
    if before is None and after is None:
        return
    console.print(f"revenue    {before or 0:,.2f} -> {after or 0:,.2f} ({(after or 0) - (before or 0):+,.2f})")
    for kind, amount in found.revenue_by_kind.items():
        console.print(f"  {kind:<16} {amount:+,.2f}")
    console.print(f"  moved    {len(found.revenue_moved):>8,}")
    for move in found.revenue_moved[:limit]:
        console.print(
            f"    {move.customer_id:<18} {move.kind:<15} {_amount(move.before):>11} -> {_amount(move.after):>11} "
            f"({move.change:+,.2f})",
            soft_wrap=True,
        )
    if rest := found.revenue_moved[limit:]:
        console.print(f"    and {len(rest):,} more, together {sum(move.change for move in rest):+,.2f}")
    _print_beside(console, found)


def _amount(amount: Decimal | None) -> str:
    return "-" if amount is None else f"{amount:,.2f}"


def _print_beside(console: Any, found: Diff) -> None:
    """Money that no customer has: without it, what left a customer would seem lost."""
    before, after = found.unattributed
    if before is not None and after is not None:
        console.print(f"unattributed revenue  {before:,.2f} -> {after:,.2f} ({after - before:+,.2f})")
    for currency, (old, new) in found.unconverted.items():
        console.print(f"without an exchange rate  {old:,.2f} -> {new:,.2f} {currency} ({new - old:+,.2f})")


def _print_rows(console: Any, found: Diff) -> None:
    console.print(f"customers with a changed value: {found.changed:,}")
    for name, count in sorted(found.changed_columns.items(), key=lambda item: (-item[1], item[0])):
        console.print(f"  {name:<28} {count:>10,}")
    for label, names in (("new columns", found.new_columns), ("lost columns", found.lost_columns)):
        if names:
            console.print(f"{label}: {', '.join(names)}")
    moved = {name: counts for name, counts in found.rows.items() if counts[0] != counts[1]}
    console.print("rows" if moved else "rows: every table has as many as before")
    for name, (before, after) in moved.items():
        texts = [f"{count:,}" if count is not None else "-" for count in (before, after)]
        console.print(f"  {name:<28} {texts[0]:>12} -> {texts[1]:>12}")
    if moved and (same := len(found.rows) - len(moved)):
        console.print(f"  unchanged: the number of rows of {counted(same, 'table')}")
