"""Reads a CSV file: the header by name, then DuckDB in its strictest mode, or our own parser where that fails."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.boundary.csv_blocks import Plain, pieces_in
from customer360_pipeline.sources.boundary.csv_careful import CsvRecord, first_record
from customer360_pipeline.sources.boundary.csv_scan import record_places, scan
from customer360_pipeline.sources.boundary.reading import Place, Reading, matched, repeated
from customer360_pipeline.sources.boundary.rules import MAX_COLUMNS, ROW_BYTES, Rejection, refused
from customer360_pipeline.sources.boundary.typed import json_of

if TYPE_CHECKING:
    import pyarrow as pa

TEXT_TABLE = "boundary_csv"
BATCH = 20_000
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", "^": "carets", "\x01": "control characters"}


class CsvLookup:
    """Names of a header; the relation's columns are c0, c1 ... in the header's order."""

    def __init__(self, header: list[str]) -> None:
        self.repeated = repeated(header)
        seen: Counter[str] = Counter()
        self.header: list[str] = []
        for name in header:
            seen[name] += 1
            self.header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")

    def column(self, alias: str) -> str | None:
        """The header's own spelling of an alias."""
        return matched(alias, self.header)

    def text(self, alias: str) -> str | None:
        """The column of an alias."""
        name = self.column(alias)
        return None if name is None else f"c{self.header.index(name)}"

    def names(self) -> list[str]:
        """The header; a repeated name is numbered from its second time on."""
        return self.header

    def extra(self, names: Iterable[str]) -> str:
        """JSON of these columns where they are not empty."""
        return json_of((name, f"c{self.header.index(name)}") for name in names)


def read_csv(engine: DuckDBEngine, name: str, path: Path) -> Reading:
    """The records of a CSV file.

    Raises:
        FileRefused: empty, not UTF-8, another separator, no header or no record at all.
    """
    header, first = _header(name, path)
    lookup = CsvLookup(header)
    careful = partial(_read_carefully, engine, name, path, lookup, first)
    found = scan(path, first.end, len(header))
    if not found.is_regular or first.line != 1 or "\n" in "".join(header):
        return careful()
    if not found.records:
        raise refused(name, "a header and no record", "records below the header", "Export again.")
    return Reading(
        relation=partial(_strict, path, len(header), found.newline),
        lookup=lookup,
        physical_records=found.records,
        places=partial(record_places, path, first.end, first.line),
        careful=careful,
    )


def _header(name: str, path: Path) -> tuple[list[str], CsvRecord]:
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start:
        raise refused(name, "zero bytes", "a header and records", "Export again.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or start[:2].count(b"\0") == 1:
        raise refused(name, "UTF-16 text", "UTF-8", "Save it as CSV UTF-8.")
    bom = 3 if start.startswith(b"\xef\xbb\xbf") else 0
    first = first_record(path, bom)
    if first is None:
        raise refused(name, "nothing but blank lines", "a header and records", "Export again.")
    if first.fields is None:
        raise refused(name, f"the header breaks the rule {first.rule}", "a header in UTF-8", "Export again as CSV.")
    header = [field.strip() for field in first.fields]
    if len(header) > MAX_COLUMNS:
        raise refused(name, f"{len(header)} columns", f"at most {MAX_COLUMNS}", "Leave columns out of the export.")
    line = ",".join(header)
    for separator, plural in SEPARATORS.items():
        if line.count(separator) > line.count(","):
            raise refused(name, f"fields separated by {plural}", "commas", "Export it as comma-separated CSV.")
    return header, first


def _strict(path: Path, columns: int, newline: str) -> str:
    types = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(columns))
    end = "\\r\\n" if newline == "\r\n" else "\\n"
    return (
        f"SELECT row_number() OVER () AS source_row, * FROM read_csv({literal(str(path))}, auto_detect = false, "
        f"header = false, skip = 1, columns = {{{types}}}, delim = ',', quote = '\"', escape = '\"', "
        f"strict_mode = true, null_padding = false, new_line = '{end}', max_line_size = {ROW_BYTES})"
    )


def _read_carefully(engine: DuckDBEngine, name: str, path: Path, lookup: CsvLookup, header: CsvRecord) -> Reading:
    columns = [f"c{number}" for number in range(len(lookup.header))]
    types = ", ".join(f"{quote(column)} VARCHAR" for column in columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {TEXT_TABLE} (source_row BIGINT, {types})")
    places = Places()
    rejected: list[Rejection] = []
    odd: list[tuple[int, list[str]]] = []
    for piece in pieces_in(path, len(columns), header):
        if isinstance(piece, Plain):
            places.add(piece.numbers, piece.lines, piece.offsets)
            _insert_table(engine, piece.fields.add_column(0, "source_row", [piece.numbers]))
            continue
        record = piece.record
        places.add([piece.number], [record.line], [record.byte_offset])
        if record.fields is None:
            rejected.append(_rejection(lookup.header, record))
        else:
            odd.append((piece.number, record.fields))
            if len(odd) == BATCH:
                _insert(engine, odd, columns)
                odd = []
    _insert(engine, odd, columns)
    if not len(places):
        raise refused(name, "a header and no record", "records below the header", "Export again.")
    return Reading(lambda: f"SELECT * FROM {TEXT_TABLE}", lookup, len(places), places.of, rejected)


class Places:
    """Line and byte offset of each record, by number."""

    def __init__(self) -> None:
        self.numbers, self.lines, self.offsets = array("q"), array("q"), array("q")

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, numbers: Iterable[int], lines: Iterable[int], offsets: Iterable[int]) -> None:
        """Note records; the three say the same of each."""
        self.numbers.extend(numbers)
        self.lines.extend(lines)
        self.offsets.extend(offsets)

    def of(self, wanted: set[int]) -> dict[int, Place]:
        """The places of some records."""
        found = zip(self.numbers, self.lines, self.offsets, strict=True)
        return {number: (line, offset) for number, line, offset in found if number in wanted}


def _rejection(header: list[str], record: CsvRecord) -> Rejection:
    column = None if record.column is None or record.column >= len(header) else header[record.column]
    return Rejection(record.line, record.byte_offset, column, record.rule or "")


def _insert(engine: DuckDBEngine, rows: list[tuple[int, list[str]]], columns: list[str]) -> None:
    import pyarrow as pa

    if not rows:
        return
    values = zip(*(fields for _, fields in rows), strict=True)
    arrays = [pa.array([number for number, _ in rows], pa.int64())]
    arrays += [pa.array(column, pa.string()) for column in values]
    _insert_table(engine, pa.Table.from_arrays(arrays, names=["source_row", *columns]))


def _insert_table(engine: DuckDBEngine, rows: pa.Table) -> None:
    engine.connection.register("boundary_batch", rows)
    try:
        engine.execute(f"INSERT INTO {TEXT_TABLE} SELECT * FROM boundary_batch")
    finally:
        engine.connection.unregister("boundary_batch")
