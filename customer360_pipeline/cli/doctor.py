"""`customer360 doctor`: why records do not match, why customers appear twice, why fields are empty."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        help="say why records do not match, customers appear twice or fields are empty",
        description="Explain missing matches, duplicates and empty fields of a published version, in figures. "
        "Shows no personal value.",
    )
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--all", action="store_true", help="also what needs nothing done")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print the findings by question; 0."""
    from customer360_pipeline.customer_360.doctor import DUPLICATES, MISSING, NO_MATCHES, diagnose
    from customer360_pipeline.publish.read import open_version

    with open_version(args.version, args.home) as connection:
        findings = diagnose(connection)
    for question in (NO_MATCHES, DUPLICATES, MISSING):
        found = [finding for finding in findings if finding.question == question]
        shown = [finding for place, finding in enumerate(found) if args.all or finding.advice or place == 0]
        print(f"{question}?")
        for finding in shown:
            print(f"  - {finding.text}")
            if finding.advice:
                print(f"    -> {finding.advice}")
        if rest := len(found) - len(shown):
            print(f"  and {rest} more that {'needs' if rest == 1 else 'need'} nothing done: customer360 doctor --all")
        print()
    print("More: customer360 show key_coverage | identity_links | blocked_values | field_coverage")
    return 0
