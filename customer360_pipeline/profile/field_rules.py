"""The survivorship settings as a table: how far each source is trusted for each field, and which fields go together.

The order of records within a customer is in `profile/records.sql`; both meet in `profile/attribute_values.sql`.
"""

from __future__ import annotations

from customer360_pipeline.config import CONTACT_FIELDS
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table, columns
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.profile.small_table import create_small_table
from customer360_pipeline.run_context import RunContext

NOT_TRUSTED = 999

TABLE = Table(
    name="profile.field_rules",
    description="How a source's value of a field is ranked. One row per field and source.",
    columns=columns(
        "field VARCHAR | Contact field.",
        "source VARCHAR | Source.",
        "unit VARCHAR | What wins as one: the group of the field, or the field itself.",
        "unit_number INTEGER | Number of the unit.",
        "is_anchor BOOLEAN | First field of its group: a record that gives it goes before one that does not.",
        "trust INTEGER | Place of the source in the field's source_of_truth, from 0; 999 when it has none.",
        "is_mapped BOOLEAN | The source's contract maps something to the field.",
    ),
    unique=(("field", "source"),),
    not_null=("field", "source", "unit", "unit_number", "is_anchor", "trust", "is_mapped"),
)


def build(engine: DuckDBEngine, context: RunContext) -> None:
    """One row per field and source.

    Raises:
        ConfigError: a source of truth that is no source.
    """
    policy = context.config.survivorship
    sources = [source.source for source in context.sources]
    unknown = sorted({name for names in policy.source_of_truth.values() for name in names} - set(sources))
    if unknown:
        raise ConfigError(
            f"survivorship.source_of_truth: {', '.join(unknown)} is no source; one of {', '.join(sources)}"
        )
    units = {field: group for group, fields in policy.groups.items() for field in fields}
    anchors = {fields[0] for fields in policy.groups.values() if fields}
    mapped = {(source.source, field) for source in context.sources for field in source.mapped_fields()}
    numbers = {unit: number for number, unit in enumerate(dict.fromkeys(units.get(f, f) for f in CONTACT_FIELDS))}
    rows = []
    for field in CONTACT_FIELDS:
        unit = units.get(field, field)
        trusted = policy.source_of_truth.get(unit, ())
        for source in sources:
            trust = trusted.index(source) if source in trusted else NOT_TRUSTED
            rows.append((field, source, unit, numbers[unit], field in anchors, trust, (source, field) in mapped))
    create_small_table(engine, TABLE, rows)
