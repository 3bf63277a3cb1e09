"""Counts the physical records of a CSV file without parsing it, and says whether the fast reader may be tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.sources.boundary.rules import FIELD_BYTES

BLOCK = 4 << 20


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
        ends, crlf = block.count(b"\n"), block.count(b"\r\n")
        block_newline = "\r\n" if crlf else "\n"
        newline = newline or block_newline
        irregular = b"\0" in block or block.count(b"\r") != crlf or crlf not in (0, ends) or newline != block_newline
        if irregular or not counter.take(block):
            return Scan(counter.records, False)
    return Scan(counter.records, not counter.open_lines, newline or "\n")


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
    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.records = 0
        self.open_lines: list[bytes] = []
        self.open_bytes = 0

    def take(self, block: bytes) -> bool:
        """Count a block of whole lines; False where the careful reader must look."""
        import numpy as np

        characters = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(characters == 10)
        starts = np.concatenate([[0], ends + 1])
        starts = starts[starts < len(block)]
        lengths = np.diff(np.append(starts, len(block)))
        if lengths.max() > FIELD_BYTES:
            return False
        if self.open_lines or (np.add.reduceat(characters == 34, starts, dtype=np.int32) & 1).any():
            return all(map(self._line, block.removesuffix(b"\n").split(b"\n")))
        is_blank = (characters[starts] == 10) | ((characters[starts] == 13) & (lengths <= 2))
        self.records += len(starts) - int(is_blank.sum())
        return True

    def _line(self, line: bytes) -> bool:
        is_odd = line.count(b'"') & 1
        if self.open_lines:
            self.open_lines.append(line)
            self.open_bytes += len(line) + 1
            if is_odd:
                lines, self.open_lines = self.open_lines, []
                self.records += 1
                return self.open_bytes <= FIELD_BYTES and not swallows_records(lines, self.columns)
            return self.open_bytes <= FIELD_BYTES
        if is_odd:
            self.open_lines, self.open_bytes = [line], len(line)
        elif line not in (b"", b"\r"):
            self.records += 1
        return True


def _blocks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(BLOCK):
            yield block if block.endswith(b"\n") else block + stream.readline()
