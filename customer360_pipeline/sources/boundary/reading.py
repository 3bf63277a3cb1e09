"""What every reader of a file format hands over: a relation of text, and what it refused on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from customer360_pipeline.sources.boundary.rules import Rejection

Place = tuple[int | None, int | None]


class Lookup(Protocol):
    """How the names of a contract are found in one file.

    Args:
        repeated: names, in lower case, that the file has more than once.
    """

    repeated: set[str]

    def text(self, alias: str) -> str | None:
        """SQL of the alias's value as text, or None where the file has no such field."""

    def column(self, alias: str) -> str | None:
        """The file's own top-level name for an alias, or None."""

    def names(self) -> list[str]:
        """The file's own top-level names, in the file's order."""

    def extra(self, names: Iterable[str]) -> str:
        """SQL of a JSON object of these top-level fields, without the empty ones; NULL when all are."""


@dataclass
class Reading:
    """The records of one file.

    Args:
        relation: gives a SELECT of `source_row` (1-based record number) and of what `lookup` was asked for so far.
        lookup: names to SQL.
        physical_records: records in the file by our own count, the quarantined included.
        rejected: records the reader quarantined.
        places: line and byte offset of the records with these numbers.
        careful: the same file by the slow reader, to be used when the relation fails or disagrees with the count.
    """

    relation: Callable[[], str]
    lookup: Lookup
    physical_records: int
    places: Callable[[set[int]], dict[int, Place]]
    rejected: list[Rejection] = field(default_factory=list)
    careful: Callable[[], Reading] | None = None

    @property
    def sound_records(self) -> int:
        """Rows the relation must have."""
        return self.physical_records - len(self.rejected)


def matched(alias: str, names: Iterable[str]) -> str | None:
    """The name that an alias means: the exact one first, else by case and surrounding blanks."""
    names = list(names)
    if alias in names:
        return alias
    wanted = alias.strip().lower()
    return next((name for name in names if name.strip().lower() == wanted), None)


def repeated(names: Iterable[str]) -> set[str]:
    """Names, in lower case, that stand there more than once; empty ones left out."""
    counts = Counter(name.strip().lower() for name in names)
    return {name for name, count in counts.items() if name and count > 1}
