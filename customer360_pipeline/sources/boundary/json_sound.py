"""Passes a block of JSON lines whole where Arrow's strict parser and a look at its bytes find every line sound.

What does not pass is looked at line by line (`json_check.py`), which alone says what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.sources.boundary.json_split import JsonBlock
from customer360_pipeline.sources.boundary.rules import FIELD_BYTES, MAX_DEPTH

if TYPE_CHECKING:
    import pyarrow as pa

# Words that Arrow reads as numbers though JSON has none such, and what stands before a value.
NO_NUMBERS, BEFORE_VALUE = (b"NaN", b"Inf"), b":,["
SAFE_DEPTH = 1000
LF, OPEN, CLOSE = b"\n{}"


def sound_block(engine: DuckDBEngine, block: JsonBlock) -> tuple[pa.StringArray, list[str]] | None:
    """The lines of a block and their top-level keys, where Arrow finds one sound object on every line, none of which is
    a list object or a page.

    Arrow's parser refuses what DuckDB's lets pass: a key twice at any depth, a trailing comma. It also refuses a
    field whose type changes; such a block is looked at line by line, as is everything else that may break a rule.
    """
    import pyarrow as pa
    from pyarrow import compute, json

    data = block.data
    may_be_pages = block.records is not None and f'"{block.records}"'.encode() in data
    if block.elements is not None or may_be_pages or data[:1] != b"{" or b"\0" in data:
        return None
    try:
        records = _line_array(data)
        if records is None:
            return None
        options = json.ReadOptions(use_threads=False, block_size=len(data) + 1)
        table = json.read_json(pa.BufferReader(data), read_options=options)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    types = table.schema.types
    is_small = compute.max(compute.binary_length(records)).as_py() <= FIELD_BYTES
    is_deep = any(_is_nested(type_, MAX_DEPTH - 1) for type_ in types)
    if table.num_rows != len(records) or not is_small or is_deep or _has_list_object(table):
        return None
    # A word that Arrow takes for a number makes a column of fractions; without one, the bytes need no search.
    if any(map(_has_fractions, types)) and _has_no_number(data):
        return None
    return (records, table.schema.names) if _escapes_are_sound(engine, data, records) else None


def _has_no_number(data: bytes) -> bool:
    """Whether a word that is no number in JSON may stand where a value does; most such words are in texts."""
    for word in NO_NUMBERS:
        place = data.find(word)
        while place >= 0:
            # So much white space that nothing else is seen counts as doubt too.
            if data[max(place - 16, 0) : place].rstrip(b" \t\r\n-")[-1:] in BEFORE_VALUE:
                return True
            place = data.find(word, place + 1)
    return False


def _has_list_object(table: pa.Table) -> bool:
    """Whether a line is a Stripe list object itself; many an object holds some."""
    import pyarrow as pa
    from pyarrow import compute

    if "object" not in table.schema.names or not pa.types.is_string(table.schema.field("object").type):
        return False
    return bool(compute.any(compute.equal(table["object"], "list")).as_py())


def _line_array(data: bytes) -> pa.StringArray | None:
    """The lines as an Arrow array over the same memory (each keeps its line end).

    None where some line is not one `{...}` from its first to its last byte, since only then do as many rows as lines
    mean one a line; or where one opens so many brackets that it may be a bomb: Arrow builds nested types by recursion.
    """
    import numpy as np
    import pyarrow as pa

    end = len(data)
    while data[end - 1] == LF:
        end -= 1
    characters = np.frombuffer(data, np.uint8, end)
    breaks = np.flatnonzero(characters == LF)
    last, first = characters[np.append(breaks, end) - 1], characters[breaks + 1]
    if not ((last == CLOSE).all() and (first == OPEN).all()):
        return None
    offsets = np.concatenate([[0], breaks + 1, [end]]).astype(np.int32)
    # `[` and `{` differ in one bit, which no other character's pattern shares.
    opened = np.flatnonzero((characters & 0xDF) == 0x5B)
    if np.diff(np.searchsorted(opened, offsets)).max() > SAFE_DEPTH:
        return None
    array = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    array.validate(full=True)
    return array


def _has_fractions(type_: pa.DataType) -> bool:
    """Whether some value of a type, at any level, was read as a number with a fraction."""
    import pyarrow as pa

    inner = (type_.field(number).type for number in range(type_.num_fields))
    return bool(pa.types.is_floating(type_)) or any(map(_has_fractions, inner))


def _is_nested(type_: pa.DataType, levels: int) -> bool:
    """Whether a type has more than so many levels below it."""
    if not levels:
        return type_.num_fields > 0
    return any(_is_nested(type_.field(number).type, levels - 1) for number in range(type_.num_fields))


def _escapes_are_sound(engine: DuckDBEngine, data: bytes, records: pa.StringArray) -> bool:
    """Arrow passes the escapes of NUL and of half a character; the latter DuckDB does not."""
    # One byte is found ten times faster than three, and most files escape nothing.
    if b"\\" not in data:
        return True
    if b"\\u0000" in data:
        return False
    if b"\\ud" not in data and b"\\uD" not in data:
        return True
    import pyarrow as pa

    engine.connection.register("boundary_batch", pa.table({"record": records}))
    try:
        return bool(engine.scalar("SELECT bool_and(json_valid(record)) FROM boundary_batch"))
    finally:
        engine.connection.unregister("boundary_batch")
