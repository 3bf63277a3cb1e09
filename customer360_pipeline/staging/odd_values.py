"""Canonical keys of the e-mails and names that plain SQL would get wrong. One row per kind and value as written.

Most values are plain: an ASCII address, a name of ASCII letters. Their key is their lower-case form, made in SQL.
The rest (accents, blanks, titles, other scripts, text that is no address) come here, once per distinct value,
because a million calls into Python would cost more than the whole pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.staging.canonical import (
    ORGANISATIONS,
    SUFFIXES,
    TITLES,
    email_key,
    family_name_key,
    given_name_key,
    split_full_name,
)

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="staging.odd_values",
    description="Canonical keys of the e-mails and names that are not plain ASCII. One row per kind and value.",
    columns=columns(
        "kind VARCHAR | email, given_name, family_name or full_name.",
        "value VARCHAR | The value as written.",
        "key VARCHAR | The canonical key, NULL where the value has none; of a full name its given name, as written.",
        "family_name VARCHAR | Of a full name its family name, as written.",
    ),
    depends=(
        "staging.contact_rows",
        "staging.charge_rows",
        "staging.touch_rows",
        "staging.device_users",
    ),
    unique=(("kind", "value"),),
    not_null=("kind", "value"),
)

_WORDS = "|".join(sorted(TITLES | SUFFIXES))
_ENDINGS = "|".join(sorted(SUFFIXES | ORGANISATIONS))
PLAIN = {
    "email": r"[A-Za-z0-9_][A-Za-z0-9_.+'%&-]*@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,24}",
    "name": r"[A-Za-z]+",
    "full_name": r"[A-Za-z]+ [A-Za-z]+",
}
_TITLED = f"(^({_WORDS})( |$))|( ({_ENDINGS})$)"

_EMAILS = """
    SELECT email AS value FROM staging.contact_rows
    UNION ALL SELECT trim(part) FROM staging.contact_rows, unnest(string_split(additional_emails, ';')) AS parts(part)
    UNION ALL SELECT email FROM staging.charge_rows
    UNION ALL SELECT email FROM staging.touch_rows
    UNION ALL SELECT email FROM staging.device_users"""
_FULL_NAMES = """
    SELECT full_name AS value FROM staging.contact_rows WHERE first_name IS NULL AND last_name IS NULL
    UNION ALL SELECT full_name FROM staging.charge_rows"""


def _odd(engine: DuckDBEngine, values: str, plain: str, *, is_name: bool) -> list[str]:
    titled = "OR regexp_extract(lower(value), $titled) <> ''" if is_name else ""
    parameters = {"plain": f"^(?:{plain})$"} | ({"titled": _TITLED} if is_name else {})
    sql = f"""SELECT DISTINCT value FROM ({values})
        WHERE value IS NOT NULL AND (regexp_extract(value, $plain) = '' {titled}) ORDER BY value"""
    return [row[0] for row in engine.rows(sql, parameters)]


def _rows(engine: DuckDBEngine) -> Iterator[tuple[str, str, str | None, str | None]]:
    for value in _odd(engine, _EMAILS, PLAIN["email"], is_name=False):
        yield "email", value, email_key(value), None
    full = {value: split_full_name(value) for value in _odd(engine, _FULL_NAMES, PLAIN["full_name"], is_name=True)}
    yield from (("full_name", value, given, family) for value, (given, family) in full.items())
    for kind, column, key_of, part in (
        ("given_name", "first_name", given_name_key, 0),
        ("family_name", "last_name", family_name_key, 1),
    ):
        values = f"SELECT nullif(trim({column}), '') AS value FROM staging.contact_rows"
        odd = set(_odd(engine, values, PLAIN["name"], is_name=True))
        odd |= {name for parts in full.values() if (name := parts[part])}
        yield from ((kind, value, key_of(value), None) for value in sorted(odd))


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Canonicalise every distinct value that is not plain."""
    import pyarrow as pa

    rows = list(_rows(engine))
    names = ("kind", "value", "key", "family_name")
    data = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)}
    engine.create_table_from_arrow(TABLE.name, pa.table(data))
