"""Numbers in sentences of commands and messages: `1 record`, `2 records`, `3 of 4 (75.0%)`."""

from __future__ import annotations

# What becomes of customers between two versions, or in a simulation of one. Each counts customers: of several that
# become one, the one; of one that becomes several, the one.
ADDED, GONE, MERGED, SPLIT = "added", "gone", "merged from several", "split into several"


def counted(number: int, noun: str, verbs: tuple[str, str] = ("", "")) -> str:
    """`1 record has`, `2 records have`: the number, the noun, and the verb (of one, of several) that follows."""
    verb = verbs[number != 1]
    return f"{number:,} {noun}{'' if number == 1 else 's'}{f' {verb}' if verb else ''}"


def share_of(part: int, whole: int) -> str:
    """`3 of 4 (75.0%)`."""
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else "0 of 0"
