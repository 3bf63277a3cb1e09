"""Whether the first line of a CSV file is a header: its texts may be shown, those of a record may not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What no column is called and a record has: an address, a number or date, or nothing at all.
_VALUE = re.compile(r"|.*@.*|[-+\d.,:/ ]*\d[-+\d.,:/ TZ]*", re.DOTALL)


def is_value(text: str) -> bool:
    """Whether a text of the first line can only be the value of a record."""
    return _VALUE.fullmatch(text.strip()) is not None


def looks_like_header(texts: Sequence[str], known: Iterable[str]) -> bool:
    """Whether texts are names of columns: none is a value, and most have a word of known names (`id`, `mail`).

    People's names are no words of a contract: `Ann,Ash` is not taken for a header, nor is an address for its `street`.
    """
    if any(map(is_value, texts)):
        return False
    words = {word.lower() for name in known for word in _WORD.findall(name)}
    named = [any(word.lower() in words for word in _WORD.findall(text)) for text in texts]
    return sum(named) > len(texts) / 2
