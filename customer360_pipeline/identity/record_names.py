"""Names of records as people type them: `SOURCE:RECORD_ID`, a Salesforce id also as reports show it."""

from __future__ import annotations

import re
from collections.abc import Container
from string import ascii_uppercase

_SHORT_ID = re.compile(r"[a-zA-Z0-9]{15}")
_CHECK = ascii_uppercase + "012345"


def long_id(record_id: str) -> str:
    """A Salesforce id of 15 characters at its full 18, as extracts are read; other texts as they are.

    Each of the three tells which of five characters are capitals, the first of which counts least.
    """
    if not _SHORT_ID.fullmatch(record_id):
        return record_id
    fives = (record_id[start : start + 5] for start in (0, 5, 10))
    return record_id + "".join(_CHECK[sum(c.isupper() << place for place, c in enumerate(five))] for five in fives)


def as_known(name: str, known: Container[str]) -> str:
    """The name by which a record is known, if a Salesforce id of 15 characters was meant; else the name as it is."""
    source, colon, record_id = name.partition(":")
    meant = f"{source}{colon}{long_id(record_id)}"
    return meant if name not in known and meant in known else name
