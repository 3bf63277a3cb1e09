"""What `merge`, `unmerge`, `review` and `decisions` share: arguments, the effect on a terminal, and storing."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from customer360_pipeline.ops.decisions import Decision, Kind, Parts, RecordKey
    from customer360_pipeline.ops.effect import Effect
    from customer360_pipeline.run_context import RunContext

CODES = """
exit codes: 0 stored, or shown with --dry-run, 1 an earlier decision says the contrary or the same, 2 wrong arguments,
5 a run is at work, so that a dry run cannot be made.
"""
SHOWN_RECORDS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that stores a decision."""
    parser.add_argument(
        "--reason", metavar="TEXT", help="why, without personal data; kept for ever (not needed with --dry-run)"
    )
    parser.add_argument("--author", metavar="NAME", help="who decides (default: the user of this process)")
    parser.add_argument(
        "--dry-run", action="store_true", help="show the customers and the revenue that moves; store nothing"
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def home_of(args: argparse.Namespace) -> Path:
    """The data directory the command works on."""
    from customer360_pipeline.project import home_folder

    return args.home.expanduser().absolute() if args.home else home_folder()


def reason_of(args: argparse.Namespace) -> str:
    """Why; a dry run stores none and needs none.

    Raises:
        ConfigError: it is not given although the decision will be stored.
    """
    if args.reason is None and not args.dry_run:
        raise ConfigError("--reason TEXT: say why; it is kept with the decision. Only --dry-run goes without.")
    return "dry run" if args.reason is None else str(args.reason)


def author_of(args: argparse.Namespace) -> str:
    """Who decides."""
    return args.author or getpass.getuser()


def now() -> datetime:
    """The command's clock, naive UTC, to the second."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def decide(args: argparse.Namespace, kind: Kind, parts: Parts) -> int:
    """Show what a decision would do, then store it, unless this is a dry run; 0.

    Raises:
        Refused: an earlier decision says the contrary or the same.
    """
    from rich.console import Console

    from customer360_pipeline.ops import store
    from customer360_pipeline.ops.decisions import Decision, Proposal
    from customer360_pipeline.project import home_option
    from customer360_pipeline.publish.last_run import run_command

    home, at = home_of(args), now()
    proposal = Proposal(kind, parts, author_of(args), reason_of(args))
    before = store.active(home)
    store.check(proposal, before)
    number = max((decision.number for decision in store.history(home)), default=0) + 1
    planned = Decision(kind, parts, proposal.author, proposal.reason, number, at)
    console = Console(highlight=False)
    show_effect(console, args, before, [*before, planned], proposal.records)
    if args.dry_run:
        console.print("Dry run: nothing was stored.")
        return 0
    stored = store.decide(home, proposal, at)
    console.print(
        f"Stored as {stored.decision_id}. The next run applies it: {run_command(home)}\n"
        f"To take it back: customer360 decisions revoke {stored.decision_id} --reason ...{home_option(home)}",
        soft_wrap=True,
        markup=False,
    )
    return 0


def show_effect(
    console: Console,
    args: argparse.Namespace,
    before: Sequence[Decision],
    after: Sequence[Decision],
    named: Sequence[RecordKey],
) -> None:
    """Print what other decisions than those in force change in the customers of some records, and what waits beside.

    Raises:
        Customer360Error: it cannot be found, in a dry run; else this is said and the decision goes on.
    """
    from customer360_pipeline.ops.effect import effect

    home = home_of(args)
    try:
        print_effect(console, effect(context_of(home), before, after, named), _waiting(home, before, after))
    except Customer360Error as problem:
        if args.dry_run:
            raise
        print(f"The effect cannot be shown: {problem}", file=sys.stderr)


def followed(home: Path) -> dict[str, tuple[int, int]]:
    """The decisions that the published version follows: id -> records that it lacks, all records.

    Empty where nothing is published.
    """
    from customer360_pipeline.publish.read import open_version, tables

    try:
        with open_version(None, home) as connection:
            if "identity_decisions" not in tables(connection):
                return {}
            rows = connection.execute(
                "SELECT decision_id, count(*) FILTER (customer_id IS NULL), count(*) "
                "FROM main.identity_decisions GROUP BY 1"
            ).fetchall()
    except ConfigError:
        return {}
    return {name: (missing, records) for name, missing, records in rows}


def _waiting(home: Path, before: Sequence[Decision], after: Sequence[Decision]) -> int:
    """How many decisions, taken back ones too, the next run applies besides the one in question."""
    known, now, then = set(followed(home)), *({one.decision_id for one in some} for some in (before, after))
    return len((now & then) - known) + len(known - now)


def context_of(home: Path) -> RunContext:
    """What the next run of a data directory would work with, as far as identity asks."""
    from customer360_pipeline.project import load_project
    from customer360_pipeline.run_context import RunContext

    project = load_project()
    return RunContext(project.config, project.sources, home, home, now())


def print_effect(console: Console, found: Effect, waiting: int = 0) -> None:
    """The customers before and after, and the revenue that moves; `waiting`: decisions that both have applied."""
    from rich.table import Table
    from rich.text import Text

    if found.absent:
        absent = _some(found.absent)
        console.print(Text(f"The last run, published or not, did not have {absent}: the decision waits for them."))
    if waiting:
        console.print(
            f"{counted(waiting, 'earlier decision', ('waits', 'wait'))} for the next run too; both tables show "
            "customers as if it had come.\n"
        )
    titles = ("Customers now", "Customers after the next run")
    if not found.is_published:
        titles = ("Customers after the next run without this", "Customers after the next run with this")
    for title, customers in zip(titles, (found.before, found.after), strict=True):
        table = Table(title=title, title_justify="left", box=None, pad_edge=False)
        for name in ("customer", "records", "net revenue", f"in {found.currency}"):
            table.add_column(name, overflow="fold", justify="right" if name.startswith("in ") else "left")
        for one in customers:
            name = f"{one.customer_id} (new)" if one.is_new else one.customer_id
            values = (name, _some(one.records), _money(one.amounts), f"{one.reporting:,.2f}")
            table.add_row(*map(Text, values))
        console.print(table)
        console.print()
    for move in found.moves:
        moved = _money(move.amounts) or "no revenue"
        console.print(
            Text(
                f"moves: {moved} ({move.reporting:,.2f} {found.currency}) with {move.records} record(s) from "
                f"{move.before} to {'a new customer, ' if move.is_new else ''}{move.after}"
            )
        )
    if found.is_none:
        console.print(Text("With the records of the last run this changes no customer."))


def _some(records: Sequence[Any]) -> str:
    shown = ", ".join(map(str, records[:SHOWN_RECORDS]))
    return f"{shown}, and {len(records) - SHOWN_RECORDS:,} more" if len(records) > SHOWN_RECORDS else shown


def _money(amounts: dict[str, Decimal]) -> str:
    return ", ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(amounts.items()))


def records_of(connection: Any, customer_id: str) -> tuple[RecordKey, ...]:
    """The records of a published customer, ordered."""
    from customer360_pipeline.ops.decisions import RecordKey

    rows = connection.execute(
        "SELECT source, record_id FROM main.customer_identities WHERE customer_id = ? ORDER BY ALL", [customer_id]
    ).fetchall()
    return tuple(RecordKey(*row) for row in rows)


def parse_records(texts: Sequence[str], known: Sequence[RecordKey]) -> tuple[RecordKey, ...]:
    """Records named as `source:record_id,...`, each among the known ones. A record id may itself hold a comma.

    Raises:
        ConfigError: one of them is not known.
    """
    from customer360_pipeline.identity.picture import masked
    from customer360_pipeline.identity.record_names import as_known

    by_name = {str(record): record for record in known}
    found: list[RecordKey] = []
    for text in texts:
        pieces, name = text.split(","), ""
        for piece in pieces:
            name = as_known(f"{name},{piece}" if name else piece.strip(), by_name)
            if name in by_name:
                found.append(by_name[name])
                name = ""
        if name:
            # An error may be logged, and some sources use an address as an id.
            shown = [masked(one) for one in sorted(by_name)]
            full = "" if shown == sorted(by_name) else ". In full: customer360 explain CUSTOMER"
            raise ConfigError(
                f"--records: `{masked(name)}` is no record of this customer. Its records: {_some(shown)}{full}"
            )
    return tuple(dict.fromkeys(found))
