"""One file's records as rows of a shape: every field looked up and typed once, the first broken field named.

The rows of all files of an entity gather in the temporary table `boundary_rows_<entity>`: the raw columns the
contract can fill, then `broken` (the canonical field that could not be read; NULL: none) and `time_flag` (a naive
time that the declared zone skips or has twice: `dst_gap` or `dst_ambiguous`, a colon, the field).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.boundary.duplicates import BATCH_NUMBERS, named_event
from customer360_pipeline.sources.boundary.reading import Lookup
from customer360_pipeline.sources.boundary.typed import (
    blank_to_null,
    changed,
    has_zone,
    in_range,
    is_naive,
    trimmed,
    type_of,
    typed,
)
from customer360_pipeline.sources.boundary.zones import create_zone, in_utc, time_flag, zone_join
from customer360_pipeline.sources.contract import Entity, FieldRule, FieldType, Layout, condition_of

ROWS = "boundary_rows"
NAIVE = "naive:"
UTC = ("UTC", "Etc/UTC", "GMT")


@dataclass(frozen=True)
class Mapping:
    """One file under one layout.

    Args:
        name: the file, below the extracts folder.
        time_zone: zone of naive times, or None.
        is_json: whether a text may be an object or array that came instead of text.
    """

    name: str
    entity: Entity
    layout: Layout
    lookup: Lookup
    time_zone: str | None
    is_json: bool

    def texts(self, field: str) -> list[str]:
        """SQL of each alias of a field that the file has, or of its constant."""
        rule = self.layout.fields.get(field)
        if rule is None:
            return []
        if rule.value is not None:
            return [literal(rule.value)]
        found = [self._alias(alias) for alias in rule.aliases]
        return [sql for sql in found if sql is not None]

    def _alias(self, alias: str) -> str | None:
        """SQL of one alias, NULL in rows in which its condition does not hold; None where the file lacks it."""
        name, condition = condition_of(alias)
        sql = self._groups().get(name[1:]) if name.startswith("@") else self.lookup.text(name)
        if sql is None or condition is None:
            return sql
        asked = self.lookup.text(condition.name)
        words = ", ".join(literal(word) for word in condition.words)
        return f"CASE WHEN lower(trim({asked})) IN ({words}) THEN {sql} END" if asked is not None else None

    def text(self, field: str) -> str:
        """SQL of a field's text: of its aliases the first that gives one."""
        found = [blank_to_null(sql) for sql in self.texts(field)]
        value = f"coalesce({', '.join(found)})" if len(found) > 1 else found[0] if found else "CAST(NULL AS VARCHAR)"
        return changed(self.layout.fields.get(field, FieldRule()), value)

    def used(self) -> set[str]:
        """The file's top-level names that some field is read from."""
        aliases = [condition_of(alias) for rule in self.layout.fields.values() for alias in rule.aliases]
        names = {name for name, _ in aliases} | {condition.name for _, condition in aliases if condition}
        return {name for name in map(self.lookup.column, names) if name is not None}

    def unmapped(self) -> list[str]:
        """The file's top-level names that no field is read from."""
        used = self.used()
        return [name for name in self.lookup.names() if name not in used]

    def missing(self) -> list[str]:
        """First aliases of the fields that the file has nothing for."""
        rules = self.layout.fields.items()
        return [rule.aliases[0] for field, rule in rules if rule.aliases and not self.texts(field)]

    def batch_numbers(self) -> dict[str, str]:
        """SQL of the batch numbers that a file of web events has: they order equal times."""
        if self.entity.shape_of.name != "web_event":
            return {}
        found = {name: self.lookup.text(name) for name in BATCH_NUMBERS}
        return {name: sql for name, sql in found.items() if sql is not None}

    def _groups(self) -> dict[str, str]:
        match = re.search(self.layout.file_name, self.name) if self.layout.file_name else None
        return {name: literal(value) for name, value in match.groupdict().items() if value} if match else {}

    def types(self) -> dict[str, FieldType]:
        """Canonical field -> how its text is read."""
        rules = self.layout.fields
        return {
            field: type_of(rules.get(field, FieldRule()), column_type)
            for field, (column_type, _) in self.entity.shape_of.fields.items()
        }


def columns_of(entity: Entity) -> list[tuple[str, str]]:
    """(name, type) of the raw columns that the contract can fill at all; the others are NULL in every row."""
    mapped = {field for layout in entity.layouts.values() for field in layout.fields} | {entity.row_key}
    return [(n, t) for n, t in entity.shape_of.columns() if n in mapped or n not in entity.shape_of.fields]


