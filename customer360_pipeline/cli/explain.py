"""`customer360 explain`: why a customer is who it is, and what is between two of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from customer360_pipeline.identity.explain import Explanation, Link

EPILOG = """examples:
  customer360 explain c_0123456789abcdef
  customer360 explain ann.lee@example.com
  customer360 explain hubspot:101
  customer360 explain crm:7 stripe:cus_9                 why these two are one customer, or why not
  customer360 explain c_0123456789abcdef --svg ann.svg   its records and links as a picture
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "explain",
        help="why a customer is who it is, or why two records are or are not one",
        description="Show a customer's records, the links between them, which value won and why, and what was blocked. "
        "With two names: the links between the two, or what kept them apart, with all they have in common.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="a customer_id, an e-mail address, or SOURCE:RECORD_ID")
    parser.add_argument("other", nargs="?", metavar="OTHER", help="a second one: what is between the two?")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the customer's records and links into a file")
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print the explanation; 0.

    Raises:
        ConfigError: nobody matches, or several customers do.
    """
    from rich.console import Console

    from customer360_pipeline.identity.explain import explain
    from customer360_pipeline.publish.read import open_version

    console = Console(highlight=False)
    if args.other is not None and args.svg is not None:
        raise ConfigError("--svg draws one customer; leave out the second name.")
    with open_version(args.version, args.home) as connection:
        if args.other is not None:
            from customer360_pipeline.cli.explain_pair import print_answer
            from customer360_pipeline.identity.why import why

            print_answer(console, why(connection, args.customer, args.other, reading_options(args)))
            return 0
        found = explain(connection, args.customer, reading_options(args))
    if args.svg is not None:
        return _draw(console, found, args.svg)
    if found.note:
        console.print(found.note)
    _print_records(console, found)
    _print_winners(console, found)
    _print_not_linked(console, found)
    return 0


def reading_options(args: argparse.Namespace) -> str:
    """What a further command needs to read the same version."""
    from shlex import quote

    home = f" --home {quote(str(args.home))}" if args.home else ""
    version = getattr(args, "version", None)
    return home + (f" --version {quote(version)}" if version else "")


def _draw(console: Console, found: Explanation, path: Path) -> int:
    from rich.text import Text

    from customer360_pipeline.identity.picture import picture

    try:
        path.write_text(picture(found), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--svg: {path} cannot be written ({error.strerror})") from None
    console.print(
        Text(f"{path}: {found.customer_id} with {counted(len(found.records), 'record')}. It opens in any browser.")
    )
    return 0


def _print_records(console: Console, found: Explanation) -> None:
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(f"{found.customer_id}: {counted(len(found.records), 'record')}", style="bold"))
    for record in found.records:
        changed = f", changed {record.updated_at:%Y-%m-%d %H:%M}" if record.updated_at else ""
        branch = tree.add(Text(f"{record.name} ({record.record_type}{changed})"))
        if record.further_emails:
            branch.add(Text(f"also known by {', '.join(record.further_emails)}"))
        for link in record.path:
            branch.add(Text(link_words(link), style="dim"))
    console.print(tree)


def link_words(link: Link) -> str:
    """A link in a line: its ends, what joined them, and how they compare."""
    said = {"decision": "people decided so", "source_merge": "merged by the source itself"}
    how = said.get(link.rule) or f"same {link.rule}, pass {link.pass_number}"
    if link.score is not None:
        how = f"alike, score {link.score:+.1f}"
    return f"{link.left} = {link.right}: {how}{_evidence_words(link)}"


def _evidence_words(link: Link) -> str:
    words = ", ".join(f"{field} {level}" for field, level in link.compared.items())
    return f" ({words})" if words else ""


def _print_winners(console: Console, found: Explanation) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print()
    if not found.winners:
        console.print(Text("No record of this customer has a value: no name, no address, nothing to choose from."))
        return
    table = Table(title="Which value won", title_justify="left", box=None, pad_edge=False)
    for name in ("field", "value", "from", "because", "not chosen"):
        table.add_column(name, overflow="fold")
    for winner in found.winners:
        others = "; ".join(f"{value} ({record})" for value, record in winner.others)
        table.add_row(*map(Text, (winner.field, winner.value, winner.record, winner.reason, others)))
    console.print(table)


def _print_not_linked(console: Console, found: Explanation) -> None:
    from shlex import quote

    from rich.text import Text

    console.print()
    if not (found.kept_apart or found.blocked or found.reviews):
        console.print(Text("Nothing was kept apart or blocked."))
    for pair in found.reviews:
        console.print(
            Text(
                f"waits for review: {pair.left} and {pair.right}, probability {pair.probability:.1%}. Look at both: "
                f"customer360 explain {quote(pair.left)} {quote(pair.right)}"
            )
        )
    for link in found.kept_apart:
        console.print(
            Text(
                f"kept apart from {link.other_customer_id}: {link.left} and {link.right} share the {link.rule}, "
                f"but: {link.reason}{_evidence_words(link)}"
            )
        )
    for value in found.blocked:
        console.print(
            Text(
                f"blocked: {value.kind} {value.value} links nobody ({value.reason}): on "
                f"{counted(value.records, 'record')}, "
                f"{counted(value.merges_prevented, 'merge')} prevented"
            )
        )
