"""`customer360 review`: the pairs that are too alike to ignore and too unlike to merge."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from customer360_pipeline.ops.review import ReviewPair

EPILOG = """examples:
  customer360 review                                          what waits, most probable first
  customer360 explain hubspot:101 stripe:cus_9                look at both records of a pair
  customer360 review accept r_0123456789ab --reason "same person, confirmed by phone"
  customer360 review reject r_0123456789ab --reason "father and son" --dry-run
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    from customer360_pipeline.cli.deciding import CODES, add_arguments

    parser = subparsers.add_parser(
        "review",
        help="list pairs of records that may be one person; accept or reject them",
        description="List the pairs of the published version that are alike, but not enough to be merged without a "
        "person, with how their fields compare and what the two customers are worth.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="pairs shown (default: 20)")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", help="list (the default), accept or reject")
    listing = actions.add_parser("list", help="list them (the default)", description="List the pairs that wait.")
    listing.add_argument("--limit", type=int, default=argparse.SUPPRESS, metavar="N", help="pairs shown (default: 20)")
    listing.add_argument("--home", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="data directory")
    for action, does in (("accept", "are one person"), ("reject", "are different people")):
        deciding = actions.add_parser(
            action,
            help=f"decide that the two {does}",
            description=f"Decide that the two records of a pair {does}, in every later run. The effect is shown first; "
            "the next run applies it.",
            epilog=CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        deciding.add_argument("pair", metavar="ID", help="the pair, as the list names it")
        add_arguments(deciding)


def run(args: argparse.Namespace) -> int:
    """List the pairs, or decide about one; 0.

    Raises:
        ConfigError: no such pair.
        Refused: an earlier decision says the contrary or the same.
    """
    from customer360_pipeline.cli.deciding import decide, home_of
    from customer360_pipeline.ops.review import review_pairs
    from customer360_pipeline.ops.store import active
    from customer360_pipeline.publish.read import open_version

    home = home_of(args)
    wanted = getattr(args, "pair", None)
    with open_version(None, home) as connection:
        found = review_pairs(connection, active(home), wanted)
    if wanted is None:
        return _list(found, args.limit)
    if not found:
        raise ConfigError(f"{wanted}: no such pair in the published version. `customer360 review` lists them.")
    pair = found[0]
    if args.action == "accept":
        return decide(args, "must_link", ((pair.left, pair.right),))
    return decide(args, "cannot_link", ((pair.left,), (pair.right,)))


def _list(found: list[ReviewPair], limit: int) -> int:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    waiting = [pair for pair in found if pair.decided is None]
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for name in ("id", "probability", "records", "revenue", "how they compare"):
        right = name in ("probability", "revenue")
        table.add_column(name, overflow="fold", no_wrap=name == "id", justify="right" if right else "left")
    for pair in waiting[:limit]:
        compared = ", ".join(f"{field} {level}" for field, level in json.loads(pair.evidence or "{}").items())
        revenue = f"{pair.revenue:,.2f}" if pair.revenue is not None else ""
        told = (pair.review_id, f"{pair.probability:.1%}", f"{pair.left} = {pair.right}?", revenue, compared)
        table.add_row(*map(Text, told))
    if waiting:
        console.print(table)
        console.print()
    decided = len(found) - len(waiting)
    console.print(
        f"{min(limit, len(waiting)):,} of {counted(len(waiting), 'pair')} that {('waits', 'wait')[len(waiting) != 1]}"
        + (f"; {decided:,} more are decided and go with the next run" if decided else "")
        + ". Look at one: customer360 explain A B"
    )
    return 0
