"""What `customer360 run` prints: its progress while it works, and what it achieved. No computing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from customer360_pipeline.pipeline import Step
    from customer360_pipeline.publish.deliveries import Delivery
    from customer360_pipeline.publish.version import PublishedVersion
    from customer360_pipeline.summary import CurrencyLine, SourceLine, Summary

WIDTH_WITHOUT_TERMINAL = 140


def console() -> Console:
    """The terminal; a file or a pipe has no width of its own, and lines in it are not cut at eighty."""
    from rich.console import Console

    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=WIDTH_WITHOUT_TERMINAL)


class Report:
    """Prints each finished step, then the summary. A terminal also sees how far the run is."""

    def __init__(self, console: Console, steps: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self.console = console
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self.task = self.bar.add_task("starting", total=steps)

    def step(self, step: Step) -> None:
        """Show a finished step."""
        from rich.markup import escape

        unit = {"ingest": "records read", "keep": "as last read", "build": "rows", "publish": "rows published"}[
            step.kind
        ]
        mark = "[red]✗[/red]" if step.broken else "[green]✓[/green]"
        self.bar.console.print(f"{mark} {step.name:<38} {step.rows:>12,} {unit:<14} {step.seconds:>7.2f} s")
        if step.note:
            self.bar.console.print(f"  [yellow]{escape(step.note)}[/yellow]", soft_wrap=True, highlight=False)
        self.bar.update(self.task, advance=1, description=step.name)


def print_summary(
    console: Console,
    summary: Summary,
    version: PublishedVersion,
    deliveries: Sequence[Delivery],
    customer_table: str,
) -> None:
    """The figures of the version that was just published, and what to do next."""
    from customer360_pipeline.project import home_folder, home_option

    console.print()
    _sources(console, summary.sources)
    _findings(console, summary)
    _customers(console, summary)
    _money(console, summary.money)
    _checks(console, summary)
    for warning in version.warnings:
        console.print(f"[yellow]{warning}[/yellow]")
    console.print(f"\n[bold]{customer_table}[/bold] is published: version {version.name}")
    console.print(f"  {version.link}", soft_wrap=True)
    for delivery in deliveries:
        shows = f"shows it too, {delivery.version}" if delivery.problem is None else f"[red]{delivery.problem}[/red]"
        console.print(f"  {delivery.target}: {shows}", soft_wrap=True)
    console.print("\nNext:")
    program, options = _program(), home_option(home_folder())
    commands = {
        f"{program} show {customer_table}{options}": "look at the table",
        "make dev": "lineage, checks and schedule in the browser",
        f"{program} explain CUSTOMER_ID{options}": "why these records are one customer",
    }
    width = max(map(len, commands))
    for command, purpose in commands.items():
        console.print(f"  {command:<{width}}   {purpose}", soft_wrap=True, highlight=False)


def _program() -> str:
    """This command as it can be typed here: after `make run` its environment need not be active."""
    from shutil import which

    program = Path(sys.argv[0])
    if which("customer360") or program.name != "customer360":
        return "customer360"
    near = program.absolute()
    return str(near.relative_to(Path.cwd()) if near.is_relative_to(Path.cwd()) else near)


def _sources(console: Console, sources: list[SourceLine]) -> None:
    from rich.table import Table

    names = ("records in", "accepted", "quarantined", "deduplicated", "test mode")
    table = Table("source", box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, justify="right")
    for s in (source for source in sources if source.is_present):
        figures = (s.records, s.accepted, s.quarantined, s.deduplicated, s.test_mode)
        table.add_row(s.source, *(f"{figure:,}" for figure in figures))
    console.print(table)
    if absent := [source.source for source in sources if not source.is_present]:
        console.print(f"Left out, no files found: {', '.join(absent)}", soft_wrap=True)


def _findings(console: Console, summary: Summary) -> None:
    if any(source.quarantined for source in summary.sources):
        console.print("Quarantined records, by file, line and rule: customer360 show quarantine", highlight=False)
    # Standing differences from the contracts are not drift: no export has all columns, and none of ours reads all.
    unmapped, missing = (summary.drift.get(kind, 0) for kind in ("unmapped_column", "missing_column"))
    if unmapped or missing:
        console.print(
            f"Columns: {unmapped:,} that no field is read from (kept as `extra`), {missing:,} of contracts that a file "
            "lacks; the check columns_known warns of changes",
            highlight=False,
        )
    odd = {kind: n for kind, n in summary.drift.items() if kind not in ("unmapped_column", "missing_column")}
    if odd:
        kinds = ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in odd.items())
        console.print(f"Drift, nothing lost ({kinds}): customer360 show source_drift", highlight=False)


def _customers(console: Console, summary: Summary) -> None:
    spread = ", ".join(
        f"{customers:,} of {f'{n} or more' if n == 10 else n}" for n, customers in summary.records_per_customer.items()
    )
    links = ", ".join(f"{rule} {count:,}" for rule, count in summary.links.items())
    conflicts = ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in summary.conflicts.items())
    console.print(
        f"\n[bold]{counted(summary.customers, 'customer')}[/bold] from {counted(summary.records, 'record')}",
        highlight=False,
    )
    console.print(f"  customers by records   {spread or 'none'}", highlight=False)
    console.print(
        f"  links by rule          {links or 'none'}; refused {summary.vetoed_links:,}; "
        f"{counted(summary.review_pairs, 'pair')} in identity_review",
        highlight=False,
    )
    share = summary.customers_in_conflict / summary.customers if summary.customers else 0
    console.print(f"  conflicts              {conflicts or 'none'}; {share:.1%} of customers", highlight=False)


def _money(console: Console, money: list[CurrencyLine]) -> None:
    console.print()
    for line in money:
        tied = "tied out" if line.difference == 0 else f"[red]{line.difference:,} missing[/red]"
        parts = f"customers {line.customers:,} + unattributed {line.unattributed:,}"
        parts += f" + after as_of {line.after_as_of:,}" if line.after_as_of else ""
        parts += f" + given back of no paid charge in the files {line.without_charge:,}" if line.without_charge else ""
        rate = f"; {line.unconverted:,} without an exchange rate" if line.unconverted else ""
        console.print(f"revenue {line.currency}  {line.ledger:,} = {parts}  {tied}{rate}", highlight=False)


def _checks(console: Console, summary: Summary) -> None:
    failed = summary.failed_checks
    # What blocks never gets this far: without a version there is no summary.
    warned = f"{len(failed):,} warned" if failed else "none warned"
    console.print(f"\nchecks: {summary.checks - len(failed):,} passed, {warned}, none failed", highlight=False)
    for _, check, asks, figure in failed:
        console.print(f"  [yellow]{check}: {figure:,}[/yellow]  {asks}", highlight=False)
