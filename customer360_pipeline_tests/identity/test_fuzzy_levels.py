"""What each comparison says of two values, and what it leaves open."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from customer360_pipeline.identity.fuzzy.fields import FIELDS
from customer360_pipeline.identity.fuzzy.levels import compare
from customer360_pipeline.identity.fuzzy.patterns import collapse, pack, unpack
from customer360_pipeline.identity.fuzzy.prepare import COLUMNS, prepare


def people(*rows: dict[str, Any]) -> pa.Table:
    """Records of the columns given; the source is `crm` unless named."""
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS} | {
        "source": [row.get("source", "crm") for row in rows]
    }
    types = {"birth_date": pa.date32()}
    return pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()})


def levels(one: dict[str, Any], two: dict[str, Any]) -> dict[str, str]:
    """Field -> level, of the fields both records have; the same whichever record comes first."""
    found = prepare(people(one, two))
    there = compare(found, np.array([0], np.int32), np.array([1], np.int32))[0]
    back = compare(found, np.array([1], np.int32), np.array([0], np.int32))[0]
    assert there.tolist() == back.tolist()
    return {field.name: field.levels[level - 1] for field, level in zip(FIELDS, there, strict=True) if level}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("jonathan", "jonathan", "equal"),
        ("jonathan", "jonahtan", "close"),
        ("bob", "robert", "nickname_or_initial"),
        ("j", "jonathan", "nickname_or_initial"),
        ("maria", "mario", "similar"),
        ("ann", "peter", "different"),
    ],
)
def test_first_names(one: str, two: str, expected: str) -> None:
    assert levels({"first_name_key": one}, {"first_name_key": two}) == {"first_name": expected}


def test_swapped_names_are_close_and_crossed_strangers_are_not() -> None:
    one = {"first_name_key": "haruto", "last_name_key": "suzuki"}
    assert levels(one, {"first_name_key": "suzuki", "last_name_key": "haruto"}) == {
        "first_name": "close",
        "last_name": "close",
    }
    other = levels(one, {"first_name_key": "suzuki", "last_name_key": "tanaka"})
    assert other["first_name"] == "different"


@pytest.mark.parametrize(
    ("written", "key", "full", "other", "expected"),
    [
        ("Mary Ann", "mary ann", None, "Mary Ann", "equal"),
        ("Mary A.", "mary", None, "Mary Ann", "initial"),
        (None, "mary", "Mary Jo de Vries", "Mary Ann", "different"),
    ],
)
def test_middle_names(written: str | None, key: str, full: str | None, other: str, expected: str) -> None:
    one = {"first_name": written, "first_name_key": key, "full_name": full}
    found = levels(one, {"first_name": other, "first_name_key": other.lower()})
    assert found == {"first_name": "equal", "middle_name": expected}


@pytest.mark.parametrize(
    ("two", "expected"),
    [
        (date(1984, 3, 7), "equal"),
        (date(1984, 3, 1), "one_digit"),
        (date(1948, 3, 7), "one_digit"),
        (date(1984, 7, 3), "one_digit"),
        (date(1984, 3, 29), "one_part"),
        (date(1985, 4, 7), "two_digits"),
        (date(1984, 2, 27), "two_digits"),
        (date(1984, 12, 30), "one_year"),
        (date(1985, 1, 29), "one_year"),
        (date(1956, 11, 30), "generation"),
        (date(1975, 11, 30), "different"),
    ],
)
def test_birth_dates(two: date, expected: str) -> None:
    assert levels({"birth_date": date(1984, 3, 7)}, {"birth_date": two}) == {"birth_date": expected}


@pytest.mark.parametrize(
    ("two", "expected"),
    [
        ("12 OAK STREET", "equal"),
        ("12 Oack St.", "close"),
        ("14 Oak St", "same_street"),
        ("12 Harbour Way", "same_number"),
        ("7 Harbour Way", "different"),
    ],
)
def test_addresses(two: str, expected: str) -> None:
    assert levels({"street": "12 Oak St"}, {"street": two}) == {"address": expected}


@pytest.mark.parametrize(
    ("code", "city", "expected"),
    [
        ("62701-1234", "Springfield", "equal"),
        ("62701", None, "postal_code"),
        ("62710", "springfield", "city_and_near_code"),
        (None, "Springfield", "city"),
        ("62702", "Riverton", "near_code"),
        ("98108", "Georgetown", "different"),
    ],
)
def test_places(code: str | None, city: str | None, expected: str) -> None:
    one = {"postal_code": "62701", "city": "Springfield"}
    assert levels(one, {"postal_code": code, "city": city}) == {"place": expected}


def test_any_phone_of_the_one_against_any_of_the_other() -> None:
    one = {"phone_key": "+14155552671", "mobile_key": "+14155550000"}
    assert levels(one, {"phone_key": "+14155550000"}) == {"phone": "equal"}
    assert levels(one, {"phone_key": "+14155552617"}) == {"phone": "one_digit"}
    assert levels(one, {"phone_key": "+442071838750"}) == {"phone": "different"}


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("skaterboy@a.com", "skaterboy@b.com", "same_local_part"),
        ("skaterboy@a.com", "skatreboy@a.com", "close_local_part"),
        # The mailbox name is the person's name, which is compared already.
        ("ann.lee@a.com", "annlee@b.com", None),
        ("ann.lee@a.com", "a.lee@b.com", "different"),
        ("ann.lee1982@a.com", "anlee1982@b.com", "close_local_part"),
        ("ann.lee@a.com", "ann.lee@a.com", "equal"),
    ],
)
def test_addresses_made_of_the_name_say_nothing_that_the_name_does_not(
    one: str, two: str, expected: str | None
) -> None:
    name = {"first_name_key": "ann", "last_name_key": "lee"}
    assert levels(name | {"email_key": one}, name | {"email_key": two}).get("email") == expected


def test_a_given_name_alone_does_not_make_two_mailboxes_alike() -> None:
    ashley = {"first_name_key": "ashley"}
    cook, mitchell = (ashley | {"email_key": f"ashley.{rest}@a.com"} for rest in ("cook69", "mitchell49"))
    assert levels(cook, mitchell) == {"first_name": "equal", "email": "different"}
    same_number = ashley | {"email_key": "ashley.cok69@b.com"}
    assert levels(cook, same_number) == {"first_name": "equal", "email": "close_local_part"}


def test_missing_is_no_level() -> None:
    assert levels({}, {"first_name_key": "ann", "street": "1 Oak St"}) == {}


def test_packed_levels_come_back_and_batches_do_not_matter() -> None:
    draw = np.random.default_rng(1)
    found = np.stack([draw.integers(0, field.size, 500) for field in FIELDS], axis=1).astype(np.int8)
    stratum = draw.integers(0, 9, 500).astype(np.int32)
    code = pack(found, stratum)
    back, strata = unpack(code)
    assert back.tolist() == found.tolist() and strata.tolist() == stratum.tolist()
    one, two = collapse([code]), collapse([code[300:], code[:300][::-1]])
    assert one.code.tolist() == two.code.tolist() and one.pairs.tolist() == two.pairs.tolist()


def test_a_mailbox_made_of_a_name_speaks_where_the_other_record_has_no_name() -> None:
    named = {"first_name_key": "maisie", "last_name_key": "walsh", "email_key": "maisie.walsh@a.com"}
    nameless = {"email_key": "maiie.walsh@b.com"}
    assert levels(named, nameless) == {"email": "close_local_part"}
    assert levels(named, nameless | {"first_name_key": "maisie"})["email"] == "different"


@pytest.mark.parametrize(
    ("email", "mailbox", "is_named"),
    [
        ("ann_s.m-ith+shop@x.com", "annsmith", True),
        ("smi@x.com", "smi", True),
        ("ith@x.com", "ith", False),
        ("dr.smit@x.com", "drsmit", True),
        ("sith@x.com", "sith", False),
        ("sm@x.com", None, False),
    ],
)
def test_a_mailbox_name_is_bare_and_made_of_a_name_by_its_first_letters(
    email: str, mailbox: str | None, is_named: bool
) -> None:
    found = prepare(people({"last_name_key": "smith", "email_key": email}))
    assert found.local_part.dictionary.to_pylist() == ([mailbox] if mailbox else [])
    assert found.last_named.tolist() == [is_named]
