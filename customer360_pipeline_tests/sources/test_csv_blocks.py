"""Plain lines read by the block are what the slow parser reads line by line: same records, places and rules."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customer360_pipeline.sources.boundary import csv_blocks
from customer360_pipeline.sources.boundary.csv_blocks import Plain, pieces_in
from customer360_pipeline.sources.boundary.csv_careful import first_record, record_at

HEADER = b"a,b,c\n"

Row = tuple[int, int, list[str] | None, str | None]


def one_by_one(path: Path) -> dict[int, Row]:
    data = path.read_bytes()
    position, line, number = len(HEADER), 2, 0
    found: dict[int, Row] = {}
    while position < len(data):
        record, position, lines = record_at(data, 3, position, line)
        line += lines
        if record is not None:
            number += 1
            found[number] = (record.line, record.byte_offset, record.fields, record.rule)
    return found


def in_blocks(path: Path) -> dict[int, Row]:
    header = first_record(path, 0)
    assert header is not None
    found: dict[int, Row] = {}
    for piece in pieces_in(path, 3, header):
        if isinstance(piece, Plain):
            rows = [list(row.values()) for row in piece.fields.to_pylist()]
            for number, line, offset, fields in zip(piece.numbers, piece.lines, piece.offsets, rows, strict=True):
                found[int(number)] = (int(line), int(offset), fields, None)
        else:
            record = piece.record
            found[piece.number] = (record.line, record.byte_offset, record.fields, record.rule)
    return found


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from([b"x", b",", b'"', b"\n", b"\r\n", b"\r", b" ", b"\0", b"\xff", "é".encode(), b"1,2,3\n"])
    ),
    st.sampled_from([1, 7, 64, 4096]),
)
@example([b"1,2,3\n", b"1,", b'"', b"2\n,", b'"', b",3\n", b"1,2,3\n"], 7)
@example([b'"', b"\n", b"1,2,3\n", b'"', b",", b",", b"\n"], 4096)
@example([b"1,2,3\n", b"1,", b'"', b"unclosed,3\n", b"1,2,3\n", b"\xff,2,3\n", b"1,2,3"], 4096)
def test_blocks_and_lines_agree(tmp_path: Path, parts: list[bytes], block: int) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(HEADER + b"".join(parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_blocks, "BLOCK", block)
        assert in_blocks(path) == one_by_one(path)


def test_one_broken_line_leaves_the_others_plain(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(HEADER + b"1,2,3\n" * 1000 + b'4,"5,6\n' + b"7,8,9\n" * 1000)
    header = first_record(path, 0)
    assert header is not None
    pieces = list(pieces_in(path, 3, header))
    assert sorted(type(piece).__name__ for piece in pieces) == ["Other", "Plain"]
    [other] = [piece for piece in pieces if not isinstance(piece, Plain)]
    assert (other.number, other.record.line, other.record.rule) == (1001, 1002, "unclosed_quote")
