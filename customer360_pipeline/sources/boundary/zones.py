"""Naive times in the zone the contract declares: their UTC, and a flag where the zone skips or repeats them.

The engine's own conversion costs as much as all other typing of a row together, and only days on which the offset
changes need it. So a temporary table holds each day's offset from UTC, NULL on those days, and is joined by day.
"""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.boundary.typed import is_naive

ZONE_TABLE = "boundary_zone"


def create_zone(engine: DuckDBEngine, zone: str) -> None:
    """Make the table (day, shift) of a zone for 1970 to 2099; `shift` is what local time is ahead of UTC."""
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {ZONE_TABLE} AS SELECT CAST(day AS DATE) AS day, "
        "CASE WHEN before = after THEN before END AS shift FROM (SELECT day, "
        "day - INTERVAL 12 HOUR - timezone('UTC', timezone($zone, day - INTERVAL 12 HOUR)) AS before, "
        "day + INTERVAL 36 HOUR - timezone('UTC', timezone($zone, day + INTERVAL 36 HOUR)) AS after "
        "FROM generate_series(TIMESTAMP '1970-01-01', TIMESTAMP '2099-12-31', INTERVAL 1 DAY) AS days(day))",
        {"zone": zone},
    )


def zone_join(field: str) -> str:
    """The join that gives a field's local day its shift."""
    return f"LEFT JOIN {ZONE_TABLE} AS {_alias(field)} ON {_alias(field)}.day = CAST({quote(field)} AS DATE)"


def in_utc(field: str, zone: str) -> str:
    """SQL of a field's UTC time; in a gap the clock is moved on, of two times one is always taken."""
    local, shift = quote(field), f"{_alias(field)}.shift"
    converted = f"CASE WHEN {shift} IS NOT NULL THEN {local} - {shift} ELSE {_utc(zone, local)} END"
    return f"CASE WHEN {is_naive('t_' + field, 'z_' + field)} THEN {converted} ELSE {local} END"


def time_flag(fields: list[str], zone: str) -> str:
    """SQL that names the first field whose naive time the zone skips or has twice: `dst_gap:<field>`."""
    return f"coalesce({', '.join(_flag(field, zone) for field in fields)})" if fields else "NULL"


def _flag(field: str, zone: str) -> str:
    local, instant = quote(field), f"timezone({literal(zone)}, {quote(field)})"
    twice = " OR ".join(
        f"timezone({literal(zone)}, {instant} {sign} INTERVAL {minutes} MINUTE) = {local}"
        for sign in "+-"
        for minutes in (30, 60)
    )
    return (
        f"CASE WHEN {local} IS NULL OR {_alias(field)}.shift IS NOT NULL OR NOT {is_naive('t_' + field, 'z_' + field)} "
        f"THEN NULL "
        f"WHEN timezone({literal(zone)}, {instant}) <> {local} THEN {literal('dst_gap:' + field)} "
        f"WHEN {twice} THEN {literal('dst_ambiguous:' + field)} END"
    )


def _utc(zone: str, local: str) -> str:
    return f"timezone('UTC', timezone({literal(zone)}, {local}))"


def _alias(field: str) -> str:
    return quote("zone_of_" + field)
