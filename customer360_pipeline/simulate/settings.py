"""Which settings differ between the configuration of a version and a changed one, as `group.name` and values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """One setting that differs; a value is its JSON, empty where only the other side has the setting."""

    name: str
    before: str
    after: str

    @property
    def text(self) -> str:
        """The change in one line."""
        return f"{self.name}: {_short(self.before) or 'not set'} -> {_short(self.after) or 'not set'}"


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """Compare two settings documents (`publish.manifest.settings_of`); by name, contracts of sources last."""
    flat_before, flat_after = dict(_flat(_named(before))), dict(_flat(_named(after)))
    names = sorted({*flat_before, *flat_after}, key=lambda name: (name.startswith("sources."), name))
    return tuple(
        Change(name, flat_before.get(name, ""), flat_after.get(name, ""))
        for name in names
        if flat_before.get(name, "") != flat_after.get(name, "")
    )


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """The configuration's own names at the top; contracts by the name of their source."""
    sources = {source["source"]: source for source in document.get("sources", [])}
    return document.get("config", {}) | {"sources": sources}


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{prefix}.{name}" if prefix else name)
    else:
        yield prefix, json.dumps(value, sort_keys=True)


def _short(value: str, length: int = 60) -> str:
    return value if len(value) <= length else f"{value[: length - 3]}..."
