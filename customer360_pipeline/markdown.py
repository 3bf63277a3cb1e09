"""Tables of the generated pages of docs/, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by `make docs`. Change the code, not this page. -->\n"


def as_row(*cells: object) -> str:
    """A line of a table."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def as_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table and an empty line; nothing where there are no rows."""
    body = "".join(as_row(*cells) for cells in rows)
    return f"{as_row(*head)}{as_row(*['---'] * len(head))}{body}\n" if body else ""
