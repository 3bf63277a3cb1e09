"""Reads a JSON file: Arrow's strict parser passes whole chunks, our own check looks at what it would not pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.sources.boundary.json_check import BrokenJson, checked_object
from customer360_pipeline.sources.boundary.json_sound import sound_block
from customer360_pipeline.sources.boundary.json_split import JsonBlock, json_blocks
from customer360_pipeline.sources.boundary.reading import Place, Reading, matched
from customer360_pipeline.sources.boundary.rules import Rejection
from customer360_pipeline.sources.boundary.typed import json_of

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

JSON_TABLE = "boundary_json"
SLOTS = ("string_value", "int_value", "float_value", "double_value")
# So many keys are found one by one in less time than it takes to copy the record without the others.
MANY_KEYS = 64
PLAIN_KEY = re.compile(r"\w[\w .:$-]*")
# `custom_fields[id=27642].value`
CHOSEN = re.compile(r"([^\[\]]+)\[(\w+)=([^\]]*)\]\.(.+)")
PAIRS = '[{"key": "VARCHAR", "value": {' + ", ".join(f'"{slot}": "VARCHAR"' for slot in SLOTS) + "}}]"


class JsonLookup:
    """Paths into a JSON object. Every path is read in one pass into `v`, `p0`, `p1` ... hold key-value arrays, and `e`
    the values of the keys that `extra` keeps.

    Args:
        keys: top-level keys of the file, as they came.
    """

    def __init__(self, keys: list[str]) -> None:
        self.keys = sorted(keys)
        self.places = {key: place for place, key in enumerate(keys)}
        self.kept: list[str] = []
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
        kept = sorted(names, key=self.places.__getitem__)
        if len(kept) <= MANY_KEYS and all(map(PLAIN_KEY.fullmatch, kept)):
            self.kept = kept
            return json_of(((key, f"e[{place}]") for place, key in enumerate(kept, 1)), are_json=True)
        # A search for each of many keys costs more than a copy of the record; nor is every key fit for a path.
        patch = ", ".join(f"{literal(key)}, NULL" for key in sorted(self.places.keys() - kept))
        return f"nullif(json_merge_patch(record, json_object({patch}))::VARCHAR, '{{}}')"

    def relation(self) -> str:
        """The SELECT that makes what `text` speaks of; to be asked after the last `text`."""
        paths = ", ".join(map(literal, self.paths))
        columns = ["source_row", "record", f"json_extract_string(record, [{paths}]) AS v"]
        if self.kept:
            # Keys by their names, also those of digits alone, which `_path` takes for places.
            kept = ", ".join(literal(f"$.{_path_part(key)}") for key in self.kept)
            columns.append(f"json_extract(record, [{kept}]) AS e")
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
    found = ", ".join(f"CAST({element}.{slot} AS VARCHAR)" for slot in slots)
    # Most keys of a contract are in few arrays: whether a key is there costs less than to take what is not.
    return f"CASE WHEN list_contains({keys}, {literal(key)}) THEN coalesce({found}) END"


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
    import numpy as np

    engine.execute(f"CREATE OR REPLACE TEMP TABLE {JSON_TABLE} (source_row BIGINT, record VARCHAR)")
    rejected: list[Rejection] = []
    keys: dict[str, None] = {}
    physical = 0
    for block, whole in _parsed_blocks(engine, json_blocks(name, path, held_in)):
        if whole is not None:
            records, block_keys = whole
            _insert(engine, np.arange(physical + 1, physical + 1 + len(records)), records)
            keys.update(dict.fromkeys(block_keys))
            physical += len(records)
        else:
            physical += _take_one_by_one(engine, block, physical, keys, rejected)
    lookup = JsonLookup(list(keys))
    return Reading(lookup.relation, lookup, physical, partial(_places, name, path, held_in), rejected)


def _parsed_blocks(
    engine: DuckDBEngine, blocks: Iterable[JsonBlock]
) -> Iterator[tuple[JsonBlock, tuple[pa.StringArray, list[str]] | None]]:
    """The blocks, each with what `sound_block` finds; of one that is not sound the parts, most of which may be."""
    for block in blocks:
        whole = sound_block(engine, block)
        if whole is None and block.is_divisible:
            yield from ((part, sound_block(engine, part)) for part in block.parts())
        else:
            yield block, whole


def _take_one_by_one(
    engine: DuckDBEngine, block: JsonBlock, before: int, keys: dict[str, None], rejected: list[Rejection]
) -> int:
    """Check each text of a block; the number of texts."""
    numbers: list[int] = []
    texts: list[bytes] = []
    number = before
    for number, text in enumerate(block.texts(), before + 1):
        try:
            keys.update(dict.fromkeys(checked_object(text.text)))
        except BrokenJson as error:
            rejected.append(Rejection(text.line, text.byte_offset, None, error.rule))
        else:
            numbers.append(number)
            texts.append(text.text)
    if texts:
        import pyarrow as pa

        _insert(engine, numbers, pa.array(texts, pa.string()))
    return number - before


def _insert(engine: DuckDBEngine, numbers: Sequence[int] | np.ndarray, records: pa.StringArray) -> None:
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
