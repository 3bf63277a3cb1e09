"""Text to canonical keys: e-mail addresses, names, countries. Pure functions of one value.

A canonical key is what two spellings of one thing share. It is compared, never shown. Telephone numbers have
rules of their own (`phone_keys.py`). Which keys may link records does not belong here.
"""

from __future__ import annotations

import re
import unicodedata

from customer360_pipeline.staging.countries import regions_by_name

# Invisible characters that copy and paste leaves in addresses and names.
_INVISIBLE = dict.fromkeys([0x00AD, 0x180E, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "þ": "th", "æ": "ae", "Æ": "ae",
     "œ": "oe", "Œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)  # fmt: skip
TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "rev", "reverend", "hon", "capt", "captain",
     "sgt", "herr", "frau", "mme", "mlle", "monsieur", "madame", "sr", "sra", "srta", "dipl"}
)  # fmt: skip
SUFFIXES = frozenset(
    {"jr", "sr", "junior", "senior", "ii", "iii", "iv", "md", "phd", "dds", "esq", "mba", "cpa", "rn", "dvm", "ba",
     "bsc", "msc", "llm"}
)  # fmt: skip
PARTICLES = frozenset(
    {"de", "del", "della", "der", "den", "di", "da", "do", "dos", "das", "du", "la", "le", "los", "las", "van",
     "von", "vom", "zu", "zur", "ter", "ten", "st", "bin", "ibn", "al", "el"}
)  # fmt: skip
ORGANISATIONS = frozenset(
    {"inc", "incorporated", "llc", "llp", "ltd", "limited", "corp", "corporation", "company", "co", "plc", "gmbh", "ag",
     "kg", "sarl", "sas", "bv", "nv", "oy", "ab", "aps", "pty", "spa", "srl", "group", "holding", "holdings",
     "foundation", "university", "association"}
)  # fmt: skip
_ADDRESS = re.compile(r"[^@\s<>,;\"()]+@[^@\s<>,;\"()]+\.[^@\s<>,;\"().]{2,}")
_NO_LETTER = re.compile(r"[\W\d_]+")


def clean(text: str) -> str:
    """Text in Unicode's compatibility form, without invisible characters and outer blanks."""
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_INVISIBLE).strip()


def email_key(text: str) -> str | None:
    """An e-mail address as it is compared: NFKC, trimmed, lower case, the domain in ASCII (IDNA).

    A letter of another script stays what it is, so an address never equals its look-alike. Text that is no
    address has no key.
    """
    address = clean(text).lower().removeprefix("mailto:").strip("<>\"' ")
    if not _ADDRESS.fullmatch(address) or len(address) > 254:
        return None
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').rstrip('.')}"
    except UnicodeError:
        return None


def fold_name(text: str) -> str:
    """A name in plain lower-case letters: no accents, apostrophes or points; hyphens are blanks."""
    if text.isascii():
        # What follows would change nothing else of it, and takes ten times as long.
        return " ".join(_NO_LETTER.sub(" ", text.lower().replace("'", "").replace("`", "")).split())
    letters = unicodedata.normalize("NFKD", clean(text).translate(_LETTERS)).casefold().translate(_LETTERS)
    bare = "".join(c for c in letters if not unicodedata.combining(c) and c not in "'’`´ʼ")
    return " ".join(_NO_LETTER.sub(" ", bare).split())


def given_name_key(text: str) -> str | None:
    """A given name as it is compared: folded, without titles, suffixes and trailing initials.

    None where nothing is left.
    """
    words = [word for word in fold_name(text).split() if word not in TITLES and word not in SUFFIXES]
    while len(words) > 1 and len(words[-1]) == 1:
        words.pop()
    return " ".join(words) or None


def family_name_key(text: str) -> str | None:
    """A family name as it is compared: folded, without titles and generational or academic suffixes."""
    words = fold_name(text).split()
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in TITLES:
        words.pop(0)
    return " ".join(words) or None


def split_full_name(text: str) -> tuple[str | None, str | None]:
    """(given name, family name) of a whole name, as written: "Dr. Ann B. de Vries, PhD" -> ("Ann", "de Vries").

    The given name is the first word that is no title; the family name is the last word with the particles before
    it. A comma before anything but a suffix means "family, given". A single word is a given name. An organisation
    ("Acme Ltd"), as payment systems carry in the name of a customer, has neither.
    """
    if fold_name(text).split()[-1:] and fold_name(text).split()[-1] in ORGANISATIONS:
        return None, None
    head, comma, tail = clean(text).partition(",")
    if comma and any(fold_name(word) not in SUFFIXES for word in tail.split()):
        given, family = tail.split(), head.split()
        given = [word for word in given if fold_name(word) not in TITLES]
        return (given[0] if given else None), (" ".join(family) or None)
    words = [word for word in head.split() if fold_name(word)]
    while len(words) > 1 and fold_name(words[0]) in TITLES:
        words.pop(0)
    while len(words) > 2 and fold_name(words[-1]) in SUFFIXES:
        words.pop()
    if len(words) < 2:
        return (words[0] if words else None), None
    start = len(words) - 1
    while start > 1 and fold_name(words[start - 1]) in PARTICLES:
        start -= 1
    return words[0], " ".join(words[start:])


def country_code(text: str) -> str | None:
    """ISO 3166 two-letter code of a country given as code or name, or None."""
    return regions_by_name().get(fold_name(text))
