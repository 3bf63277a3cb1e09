"""E.164 keys of all telephone numbers. One row per region and number as written that is a valid number.

A number without a country code is read in the region of its record's country, else in the default region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.staging.phone_patterns import BARE, e164_case

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

TABLE = Table(
    name="staging.phone_keys",
    description="E.164 keys of telephone numbers. One row per region and number as written that is valid.",
    columns=columns(
        "region VARCHAR | ISO 3166 region the number is read in: the record's country, else the default region.",
        "phone VARCHAR | The number as written.",
        "phone_key VARCHAR | The number in E.164, e.g. +14155552671; with an extension +14155552671;ext=12 (RFC 3966).",
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
    ), spellings AS (
      SELECT country, phone FROM numbers GROUP BY country, phone
    )
    SELECT DISTINCT coalesce(c.country_code, $region) AS region, n.phone
    FROM spellings AS n LEFT JOIN staging.country_codes AS c ON c.country = n.country"""

# Compiling the numbering plans takes the time in which the library reads eight thousand numbers.
_FEW = 5_000


def phone_key(text: str, region: str) -> str | None:
    """E.164 of a telephone number as it is dialled in a region, or None when the number is not valid.

    An extension stays, as RFC 3966 writes it: people who share a switchboard do not share a telephone.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{key};ext={number.extension}" if number.extension else key


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """Read every distinct number once: in SQL where there are many and the numbering plan is clear, else by the
    library."""
    import pyarrow as pa

    default = context.config.identity.default_phone_region
    decided = "CAST(NULL AS VARCHAR)"
    if engine.scalar("SELECT count(phone) + count(mobile_phone) FROM staging.contact_rows") > _FEW:
        regions = [row[0] for row in engine.rows("SELECT DISTINCT country_code FROM staging.country_codes")]
        decided = e164_case([default, *regions])
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE read_phones AS SELECT region, phone, {decided} AS phone_key "
        f"FROM (SELECT region, phone, {BARE} AS bare FROM ({_WRITTEN}))",
        {"region": default},
    )
    unclear = engine.rows("SELECT region, phone FROM read_phones WHERE phone_key IS NULL ORDER BY region, phone")
    rows = [(region, phone, key) for region, phone in unclear if (key := phone_key(phone, region))]
    names = ("region", "phone", "phone_key")
    asked = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})
    engine.connection.register("asked_phones", asked)
    try:
        engine.create_table(
            TABLE.name, "SELECT * FROM read_phones WHERE phone_key IS NOT NULL UNION ALL SELECT * FROM asked_phones"
        )
    finally:
        engine.connection.unregister("asked_phones")
        engine.execute("DROP TABLE temp.read_phones")
