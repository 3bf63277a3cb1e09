"""How the answer to `customer360 explain A B` looks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from customer360_pipeline.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

    from customer360_pipeline.identity.explain import Link
    from customer360_pipeline.identity.why import Answer


def print_answer(console: Console, found: Answer) -> None:
    """The answer in one sentence, then the links or what stood between, then the values beside each other."""
    from rich.text import Text

    console.print(Text(found.sentence, style="bold"))
    console.print()
    if found.path:
        _print_links(console, "The links between them", found.path)
    else:
        console.print(Text(f"{found.left} is {found.customers[0]}, {found.right} is {found.customers[1]}"))
        _print_between(console, found)
    _print_fields(console, found)


def _print_links(console: Console, title: str, links: Sequence[Link]) -> None:
    """A line per link: what it is, then how each field compares; as a table where the terminal is wide enough."""
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    from customer360_pipeline.cli.explain import link_words

    evidence = [link.compared for link in links]
    fields = list(dict.fromkeys(field for compared in evidence for field in compared))
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in ("records", "rule", "pass", "score", "outcome", *fields):
        table.add_column(name, overflow="fold")
    for link, compared in zip(links, evidence, strict=True):
        score = f"{link.score:+.1f}" if link.score is not None else ""
        outcome = link.status + (f": {link.reason}" if link.reason else "")
        told = (f"{link.left} = {link.right}", link.rule, str(link.pass_number), score, outcome)
        table.add_row(*map(Text, (*told, *(str(compared.get(field, "")) for field in fields))))
    if Measurement.get(console, console.options.update(max_width=10_000), table).maximum > console.width:
        # Columns of five characters can be read by nobody.
        console.print(Text(title, style="italic"))
        for link in links:
            console.print(Text(f"  {link.status}{f': {link.reason}' if link.reason else ''}, {link_words(link)}"))
    else:
        console.print(table)
    console.print()


def _print_between(console: Console, found: Answer) -> None:
    from rich.text import Text

    lines = [
        f"kept apart by {said.author}, {said.decided_at:%Y-%m-%d} ({said.decision_id}): {said.reason}"
        for said in found.decisions
    ]
    lines += [
        f"waits for review: {pair.left} and {pair.right}, probability {pair.probability:.1%}: customer360 review"
        for pair in found.reviews
    ]
    lines += [
        f"blocked: {value.kind} {value.value} is on {counted(value.records, 'record')} and links nobody "
        f"({value.reason})"
        for value in found.blocked
    ]
    for line in lines:
        console.print(Text(line))
    console.print()
    if found.vetoes:
        _print_links(console, "Links that a veto stopped", found.vetoes)


def _print_fields(console: Console, found: Answer) -> None:
    from rich.table import Table
    from rich.text import Text

    if not found.fields:
        console.print(Text("Neither record has a value that could be compared."))
        return
    title = "The two records" if found.path else "The most alike records of the two"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in ("field", found.left, found.right, "compares"):
        table.add_column(name, overflow="fold")
    for pair in found.fields:
        table.add_row(*map(Text, (pair.field, "; ".join(pair.left), "; ".join(pair.right), pair.how)))
    console.print(table)
