"""Counts the physical records of a CSV file without parsing it, and says whether the fast reader may be tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.sources.boundary.rules import FIELD_BYTES

BLOCK = 4 << 20
LF, CR, QUOTE = 10, 13, 34


@dataclass(frozen=True)
class Scan:
    """What a file looks like from outside.

    Args:
        records: physical records after the header, blank lines left out.
        is_regular: one kind of line end, no NUL, no oversized field, quotes that close and swallow no records.
        newline: the line end of a regular file.
    """

    records: int
    is_regular: bool
    newline: str = "\n"


def scan(path: Path, start: int, columns: int) -> Scan:
    """Count the records from byte `start`; a file that is not regular is not counted to its end."""
    counter, newline = _Counter(columns), None
    for block in _blocks(path, start):
        found = _newline(block)
        newline = newline or found
        if found is None or newline != found or b"\0" in block or not counter.take(block):
            return Scan(counter.records, False)
    return Scan(counter.records, not counter.open_text, newline or "\n")


def _newline(block: bytes) -> str | None:
    """The line end of a block; None: more than one kind."""
    if b"\r" not in block:
        return "\n"
    crlf = block.count(b"\r\n")
    return "\r\n" if crlf == block.count(b"\r") == block.count(b"\n") else None


def record_places(path: Path, start: int, line: int, wanted: set[int]) -> dict[int, tuple[int | None, int | None]]:
    """Line and byte offset of records of a regular file, by record number (1-based)."""
    found: dict[int, tuple[int | None, int | None]] = {}
    number, offset, is_open = 0, start, False
    with path.open("rb") as stream:
        stream.seek(start)
        for text in stream:
            if not is_open and text.strip(b"\r\n"):
                number += 1
                if number in wanted:
                    found[number] = (line, offset)
            is_open ^= bool(text.count(b'"') & 1)
            offset += len(text)
            line += 1
    return found


def swallows_records(lines: list[bytes], columns: int) -> bool:
    """Whether a quoted field over several lines looks like an unclosed quote that ate the next records.

    Two unclosed quotes close each other and every strict reader then accepts one long record for many. The sign:
    the first line and a later one have, quotes aside, exactly as many separators as a record.
    """
    separators = columns - 1
    if separators < 2 or lines[0].count(b",") != separators:
        return False
    return any(line.count(b",") == separators for line in lines[1:])


class _Counter:
    """Counts records block by block; `open_text` is the start of one whose quoted field goes on behind the block."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.records = 0
        self.open_text = b""

    def take(self, block: bytes) -> bool:
        """Count a block of whole lines; False where the careful reader must look."""
        import numpy as np

        characters = np.frombuffer(block, np.uint8)
        stops = np.flatnonzero(characters == LF) + 1
        if not block.endswith(b"\n"):
            stops = np.append(stops, len(block))
        starts = np.concatenate([[0], stops[:-1]])
        lengths = stops - starts
        if lengths.max() > FIELD_BYTES:
            return False
        is_blank = (characters[starts] == LF) | ((characters[starts] == CR) & (lengths <= 2))
        if not self.open_text and b'"' not in block:
            self.records += len(starts) - int(is_blank.sum())
            return True
        # After an odd number of quotes a quoted field is open, and the line's end belongs to it.
        quotes = np.searchsorted(np.flatnonzero(characters == QUOTE), stops) + bool(self.open_text)
        opens = (quotes & 1).astype(bool)
        opened = np.concatenate([[bool(self.open_text)], opens[:-1]])
        self.records += int((~(opened | opens | is_blank)).sum())
        return self._take_many(block, starts[~opened & opens].tolist(), stops[opened & ~opens].tolist())

    def _take_many(self, block: bytes, starts: list[int], stops: list[int]) -> bool:
        """Count the records over several lines: where each starts in the block, and where it ends."""
        texts = []
        if self.open_text and not stops:
            self.open_text += block
            return len(self.open_text) <= FIELD_BYTES
        if self.open_text:
            texts.append(self.open_text + block[: stops[0]])
            stops = stops[1:]
        texts += [block[start:stop] for start, stop in zip(starts, stops, strict=False)]
        self.open_text = block[starts[-1] :] if len(starts) > len(stops) else b""
        self.records += len(texts)
        return len(self.open_text) <= FIELD_BYTES and all(map(self._is_sound, texts))

    def _is_sound(self, text: bytes) -> bool:
        return len(text) <= FIELD_BYTES and not swallows_records(text.removesuffix(b"\n").split(b"\n"), self.columns)


def _blocks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(BLOCK):
            yield block if block.endswith(b"\n") else block + stream.readline()
