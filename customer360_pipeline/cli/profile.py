"""`customer360 profile`: everything known of one account or person, each figure with where it is from."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

    from customer360_pipeline.document.parts import Document

EPILOG = """examples:
  customer360 profile acc_0123456789abcdef                                 an account
  customer360 profile ann.lee@example.com                                  a person
  customer360 profile acme.example                                         a company, by its domain
  customer360 profile "Acme Ltd"                                           or by its name
  customer360 profile acc_0123456789abcdef --why healthSummary.overallScore   where a figure is from
  customer360 profile acc_0123456789abcdef --json > acme.json
  customer360 profile --schema account > account.schema.json               the JSON Schema of that
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "profile",
        help="everything known of one account or person",
        description="Show the profile of an account or a person: contact, account, billing, support, usage, health, "
        "flags and timeline. As JSON it follows a published schema and says of each figure where it is from.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "name",
        nargs="?",
        metavar="ID",
        help="an account_id, a company's web domain or whole name, a customer_id, an e-mail address, or "
        "SOURCE:RECORD_ID",
    )
    parser.add_argument("--json", action="store_true", help="print the document as JSON")
    parser.add_argument("--why", metavar="FIGURE", help="where one figure is from: its path in the JSON document")
    parser.add_argument("--schema", choices=["account", "person"], help="print the JSON Schema of the document")
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Print; 0.

    Raises:
        ConfigError: nobody matches, several customers or companies do, or --why names no figure.
    """
    from customer360_pipeline.publish.read import open_version

    if args.schema:
        return _print_schema(args.schema)
    if not args.name:
        raise ConfigError(
            "name an account or a person: customer360 profile ID. Ids stand in account_360, customer_360."
        )
    with open_version(args.version, args.home) as connection:
        return _print(connection, args)


def _print(connection: Any, args: argparse.Namespace) -> int:
    import json

    from rich.console import Console

    from customer360_pipeline.cli.explain import reading_options
    from customer360_pipeline.document.build import build

    name, document = meant(connection, args.name, reading_options(args))
    content = build(connection, document, name)
    if args.json:
        print(json.dumps(content, ensure_ascii=False, indent=2))
    elif args.why:
        _print_origin(Console(highlight=False), document, content, args.why, reading_options(args))
    else:
        _print_text(Console(highlight=False), document, content, name + reading_options(args))
    return 0


def meant(connection: Any, name: str, options: str = "") -> tuple[str, Document]:
    """The id meant, and the document of its kind; `options`: what a further command needs to read this version."""
    from customer360_pipeline.document.account import account_document
    from customer360_pipeline.document.person import PERSON
    from customer360_pipeline.identity.explain import as_given, find_customer

    name = as_given(name)
    account_id = name if name.startswith("acc_") else _company(connection, name)
    if account_id is None:
        also = "an account_id (acc_...), a company's domain or name, "
        return find_customer(connection, name, also=also, options=options), PERSON
    kind = "SELECT account_kind FROM main.account_360 WHERE account_id = ?"
    found = connection.execute(kind, [account_id]).fetchall()
    if not found:
        raise ConfigError(f"{name}: this version has no such account. `customer360 show account_360` lists them.")
    return account_id, account_document(found[0][0])


def _company(connection: Any, name: str) -> str | None:
    """The account of the one company with this domain or name, in whatever case; None: there is none.

    Raises:
        ConfigError: several companies bear the name.
    """
    found = connection.execute(
        "SELECT account_id, domain FROM main.account_360 WHERE account_kind = 'company' "
        "AND lower($name) IN (lower(domain), 'www.' || lower(domain), lower(trim(customer_name))) ORDER BY 1",
        {"name": name},
    ).fetchall()
    if len(found) > 1:
        ids = ", ".join(account_id + (f" ({domain})" if domain else "") for account_id, domain in found[:10])
        raise ConfigError(f"{len(found)} companies have this domain or name: {ids}. Name one of them by its id.")
    return str(found[0][0]) if found else None


def _print_schema(kind: str) -> int:
    import json

    from customer360_pipeline.document.account import account_document
    from customer360_pipeline.document.person import PERSON
    from customer360_pipeline.document.schema import schema

    document = account_document("company") if kind == "account" else PERSON
    print(json.dumps(schema(document, published()), indent=2))
    return 0


def published() -> dict[str, Any]:
    """The published tables of the catalogue, by name without a room."""
    from customer360_pipeline.engine.catalog import load_catalog
    from customer360_pipeline.project import load_project

    tables = load_catalog(load_project().sources)
    return {table.name.partition(".")[2]: table for table in tables if table.room == "customer_360"}


def _print_text(console: Console, document: Document, content: dict[str, Any], arguments: str) -> None:
    from rich.text import Text

    from customer360_pipeline.document.text import Grid, sections

    money = f", money in {currency}" if (currency := content["reportingCurrency"]) else ""
    console.print(Text(f"{document.name} {arguments.split()[0]}, as of {content['generatedAt']}{money}", style="bold"))
    if content.get("keyNarrative"):
        console.print(Text(content["keyNarrative"]))
    for number, (title, lines) in enumerate(sections(document, content), 1):
        console.print(Text(f"\n{number} {title}", style="bold"))
        for is_grid, shown in groupby(lines, lambda line: isinstance(line, Grid)):
            for table in map(_grid, shown) if is_grid else [_list(shown)]:
                console.print(table)
    console.print(
        Text(f"\nWhere a figure is from: customer360 profile {arguments} --why FIGURE (its path in --json)", "dim")
    )


def _list(lines: Iterable[Any]) -> Table:
    """A line per figure: label and value."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(max_width=36, overflow="fold")
    table.add_column(overflow="fold")
    for line in lines:
        style = "dim" if line.text == "none" or line.text.startswith("unknown") else ""
        table.add_row(Text("  " * (line.depth + 1) + line.label), Text(line.text, style=style))
    return table


def _grid(grid: Any) -> Group:
    """A row per item under the names of its figures."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in grid.heads:
        table.add_column(Text(head), overflow="fold")
    for row in grid.rows:
        table.add_row(*map(Text, row))
    indent = 2 * (grid.depth + 1)
    return Group(Text(" " * indent + grid.label), Padding(table, (0, 0, 0, indent + 2)))


def _print_origin(console: Console, document: Document, content: dict[str, Any], path: str, options: str) -> None:
    import json

    from rich.text import Text

    from customer360_pipeline.document.why import origin

    found = origin(document, content, path, published(), options)
    console.print(Text(f"{found.path}: {json.dumps(found.value, ensure_ascii=False)} ({found.kind})", style="bold"))
    console.print(Text(found.meaning))
    for command in found.commands:
        console.print(Text(command), soft_wrap=True)
