"""Published rows as text for a terminal, and as CSV, JSON and Parquet files.

CSV is opened in spreadsheets, which run a cell that begins like a formula. Such cells of text columns get an
apostrophe in front; numbers are left alone. Parquet and JSON carry the values as they are.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any

from customer360_pipeline.engine.duckdb import quote
from customer360_pipeline.errors import Customer360Error

# Also the full-width forms, which some spreadsheets read as the plain ones.
_FORMULA = "^[=+@\t\r\n＝＋－＠-]"


def cells(relation: Any) -> tuple[list[str], list[list[str]]]:
    """(column names, rows) as printable text: no control character reaches the terminal, NULL is empty."""
    names = list(relation.columns)
    return names, [["" if value is None else _printable(str(value)) for value in row] for row in relation.fetchall()]


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def write(relation: Any, form: str, output: Path | None) -> None:
    """Write a relation to a file, or to standard output.

    Args:
        relation: the rows.
        form: csv, json or parquet.
        output: the file, replaced whole; None for standard output.

    Raises:
        Customer360Error: the file cannot be written.
    """
    if output is None:
        _write(relation, form, sys.stdout.buffer)
        sys.stdout.flush()
        return
    temporary = output.with_name(f".{output.name}.new")
    try:
        try:
            with temporary.open("wb") as stream:
                _write(relation, form, stream)
            temporary.replace(output)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Customer360Error(f"{output} cannot be written: {error.strerror}") from None


def _write(relation: Any, form: str, stream: IO[bytes]) -> None:
    if form == "csv":
        _write_csv(relation, stream)
    elif form == "json":
        _write_json(relation, stream)
    else:
        _write_parquet(relation, stream)


def _write_csv(relation: Any, stream: IO[bytes]) -> None:
    from pyarrow import csv

    columns = []
    for name, type_ in zip(relation.columns, relation.types, strict=True):
        text = f"{quote(name)}::VARCHAR"
        if str(type_) == "VARCHAR":
            text = f"CASE WHEN regexp_matches({text}, '{_FORMULA}') THEN '''' || {text} ELSE {text} END"
        columns.append(f"{text} AS {quote(name)}")
    reader = relation.project(", ".join(columns)).to_arrow_reader(100_000)
    with csv.CSVWriter(stream, reader.schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _write_json(relation: Any, stream: IO[bytes]) -> None:
    pairs = ", ".join(f"{quote(name)} := {quote(name)}" for name in relation.columns)
    reader = relation.project(f"to_json(struct_pack({pairs}))::VARCHAR AS line").to_arrow_reader(100_000)
    lead = b"[\n"
    for batch in reader:
        for line in batch.column(0):
            stream.write(lead + line.as_py().encode())
            lead = b",\n"
    stream.write(b"[]\n" if lead == b"[\n" else b"\n]\n")


def _write_parquet(relation: Any, stream: IO[bytes]) -> None:
    from pyarrow import parquet

    reader = relation.to_arrow_reader(100_000)
    with parquet.ParquetWriter(stream, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
