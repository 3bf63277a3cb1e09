"""A profile document for a terminal: its sections in order, a line per figure, unknown ones said to be unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customer360_pipeline.document.parts import Document

_ABBREVIATIONS = frozenset(["ae", "arr", "csat", "csm", "dau", "id", "ltv", "mau", "mrr", "nps", "wau"])
_HIDDEN_IN_LISTS = ("evidenceTable", "evidenceRows")
_NO_HELP_DESK, _NO_PRODUCT = "unknown: no help desk was read", "unknown: no product events were read"
# What may be absent: the figure that tells whether there is none, and what is said when that is unknown.
_ABSENT = {
    "supportSummary.activeEscalation": ("supportSummary.activeEscalations", _NO_HELP_DESK),
    "supportSummary.topIssues": ("supportSummary.ticketsLast90Days", _NO_HELP_DESK),
    "supportSummary.recentTickets": ("supportSummary.openTickets", _NO_HELP_DESK),
    "usageSummary.topFeatures": ("usageSummary.featuresUsed", _NO_PRODUCT),
    "usageSummary.underutilized": ("usageSummary.featuresUsed", _NO_PRODUCT),
    "commercialSummary.latestInvoice": ("commercialSummary.billing.totalInvoices", "unknown: no invoices were read"),
    "commercialSummary.subscriptions": ("commercialSummary.arr", "unknown: no subscriptions were read"),
    "engagementSummary.executiveSponsor": ("", "unknown: no CRM names one"),
    "engagementSummary.champion": ("", "unknown: no CRM names one"),
}


@dataclass(frozen=True)
class Line:
    """One line: how deep it stands, its label, and its text."""

    depth: int
    label: str
    text: str


@dataclass(frozen=True)
class Grid:
    """A list as a table: how deep it stands, its label, the heads of its columns, and its rows."""

    depth: int
    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sections(document: Document, content: dict[str, Any]) -> Iterator[tuple[str, list[Line | Grid]]]:
    """(title, what it shows) of every section, in order; what a section names by itself stands there alone."""
    named = frozenset(name for names in document.sections.values() for name in names)
    for title, names in document.sections.items():
        lines: list[Line | Grid] = []
        for name in names:
            shown = _without(_at(content, name), name, named)
            lines += _lines(name, shown, 0, content, is_alone=len(names) == 1)
        yield title, lines


def _without(value: Any, path: str, named: frozenset[str]) -> Any:
    """An object without the parts of it that a section names."""
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if f"{path}.{name}" not in named}


def _at(content: dict[str, Any], path: str) -> Any:
    found: Any = content
    for name in path.split("."):
        found = found[name] if found is not None else None
    return found


def _is_known(content: dict[str, Any], path: str) -> bool:
    """Whether a figure has a value, or the document has no such figure that could doubt it."""
    found: Any = content
    for name in filter(None, path.split(".")):
        if name not in found:
            return True
        found = found[name]
    return bool(path) and found is not None


def _lines(
    path: str, value: Any, depth: int, content: dict[str, Any], *, is_alone: bool = False
) -> Iterator[Line | Grid]:
    label = words(path.rpartition(".")[2])
    if isinstance(value, dict) and len(value) > 1 and all(isinstance(inner, dict) for inner in value.values()):
        yield _grid(depth, label, [{"": words(name), **inner} for name, inner in value.items()])
    elif isinstance(value, dict):
        if not is_alone:
            yield Line(depth, label, "")
            depth += 1
        for name, inner in value.items():
            yield from _lines(f"{path}.{name}", inner, depth, content)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield _grid(depth, label, value)
    elif not value and path in _ABSENT:
        known_by, why = _ABSENT[path]
        yield Line(depth, label, "none" if _is_known(content, known_by) else why)
    elif isinstance(value, list):
        yield Line(depth, label, ", ".join(map(_text, value)) or "none")
    else:
        yield Line(depth, label, _text(value))


def _grid(depth: int, label: str, items: list[dict[str, Any]]) -> Grid:
    """Columns that no item knows are left out."""
    names = [
        name for name in items[0] if name not in _HIDDEN_IN_LISTS and any(item[name] is not None for item in items)
    ]
    rows = tuple(tuple("" if item[name] is None else _text(item[name]) for name in names) for item in items)
    return Grid(depth, label, tuple(map(words, names)), rows)


def _text(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    text = str(value)
    shown = text.replace("T", " ")[:16] if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) else text
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in shown)


def words(name: str) -> str:
    """`avgResolutionTimeHours` as `Avg resolution time hours`, `csmEmail` as `CSM email`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", " ", name).lower()
    said = " ".join(word.upper() if word in _ABBREVIATIONS else word for word in spaced.split())
    return said[:1].upper() + said[1:]
