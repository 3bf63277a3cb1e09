"""Splits a JSON file into the texts of its records: one object a line, Stripe list objects, or pages of an API.

A page is an object that holds the records in an array the layout names (`records: tickets`), beside counts and
cursors: what a call of the API gave, kept as it came.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from customer360_pipeline.sources.boundary.rules import ROW_BYTES, refused

SPACE = re.compile(r"[ \t\r\n]*")
LIST_OBJECT = re.compile(rb'^\s*\{(?=.*"object"\s*:\s*"list")(?=.*"data"\s*:)', re.DOTALL)
DECODER = json.JSONDecoder()
# A page holds up to a thousand records, each of which may be as large as a record.
PAGE_BYTES = 64 << 20
HEAD = 1 << 16
BLOCK = 8 << 20
PART = 1 << 19


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
    records: str | None = None

    def texts(self) -> Iterator[JsonText]:
        """The text of every record; blank lines are left out, list objects are taken apart."""
        if self.elements is not None:
            return iter(self.elements)
        return _of_lines(self.data, self.line, self.byte_offset, self.records)

    @property
    def is_divisible(self) -> bool:
        """Whether it has parts; the elements of a document, which hold no data of their own, stay together."""
        return len(self.data) > PART

    def parts(self) -> Iterator[JsonBlock]:
        """The block in smaller ones of whole lines."""
        return _blocks_of(io.BytesIO(self.data), PART, self.line, self.byte_offset, self.records)


def json_blocks(name: str, path: Path, records: str | None = None) -> Iterator[JsonBlock]:
    """The file in blocks of about 8 MB.

    Args:
        records: the array that holds the records, where the file may be pages of an API.

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
        raise refused(name, "one JSON array", "one object a line", "Export JSONL, or the API's whole answer.")
    if _is_over_lines(start, records):
        return iter([JsonBlock(b"", 1, bom, list(_of_document(name, path, bom, records)))])
    return _line_blocks(path, bom, records)


def _line_blocks(path: Path, bom: int, records: str | None) -> Iterator[JsonBlock]:
    with path.open("rb") as stream:
        stream.seek(bom)
        yield from _blocks_of(stream, BLOCK, 1, bom, records)


def _blocks_of(stream: BinaryIO, size: int, line: int, offset: int, records: str | None) -> Iterator[JsonBlock]:
    while data := stream.read(size):
        if not data.endswith(b"\n"):
            data += stream.readline()
        yield JsonBlock(data, line, offset, None, records)
        line += data.count(b"\n")
        offset += len(data)


def _is_over_lines(start: bytes, records: str | None) -> bool:
    """A document printed over several lines opens its first object without closing it on the line."""
    first = start.split(b"\n", 1)[0].strip()
    return first in (b"{", b'{"object": "list",', b'{"object":"list",') or (
        first.startswith(b"{")
        and first.endswith((b",", b"[", b"{", b":"))
        and (b'"list"' in start or (records is not None and _named(records) in start))
    )


def _named(records: str) -> bytes:
    return json.dumps(records).encode()


def _of_lines(data: bytes, line: int, offset: int, records: str | None) -> Iterator[JsonText]:
    for text in data.split(b"\n"):
        if b'"list"' in text and len(text) <= ROW_BYTES and LIST_OBJECT.match(text):
            yield from _elements(text, line, offset, None)
        elif records is not None and _named(records) in text and len(text) <= PAGE_BYTES:
            yield from _elements(text, line, offset, records)
        elif text and not text.isspace():
            yield JsonText(text, line, offset)
        offset += len(text) + 1
        line += 1


def _elements(text: bytes, line: int, offset: int, records: str | None) -> Iterator[JsonText]:
    try:
        found = list(_list_elements(text.decode(), records))
    except (ValueError, RecursionError):
        yield JsonText(text, line, offset)
        return
    yield from (JsonText(element.encode(), line, offset) for element, _ in found)


def _of_document(name: str, path: Path, bom: int, records: str | None) -> Iterator[JsonText]:
    try:
        text = path.read_bytes()[bom:].decode()
        found = list(_list_elements(text, None if LIST_OBJECT.match(text.encode()) else records))
    except (ValueError, RecursionError):
        page = f"page with `{records}`" if records else "Stripe list object"
        raise refused(
            name, f"a JSON document over several lines that is no whole {page}", "one object a line",
            "Export JSONL, or the API's whole answer.",
        ) from None  # fmt: skip
    position, line, offset = 0, 1, bom
    for element, start in found:
        line += text.count("\n", position, start)
        offset += len(text[position:start].encode())
        position = start
        yield JsonText(element.encode(), line, offset)


def _list_elements(text: str, records: str | None) -> Iterator[tuple[str, int]]:
    """(text, start) of each element of the array `records`; None: of a list object's `data`.

    Raises:
        ValueError: the text is no such object, or is cut off.
    """
    wanted = records or "data"
    position = _skip(text, 0, "{")
    is_list, has_data = records is not None, False
    elements: list[tuple[str, int]] = []
    while True:
        key, position = DECODER.raw_decode(text, _skip(text, position))
        position = _skip(text, _skip(text, position, ":"))
        if key == wanted and text[position : position + 1] == "[" and not has_data:
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
