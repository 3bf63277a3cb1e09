"""A profile document for a terminal: its sections in order, a line per figure, unknown ones said to be unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from customer360_pipeline.document.parts import Document

_HIDDEN_IN_LISTS = ("evidenceTable", "evidenceRows")


@dataclass(frozen=True)
class Line:
    """One line: how deep it stands, its label (empty for an item of a list), its text, and its path in the document."""

    depth: int
    label: str
    text: str
    path: str


def sections(document: Document, content: dict[str, Any]) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) of every section, in order."""
    for title, names in document.sections.items():
        lines: list[Line] = []
        for name in names:
            lines += _lines(name, _at(content, name), 0, is_alone=len(names) == 1)
        yield title, lines


def _at(content: dict[str, Any], path: str) -> Any:
    found: Any = content
    for name in path.split("."):
        found = found[name] if found is not None else None
    return found


def _lines(path: str, value: Any, depth: int, *, is_alone: bool = False) -> Iterator[Line]:
    label = words(path.rpartition(".")[2])
    if isinstance(value, dict):
        if not is_alone:
            yield Line(depth, label, "", path)
            depth += 1
        for name, inner in value.items():
            yield from _lines(f"{path}.{name}", inner, depth)
    elif isinstance(value, list):
        if not is_alone or not value:
            yield Line(depth, label, "" if value else "none", path)
        for item in value:
            yield Line(depth + 1, "", _item(item), path)
    else:
        yield Line(depth, label, _text(value), path)


def _item(item: Any) -> str:
    if not isinstance(item, dict):
        return _text(item)
    shown = (value for name, value in item.items() if value is not None and name not in _HIDDEN_IN_LISTS)
    return " · ".join(map(_text, shown))


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
    """`avgResolutionTimeHours` as `Avg resolution time hours`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", " ", name).lower()
    return spaced[:1].upper() + spaced[1:]
