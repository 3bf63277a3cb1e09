"""The code of every country as written in a contact. One row per spelling that names a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.staging.canonical import country_code

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="staging.country_codes",
    description="The code of every country as written in a contact. One row per spelling that names a country.",
    columns=columns(
        "country VARCHAR | The country as written.",
        "country_code VARCHAR | ISO 3166 two-letter code.",
    ),
    depends=("staging.contact_rows",),
    unique=(("country",),),
    not_null=("country", "country_code"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Look every distinct spelling up; one that names no country has no row."""
    import pyarrow as pa

    written = [row[0] for row in engine.rows("SELECT DISTINCT country FROM staging.contact_rows ORDER BY country")]
    known = [(text, code) for text in written if text and (code := country_code(text))]
    engine.create_table_from_arrow(
        TABLE.name,
        pa.table({"country": [k[0] for k in known], "country_code": [k[1] for k in known]},
                 schema=pa.schema([("country", pa.string()), ("country_code", pa.string())])),
    )  # fmt: skip
