"""The slow CSV parser: one record at a time, each refusal with its place and rule, sound again at the next line.

It reads what the fast reader refuses or what does not add up, so it decides what a record is: RFC 4180 with a comma,
any line end, blank lines left out, a quote inside an unquoted field kept as it is.
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.sources.boundary.csv_scan import swallows_records
from customer360_pipeline.sources.boundary.rules import FIELD_BYTES, ROW_BYTES

LINE_END = re.compile(rb"\r\n|\n|\r")
QUOTED = re.compile(rb'[ \t]*"([^"]*+(?:""[^"]*+)*+)"[ \t]*')
OPEN_QUOTE = re.compile(rb'[ \t]*"')
PLAIN = re.compile(rb"[^,\r\n]*+")

Buffer = bytes | mmap.mmap


@dataclass(frozen=True)
class CsvRecord:
    """One physical record: its fields, or the rule it broke (`column` is the index of the field to blame)."""

    line: int
    byte_offset: int
    end: int
    fields: list[str] | None
    rule: str | None = None
    column: int | None = None


def first_record(path: Path, start: int) -> CsvRecord | None:
    """The first record from byte `start`, which is the header: it may have any number of fields."""
    if not path.stat().st_size:
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        record, position, line = None, start, 1
        while record is None and position < len(data):
            record, position, lines = record_at(data, None, position, line)
            line += lines
        return record


def record_at(data: Buffer, columns: int | None, position: int, line: int) -> tuple[CsvRecord | None, int, int]:
    """(record, None for a blank line; byte after its line end; lines it took) at the start of a line."""
    match = LINE_END.search(data, position)
    stop, after = (match.start(), match.end()) if match else (len(data), len(data))
    if not data[position:stop].strip():
        return None, after, 1
    record, lines = _record(data, columns, position, stop, line), 1
    if record.end > stop:
        lines += len(LINE_END.findall(data[position : record.end]))
        match = LINE_END.match(data, record.end)
        after = match.end() if match else record.end
    return record, after, lines


def _record(data: Buffer, columns: int | None, start: int, stop: int, line: int) -> CsvRecord:
    if stop - start > ROW_BYTES:
        return CsvRecord(line, start, stop, None, "record_too_large")
    text = data[start:stop]
    if b'"' in text:
        end, raw, rule = _quoted_record(data, start)
        if rule:
            return CsvRecord(line, start, stop, None, rule, len(raw))
        if end > stop and columns and swallows_records(LINE_END.split(data[start:end]), columns):
            return CsvRecord(line, start, end, None, "swallowed_lines")
    else:
        end, raw = stop, text.split(b",")
    return _checked(raw, columns, line, start, end)


def _quoted_record(data: Buffer, start: int) -> tuple[int, list[bytes], str | None]:
    """(end, fields, broken rule): the fields up to the end of the record or up to the one that broke the rule."""
    fields: list[bytes] = []
    position, limit = start, min(len(data), start + ROW_BYTES)
    while True:
        if OPEN_QUOTE.match(data, position, limit):
            match = QUOTED.match(data, position, limit)
            if not match:
                return start, fields, "record_too_large" if limit < len(data) else "unclosed_quote"
            if match.end() < len(data) and data[match.end() : match.end() + 1] not in (b",", b"\r", b"\n"):
                is_one_line = not LINE_END.search(match.group())
                return start, fields, "text_after_quote" if is_one_line else "unclosed_quote"
            fields.append(match.group(1).replace(b'""', b'"'))
        else:
            match = PLAIN.match(data, position, limit)
            assert match
            fields.append(match.group())
        position = match.end()
        if data[position : position + 1] != b",":
            return position, fields, None
        position += 1


def _checked(raw: list[bytes], columns: int | None, line: int, start: int, end: int) -> CsvRecord:
    def broken(rule: str, column: int | None = None) -> CsvRecord:
        return CsvRecord(line, start, end, None, rule, column)

    if columns is not None:
        if len(raw) == columns + 1 and not raw[-1]:
            raw.pop()
        if len(raw) != columns:
            return broken("too_few_fields" if len(raw) < columns else "too_many_fields")
    fields = []
    for number, value in enumerate(raw):
        if len(value) > FIELD_BYTES:
            return broken("field_too_large", number)
        if b"\0" in value:
            return broken("nul_byte", number)
        try:
            fields.append(value.decode())
        except UnicodeDecodeError:
            return broken("not_utf8", number)
    return CsvRecord(line, start, end, fields)
