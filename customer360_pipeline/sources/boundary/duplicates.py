"""Tells rows apart: one row per key, and a key for events that have none.

An event without an id is named by its content and by how often that content occurred in its file before. So two
equal events of one file stay two, and the same event delivered in two files (a daily and an intraday table, two
overlapping exports) is one. Of a web event the content is who, when and what: attribution is left out, because an
intraday table does not carry it yet, and the export's batch numbers are taken in, because they order equal times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from customer360_pipeline.engine.duckdb import DuckDBEngine, literal, quote
from customer360_pipeline.sources.shapes import Shape

WEB_CONTENT = ("device_id", "user_id", "email", "session_id", "event_name", "page_views", "page_url", "occurred_at")
MADE = "e_"
BATCH_NUMBERS = ("batch_page_id", "batch_ordering_id", "batch_event_index")


def named_event(shape: Shape, mapped: Sequence[str], batch_numbers: Sequence[str]) -> str:
    """SQL of an event's id: its own, or one made of its content as if that had not occurred before.

    Args:
        mapped: canonical fields that the file can fill; they stand in the row under their names, typed.
        batch_numbers: those of `BATCH_NUMBERS` that stand in the row, as text.
    """
    content = WEB_CONTENT if shape.name == "web_event" else tuple(shape.fields)
    parts = [
        _part(quote(field), shape.fields[field][0]) for field in content if field in mapped and field != "event_id"
    ]
    if shape.name == "web_event":
        parts += [name if name in batch_numbers else "NULL" for name in BATCH_NUMBERS]
    # A separator no text has keeps ('ab', 'c') and ('a', 'bc') apart; NULL is told from an empty text by chr(2).
    joined = f"concat_ws(chr(1), {', '.join(f'coalesce({part}, chr(2))' for part in parts)})" if parts else "''"
    made = f"'{MADE}' || md5({joined}) || '_1'"
    return f"coalesce({quote('event_id')}, {made})" if "event_id" in mapped else made


def _part(column: str, type_: str) -> str:
    # A count is written in half the time of a date, and this is done for every event.
    return f"CAST({f'epoch_us({column})' if type_ == 'TIMESTAMP' else column} AS VARCHAR)"


def number_events(engine: DuckDBEngine, table: str, file: str) -> None:
    """Number the events of a file whose made ids are equal: `_1`, `_2` ... in the file's order."""
    made = f"source_file = {literal(file)} AND starts_with(event_id, '{MADE}')"
    repeated = f"SELECT event_id FROM {table} WHERE {made} GROUP BY event_id HAVING count(*) > 1"
    if not engine.rows(f"SELECT 1 FROM ({repeated}) LIMIT 1"):
        return
    engine.execute(
        f"UPDATE {table} SET event_id = numbered.id FROM (SELECT source_row, left(event_id, -1) || row_number() "
        f"OVER (PARTITION BY event_id ORDER BY source_row) AS id FROM {table} WHERE {made} AND "
        f"event_id IN ({repeated})) AS numbered WHERE {table}.source_row = numbered.source_row AND {made}"
    )


@dataclass(frozen=True)
class Copies:
    """Rows of one key in a table of rows, and which of them is kept.

    The latest, of equals the one in the first form, of these the one in the last file, of these the last row. A
    vendor's forms of one object differ in what they tell (an amount captured, a user id): which one is kept must not
    depend on how somebody named the files.

    Args:
        key: the column of the key.
        latest_by: times in the row.
        forms: files of each layout that has files, in the contract's order.
    """

    engine: DuckDBEngine
    table: str
    key: str
    latest_by: Sequence[str] = ()
    forms: Sequence[Sequence[str]] = ()

    def drop(self) -> int:
        """Keep one row per key; the number of rows dropped."""
        if not self._there_are():
            return 0
        losers = (
            f"SELECT source_file, source_row FROM ({self._rows()}) "
            f"QUALIFY row_number() OVER (PARTITION BY {quote(self.key)} ORDER BY {self._order()}) > 1"
        )
        rows = f"SELECT count(*) FROM {self.table}"
        before = self.engine.scalar(rows)
        self.engine.execute(f"DELETE FROM {self.table} WHERE (source_file, source_row) IN ({losers})")
        return int(before - self.engine.scalar(rows))

    def differing(self, money: Sequence[str], absent: Sequence[str] = ()) -> list[tuple[str, int]]:
        """(file, records) whose copy gives other money than the one in another form that will be kept.

        Copies in one form are of different days, on which more may have been refunded or paid: that is no news.

        Args:
            money: SQL on a row's columns.
            absent: columns that the table lacks, as SQL.
        """
        if not money or len(self.forms) < 2 or not self._there_are():
            return []
        kept = f"first_value({{}}) OVER (PARTITION BY {quote(self.key)} ORDER BY {self._order()})"
        other = " OR ".join(f"{sql} <> {kept.format(sql)}" for sql in money)
        form = self._form()
        said = (
            f"SELECT source_file, {quote(self.key)} AS key, {form} <> {kept.format(form)} AND ({other}) AS is_other "
            f"FROM ({self._rows(absent)})"
        )
        return self.engine.rows(
            f"SELECT source_file, count(DISTINCT key) FROM ({said}) WHERE is_other GROUP BY source_file ORDER BY 1"
        )

    def _twice(self) -> str:
        return f"SELECT {quote(self.key)} FROM {self.table} GROUP BY {quote(self.key)} HAVING count(*) > 1"

    def _there_are(self) -> bool:
        return bool(self.engine.rows(f"SELECT 1 FROM ({self._twice()}) LIMIT 1"))

    def _rows(self, more: Sequence[str] = ()) -> str:
        # Only rows of keys that occur twice are ordered; an entity without duplicates costs one aggregation.
        return f"SELECT {', '.join(['*', *more])} FROM {self.table} WHERE {quote(self.key)} IN ({self._twice()})"

    def _order(self) -> str:
        form = [self._form()] if len(self.forms) > 1 else []
        latest = [f"{quote(name)} DESC NULLS LAST" for name in self.latest_by]
        return ", ".join([*latest, *form, "source_file DESC", "source_row DESC"])

    def _form(self) -> str:
        """SQL of the place of a row's form."""
        names = [", ".join(map(literal, files)) for files in self.forms]
        return f"CASE {' '.join(f'WHEN source_file IN ({of_form}) THEN {n}' for n, of_form in enumerate(names))} END"
