"""How two records compare, field by field, in the words of people. Pure; for explaining, never for matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Values = Mapping[str, tuple[str, ...]]
# Fields that tell people apart count more than those that many share.
IDENTIFYING = (
    *("email", "phone", "mobile_phone", "user_id", "billing_customer_id"),
    *("first_name", "last_name", "birth_date"),
)
# One person often has several: that two differ says nothing.
_MANY_OF_ONE = "billing_customer_id"
ALIKE = 0.85
AGREEMENTS = ("equal", "nickname", "partial", "typo", "initial")


@dataclass(frozen=True)
class FieldPair:
    """A field of two records.

    `how`: equal, similar, different, or missing (one of the two does not know it); of first names also nickname,
    partial, typo or initial, as docs/identity.md explains them.
    """

    field: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    how: str


def compare_records(left: Values, right: Values) -> tuple[FieldPair, ...]:
    """Every field either record knows: identifying ones first, then by name."""
    names = sorted({*left, *right}, key=lambda name: (name not in IDENTIFYING, _place(name), name))
    return tuple(FieldPair(name, left.get(name, ()), right.get(name, ()), _how(name, left, right)) for name in names)


def likeness(left: Values, right: Values) -> tuple[int, int]:
    """How alike two records are: identifying fields that agree less those that differ, then all fields that agree."""
    pairs = compare_records(left, right)
    agree = [pair.field for pair in pairs if pair.how not in ("different", "missing", "initial")]
    differ = [
        pair.field
        for pair in pairs
        if pair.how == "different" and pair.field in IDENTIFYING and pair.field != _MANY_OF_ONE
    ]
    return len([name for name in agree if name in IDENTIFYING]) - len(differ), len(agree)


def _place(name: str) -> int:
    return IDENTIFYING.index(name) if name in IDENTIFYING else 0


def _how(name: str, left: Values, right: Values) -> str:
    from rapidfuzz.distance import JaroWinkler

    from customer360_pipeline.identity.given_names import compare_given_names

    one = {_plain(name, value) for value in left.get(name, ())}
    two = {_plain(name, value) for value in right.get(name, ())}
    if not one or not two:
        return "missing"
    if one & two:
        return "equal"
    if name == "first_name":
        agreements: set[str] = {compare_given_names(a, b, ALIKE) for a in one for b in two}
        return next((word for word in AGREEMENTS if word in agreements), "different")
    if name == "country" and (codes := _codes(left)) and (others := _codes(right)):
        return "equal" if codes & others else "different"
    is_text = name not in ("user_id", "billing_customer_id", "birth_date", "phone", "mobile_phone")
    if is_text and any(JaroWinkler.similarity(a, b) >= ALIKE for a in one for b in two):
        return "similar"
    return "different"


def _codes(values: Values) -> set[str]:
    """The countries meant, in whatever language they are written."""
    from customer360_pipeline.staging.canonical import country_code

    return {code for value in values["country"] if (code := country_code(value))}


def _plain(name: str, value: str) -> str:
    from customer360_pipeline.staging.canonical import email_key, family_name_key, given_name_key

    if name == "email":
        return email_key(value) or value.strip().lower()
    if name in ("phone", "mobile_phone"):
        # Country codes and trunk zeros differ between two spellings of one number; its last ten digits do not.
        return "".join(character for character in value if character.isdecimal())[-10:]
    if name in ("first_name", "last_name"):
        return (given_name_key if name == "first_name" else family_name_key)(value) or value.casefold()
    if name == "billing_customer_id":
        return value.strip()
    return " ".join(value.split()).casefold()
