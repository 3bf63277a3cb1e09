"""Reads a JSON file: Arrow's strict parser passes whole chunks, our own check looks at what it would not pass."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal
from customer360_pipeline.sources.boundary.json_check import broken_rule, needs_depth_check
from customer360_pipeline.sources.boundary.json_split import JsonText, json_texts
from customer360_pipeline.sources.boundary.reading import Place, Reading, matched
from customer360_pipeline.sources.boundary.rules import FIELD_BYTES, Rejection

JSON_TABLE = "boundary_json"
BATCH = 10_000
SLOTS = ("string_value", "int_value", "float_value", "double_value")
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
        if alias.endswith("]"):
            array, key = alias[:-1].split("[", 1)
            if array not in self.arrays:
                self.arrays.append(array)
            return pair_value(f"p{self.arrays.index(array)}", f"k{self.arrays.index(array)}", key, SLOTS)
        rest = [] if root == matched(alias, self.keys) else alias.split(".")[1:]
        path = "$" + "".join("." + _path_part(part) for part in (root, *rest))
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
            path = "$" + "".join("." + _path_part(part) for part in array.split("."))
            inner.append(f"from_json(json_extract(record, {literal(path)}), {literal(PAIRS)}) AS p{number}")
            columns += [f"p{number}", f"list_transform(p{number}, lambda x: x.key) AS k{number}"]
        source = f"(SELECT *, {', '.join(inner)} FROM {JSON_TABLE})" if inner else JSON_TABLE
        return f"SELECT {', '.join(columns)} FROM {source}"


def pair_value(array: str, keys: str, key: str, slots: Iterable[str]) -> str:
    """SQL of the value that an array of `{key, value: {slots}}` holds for a key, whichever slot is set."""
    element = f"{array}[list_position({keys}, {literal(key)})].value"
    return "coalesce(" + ", ".join(f"CAST({element}.{slot} AS VARCHAR)" for slot in slots) + ")"


def _path_part(part: str) -> str:
    return '"' + part.replace('"', '\\"') + '"'


def read_json(engine: DuckDBEngine, name: str, path: Path) -> Reading:
    """The records of a JSON file.

    Raises:
        FileRefused: zero bytes, UTF-16, or an array.
    """
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {JSON_TABLE} (source_row BIGINT, record VARCHAR)")
    rejected: list[Rejection] = []
    physical = 0
    for batch in _batches(json_texts(name, path)):
        rules = _broken_rules([text.text for text in batch])
        rejected += [
            Rejection(text.line, text.byte_offset, None, rule) for text, rule in zip(batch, rules, strict=True) if rule
        ]
        sound = [
            (physical + number, text.text)
            for number, (text, rule) in enumerate(zip(batch, rules, strict=True), 1)
            if not rule
        ]
        _insert(engine, sound)
        physical += len(batch)
    keys = engine.rows(
        f"SELECT DISTINCT unnest(keys) FROM (SELECT DISTINCT json_keys(record) AS keys FROM {JSON_TABLE}) ORDER BY ALL"
    )
    lookup = JsonLookup([key for (key,) in keys])
    return Reading(lookup.relation, lookup, physical, partial(_places, name, path), rejected)


def _batches(texts: Iterator[JsonText]) -> Iterator[list[JsonText]]:
    while batch := list(islice(texts, BATCH)):
        yield batch


def _broken_rules(texts: list[bytes]) -> list[str | None]:
    doubtful = [
        len(text) > FIELD_BYTES or text[:1] != b"{" or text.rstrip()[-1:] != b"}" or needs_depth_check(text)
        for text in texts
    ]
    plain = [text for text, is_doubtful in zip(texts, doubtful, strict=True) if not is_doubtful]
    is_sound = _arrow_passes(plain)
    return [
        broken_rule(text) if is_doubtful or not is_sound else None
        for text, is_doubtful in zip(texts, doubtful, strict=True)
    ]


def _arrow_passes(texts: list[bytes]) -> bool:
    """Whether Arrow reads the texts as that many objects. It refuses what DuckDB lets pass: a key twice, NaN.

    It also refuses a field whose type changes; the texts are then looked at one by one.
    """
    import pyarrow as pa
    from pyarrow import json

    if not texts:
        return True
    joined = b"\n".join(text.rstrip(b"\r\n") for text in texts)
    # Arrow passes a lone surrogate escape and the words NaN and Infinity; texts with them are looked at one by one.
    if any(word in joined for word in (b"\\ud", b"\\uD", b"NaN", b"Inf")):
        return False
    try:
        joined.decode()
        options = json.ReadOptions(use_threads=False, block_size=len(joined) + 1)
        return json.read_json(io.BytesIO(joined), read_options=options).num_rows == len(texts)
    except (pa.ArrowInvalid, UnicodeDecodeError, pa.ArrowNotImplementedError):
        return False


def _insert(engine: DuckDBEngine, rows: list[tuple[int, bytes]]) -> None:
    import pyarrow as pa

    if not rows:
        return
    numbers, texts = zip(*rows, strict=True)
    table = pa.table({"source_row": pa.array(numbers, pa.int64()), "record": pa.array(texts, pa.string())})
    engine.connection.register("boundary_batch", table)
    try:
        engine.execute(f"INSERT INTO {JSON_TABLE} SELECT * FROM boundary_batch")
    finally:
        engine.connection.unregister("boundary_batch")


def _places(name: str, path: Path, wanted: set[int]) -> dict[int, Place]:
    texts = enumerate(json_texts(name, path), 1)
    return {number: (text.line, text.byte_offset) for number, text in texts if number in wanted}
