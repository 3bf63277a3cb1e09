"""Splits a JSON file into the texts of its records: one object a line, or Stripe list objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from customer360_pipeline.sources.boundary.rules import ROW_BYTES, refused

SPACE = re.compile(r"[ \t\r\n]*")
LIST_OBJECT = re.compile(rb'^\s*\{(?=.*"object"\s*:\s*"list")(?=.*"data"\s*:)', re.DOTALL)
DECODER = json.JSONDecoder()
HEAD = 1 << 16
BLOCK = 8 << 20


class JsonText(NamedTuple):
    """The text that should be one object, and where it starts (line, and byte in the decompressed file)."""

    text: bytes
    line: int
    byte_offset: int


@dataclass(frozen=True)
class JsonBlock:
    """Whole lines of a file, or the elements of a document."""

    data: bytes
    line: int
    byte_offset: int
    elements: list[JsonText] | None = None

    def texts(self) -> Iterator[JsonText]:
        """The text of every record; blank lines are left out, list objects are taken apart."""
        return iter(self.elements) if self.elements is not None else _of_lines(self.data, self.line, self.byte_offset)


def json_blocks(name: str, path: Path) -> Iterator[JsonBlock]:
    """The file in blocks of about 8 MB.

    Raises:
        FileRefused: zero bytes, UTF-16, or one array or object over many lines that is no list object.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise refused(name, "zero bytes" if not head else "nothing but blank lines", "records", "Export again.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[:2].count(b"\0") == 1:
        raise refused(name, "UTF-16 text", "UTF-8", "Export it as UTF-8.")
    bom = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    start = head[bom:].lstrip()
    if start.startswith(b"["):
        raise refused(name, "one JSON array", "one object a line", "Export JSONL, or a Stripe list object.")
    if _is_over_lines(start):
        return iter([JsonBlock(b"", 1, bom, list(_of_document(name, path, bom)))])
    return _line_blocks(path, bom)


def _line_blocks(path: Path, bom: int) -> Iterator[JsonBlock]:
    line, offset = 1, bom
    with path.open("rb") as stream:
        stream.seek(bom)
        while data := stream.read(BLOCK):
            if not data.endswith(b"\n"):
                data += stream.readline()
            yield JsonBlock(data, line, offset)
            line += data.count(b"\n")
            offset += len(data)


def _is_over_lines(start: bytes) -> bool:
    """A document printed over several lines opens its first object without closing it on the line."""
    first = start.split(b"\n", 1)[0].strip()
    return first in (b"{", b'{"object": "list",', b'{"object":"list",') or (
        first.startswith(b"{") and first.endswith((b",", b"[", b"{", b":")) and b'"list"' in start
    )


def _of_lines(data: bytes, line: int, offset: int) -> Iterator[JsonText]:
    for text in data.split(b"\n"):
        if b'"list"' in text and len(text) <= ROW_BYTES and LIST_OBJECT.match(text):
            yield from _elements(text, line, offset)
        elif text and not text.isspace():
            yield JsonText(text, line, offset)
        offset += len(text) + 1
        line += 1


def _elements(text: bytes, line: int, offset: int) -> Iterator[JsonText]:
    try:
        found = list(_list_elements(text.decode()))
    except (ValueError, RecursionError):
        yield JsonText(text, line, offset)
        return
    yield from (JsonText(element.encode(), line, offset) for element, _ in found)


def _of_document(name: str, path: Path, bom: int) -> Iterator[JsonText]:
    try:
        text = path.read_bytes()[bom:].decode()
        found = list(_list_elements(text))
    except (ValueError, RecursionError):
        raise refused(
            name, "a JSON document over several lines that is no whole Stripe list object", "one object a line",
            "Export JSONL, or a list object with its data.",
        ) from None  # fmt: skip
    position, line, offset = 0, 1, bom
    for element, start in found:
        line += text.count("\n", position, start)
        offset += len(text[position:start].encode())
        position = start
        yield JsonText(element.encode(), line, offset)


def _list_elements(text: str) -> Iterator[tuple[str, int]]:
    """(text, start) of each element of a list object's `data`.

    Raises:
        ValueError: the text is no list object, or is cut off.
    """
    position = _skip(text, 0, "{")
    is_list = has_data = False
    elements: list[tuple[str, int]] = []
    while True:
        key, position = DECODER.raw_decode(text, _skip(text, position))
        position = _skip(text, _skip(text, position, ":"))
        if key == "data" and text[position : position + 1] == "[" and not has_data:
            elements, position = _array(text, position)
            has_data = True
        else:
            value, position = DECODER.raw_decode(text, position)
            is_list = is_list or (key == "object" and value == "list")
        position = _skip(text, position)
        if text[position : position + 1] != ",":
            break
        position += 1
    if not (is_list and has_data) or text[_skip(text, position, "}") :].strip():
        raise ValueError
    yield from elements


def _array(text: str, position: int) -> tuple[list[tuple[str, int]], int]:
    elements: list[tuple[str, int]] = []
    position = _skip(text, position, "[")
    position = _skip(text, position)
    while text[position : position + 1] != "]":
        _, end = DECODER.raw_decode(text, position)
        elements.append((text[position:end], position))
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
        elif text[position : position + 1] != "]":
            raise ValueError
    return elements, position + 1


def _skip(text: str, position: int, token: str = "") -> int:
    match = SPACE.match(text, position)
    position = match.end() if match else position
    if token and text[position : position + 1] != token:
        raise ValueError
    return position + len(token)
