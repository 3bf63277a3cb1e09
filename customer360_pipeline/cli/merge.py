"""`customer360 merge`: two customers are one person."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from customer360_pipeline.ops.decisions import Decision, RecordKey

EPILOG = """examples:
  customer360 merge c_0123456789abcdef c_fedcba9876543210 --reason "same person, confirmed by phone" --dry-run
  customer360 merge hubspot:101 stripe:cus_9 --reason "ticket 4711"
  customer360 merge ann@example.com ann.lee@work.example --reason "ticket 4711"
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    from customer360_pipeline.cli.deciding import CODES, add_arguments

    parser = subparsers.add_parser(
        "merge",
        help="decide that two customers are one person, in every later run",
        description="Decide that two customers are one person. All their present records stay together in every later "
        "run, whatever keys and vetoes say. The effect is shown first; the next run applies it.",
        epilog=EPILOG + CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in ("A", "B"):
        parser.add_argument(name.lower(), metavar=name, help="a customer_id, an e-mail address, or SOURCE:RECORD_ID")
    add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Show the effect and store the decision; 0.

    Raises:
        ConfigError: nobody matches, or both are one customer already.
        Refused: an earlier decision says the contrary, or parts one of the customers in the next run.
    """
    from customer360_pipeline.cli.deciding import decide, home_of, records_of
    from customer360_pipeline.cli.explain import reading_options
    from customer360_pipeline.identity.explain import find_customer
    from customer360_pipeline.ops.store import active
    from customer360_pipeline.publish.read import open_version

    home = home_of(args)
    with open_version(None, home) as connection:
        named, options = (("A", args.a), ("B", args.b)), reading_options(args)
        a, b = (find_customer(connection, name, place, options=options) for place, name in named)
        parts = records_of(connection, a), records_of(connection, b)
        for customer_id, records in zip((a, b), parts, strict=True):
            _refuse_parting(home, customer_id, records, active(home))
        if a == b:
            raise ConfigError(f"Both are the customer {a} already. Why: customer360 explain {a}{options}")
    return decide(args, "must_link", parts)


def _refuse_parting(home: Path, customer_id: str, records: Sequence[RecordKey], decisions: Sequence[Decision]) -> None:
    """Refuse a customer that a decision parts which the published version does not follow yet.

    Raises:
        Refused: names the decision and the ways on.
    """
    from customer360_pipeline.ops.store import Refused
    from customer360_pipeline.project import home_option
    from customer360_pipeline.publish.last_run import run_command

    for decision in decisions:
        parts = [part for part in decision.parts if set(part) & set(records)]
        if decision.kind == "cannot_link" and len(parts) > 1:
            raise Refused(
                f"{decision.decision_id} of {decision.author} parts the customer {customer_id} in the next run; which "
                f"records you mean is not published yet. Nothing was stored. First run: {run_command(home)}\n"
                f"Or take it back: customer360 decisions revoke {decision.decision_id} --reason ...{home_option(home)}"
            )
