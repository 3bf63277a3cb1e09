"""Finds the plain lines of a CSV file block by block, so that only the others need the slow parser.

A plain line has no quote, is no longer than a field may be, and has exactly the header's number of separators: it is
one record, and a split at the commas reads it as every parser would. One broken line in a million then costs one
line, not a million. Not here: what a line that is not plain means (`csv_careful.py`).
"""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.sources.boundary.csv_careful import CsvRecord, record_at
from customer360_pipeline.sources.boundary.rules import FIELD_BYTES

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 4 << 20
COMMA, QUOTE, LF = 44, 34, 10


@dataclass(frozen=True)
class Plain:
    """Plain records of a block: number (1-based in the file), line and byte offset of each, and their fields."""

    numbers: Any
    lines: Any
    offsets: Any
    fields: pa.Table


@dataclass(frozen=True)
class Other:
    """A record that the slow parser read or refused, and its number."""

    number: int
    record: CsvRecord


def pieces_in(path: Path, columns: int, header: CsvRecord) -> Iterator[Plain | Other]:
    """Every physical record after the header, once; the plain ones of a block together, behind its others."""
    size = path.stat().st_size
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        _, position, lines = record_at(data, None, header.byte_offset, header.line)
        walk = _Walk(data, columns, position, header.line + lines)
        while walk.position < size:
            yield from walk.block(data.find(b"\n", min(walk.position + BLOCK, size) - 1) + 1 or size)


@dataclass
class _Walk:
    """Where the reading stands: byte, line, and number of the last record."""

    data: mmap.mmap
    columns: int
    position: int
    line: int
    number: int = 0

    def block(self, stop: int) -> Iterator[Plain | Other]:
        """The records that start before byte `stop`, which is the end of a line."""
        import numpy as np

        base, block = self.position, self.data[self.position : stop]
        starts, is_plain = _lines(block, self.columns)
        if not is_plain.any():
            while self.position < stop:
                yield from self._step()
            return
        odd = np.append(np.flatnonzero(~is_plain), len(starts))
        runs: list[tuple[int, int, int, int]] = []
        index = 0
        while index < len(starts):
            until = int(odd[np.searchsorted(odd, index)])
            if until > index:
                runs.append((index, until, self.line, self.number + 1))
                self.line, self.number = self.line + until - index, self.number + until - index
                self.position = base + (int(starts[until]) if until < len(starts) else len(block))
                index = until
            else:
                yield from self._step()
                index = int(np.searchsorted(starts, self.position - base))
        if runs:  # a line that looks plain may be part of a quoted field
            yield from self._plain(runs, starts + base, base + len(block))

    def _step(self) -> Iterator[Other]:
        record, self.position, lines = record_at(self.data, self.columns, self.position, self.line)
        self.line += lines
        if record is not None:
            self.number += 1
            yield Other(self.number, record)

    def _plain(self, runs: list[tuple[int, int, int, int]], starts: Any, end: int) -> Iterator[Plain | Other]:
        import numpy as np

        bounds = np.append(starts, end)
        index = np.concatenate([np.arange(first, until) for first, until, _, _ in runs])
        lines = np.concatenate([np.arange(line, line + until - first) for first, until, line, _ in runs])
        numbers = np.concatenate([np.arange(number, number + until - first) for first, until, _, number in runs])
        text = b"".join(self.data[bounds[first] : bounds[until]] for first, until, _, _ in runs)
        fields = _split(text, self.columns, len(index))
        if fields is not None:
            yield Plain(numbers, lines, starts[index], fields)
            return
        # Some line is not UTF-8: the slow parser names it.
        for number, line, offset in zip(numbers.tolist(), lines.tolist(), starts[index].tolist(), strict=True):
            record, _, _ = record_at(self.data, self.columns, offset, line)
            assert record is not None
            yield Other(number, record)


def _lines(block: bytes, columns: int) -> tuple[Any, Any]:
    """(start of each line, whether it is plain)."""
    import numpy as np

    characters = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(characters == LF)
    starts = np.concatenate([[0], ends + 1])
    starts = starts[starts < len(block)]
    if columns < 2 or b"\0" in block or block.count(b"\r") != block.count(b"\r\n"):
        return starts, np.zeros(len(starts), bool)
    commas = np.add.reduceat(characters == COMMA, starts, dtype=np.int64)
    quotes = np.add.reduceat(characters == QUOTE, starts, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(block)))
    return starts, (commas == columns - 1) & (quotes == 0) & (lengths <= FIELD_BYTES)


def _split(text: bytes, columns: int, rows: int) -> pa.Table | None:
    import pyarrow as pa
    from pyarrow import csv

    names = [f"c{number}" for number in range(columns)]
    try:
        table = csv.read_csv(
            io.BytesIO(text),
            read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=len(text) + 1),
            parse_options=csv.ParseOptions(quote_char=False, double_quote=False, newlines_in_values=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == rows else None
