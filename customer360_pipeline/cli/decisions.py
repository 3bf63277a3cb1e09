"""`customer360 decisions`: what people decided, and taking it back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from customer360_pipeline.ops.decisions import Decision

EPILOG = """examples:
  customer360 decisions
  customer360 decisions --all                            revoked ones too
  customer360 decisions revoke d_7 --reason "was the other Ann Lee" --dry-run
"""
SAID = {"must_link": "one person", "cannot_link": "different people"}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    from customer360_pipeline.cli.deciding import CODES, add_arguments

    parser = subparsers.add_parser(
        "decisions",
        help="list what people decided about who is who; take a decision back",
        description="List the decisions in force: their records, whether the published version follows them, and "
        "records that it does not have. They outlive every run and rollback.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    parser.add_argument("--all", action="store_true", help="list revoked decisions too")
    parser.set_defaults(action="list")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", help="list (the default) or revoke")
    listing = actions.add_parser("list", help="list them (the default)", description="List the decisions in force.")
    listing.add_argument("--all", action="store_true", default=argparse.SUPPRESS, help="revoked decisions too")
    listing.add_argument("--home", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="data directory")
    back = actions.add_parser(
        "revoke",
        help="take a decision back",
        description="Take a decision back from the next run on. It stays in the book, with who revoked it and why.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    back.add_argument("decision", metavar="ID", help="the decision, for example d_7")
    add_arguments(back)


def run(args: argparse.Namespace) -> int:
    """List the decisions, or take one back; 0.

    Raises:
        ConfigError: no such decision.
        Refused: it is revoked already.
    """
    return _revoke(args) if args.action == "revoke" else _list(args)


def _list(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from customer360_pipeline.cli.deciding import followed, home_of
    from customer360_pipeline.ops.store import history

    home = home_of(args)
    every, published = history(home), followed(home)
    found = [decision for decision in every if args.all or decision.revoked_by is None]
    if not found:
        print(f"{home}: {_none_in_force(home, every, published)}")
        return 0
    table = Table(box=None, pad_edge=False)
    for name in ("id", "says", "records", "state", "by", "when (UTC)", "why"):
        table.add_column(name, overflow="fold", no_wrap=name == "id")
    for decision in found:
        between = " | " if decision.kind == "cannot_link" else ", "
        records = between.join(", ".join(map(str, part)) for part in decision.parts)
        told = (SAID[decision.kind], records, _state(decision, published), decision.author)
        table.add_row(
            *map(Text, (decision.decision_id, *told, f"{decision.decided_at:%Y-%m-%d %H:%M}", decision.reason))
        )
    Console(highlight=False).print(table)
    return 0


def _none_in_force(home: Path, revoked: Sequence[Decision], published: Mapping[str, tuple[int, int]]) -> str:
    """What there is where no decision is in force: nothing, or revoked ones, which count until the next run."""
    from customer360_pipeline.project import home_option

    if not revoked:
        return "nobody decided anything. See: customer360 merge --help, customer360 unmerge --help"
    told = f"no decision is in force; {len(revoked):,} revoked"
    if counting := sum(decision.decision_id in published for decision in revoked):
        still = "counts" if counting == 1 else "count"
        told += f", of which {counting:,} {still} in the published version until the next run"
    return f"{told}: customer360 decisions --all{home_option(home)}"


def _state(decision: Decision, published: dict[str, tuple[int, int]]) -> str:
    is_published = decision.decision_id in published
    if decision.revoked_by is not None:
        return f"revoked by d_{decision.revoked_by}" + (", until the next run" if is_published else "")
    if not is_published:
        return "waits for the next run"
    missing, records = published[decision.decision_id]
    if missing == records:
        return "no effect: none of its records is in the extracts"
    return f"applied to the records there; {missing} not in the extracts" if missing else "applied"


def _revoke(args: argparse.Namespace) -> int:
    from rich.console import Console

    from customer360_pipeline.cli.deciding import author_of, home_of, now, reason_of, show_effect
    from customer360_pipeline.ops import store
    from customer360_pipeline.publish.last_run import run_command

    home, reason = home_of(args), reason_of(args)
    text = args.decision.lower().removeprefix("d_")
    if not text.isdecimal():
        raise ConfigError(f"{args.decision}: no such decision. `customer360 decisions` lists them.")
    number = int(text)
    in_force = {decision.number: decision for decision in store.active(home)}
    console = Console(highlight=False)
    if number in in_force:
        remaining = [decision for decision in in_force.values() if decision.number != number]
        show_effect(console, args, list(in_force.values()), remaining, in_force[number].records)
    elif args.dry_run:
        raise ConfigError(f"{args.decision}: no decision in force. `customer360 decisions` lists them.")
    if args.dry_run:
        console.print("Dry run: nothing was stored.")
        return 0
    store.revoke(home, number, author_of(args), reason, now())
    told = f"d_{number} is revoked. The next run applies it: {run_command(home)}"
    console.print(told, soft_wrap=True, markup=False)
    return 0
