"""E.164 keys of all telephone numbers. One row per region and number as written that is a valid number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="staging.phone_keys",
    description="E.164 keys of telephone numbers. One row per region and number as written that is valid.",
    columns=columns(
        "region VARCHAR | ISO 3166 region the number is read in: the record's country, else the default region.",
        "phone VARCHAR | The number as written.",
        "phone_key VARCHAR | The number in E.164, e.g. +14155552671.",
    ),
    depends=("staging.contact_rows", "staging.country_codes"),
    settings=("identity_default_phone_region",),
    unique=(("region", "phone"),),
    not_null=("region", "phone", "phone_key"),
)

_WRITTEN = """
    WITH numbers AS (
      SELECT country, phone FROM staging.contact_rows WHERE phone IS NOT NULL
      UNION ALL SELECT country, mobile_phone FROM staging.contact_rows WHERE mobile_phone IS NOT NULL
    )
    SELECT DISTINCT coalesce(c.country_code, $region) AS region, n.phone
    FROM numbers AS n LEFT JOIN staging.country_codes AS c ON c.country = n.country
    ORDER BY region, phone"""


def phone_key(text: str, region: str) -> str | None:
    """E.164 of a telephone number as it is dialled in a region, or None when the number is not valid."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Parse every distinct number once."""
    import pyarrow as pa

    written = engine.rows(_WRITTEN, {"region": context.config.identity.default_phone_region})
    keys = [(region, phone, key) for region, phone in written if (key := phone_key(phone, region))]
    names = ("region", "phone", "phone_key")
    data = {name: pa.array([key[i] for key in keys], pa.string()) for i, name in enumerate(names)}
    engine.create_table_from_arrow(TABLE.name, pa.table(data))
