"""Where one figure of a document is from: what it means, and the commands that show its rows."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customer360_pipeline.document.parts import Document, Rows, walk
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.errors import ConfigError


@dataclass(frozen=True)
class Origin:
    """A figure: its value, what kind of statement it is, what it means, and the commands that show where it is from."""

    path: str
    value: Any
    kind: str
    meaning: str
    commands: tuple[str, ...]


def origin(
    document: Document, content: Mapping[str, Any], path: str, tables: Mapping[str, Table], options: str = ""
) -> Origin:
    """Explain one figure.

    Args:
        document: the declaration.
        content: the document built from it.
        path: `commercialSummary.arr`; of an item of a list `riskIndicators[0].severity`, or without its number.
        tables: the published tables, by name without a room.
        options: what the commands need to read the same version (` --home DIR`).

    Raises:
        ConfigError: the document has no such figure; near ones are named.
    """
    plain = re.sub(r"\[\d+\]", "[]", path)
    figures = {found: (part, figure) for found, part, _, figure in walk(document.root)}
    if plain not in figures:
        near = difflib.get_close_matches(plain, figures, n=3, cutoff=0.5)
        near += [name for name in figures if name.rpartition(".")[2] == plain and name not in near]
        meant = f" Did you mean {', '.join(near)}?" if near else ""
        raise ConfigError(f"--why {path}: the document has no such figure.{meant} `--json` shows all of them.")
    part, figure = figures[plain]
    source = content["provenance"][plain]
    meaning = {column.name: column.description for column in tables[part.table].columns}[figure.column]
    # A value of a list says nothing without its neighbours.
    columns = dict.fromkeys(f.column for f in part.figures.values()) if isinstance(part, Rows) else [figure.column]
    shown = [_show(source["table"], source["where"], ",".join(columns))]
    if "rowsTable" in source:
        shown.append(_show(source["rowsTable"], source["rowsWhere"], None))
    item = re.match(r"(.*)\[(\d+)\]\.", path)
    if item and int(item[2]) < len(_value(content, item[1]) or ()):
        shown += _evidence(_value(content, item[1])[int(item[2])])
    return Origin(path, _value(content, path), figure.kind, meaning, tuple(command + options for command in shown))


def _value(content: Any, path: str) -> Any:
    for name, _, number in re.findall(r"([A-Za-z0-9]+)(\[(\d*)\])?", path):
        if isinstance(content, list):
            content = [item.get(name) for item in content]
        else:
            content = content.get(name) if content is not None else None
        if number and content is not None:
            content = content[int(number)] if int(number) < len(content) else None
    return content


def _evidence(item: Any) -> list[str]:
    if not isinstance(item, dict) or not item.get("evidenceTable"):
        return []
    return [_show(item["evidenceTable"], item["evidenceRows"], None)]


def _quoted(text: str) -> str:
    """Quoted for a shell, with double quotes where they do, because conditions hold single ones."""
    return shlex.quote(text) if re.search(r'["$`\\!]', text) else f'"{text}"'


def _show(table: str, where: str | None, column: str | None) -> str:
    condition = f" --where {_quoted(where)}" if where else ""
    columns = f" --columns {column}" if column else ""
    return f"customer360 show {table}{condition}{columns}"
