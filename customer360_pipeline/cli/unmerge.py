"""`customer360 unmerge`: a customer is two people or more."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from customer360_pipeline.ops.decisions import Parts

EPILOG = """examples:
  customer360 unmerge c_0123456789abcdef --records stripe:cus_9,hubspot:101 --reason "father and son" --dry-run
  customer360 unmerge ann@example.com --reason "two people of one name"      at the weakest link
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    from customer360_pipeline.cli.deciding import CODES, add_arguments

    parser = subparsers.add_parser(
        "unmerge",
        help="decide that a customer is several people, in every later run",
        description="Decide that some records of a customer are somebody else. They never share a customer with the "
        "others again, not even through third records; among themselves the usual rules hold. Without --records the "
        "customer parts in two at its weakest link; what is cut is shown. The effect is shown first; the next "
        "run applies it.",
        epilog=EPILOG + CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("customer", metavar="CUSTOMER", help="a customer_id, an e-mail address, or SOURCE:RECORD_ID")
    parser.add_argument(
        "--records",
        action="append",
        metavar="SOURCE:ID,...",
        help="the records that are somebody else; may be repeated",
    )
    add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show the effect and store the decision; 0.

    Raises:
        ConfigError: nobody matches, or the records named are none or all of the customer's.
        Refused: an earlier decision says the contrary.
    """
    from customer360_pipeline.cli.deciding import decide, home_of, parse_records, records_of
    from customer360_pipeline.cli.explain import reading_options
    from customer360_pipeline.identity.explain import find_customer
    from customer360_pipeline.publish.read import open_version

    with open_version(None, home_of(args)) as connection:
        customer_id = find_customer(connection, args.customer, options=reading_options(args))
        records = records_of(connection, customer_id)
        if len(records) < 2:
            raise ConfigError(f"{customer_id} has one record; there is nothing to part.")
        if args.records:
            named = parse_records(args.records, records)
            parts: Parts = (named, tuple(record for record in records if record not in named))
        else:
            parts = _weakest(connection, customer_id, records)
    if not all(parts):
        raise ConfigError("--records: name some of the customer's records, not all of them.")
    return decide(args, "cannot_link", parts)


def _weakest(connection: Any, customer_id: str, records: tuple[Any, ...]) -> Parts:
    from rich.console import Console
    from rich.text import Text

    from customer360_pipeline.cli.explain import link_words
    from customer360_pipeline.identity.explain import customer_links
    from customer360_pipeline.identity.weakest import weakest_split

    by_name = {str(record): record for record in records}
    links = [link for link in customer_links(connection, customer_id) if link.status == "accepted"]
    parts, cut = weakest_split(list(by_name), links)
    console = Console(highlight=False)
    # Records that no link holds together (any more) need no cut.
    console.print(
        f"Where {customer_id} is weakest, cut:" if cut else f"No link holds the parts of {customer_id} together."
    )
    for link in cut:
        console.print(Text(f"  {link_words(link)}"))
    console.print("Other records? Name them with --records.\n")
    return tuple(tuple(by_name[name] for name in part) for part in parts)
