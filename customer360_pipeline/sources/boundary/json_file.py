"""Reads a JSON file: Arrow's strict parser passes whole chunks, our own check looks at what it would not pass."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.sources.boundary.json_check import BrokenJson, checked_object
from customer360_pipeline.sources.boundary.json_split import JsonBlock, json_blocks
from customer360_pipeline.sources.boundary.reading import Place, Reading, matched
from customer360_pipeline.sources.boundary.rules import FIELD_BYTES, MAX_DEPTH, Rejection

if TYPE_CHECKING:
    import pyarrow as pa

JSON_TABLE = "boundary_json"
# Words that Arrow reads as numbers though JSON has none such, and what stands before a value.
NO_NUMBERS, BEFORE_VALUE = (b"NaN", b"Inf"), b":,["
SAFE_DEPTH = 1000
SLOTS = ("string_value", "int_value", "float_value", "double_value")
# `custom_fields[id=27642].value`
CHOSEN = re.compile(r"([^\[\]]+)\[(\w+)=([^\]]*)\]\.(.+)")
PAIRS = '[{"key": "VARCHAR", "value": {' + ", ".join(f'"{slot}": "VARCHAR"' for slot in SLOTS) + "}}]"


class JsonLookup:
    """Paths into a JSON object. Every path is read in one pass into `v`, and `p0`, `p1` ... hold key-value arrays."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        self.repeated: set[str] = set()
        self.paths: list[str] = []
        self.arrays: list[str] = []

    def column(self, alias: str) -> str | None:
        """The top-level key an alias starts at."""
        whole = matched(alias, self.keys)
        return whole if whole is not None else matched(alias.split("[")[0].split(".")[0], self.keys)

    def text(self, alias: str) -> str | None:
        """The value at an alias's path."""
        root = self.column(alias)
        if root is None:
            return None
        if chosen := CHOSEN.fullmatch(alias):
            return chosen_value(*chosen.groups())
        if alias.endswith("]"):
            array, key = alias[:-1].split("[", 1)
            if array not in self.arrays:
                self.arrays.append(array)
            return pair_value(f"p{self.arrays.index(array)}", f"k{self.arrays.index(array)}", key, SLOTS)
        rest = [] if root == matched(alias, self.keys) else alias.split(".")[1:]
        if "*" in rest:
            # A path with a wildcard gives a list, and the paths of `v` one text each.
            found = f"to_json(json_extract_string(record, {literal(_path((root, *rest)))}))"
            return f"nullif(CAST({found} AS VARCHAR), '[]')"
        path = _path((root, *rest))
        if path not in self.paths:
            self.paths.append(path)
        return f"v[{self.paths.index(path) + 1}]"

    def names(self) -> list[str]:
        """The top-level keys of the file, sorted."""
        return self.keys

    def extra(self, names: Iterable[str]) -> str:
        """JSON of these keys: the record without all others."""
        kept = set(names)
        if not kept:
            return "NULL"
        patch = ", ".join(f"{literal(key)}, NULL" for key in self.keys if key not in kept)
        return f"nullif(json_merge_patch(record, json_object({patch}))::VARCHAR, '{{}}')"

    def relation(self) -> str:
        """The SELECT that makes what `text` speaks of; to be asked after the last `text`."""
        paths = ", ".join(map(literal, self.paths))
        columns = ["source_row", "record", f"json_extract_string(record, [{paths}]) AS v"]
        inner = []
        for number, array in enumerate(self.arrays):
            path = _path(array.split("."))
            inner.append(f"from_json(json_extract(record, {literal(path)}), {literal(PAIRS)}) AS p{number}")
            columns += [f"p{number}", f"list_transform(p{number}, lambda x: x.key) AS k{number}"]
        source = f"(SELECT *, {', '.join(inner)} FROM {JSON_TABLE})" if inner else JSON_TABLE
        return f"SELECT {', '.join(columns)} FROM {source}"


def pair_value(array: str, keys: str, key: str, slots: Iterable[str]) -> str:
    """SQL of the value that an array of `{key, value: {slots}}` holds for a key, whichever slot is set."""
    element = f"{array}[list_position({keys}, {literal(key)})].value"
    return "coalesce(" + ", ".join(f"CAST({element}.{slot} AS VARCHAR)" for slot in slots) + ")"


def chosen_value(array: str, field: str, wanted: str, path: str) -> str:
    """SQL of the value at a path in the first element of an array whose `field` is `wanted`."""
    elements = f"CAST(json_extract(record, {literal(_path(array.split('.')))}) AS JSON[])"
    chosen = f"list_filter({elements}, lambda x: (x ->> {literal(_path([field]))}) = {literal(wanted)})[1]"
    return f"({chosen} ->> {literal(_path(path.split('.')))})"


def _path(parts: Iterable[str]) -> str:
    return "$" + "".join(f"[{p}]" if p.isdigit() else "[*]" if p == "*" else "." + _path_part(p) for p in parts)


def _path_part(part: str) -> str:
    return '"' + part.replace('"', '\\"') + '"'


def read_json(engine: DuckDBEngine, name: str, path: Path, held_in: str | None = None) -> Reading:
    """The records of a JSON file.

    Args:
        held_in: the array that holds the records, where the file may be pages of an API.

    Raises:
        FileRefused: zero bytes, UTF-16, or an array.
    """
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {JSON_TABLE} (source_row BIGINT, record VARCHAR)")
    rejected: list[Rejection] = []
    keys: set[str] = set()
    physical = 0
    for block, whole in _parsed_blocks(engine, json_blocks(name, path, held_in)):
        if whole is not None:
            records, block_keys = whole
            _insert(engine, range(physical + 1, physical + 1 + len(records)), records)
            keys |= block_keys
            physical += len(records)
        else:
            physical += _take_one_by_one(engine, block, physical, keys, rejected)
    lookup = JsonLookup(sorted(keys))
    return Reading(lookup.relation, lookup, physical, partial(_places, name, path, held_in), rejected)