def create_rows(engine: DuckDBEngine, entity: Entity, table: str) -> None:
    """Start an entity with no row."""
    columns = [*columns_of(entity), ("broken", "VARCHAR"), ("time_flag", "VARCHAR")]
    types = ", ".join(f"{quote(name)} {type_}" for name, type_ in columns)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({types})")


def typed_select(engine: DuckDBEngine, mapping: Mapping, relation: Callable[[], str]) -> str:
    """The SELECT of a file's rows as `boundary_rows_<entity>` has them: texts, values and checks, one upon another."""
    types = mapping.types()
    mapped = [field for field in types if mapping.texts(field)]
    times = [field for field in mapped if types[field] == "timestamp"]
    extra = f"{mapping.lookup.extra(mapping.unmapped())} AS extra"
    texts = [f"{mapping.text(field)} AS {quote('t_' + field)}" for field in mapped]
    texts += [f"{sql} AS {name}" for name, sql in mapping.batch_numbers().items()]
    bare = [f"{trimmed('t_' + field)} AS {quote('t_' + field)}" for field in mapped if types[field] != "text"]
    zoned = [f"{has_zone('t_' + field)} AS {quote('z_' + field)}" for field in times]
    values = [f"{_value(mapping, field, types)} AS {quote(field)}" for field in mapped]
    ranged = [f"{in_range(types[f], quote(f))} AS {quote(f)}" for f in mapped if types[f] in ("date", "timestamp")]
    positive = [f for f in mapping.entity.shape_of.not_negative if f in mapped]
    ranged += [f"CASE WHEN {quote(f)} >= 0 THEN {quote(f)} END AS {quote(f)}" for f in positive]
    zone = mapping.time_zone if mapping.time_zone not in (None, *UTC) and times else None
    if zone:
        create_zone(engine, zone)
    final = [
        in_utc(name, zone) if zone and name in times else _final(mapping, name, type_, mapped)
        for name, type_ in columns_of(mapping.entity)
        if name in types
    ]
    # What `lookup` was asked for decides what the relation must give: it comes last.
    sql = f"SELECT source_row, {', '.join([*texts, extra])} FROM ({relation()})"
    sql = f"SELECT *{_replace(bare)} FROM ({sql})"
    sql = f"SELECT {', '.join(['*', *zoned])} FROM ({sql})"
    sql = f"SELECT *, {', '.join(values)} FROM ({sql})"
    sql = f"SELECT *{_replace(ranged)} FROM ({sql})"
    checks = f"{_broken(mapping, mapped, types)}, {time_flag(times, zone) if zone else 'NULL'}"
    joins = " ".join(map(zone_join, times)) if zone else ""
    return f"SELECT {', '.join(final)}, extra, {literal(mapping.name)}, source_row, {checks} FROM ({sql}) {joins}"


def _replace(columns: list[str]) -> str:
    return f" REPLACE ({', '.join(columns)})" if columns else ""


def _value(mapping: Mapping, field: str, types: dict[str, FieldType]) -> str:
    text = f"t_{field}"
    if types[field] == "text":
        if not mapping.is_json:
            return text
        return f"CASE WHEN {text}[1] IN ('{{', '[') AND json_valid({text}) THEN NULL ELSE {text} END"
    currency = "t_currency" if "currency" in mapping.entity.shape_of.fields and mapping.texts("currency") else "NULL"
    return typed(types[field], text, currency, f"z_{field}")


def _final(mapping: Mapping, field: str, column_type: str, mapped: list[str]) -> str:
    if field == "event_id":
        return named_event(mapping.entity.shape_of, mapped, list(mapping.batch_numbers()))
    if field not in mapped:
        return f"CAST(NULL AS {column_type})"
    return f"CAST({quote(field)} AS {column_type})"


def _broken(mapping: Mapping, mapped: list[str], types: dict[str, FieldType]) -> str:
    checked = [field for field in mapped if types[field] != "list" and (types[field] != "text" or mapping.is_json)]
    cases = [f"WHEN t_{field} IS NOT NULL AND {quote(field)} IS NULL THEN {literal(field)}" for field in checked]
    if mapping.time_zone is None:
        naive = [field for field in mapped if types[field] == "timestamp"]
        cases = [
            f"WHEN {is_naive('t_' + f, 'z_' + f)} AND {quote(f)} IS NOT NULL THEN {literal(NAIVE + f)}" for f in naive
        ] + cases
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
