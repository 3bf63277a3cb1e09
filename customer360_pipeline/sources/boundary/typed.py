"""SQL that reads a text as a type: the value, or NULL where the text is present and is none.

Each expression takes text that is not blank. What NULL then means (quarantine) is decided in `rows.py`.
Exponents: https://docs.stripe.com/currencies (Stripe's, which differ from ISO 4217 for ISK, UGX and MGA).
"""

from __future__ import annotations

from collections.abc import Iterable
from json import dumps

from customer360_pipeline.engine.duckdb import literal
from customer360_pipeline.sources.contract import FieldRule, FieldType

ZERO_DECIMALS = ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF",
                 "XPF")  # fmt: skip
THREE_DECIMALS = ("BHD", "JOD", "KWD", "OMR", "TND")
MONEY = "DECIMAL(18,3)"
# An amount is below 10^12 major units: a thousand at the ceiling, or a million of a billion, sum up within MONEY.
AMOUNT_DIGITS = 12
RATIO = "DECIMAL(9,6)"

DEFAULT_TYPES: dict[str, FieldType] = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    MONEY: "amount_major",
    RATIO: "ratio",
}
# A time with an offset, Z, UTC, GMT or the whole name of a zone. Abbreviations mean several zones each (BST is London's
# or Bangladesh's, CST Chicago's or China's), of which the engine takes one.
ZONED = "[0-9T:. -]+( ?([+-](0[0-9]|1[0-4])(:?[0-5][0-9]){0,2}|Z)| ((?i:UTC|GMT)|[A-Za-z_]+/[A-Za-z0-9_/+-]+))"
EPOCH_UNITS = {"epoch_seconds": 1_000_000, "epoch_millis": 1_000, "epoch_micros": 1}


def type_of(rule: FieldRule, column_type: str) -> FieldType:
    """How a field's text is read: as the contract says, else by the canonical column's type."""
    # Its counts were made ISO times before (`iso_of_millis`).
    return "timestamp" if rule.type == "timestamp_or_millis" else rule.type or DEFAULT_TYPES[column_type]


def typed(type_: FieldType, text: str, currency: str, zoned: str) -> str:
    """SQL of the value of a text; `timestamp` stays in its own zone.

    Args:
        text: SQL of a text without blanks around it.
        currency: SQL of the currency's text, for amounts.
        zoned: SQL of `has_zone(text)`, for times; computed once, since several columns ask.
    """
    if type_ in EPOCH_UNITS:
        return _epoch(text, EPOCH_UNITS[type_])
    known = {
        "integer": f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]{{1,18}}([.]0*)?') THEN "
        f"TRY_CAST(split_part({text}, '.', 1) AS BIGINT) END",
        "boolean": f"CASE WHEN lower({text}) IN ('true', '1', 'yes', 't', 'y') THEN true "
        f"WHEN lower({text}) IN ('false', '0', 'no', 'f', 'n') THEN false END",
        "date": f"CASE WHEN {_starts_with_digit(text)} THEN TRY_CAST({text} AS DATE) END",
        "timestamp": _time(text, zoned),
        "amount_minor": _minor(text, currency),
        "amount_major": _major(text, currency),
        "amount_float": _float(text, currency),
        "currency": f"CASE WHEN regexp_full_match(upper({text}), '[A-Z]{{3}}') THEN upper({text}) END",
        "ratio": _ratio(text, 1),
        "percent": _ratio(text, 100),
        "milliseconds": _seconds(text, "round({0} / 1000)"),
        "minutes": _seconds(text, "round({0} * 60)"),
        "list": _list(text),
        "words": f"regexp_replace({text}, '\\s+', ';', 'g')",
        "seconds_as_minutes": f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]{{1,18}}([.]0*)?') THEN "
        f"TRY_CAST(floor((CAST(split_part({text}, '.', 1) AS BIGINT) + 30) / 60) AS BIGINT) END",
        "ids": _ids(text),
        "first_id": f"nullif(trim(split_part({_ids(text)}, ';', 1)), '')",
        "json": f"CASE WHEN {text}[1] IN ('{{', '[') AND json_valid({text}) THEN {text} END",
        "salesforce_id": _salesforce_id(text),
        "guid": f"lower(replace(replace({text}, '{{', ''), '}}', ''))",
    }
    return known[type_]


def in_range(type_: FieldType, value: str) -> str:
    """SQL of a date or time that can be meant, NULL for another; other types as they are."""
    if type_ == "date":
        low, high = "DATE '1850-01-01'", "DATE '2200-01-01'"
    elif type_ == "timestamp":
        low, high = "TIMESTAMP '1900-01-01'", "TIMESTAMP '2200-01-01'"
    else:
        return value
    return f"CASE WHEN {value} >= {low} AND {value} < {high} THEN {value} END"


def iso_of_millis(text: str) -> str:
    """SQL of a text in which a count of milliseconds since 1970 became the ISO time that it is; others stay.

    Twelve or thirteen digits without anything between them are no ISO time, so neither is read as the other.
    """
    count = f"TRY_CAST({text} AS BIGINT)"
    iso = f"strftime(make_timestamp({count} * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')"
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{12,13}}') THEN {iso} ELSE {text} END"