def _parsed_blocks(
    engine: DuckDBEngine, blocks: Iterable[JsonBlock]
) -> Iterator[tuple[JsonBlock, tuple[pa.StringArray, set[str]] | None]]:
    """The blocks, each with what `_sound_block` finds; of one that is not sound the parts, most of which may be."""
    for block in blocks:
        whole = _sound_block(engine, block)
        if whole is None and block.is_divisible:
            yield from ((part, _sound_block(engine, part)) for part in block.parts())
        else:
            yield block, whole


def _take_one_by_one(
    engine: DuckDBEngine, block: JsonBlock, before: int, keys: set[str], rejected: list[Rejection]
) -> int:
    """Check each text of a block; the number of texts."""
    numbers: list[int] = []
    texts: list[bytes] = []
    number = before
    for number, text in enumerate(block.texts(), before + 1):
        try:
            keys.update(checked_object(text.text))
        except BrokenJson as error:
            rejected.append(Rejection(text.line, text.byte_offset, None, error.rule))
        else:
            numbers.append(number)
            texts.append(text.text)
    if texts:
        import pyarrow as pa

        _insert(engine, numbers, pa.array(texts, pa.string()))
    return number - before


def _sound_block(engine: DuckDBEngine, block: JsonBlock) -> tuple[pa.StringArray, set[str]] | None:
    """The lines of a block and their top-level keys, where Arrow finds one sound object on every line, none of which is
    a list object or a page.

    Arrow's parser refuses what DuckDB's lets pass: a key twice at any depth, a trailing comma. It also refuses a
    field whose type changes; such a block is looked at line by line, as is everything else that may break a rule.
    """
    import pyarrow as pa
    from pyarrow import compute, json

    data = block.data.rstrip(b"\n")
    lines = data.count(b"\n") + 1
    # Between two lines stand a closing and an opening brace: only then do as many rows as lines mean one a line.
    is_regular = data[:1] == b"{" and data[-1:] == b"}" and data.count(b"}\n{") == lines - 1
    may_be_pages = block.records is not None and f'"{block.records}"'.encode() in data
    if block.elements is not None or not is_regular or may_be_pages or b"\0" in data or _has_no_number(data):
        return None
    try:
        records, opened = _line_array(data)
        # Arrow builds nested types by recursion; a bomb must not reach it.
        if opened > SAFE_DEPTH:
            return None
        options = json.ReadOptions(use_threads=False, block_size=len(data) + 1)
        table = json.read_json(io.BytesIO(data), read_options=options)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    is_small = compute.max(compute.binary_length(records)).as_py() <= FIELD_BYTES
    is_deep = any(_is_nested(type_, MAX_DEPTH - 1) for type_ in table.schema.types)
    if table.num_rows != lines or not is_small or is_deep or _has_list_object(table):
        return None
    return (records, set(table.schema.names)) if _escapes_are_sound(engine, data, records) else None


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


def _line_array(data: bytes) -> tuple[pa.StringArray, int]:
    """The lines as an Arrow array over the same memory (each keeps its line end), and the most brackets one opens."""
    import numpy as np
    import pyarrow as pa

    characters = np.frombuffer(data, np.uint8)
    offsets = np.concatenate([[0], np.flatnonzero(characters == 10) + 1, [len(data)]]).astype(np.int32)
    # `[` and `{` differ in one bit, which no other character's pattern shares.
    opened = np.add.reduceat((characters & 0xDF) == 0x5B, offsets[:-1], dtype=np.int32)
    array = pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data))
    array.validate(full=True)
    return array, int(opened.max())


def _is_nested(type_: pa.DataType, levels: int) -> bool:
    """Whether a type has more than so many levels below it."""
    if not levels:
        return type_.num_fields > 0
    return any(_is_nested(type_.field(number).type, levels - 1) for number in range(type_.num_fields))


def _escapes_are_sound(engine: DuckDBEngine, data: bytes, records: pa.StringArray) -> bool:
    """Arrow passes the escape of half a character; DuckDB does not."""
    if b"\\ud" not in data and b"\\uD" not in data:
        return True
    import pyarrow as pa

    engine.connection.register("boundary_batch", pa.table({"record": records}))
    try:
        return bool(engine.scalar("SELECT bool_and(json_valid(record)) FROM boundary_batch"))
    finally:
        engine.connection.unregister("boundary_batch")


def _insert(engine: DuckDBEngine, numbers: Iterable[int], records: pa.StringArray) -> None:
    import pyarrow as pa

    table = pa.table({"source_row": pa.array(numbers, pa.int64()), "record": records})
    engine.connection.register("boundary_batch", table)
    try:
        engine.execute(f"INSERT INTO {JSON_TABLE} SELECT * FROM boundary_batch")
    finally:
        engine.connection.unregister("boundary_batch")


def _places(name: str, path: Path, held_in: str | None, wanted: set[int]) -> dict[int, Place]:
    texts = enumerate((text for block in json_blocks(name, path, held_in) for text in block.texts()), 1)
    return {number: (text.line, text.byte_offset) for number, text in texts if number in wanted}
