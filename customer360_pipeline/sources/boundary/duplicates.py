"""Tells rows apart: one row per key, and a key for events that have none.

An event without an id is named by its content and by how often that content occurred in its file before. So two
equal events of one file stay two, and the same event delivered in two files (a daily and an intraday table, two
overlapping exports) is one. Of a web event the content is who, when and what: attribution is left out, because an
intraday table does not carry it yet, and the export's batch numbers are taken in, because they order equal times.
"""

from __future__ import annotations

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.shapes import Shape

WEB_CONTENT = ("device_id", "user_id", "email", "session_id", "event_name", "page_views", "page_url", "occurred_at")
BATCH_NUMBERS = ("batch_page_id", "batch_ordering_id", "batch_event_index")


def name_events(engine: DuckDBEngine, table: str, shape: Shape, file: str) -> None:
    """Give every event of a file that has no id an id made of its content and occurrence."""
    where = f"event_id IS NULL AND source_file = {literal(file)}"
    if not engine.scalar(f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT 1)"):
        return
    is_web = shape.name == "web_event"
    content = WEB_CONTENT if is_web else tuple(field for field in shape.fields if field != "event_id")
    parts = [f"CAST({quote(field)} AS VARCHAR)" for field in content]
    if is_web:
        parts += [f"json_extract_string(extra, '$.{name}')" for name in BATCH_NUMBERS]
    # A length before each part keeps ('ab', 'c') and ('a', 'bc') apart; NULL is told from an empty text by 'n'.
    joined = ", ".join(f"coalesce(length({part}) || ':' || {part}, 'n')" for part in parts)
    engine.execute(
        f"UPDATE {table} SET event_id = named.id FROM ("
        f"SELECT source_row, content || '-' || row_number() OVER (PARTITION BY content ORDER BY source_row) AS id "
        f"FROM (SELECT source_row, md5(concat_ws('|', {joined})) AS content FROM {table} WHERE {where})) AS named "
        f"WHERE {table}.source_row = named.source_row AND {where}"
    )


def drop_duplicates(engine: DuckDBEngine, table: str, key: str, latest_by: str | None) -> int:
    """Keep one row per key: the latest, of equals the one in the last file, of these the last row.

    Returns the number of rows dropped.
    """
    column = quote(key)
    duplicated = f"SELECT {column} FROM {table} GROUP BY {column} HAVING count(*) > 1"
    # Only rows of keys that occur twice are ordered; an entity without duplicates costs one aggregation.
    order = ", ".join([*([f"{quote(latest_by)} DESC NULLS LAST"] if latest_by else []),
                       "source_file DESC", "source_row DESC"])  # fmt: skip
    losers = (
        f"SELECT source_file, source_row FROM {table} WHERE {column} IN ({duplicated}) "
        f"QUALIFY row_number() OVER (PARTITION BY {column} ORDER BY {order}) > 1"
    )
    before = engine.scalar(f"SELECT count(*) FROM {table}")
    engine.execute(f"DELETE FROM {table} WHERE (source_file, source_row) IN ({losers})")
    return int(before - engine.scalar(f"SELECT count(*) FROM {table}"))
