"""`customer360 show`: look at a published table, or export it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

EPILOG = """examples:
  customer360 show                                            which tables there are
  customer360 show customer_360 --limit 5                     as many columns as fit, and the names of the others
  customer360 show customer_360 --limit 2 --format record     every column, a line each
  customer360 show account_360 --columns name,current_arr,health_score
  customer360 show customer_360 --where "total_revenue > 1000 AND is_active" --columns email,total_revenue
  customer360 show data_conflicts --output conflicts.csv          or .json, or .parquet
"""
EXPORTS = ("csv", "json", "parquet")
DEFAULT_ROWS = 20
# Who asks for so few rows wants to see all of them.
ROWS_AS_RECORDS = 3
# Of a value in a terminal's table.
MAX_WIDTH = 40
# Wider than any row: a file or a pipe has no edge.
NO_EDGE = 1_000_000
# What is read at a glance where there is no terminal to ask.
USUAL_WIDTH = 80


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "show",
        help="look at a published table, or export it",
        description="Look at a published table, or export it as CSV, JSON or Parquet.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", nargs="?", metavar="TABLE", help="name of the table; without it: list the tables")
    parser.add_argument("--where", metavar="SQL", help="condition on the rows")
    parser.add_argument("--columns", metavar="A,B", help="columns wanted, in order")
    parser.add_argument("--limit", type=_rows, metavar="N", help=f"rows (table: {DEFAULT_ROWS}, exports: all)")
    parser.add_argument(
        "--format",
        choices=["table", "record", *EXPORTS],
        help="how to write the rows (default: what --output ends in, else table; record, a line per value, for one to "
        "three rows asked for)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="write into a file (.csv, .json, .parquet), whole or not at all"
    )
    parser.add_argument("--version", metavar="V", help="a version's name or number, or `previous`")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def _rows(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError("a number of rows, 0 or more")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print or export; 0.

    Raises:
        ConfigError: no such version, table or column, or the condition is not valid SQL.
    """
    from customer360_pipeline.errors import ConfigError
    from customer360_pipeline.publish import export, read

    form = _form(args)
    is_export = form in EXPORTS
    if args.output is not None and args.table is None:
        raise ConfigError("--output: name the table to write. `customer360 show` lists them.")
    with read.open_version(args.version, args.home) as connection:
        if args.table is None:
            _list(connection)
            return 0
        columns = [name.strip() for name in args.columns.split(",")] if args.columns else None
        limit = args.limit if args.limit is not None or is_export else DEFAULT_ROWS
        where = _with_current_ids(connection, args.table, args.where)
        found = read.select(connection, args.table, where, columns, limit)
        if is_export:
            export.write(found, form, args.output)
            return 0
        _print(connection, found, args, where)
    return 0


def _form(args: argparse.Namespace) -> str:
    """What to write: as --format says, else as the file's name ends; empty: as suits the terminal.

    Raises:
        ConfigError: the name tells nothing, or the format does not suit where it would go.
    """
    from customer360_pipeline.errors import ConfigError

    form: str = args.format or ""
    if args.output is None:
        if form == "parquet" and sys.stdout.isatty():
            raise ConfigError("--format parquet needs --output FILE, or > FILE: it is no text for a terminal")
        return form
    if not form:
        form = args.output.suffix.lower().removeprefix(".")
        if form not in EXPORTS:
            raise ConfigError(
                f"--output {args.output}: the name does not tell the format. End it in .csv, .json or .parquet, or say "
                "--format csv, json or parquet."
            )
    if form not in EXPORTS:
        raise ConfigError(f"--output needs --format csv, json or parquet; {form} is for a terminal")
    return form


def _with_current_ids(connection: object, table: str, where: str | None) -> str | None:
    """The condition with today's ids in place of merged ones, which is said on standard error."""
    from customer360_pipeline.identity.redirects import OF_FORMER_IDS, with_current_ids

    if where is None or table in OF_FORMER_IDS:
        return where
    where, redirects = with_current_ids(connection, where)
    for redirect in redirects:
        print(redirect.words, file=sys.stderr)
    return where


def _console() -> Console:
    """As wide as the terminal or COLUMNS say; where neither is, nothing is cut."""
    import os

    from rich.console import Console

    console = Console()
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = NO_EDGE
    return console


def _list(connection: object) -> None:
    from rich.table import Table

    from customer360_pipeline.engine.duckdb import quote
    from customer360_pipeline.publish.read import tables

    output = Table(box=None, pad_edge=False)
    output.add_column("table")
    output.add_column("rows", justify="right")
    output.add_column("what it holds")
    execute = connection.execute  # type: ignore[attr-defined]
    comments = dict(execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    for name in tables(connection):
        rows = execute(f"SELECT count(*) FROM main.{quote(name)}").fetchall()[0][0]
        output.add_row(name, f"{rows:,}", comments.get(name) or "")
    _console().print(output)


def _print(connection: object, found: object, args: argparse.Namespace, where: str | None) -> None:
    from customer360_pipeline.publish.export import cells
    from customer360_pipeline.publish.read import select
    from customer360_pipeline.wording import counted

    console = _console()
    names, rows = cells(found)
    is_wide = sum(_widths(names, rows, MAX_WIDTH)) > (USUAL_WIDTH if console.width == NO_EDGE else console.width)
    is_few = len(rows) == 1 or (is_wide and args.limit is not None and args.limit <= ROWS_AS_RECORDS)
    if rows and (args.format == "record" or (args.format is None and is_few)):
        _print_records(console, names, rows)
    else:
        _print_rows(console, names, rows)
    total = select(connection, args.table, where).aggregate("count(*)").fetchall()[0][0]
    console.print(f"{len(rows):,} of {counted(total, 'row')}", style="dim")


def _print_records(console: Console, names: list[str], rows: list[list[str]]) -> None:
    """A block per row, a line per value."""
    from rich.table import Table
    from rich.text import Text

    width = max(map(len, names))
    for number, row in enumerate(rows, 1):
        if len(rows) > 1:
            console.print(Text(f"row {number}", style="dim"))
        output = Table(box=None, pad_edge=False, show_header=False)
        output.add_column(min_width=width)
        output.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            output.add_row(Text(name, style="bold"), Text(value))
        console.print(output)


def _widths(names: list[str], rows: list[list[str]], most: int) -> list[int]:
    """What each column takes, the blanks between two included; `most`: what a value may take."""
    return [min(most, max([len(name), *(len(row[i]) for row in rows)])) + 2 for i, name in enumerate(names)]


def _print_rows(console: Console, names: list[str], rows: list[list[str]]) -> None:
    from rich.table import Table
    from rich.text import Text

    from customer360_pipeline.wording import counted

    # A column that does not fit is named below: half a value in every column helps nobody.
    most = NO_EDGE if console.width == NO_EDGE else MAX_WIDTH
    fit, used = 0, 0
    for width in _widths(names, rows, most):
        used += width
        if fit and used > console.width:
            break
        fit += 1
    output = Table(box=None, pad_edge=False)
    for name in names[:fit]:
        output.add_column(name, max_width=most, no_wrap=True, overflow="ellipsis")
    for row in rows:
        output.add_row(*(Text(value) for value in row[:fit]))
    console.print(output)
    if hidden := names[fit:]:
        said = f"{counted(len(hidden), 'column')} of {len(names)} hidden, the terminal is too narrow. Choose some with"
        console.print(Text(f"{said} --columns A,B, or see all with --format record: {', '.join(hidden)}", style="dim"))
