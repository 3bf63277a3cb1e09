"""Reads a Parquet file through DuckDB; nested fields by dotted path, key-value arrays by key."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.boundary.json_file import SLOTS, pair_value
from customer360_pipeline.sources.boundary.reading import Place, Reading, matched, repeated
from customer360_pipeline.sources.boundary.rules import refused
from customer360_pipeline.sources.boundary.typed import json_of


class ParquetLookup:
    """Columns of a Parquet schema; `k0`, `k1` ... hold the keys of key-value arrays."""

    def __init__(self, schema: Any, path: Path) -> None:
        self.schema = schema
        self.path = path
        self.repeated = repeated(schema.names)
        self.arrays: list[str] = []

    def column(self, alias: str) -> str | None:
        """The top-level column an alias starts at."""
        whole = matched(alias, self.schema.names)
        return whole if whole is not None else matched(alias.split("[")[0].split(".")[0], self.schema.names)

    def text(self, alias: str) -> str | None:
        """The value at an alias as text; a list or struct as JSON."""
        import pyarrow as pa

        name = self.column(alias)
        if name is None:
            return None
        if alias.endswith("]"):
            return self._pair(name, alias[:-1].split("[", 1)[1])
        rest = [] if name == matched(alias, self.schema.names) else alias.split(".")[1:]
        sql, type_ = quote(name), self.schema.field(name).type
        for part in rest:
            inner = matched(part, [field.name for field in type_]) if pa.types.is_struct(type_) else None
            if inner is None:
                return None
            sql, type_ = f"{sql}.{quote(inner)}", type_.field(inner).type
        if pa.types.is_nested(type_):
            return f"CAST(to_json({sql}) AS VARCHAR)"
        text = f"CAST({sql} AS VARCHAR)"
        # pandas turns a column of whole numbers with a gap into floats: the id 1001 would be 1001.0 and meet nobody.
        return f"regexp_replace({text}, '\\.0$', '')" if pa.types.is_floating(type_) else text

    def _pair(self, name: str, key: str) -> str | None:
        import pyarrow as pa

        type_ = self.schema.field(name).type
        if not (pa.types.is_list(type_) or pa.types.is_large_list(type_)) or not pa.types.is_struct(type_.value_type):
            return None
        members = {field.name: field.type for field in type_.value_type}
        if "key" not in members or not pa.types.is_struct(members.get("value")):
            return None
        slots = [slot for slot in SLOTS if slot in {field.name for field in members["value"]}]
        if name not in self.arrays:
            self.arrays.append(name)
        return pair_value(quote(name), f"k{self.arrays.index(name)}", key, slots) if slots else None

    def names(self) -> list[str]:
        """The columns."""
        return list(self.schema.names)

    def extra(self, names: Iterable[str]) -> str:
        """JSON of these columns where they are not NULL."""
        return json_of((name, quote(name)) for name in names)

    def relation(self) -> str:
        """The SELECT that makes what `text` speaks of; to be asked after the last `text`."""
        keys = [
            f", list_transform({quote(name)}, lambda x: x.key) AS k{number}" for number, name in enumerate(self.arrays)
        ]
        source = f"read_parquet({literal(str(self.path))}, file_row_number = true)"
        return f"SELECT file_row_number + 1 AS source_row, *{''.join(keys)} FROM {source}"


def read_parquet(engine: DuckDBEngine, name: str, path: Path) -> Reading:
    """The records of a Parquet file.

    Raises:
        FileRefused: zero bytes, no Parquet, or no record.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.stat().st_size:
        raise refused(name, "zero bytes", "a Parquet file", "Export again.")
    try:
        with pq.ParquetFile(path) as file:
            schema, rows = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowInvalid, OSError):
        raise refused(name, "no whole Parquet file", "Parquet with its footer", "Transfer or export again.") from None
    if not rows:
        raise refused(name, "columns and no record", "records", "Export again.")
    lookup = ParquetLookup(schema, path)
    return Reading(lookup.relation, lookup, rows, _no_places)


def _no_places(wanted: set[int]) -> dict[int, Place]:
    return {number: (None, None) for number in wanted}