def has_zone(text: str) -> str:
    """SQL: whether a time names its zone or offset."""
    return f"CASE WHEN suffix({text}, 'Z') THEN true ELSE regexp_matches(substr({text}, 12), '[A-Za-z+-]') END"


def is_naive(text: str, zoned: str) -> str:
    """SQL: whether a time is written without a zone (a bare date is a day, not a naive time)."""
    return f"(length({text}) > 10 AND NOT {zoned})"


def trimmed(text: str) -> str:
    """SQL of a text without the blanks around it."""
    # To ask for a blank at either end costs a third of asking for the text without them.
    return f"CASE WHEN {text} < '!' OR suffix({text}, ' ') THEN trim({text}) ELSE {text} END"


def changed(rule: FieldRule, text: str) -> str:
    """SQL of a text after the contract's `values`; other words stay."""
    if not rule.values:
        return text
    cases = " ".join(
        f"WHEN {literal(old.strip().lower())} THEN {literal(new) if new else 'NULL'}"
        for old, new in rule.values.items()
    )
    return f"CASE lower(trim({text})) {cases} ELSE {text} END"


def blank_to_null(text: str) -> str:
    """SQL: a text of nothing but blanks is no value; any other is kept to the letter."""
    # Text that starts above the blank is told by its first bytes, twenty times faster than by trim().
    return f"CASE WHEN {text} >= '!' THEN {text} WHEN trim({text}) <> '' THEN {text} END"


def json_of(pairs: Iterable[tuple[str, str]], are_json: bool = False) -> str:
    """SQL of a JSON object of (name, SQL) pairs without those that are NULL; NULL when all are.

    Args:
        are_json: whether the values are texts of JSON already.
    """
    # One concat copies each text once; to join name and text first, or all with commas, copies the long ones again.
    # Merging objects to leave out what is NULL would parse each again.
    members = [
        f"CASE WHEN {sql} IS NOT NULL THEN {literal(f',{dumps(name, ensure_ascii=False)}:')} END, "
        f"{sql if are_json else f'CAST(to_json({sql}) AS VARCHAR)'}"
        for name, sql in pairs
    ]
    return f"nullif('{{' || ltrim(concat({', '.join(members)}, '}}'), ','), '{{}}')" if members else "NULL"


def _starts_with_digit(text: str) -> str:
    # DuckDB also casts words such as 'infinity' and 'epoch'.
    return f"{text} BETWEEN '0' AND ':'"


def _time(text: str, zoned: str) -> str:
    # A cast to TIMESTAMP drops an offset, and whatever stands behind a blank. The one to TIMESTAMPTZ heeds both at four
    # times the cost, and takes an offset only without the blank, as ISO 8601 writes it. Z is no offset.
    plain = f"TRY_CAST({text} AS TIMESTAMP)"
    has_blank = f"contains(substr({text}, 12), ' ')"
    joined = f"replace(replace(replace({text}, ' +', '+'), ' -', '-'), ' Z', 'Z')"
    heeded = f"CAST(TRY_CAST(CASE WHEN {has_blank} THEN {joined} ELSE {text} END AS TIMESTAMPTZ) AS TIMESTAMP)"
    return (
        f"CASE WHEN NOT {_starts_with_digit(text)} THEN NULL "
        f"WHEN NOT {zoned} OR (suffix({text}, 'Z') AND NOT {has_blank}) THEN {plain} "
        f"WHEN regexp_full_match({text}, {literal(ZONED)}) THEN {heeded} END"
    )


def _epoch(text: str, factor: int) -> str:
    number = f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,18}}([.]0*)?') THEN split_part({text}, '.', 1) END"
    # Bounds in the declared unit: a count in another unit falls outside, and is refused instead of guessed.
    low, high = 631_152_000 * 1_000_000 // factor, 7_258_118_400 * 1_000_000 // factor
    plain = f"TRY_CAST({text} AS BIGINT)"
    # Nearly every count is digits alone: it comes back as it was, and needs no pattern.
    whole = f"CASE WHEN CAST({plain} AS VARCHAR) = {text} THEN {plain} ELSE TRY_CAST({number} AS BIGINT) END"
    return f"CASE WHEN {whole} BETWEEN {low} AND {high - 1} THEN make_timestamp({whole} * {factor}) END"


def _in(currency: str, codes: Iterable[str]) -> str:
    return f"upper(trim({currency})) IN ({', '.join(map(literal, codes))})"


def _minor(text: str, currency: str) -> str:
    whole = f"CAST({text} AS BIGINT)"

    def below(decimals: int) -> str:
        return f"abs({whole}) < {10 ** (AMOUNT_DIGITS + decimals)}"

    digits = AMOUNT_DIGITS + 3
    return (
        f"CASE WHEN {currency} IS NULL OR NOT regexp_full_match({text}, '[+-]?[0-9]{{1,{digits}}}') THEN NULL "
        f"WHEN {_in(currency, ZERO_DECIMALS)} THEN CASE WHEN {below(0)} THEN CAST({whole} AS {MONEY}) END "
        f"WHEN {_in(currency, THREE_DECIMALS)} THEN CAST({whole} * CAST(0.001 AS DECIMAL(4,3)) AS {MONEY}) "
        f"WHEN {below(2)} THEN CAST({whole} * CAST(0.01 AS DECIMAL(3,2)) AS {MONEY}) END"
    )


