"""Why a record is quarantined and a file refused. docs/quarantine.md explains every rule; a test keeps them equal."""

from __future__ import annotations

from dataclasses import dataclass

from customer360_pipeline.errors import FileRefused

FIELD_BYTES = 1 << 20
ROW_BYTES = 8 << 20
MAX_COLUMNS = 1000
MAX_DEPTH = 64

# Rule -> what was expected instead. No rule ever shows the value it refused.
RULES = {
    "too_few_fields": "as many fields as the header has",
    "too_many_fields": "as many fields as the header has",
    "unclosed_quote": "a closing quote before the next record begins",
    "swallowed_lines": "a quoted field whose lines do not look like records of their own",
    "text_after_quote": "a separator or the end of the line after a closing quote",
    "not_utf8": "UTF-8 text",
    "nul_byte": "text without NUL bytes",
    "field_too_large": "a field of at most 1 MB",
    "record_too_large": "a record of at most 8 MB",
    "not_json": "one whole JSON object",
    "two_objects": "one object a line",
    "not_an_object": "a JSON object",
    "duplicate_key": "each key once in an object",
    "lone_surrogate": "escapes that stand for whole characters",
    "too_deep": "at most 64 levels of nesting",
    "not_text": "plain text, not an object or array",
    "not_integer": "a whole number",
    "not_boolean": "true or false (also 1 and 0, yes and no)",
    "not_date": "a date YYYY-MM-DD that exists, from 1850 to 2199",
    "not_timestamp": "an ISO 8601 time that exists, from 1900 to 2199; its zone an offset, Z, UTC, GMT or a whole name "
    "as Europe/Berlin",
    "not_epoch": "a whole count since 1970 in the declared unit, from 1990 to 2199",
    "not_amount": "a number below a trillion that fits its currency; not negative for a charge, refund or dispute",
    "not_currency": "a three-letter ISO 4217 code",
    "not_nested": "a JSON array or object",
    "not_ratio": "a share from 0 to 1, or a percentage from 0 to 100, as the source's contract says",
    "not_duration": "a count in the declared unit, or hours:minutes:seconds",
    "key_missing": "an id",
}

RULE_OF_TYPE = {
    "text": "not_text",
    "integer": "not_integer",
    "seconds_as_minutes": "not_integer",
    "boolean": "not_boolean",
    "date": "not_date",
    "timestamp": "not_timestamp",
    "epoch_seconds": "not_epoch",
    "epoch_millis": "not_epoch",
    "epoch_micros": "not_epoch",
    "amount_minor": "not_amount",
    "amount_major": "not_amount",
    "amount_float": "not_amount",
    "currency": "not_currency",
    "json": "not_nested",
    "ratio": "not_ratio",
    "percent": "not_ratio",
    "milliseconds": "not_duration",
    "minutes": "not_duration",
    "salesforce_id": "not_text",
    "guid": "not_text",
}


@dataclass(frozen=True)
class Rejection:
    """One quarantined record: where it starts, and which rule it broke. Never its content.

    Args:
        line: 1-based line where the record starts; None in Parquet, which has no lines.
        byte_offset: of the record's first byte in the (decompressed) file; None in Parquet.
        column: the vendor's column or the canonical field, where one is to blame.
    """

    line: int | None
    byte_offset: int | None
    column: str | None
    rule: str


def refused(file: str, found: str, expected: str, remedy: str) -> FileRefused:
    """The error for a file that cannot be trusted as a whole."""
    return FileRefused(f"{file}: {found}. Expected {expected}. {remedy}")
