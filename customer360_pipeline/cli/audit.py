"""`customer360 audit identity`: how large customers are, what links and blocks, what never linked, and drift."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from customer360_pipeline.customer_360.identity_audit import IdentityAudit

EPILOG = """examples:
  customer360 audit identity
  customer360 audit identity --version previous --format markdown
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "audit",
        help="identity in figures: sizes, busy and blocked values, links by rule, lone records, drift",
        description="Show the sizes of customers and the largest of them, the values with most records (masked), "
        "blocked values and the merges they prevented, links by rule, records that never linked with the reason, "
        "and the figures of the last versions. Shows no personal value.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["identity"], help="what is audited")
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    parser.add_argument("--format", choices=["table", "json", "markdown"], default="table", help="default: table")


def run(args: argparse.Namespace) -> int:
    """Print the audit; 0 whatever it says: the checks of a run decide what is wrong.

    Raises:
        ConfigError: no such version is kept.
    """
    import json
    from dataclasses import asdict, replace

    from customer360_pipeline.customer_360.identity_audit import as_markdown, audit, history_of
    from customer360_pipeline.project import home_folder, load_project
    from customer360_pipeline.publish.read import open_version

    home = args.home or home_folder()
    with open_version(args.version, home) as connection:
        found = audit(connection)
    large = load_project().config.quality.large_customer_records
    found = replace(found, history=history_of(home, args.version, large))
    if args.format == "json":
        print(json.dumps(asdict(found), indent=2))
    elif args.format == "markdown":
        print(as_markdown(found), end="")
    else:
        _print(found)
    return 0


def _print(found: IdentityAudit) -> None:
    from customer360_pipeline.customer_360.identity_audit import HISTORY, history_row

    _table("Customers by records", ("records", "customers", "records in all"),
           [(s.text, s.customers, s.records) for s in found.sizes])  # fmt: skip
    _table("Largest customers", ("customer", "records", "sources", "links"),
           [(c.customer_id, c.records, c.sources, c.links) for c in found.largest])  # fmt: skip
    _table("Values with most records", ("value", "records", "names", "customers", "links nobody"),
           [(v.key, v.records, v.distinct_names, v.customers, v.reason or "") for v in found.busiest])  # fmt: skip
    _table("Blocked values that prevented most merges", ("value", "records", "names", "reason", "merges prevented"),
           [(v.key, v.records, v.distinct_names, v.reason or "", v.merges_prevented)
            for v in found.blocked])  # fmt: skip
    _table("All blocked values", ("kind", "reason", "values", "merges prevented"),
           [(b.kind, b.reason, b.values, b.merges_prevented) for b in found.blocked_kinds])  # fmt: skip
    _table("Links by rule", ("rule", "status", "reason", "links"), found.links)
    _table("Records that are a customer alone", ("source", "kind", "reason", "records"), found.unlinked)
    _table("The last versions", HISTORY, [history_row(figures) for figures in found.history])
    print("More: customer360 show identity_links | blocked_values | unlinked_records; customer360 explain CUSTOMER")


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    if not rows:
        return
    texts = [[f"{value:,}" if isinstance(value, int) else value for value in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in texts)) for i, name in enumerate(head)]
    numbers = [isinstance(value, int) for value in rows[0]]
    print(title)
    for line in [list(head), *texts]:
        cells = (t.rjust(w) if n else t.ljust(w) for t, w, n in zip(line, widths, numbers, strict=True))
        print(f"  {'  '.join(cells)}".rstrip())
    print()