def _major(text: str, currency: str) -> str:
    decimals = f"length(rtrim(split_part({text}, '.', 2), '0'))"
    allowed = f"CASE WHEN {_in(currency, ZERO_DECIMALS)} THEN 0 WHEN {_in(currency, THREE_DECIMALS)} THEN 3 ELSE 2 END"
    pattern = f"'[+-]?[0-9]{{1,{AMOUNT_DIGITS}}}([.][0-9]*)?'"
    return (
        f"CASE WHEN {currency} IS NOT NULL AND regexp_full_match({text}, {pattern}) "
        f"AND {decimals} <= {allowed} THEN TRY_CAST({text} AS {MONEY}) END"
    )


def _float(text: str, currency: str) -> str:
    """SQL of an amount that a program wrote as a double: `1.25E7`, or more decimals than the currency has."""
    number = f"TRY_CAST({text} AS DECIMAL(38,12))"
    # Each branch is cast by itself: the common type of wide decimals loses digits of the scale.
    rounded = [f"TRY_CAST(round({number}, {places}) AS {MONEY})" for places in (0, 3, 2)]
    pattern = f"'[+-]?[0-9]{{1,{AMOUNT_DIGITS}}}([.][0-9]*)?([eE][+-]?[0-9]{{1,2}})?'"
    return (
        f"CASE WHEN {currency} IS NULL OR NOT regexp_full_match({text}, {pattern}) THEN NULL "
        f"WHEN abs({number}) >= {10**AMOUNT_DIGITS} THEN NULL "
        f"WHEN {_in(currency, ZERO_DECIMALS)} THEN {rounded[0]} "
        f"WHEN {_in(currency, THREE_DECIMALS)} THEN {rounded[1]} ELSE {rounded[2]} END"
    )


def _ratio(text: str, whole: int) -> str:
    bare = f"rtrim({text}, ' %')" if whole > 1 else text
    value = f"TRY_CAST({bare} AS DECIMAL(18,9)) / {whole}"
    return (
        f"CASE WHEN regexp_full_match({bare}, '[0-9]{{1,9}}([.][0-9]*)?') AND {value} BETWEEN 0 AND 1 "
        f"THEN CAST({value} AS {RATIO}) END"
    )


def _seconds(text: str, formula: str) -> str:
    """SQL of a duration in whole seconds: a count in the unit of `formula`, or hours, minutes and seconds."""
    number = f"TRY_CAST({text} AS DOUBLE)"
    places = ((1, 3600), (2, 60), (3, 1))
    clock = " + ".join(f"TRY_CAST(split_part({text}, ':', {place}) AS BIGINT) * {unit}" for place, unit in places)
    return (
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,12}}([.][0-9]*)?') "
        f"THEN CAST({formula.format(number)} AS BIGINT) "
        f"WHEN regexp_full_match({text}, '[0-9]{{1,4}}:[0-5][0-9]:[0-5][0-9]') THEN {clock} END"
    )


def _ids(text: str) -> str:
    """SQL of ids joined by semicolons: a list as `_list` reads it, or an array of objects of which each has an `id`."""
    objects = f"CASE WHEN starts_with({text}, '[{{') AND json_valid({text}) THEN {text} END"
    joined = f"array_to_string(json_extract_string({objects}, '$[*].id'), ';')"
    return f"CASE WHEN starts_with({text}, '[{{') THEN nullif({joined}, '') ELSE {_list(text)} END"


def _list(text: str) -> str:
    as_array = f"CASE WHEN {text}[1] = '[' THEN {text} WHEN {text}[1] = '\"' THEN '[' || {text} || ']' END"
    joined = f"array_to_string(TRY_CAST(TRY_CAST({as_array} AS JSON) AS VARCHAR[]), ';')"
    return f"CASE WHEN {text}[1] IN ('[', '\"') THEN nullif(coalesce({joined}, {text}), '') ELSE {text} END"


def _salesforce_id(text: str) -> str:
    """SQL of a Salesforce id at its full 18 characters; other texts as they are.

    The last three characters say which of the first fifteen are capitals, five a character, as five bits from the
    left, so that systems that ignore case can tell ids apart.
    """
    sums = [
        "substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + "
        + " + ".join(
            f"CASE WHEN substr({text}, {start + i}, 1) BETWEEN 'A' AND 'Z' THEN {2**i} ELSE 0 END" for i in range(5)
        )
        + ", 1)"
        for start in (1, 6, 11)
    ]
    return (
        f"CASE WHEN regexp_full_match({text}, '[A-Za-z0-9]{{15}}') THEN {text} || {' || '.join(sums)} ELSE {text} END"
    )
