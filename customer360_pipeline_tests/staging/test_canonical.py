"""Spellings of one address, name or country, and what must stay apart."""

import pytest

from customer360_pipeline.staging.canonical import (
    country_code,
    email_key,
    family_name_key,
    given_name_key,
    split_full_name,
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("ａｎｎ@example.com", "ann@example.com"),
        ("an​n@example.com﻿", "ann@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("<ann@example.com>", "ann@example.com"),
        ("ann@müller.de", "ann@xn--mller-kva.de"),
        ("ann+news@example.com", "ann+news@example.com"),
        ("n/a", None),
        ("ann@", None),
        ("ann@localhost", None),
        ("ann lee@example.com", None),
        ("a@b@example.com", None),
        ("", None),
    ],
)
def test_an_address_has_one_key_and_other_text_none(written: str, key: str | None) -> None:
    assert email_key(written) == key


def test_a_look_alike_of_another_script_is_another_address() -> None:
    assert email_key("аnn@example.com") != email_key("ann@example.com")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ZOÉ", "zoe"),
        ("Zoe\u0301", "zoe"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Jean-Paul", "jean paul"),
        ("Mrs. Ann", "ann"),
        ("Mary Ann", "mary ann"),
        ("John Q.", "john"),
        ("J.", "j"),
        ("Мария", "мария"),
        ("Dr.", None),
        ("123", None),
    ],
)
def test_given_names_are_folded(written: str, key: str | None) -> None:
    assert given_name_key(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [("O'Brien", "obrien"), ("O’Brien", "obrien"), ("Smith Jr.", "smith"), ("de la Cruz", "de la cruz"),
     ("Weiß", "weiss"), ("Null", "null")],
)  # fmt: skip
def test_family_names_are_folded(written: str, key: str) -> None:
    assert family_name_key(written) == key


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Ann Lee", ("Ann", "Lee")),
        ("Dr. Ann B. de Vries, PhD", ("Ann", "de Vries")),
        ("Lee, Ann", ("Ann", "Lee")),
        ("John Smith Jr", ("John", "Smith")),
        ("Madonna", ("Madonna", None)),
        ("Acme Tools Ltd.", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_whole_name_is_split_and_an_organisation_is_no_person(
    written: str, parts: tuple[str | None, str | None]
) -> None:
    assert split_full_name(written) == parts


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("United Kingdom", "GB"),
        ("Deutschland", "DE"),
        ("Côte d’Ivoire", "CI"),
        ("Narnia", None),
    ],
)
def test_countries_by_code_or_name(written: str, code: str | None) -> None:
    assert country_code(written) == code
