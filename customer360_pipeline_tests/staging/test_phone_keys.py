"""Telephone numbers in SQL equal the library, number by number; and the forms people write give one key."""

import random

import phonenumbers
import pytest

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.staging import phone_keys
from customer360_pipeline.staging.phone_keys import phone_key
from customer360_pipeline.staging.phone_patterns import BARE, e164_case
from customer360_pipeline_tests.rooms import build_rooms

REGIONS = ("US", "CA", "GB", "DE", "FR", "IT", "ES", "NL", "CH", "AT", "AU", "BR", "MX", "AR", "IN", "JP", "RU", "KZ",
           "SE", "PL", "IE", "JM", "GG", "VA", "SG", "ZA", "NZ", "CN", "HU", "TR")  # fmt: skip


def spellings(region: str, random_: random.Random) -> set[str]:
    """Numbers of a region near its examples, valid and not, in the ways they are written."""
    found: set[str] = set()
    for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
        example = phonenumbers.example_number_for_type(region, kind)
        assert example is not None
        code, digits = example.country_code, phonenumbers.national_significant_number(example)
        for _ in range(60):
            start = random_.randrange(len(digits))
            changed = digits[:start] + "".join(random_.choice("0123456789") for _ in digits[start:])
            changed = changed[: len(changed) - random_.choice((0, 0, 0, 0, 1))] + random_.choice(("", "", "", "", "7"))
            blocks = " ".join((changed[:3], changed[3:6], changed[6:])).strip()
            found |= {
                changed, f"+{code}{changed}", f"+{code} {blocks}", f"0{changed}", f"1{changed}", f"{code}{changed}",
                f"({changed[:3]}) {changed[3:6]}-{changed[6:]}", f"00{code}{changed}", f"8{changed}",
                f"+{code}0{changed}",
            }  # fmt: skip
    return found


def test_every_number_decided_in_sql_is_what_the_library_says() -> None:
    random_ = random.Random(20260101)
    written = [(region, phone) for region in REGIONS for phone in sorted(spellings(region, random_))]
    random_.shuffle(written)
    written = written[:12_000]
    with DuckDBEngine() as engine:
        engine.execute("CREATE TABLE written(region VARCHAR, phone VARCHAR)")
        engine.connection.executemany("INSERT INTO written VALUES (?, ?)", written).fetchall()
        read = engine.rows(
            f"SELECT region, phone, {e164_case(REGIONS)} FROM (SELECT region, phone, {BARE} AS bare FROM written)"
        )
    decided = [(region, phone, key) for region, phone, key in read if key is not None]
    assert len(decided) > 2_000
    assert [row for row in decided if row[2] != phone_key(row[1], row[0])] == []


@pytest.mark.parametrize(
    ("phone", "country", "key"),
    [
        ("(415) 555-2671", None, "+14155552671"),
        ("+1 415.555.2671", "Germany", "+14155552671"),
        ("1-415-555-2671", "USA", "+14155552671"),
        ("415 555 2671 ext. 12", "US", "+14155552671;ext=12"),
        ("+1 415 555 2671 x12", None, "+14155552671;ext=12"),
        ("030/901820", "Deutschland", "+4930901820"),
        ("0049 30 901820", "de", "+4930901820"),
        ("020 7946 0018", "United Kingdom", "+442079460018"),
        ("06 698 12345", "Italy", "+390669812345"),
        ("416-555-0123", "Canada", "+14165550123"),
        ("0000000000", "US", None),
        ("12345", "US", None),
        ("n/a", None, None),
    ],
)
def test_a_number_is_read_in_its_records_country_else_in_the_default_region(
    phone: str, country: str | None, key: str | None
) -> None:
    with DuckDBEngine() as engine:
        build_rooms(engine, {"crm_contacts": [{"record_id": "1", "phone": phone, "country": country}]})
        assert engine.rows("SELECT phone_key FROM staging.records") == [(key,)]


def test_many_numbers_get_the_keys_that_few_get(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [("030/901820", "Deutschland"), ("+1 415 555 2671 x12", None), ("020 7946 0018", "GB"), ("12345", "US")]
    contacts = [
        {"record_id": str(place), "phone": phone, "country": country} for place, (phone, country) in enumerate(written)
    ]
    found = []
    for few in (1_000, 0):
        monkeypatch.setattr(phone_keys, "_FEW", few)
        with DuckDBEngine() as engine:
            build_rooms(engine, {"crm_contacts": contacts})
            found.append(engine.rows("SELECT * FROM staging.phone_keys ORDER BY ALL"))
    assert found[0] == found[1] and len(found[0]) == 3
