"""`customer360 sample`: write invented extracts in the vendors' own forms, with the truth beside them."""

from __future__ import annotations

import argparse
from pathlib import Path

from customer360_pipeline.wording import counted


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sample` to the command line."""
    command = subparsers.add_parser(
        "sample",
        help="write extracts of invented people, with known truth",
        description="Write extracts of invented people in the vendors' own forms below --out, one folder per vendor, "
        "and the truth in --out/_truth. The same arguments write the same bytes.",
    )
    command.add_argument("--people", type=int, default=300, help="how many people (default 300; 21 to 5000000)")
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new or empty folder")
    command.add_argument("--seed", type=int, default=1, help="another seed, other people (default 1)")
    command.add_argument(
        "--formats",
        choices=["auto", "text", "parquet"],
        default="auto",
        help="web events of the newest year as JSON lines (text) or Parquet; auto: Parquet from 20000 people",
    )
    command.add_argument(
        "--no-accounts",
        action="store_true",
        help="people and payments in seven systems: no subscriptions, CRM work, support, product use or plans",
    )


def run(args: argparse.Namespace) -> int:
    """Write the extracts and say what was written."""
    from customer360_pipeline.sample.generate import generate

    written = generate(args.out, args.people, args.seed, formats=args.formats, accounts=not args.no_accounts)
    people = "person" if args.people == 1 else "people"
    rows, files = counted(sum(written.values()), "row"), counted(len(written), "file")
    print(f"{args.people:,} {people}, {rows} in {files} below {args.out}")
    print(f"Next: customer360 run --extracts {args.out} --as-of 2026-11-01")
    return 0
