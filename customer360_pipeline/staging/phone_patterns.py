"""The numbering plans of phonenumbers as SQL: E.164 of telephone numbers written in a common way, by the million.

Parsing one number with the library takes 70 microseconds. These expressions decide the fixed-line and mobile numbers
of the regions in use that are written with digits, blanks and ( ) - . / only; they answer NULL whenever the library
might answer differently or refuse. `phone_keys.py` asks the library for the rest, and a test holds both against it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from customer360_pipeline.engine.duckdb import literal

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata

#: The number as written without what people put between digits.
BARE = "translate(phone, ' ()-./' || chr(160), '')"


def e164_case(regions: Iterable[str]) -> str:
    """SQL for the E.164 form of columns `bare` and `region`, or NULL where the library must be asked."""
    import phonenumbers

    chosen = sorted(region for region in set(regions) if region in phonenumbers.SUPPORTED_REGIONS)
    codes = sorted({phonenumbers.country_code_for_region(region) for region in chosen})
    cases = [
        f"WHEN starts_with(bare, '+{code}') THEN CASE WHEN regexp_full_match(bare, '[+][0-9]+') AND "
        f"{_is_national_number(code, f'substr(bare, {len(str(code)) + 2})')} THEN bare END"
        for code in codes
    ]
    cases += [f"WHEN region = '{region}' THEN CASE {_national(region)} END" for region in chosen]
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"


def _metadata(region: str) -> PhoneMetadata:
    from phonenumbers import PhoneMetadata

    found = PhoneMetadata.metadata_for_region(region)
    assert found is not None
    return found


def _national(region: str) -> str:
    """Branches for a number dialled inside the region: as it is, or behind the national prefix."""
    import phonenumbers

    metadata = _metadata(region)
    code, prefix = phonenumbers.country_code_for_region(region), metadata.national_prefix
    digits = f"regexp_full_match(bare, '[0-9]+') AND {_no_start('bare', metadata.international_prefix)}"
    branches = [
        f"WHEN {digits} AND {_matches('bare', metadata.general_desc)} "
        f"AND {_no_start('bare', metadata.national_prefix_for_parsing)} "
        f"AND {_is_national_number(code, 'bare')} THEN '+{code}' || bare"
    ]
    is_plain = metadata.national_prefix_for_parsing == prefix and not metadata.national_prefix_transform_rule
    if prefix and is_plain and (prefix == str(code) or not prefix.startswith(str(code))):
        rest = f"substr(bare, {len(prefix) + 1})"
        branches.append(
            f"WHEN {digits} AND starts_with(bare, '{prefix}') AND NOT {_matches('bare', metadata.general_desc)} "
            f"AND {_matches(rest, metadata.general_desc)} AND {_is_national_number(code, rest)} "
            f"THEN '+{code}' || {rest}"
        )
    return " ".join(branches)


def _is_national_number(code: int, digits: str) -> str:
    """Whether digits are, beyond doubt, a valid number of the calling code with no national prefix before it.

    Regions that share a code are told apart by leading digits; those that have such digits are left to the library.
    """
    import phonenumbers

    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    main, *others = (_metadata(region) for region in regions)
    plans = [plan for plan in (main, *others) if plan.leading_digits is None]
    valid = " OR ".join(f"({_is_line_of(plan, digits)})" for plan in plans) or "false"
    leading = "|".join(f"(?:{plan.leading_digits})" for plan in (main, *others) if plan.leading_digits)
    return (
        f"({valid}) AND {_no_start(digits, main.national_prefix_for_parsing)} AND {_no_start(digits, leading or None)} "
        f"AND {_matches(digits, main.general_desc)}"
    )


def _is_line_of(plan: PhoneMetadata, digits: str) -> str:
    kinds = [plan.fixed_line] if plan.same_mobile_and_fixed_line_pattern else [plan.fixed_line, plan.mobile]
    lines = " OR ".join(_matches(digits, kind) for kind in kinds if kind is not None and kind.national_number_pattern)
    return f"({lines or 'false'}) AND {_matches(digits, plan.general_desc)}"


def _matches(digits: str, description: Any) -> str:
    lengths = ", ".join(str(length) for length in description.possible_length if length > 0)
    inside = f"length({digits}) IN ({lengths}) AND " if lengths else ""
    return f"({inside}regexp_full_match({digits}, {literal(description.national_number_pattern)}))"


def _no_start(digits: str, pattern: str | None) -> str:
    return f"NOT regexp_matches({digits}, {literal(f'^(?:{pattern})')})" if pattern else "true"
