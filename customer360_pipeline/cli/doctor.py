"""`customer360 doctor`: why records do not match, why customers appear twice, why fields are empty."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from customer360_pipeline.customer_360.finding import Finding


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "doctor",
        help="say why records do not match, customers appear twice or fields are empty",
        description="Say whether anything is wrong with matches, customers and fields of a published version, and what "
        "keeps records apart or fields empty, in figures. Shows no personal value.",
    )
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--all", action="store_true", help="also source by source and field by field")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print whether anything is wrong, and the findings by question; 0."""
    from customer360_pipeline.customer_360.doctor import diagnose
    from customer360_pipeline.customer_360.finding import DUPLICATES, MISSING, NO_MATCHES
    from customer360_pipeline.publish.read import open_version, tables

    with open_version(args.version, args.home) as connection:
        findings = diagnose(connection)
        warned = "SELECT DISTINCT check_name FROM quality_results WHERE failed_rows > 0 ORDER BY 1"
        warnings = connection.execute(warned).fetchall() if "quality_results" in tables(connection) else []
    print(_verdict(sum(finding.is_problem for finding in findings)))
    if warnings:
        print(f"Checks of the run that warn: {', '.join(name for (name,) in warnings)}")
        print('  -> customer360 show quality_results --where "failed_rows > 0"')
    hidden = 0
    for question in (NO_MATCHES, DUPLICATES, MISSING):
        found = [finding for finding in findings if finding.question == question]
        shown = [finding for finding in found if args.all or not finding.is_detail]
        hidden += len(found) - len(shown)
        print(f"\n{question}?")
        _print(sorted(shown, key=lambda finding: not finding.is_problem))
    if hidden:
        print(f"\nSource by source, field by field ({hidden} more lines): customer360 doctor --all")
    print("\nMore: customer360 show key_coverage | identity_links | blocked_values | field_coverage")
    return 0


def _verdict(problems: int) -> str:
    if not problems:
        return "Nothing is wrong with matches, customers or fields. What follows is for information."
    return f"Wrong: {counted(problems, 'finding')}, marked with `!`. The rest is for information."


def _print(findings: list[Finding]) -> None:
    """Findings with one advice show it once, after the last of them."""
    last = {finding.advice: place for place, finding in enumerate(findings)}
    for place, finding in enumerate(findings):
        print(f"  {'!' if finding.is_problem else '-'} {finding.text}")
        if finding.advice and last[finding.advice] == place:
            print(f"    -> {finding.advice}")
