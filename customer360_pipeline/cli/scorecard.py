"""`customer360 scorecard`: how a version made from generated extracts fares with each planted trap."""

from __future__ import annotations

import argparse
from pathlib import Path

EPILOG = """examples:
  customer360 sample --people 3000 --out /tmp/sample
  customer360 run --extracts /tmp/sample --as-of 2026-11-01
  customer360 scorecard --extracts /tmp/sample
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "scorecard",
        help="score a version made from generated extracts, trap by trap",
        description="Per trap that `customer360 sample` planted (family phone, role mailbox, twins, typing error ...): "
        "people merged wrongly, and pairs of records of one person found together, against the truth beside the "
        "extracts. The version must be one made from these extracts.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--extracts", type=Path, metavar="DIR", help="generated extracts (default: sample_data)")
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    parser.add_argument("--format", choices=["table", "json", "markdown"], default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """Print the scorecard; 0 whatever it says.

    Raises:
        ConfigError: the extracts hold no truth, or no such version is kept.
    """
    import json

    from customer360_pipeline.project import extracts_folder, load_project
    from customer360_pipeline.publish.read import version_path
    from customer360_pipeline.sample.scorecard import as_markdown, as_rows, scorecard

    extracts = args.extracts or extracts_folder(load_project().config)
    card = scorecard(version_path(args.version, args.home), extracts)
    if args.format == "json":
        print(json.dumps(as_rows(card), indent=2))
    elif args.format == "markdown":
        print(as_markdown(card), end="")
    else:
        for trap in sorted(card, key=lambda trap: (trap.scored != "apart", trap.trap)):
            print(f"{trap.trap:<34} {trap.text}")
    return 0
