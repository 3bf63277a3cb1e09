"""Records as numbers: every compared value is encoded once, so that pairs are compared by code. Pure.

Reading the records from an engine does not belong here (`fuzzy_links.py` of the room). Text stays in Arrow: a million
addresses as Python strings would cost more than everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity.nicknames import formal_names
from customer360_pipeline.staging.canonical import PARTICLES, fold_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

#: Columns of the table of records, text but for `birth_date`; all but `source` may be missing or NULL.
COLUMNS = (
    "source", "first_name_key", "last_name_key", "first_name", "full_name", "birth_date", "street", "postal_code",
    "city", "phone_key", "mobile_key", "email_key", "company", "job_title",
)  # fmt: skip

_STREET_WORDS = {
    "street": "st", "str": "st", "strasse": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr",
    "lane": "ln", "boulevard": "blvd", "place": "pl", "court": "ct", "terrace": "ter", "circle": "cir",
    "highway": "hwy", "square": "sq", "parkway": "pkwy", "north": "n", "south": "s", "east": "e", "west": "w",
    "apartment": "apt", "unit": "apt", "suite": "apt",
}  # fmt: skip
# A mailbox name of one or two letters says nothing.
_MIN_LOCAL_PART = 3


@dataclass(frozen=True)
class Coded:
    """A column as codes into its distinct values; -1: not known.

    Args:
        codes: one int32 per record.
        dictionary: the distinct values, text.
    """

    codes: NDArray[np.int32]
    dictionary: pa.Array

    def text(self, codes: NDArray[Any]) -> NDArray[np.object_]:
        """The values of some codes, none of which is -1."""
        found: NDArray[np.object_] = self.dictionary.take(_arrow(codes)).to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """Share of each value among the records that have one."""
        return self.counts / max(1, self.counts.sum())

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Records of each value."""
        import numpy as np

        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.dictionary))

    @cached_property
    def initials(self) -> NDArray[np.int32]:
        """A number for the first letter of each value."""
        import pyarrow.compute as pc

        return _encoded(pc.utf8_slice_codeunits(self.dictionary, 0, 1)).codes

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Letters of each value."""
        import pyarrow.compute as pc

        found: NDArray[np.int32] = pc.utf8_length(self.dictionary).to_numpy(zero_copy_only=False)
        return found


@dataclass(frozen=True)
class People:
    """The records, by position. `first` and `last` share one dictionary, so that swapped names are seen.

    Args:
        source: code of the source of each record.
        birth: birth date as the number yyyymmdd, 0 where not known.
        phone, mobile: numbers as int64 without the plus, 0 where not known.
        digits: the digits of each mailbox name, where it has two or more.
        first_named, last_named: whether the mailbox name of each record is made of its given or last name: it says
            nothing that the name did not, where that is compared.
        formal: formal names (codes) of each value of the name dictionary, padded with -1.
    """

    size: int
    source: NDArray[np.int32]
    first: Coded
    last: Coded
    middle: Coded
    birth: NDArray[np.int32]
    house: Coded
    street: Coded
    postal_code: Coded
    city: Coded
    phone: NDArray[np.int64]
    mobile: NDArray[np.int64]
    email: Coded
    local_part: Coded
    digits: Coded
    company: Coded
    job_title: Coded
    first_named: NDArray[np.bool_]
    last_named: NDArray[np.bool_]
    formal: NDArray[np.int32]


def prepare(records: pa.Table, sources: Sequence[str] | None = None) -> People:
    """Encode a table of records with the `COLUMNS`; a record's position is its row. Missing columns are not known.

    Args:
        sources: numbers the sources, so that a part of the records is encoded as all of them are; default: those
            of the table, in order of name.
    """
    given = _encoded(_column(records, "first_name_key"))
    first, last = _together(
        _mapped(given, lambda name: name.partition(" ")[0]), _encoded(_column(records, "last_name_key"))
    )
    house, street = _addresses(_encoded(_column(records, "street")))
    email = _encoded(_column(records, "email_key"))
    local_part = _local_parts(email)
    return People(
        size=records.num_rows,
        source=_sources(_column(records, "source"), sources),
        first=first,
        last=last,
        middle=_middle_names(records, given),
        birth=_dates(_column(records, "birth_date")),
        house=house,
        street=street,
        postal_code=_mapped(_encoded(_column(records, "postal_code")), _postal_code),
        city=_mapped(_encoded(_column(records, "city")), fold_name),
        phone=_numbers(_column(records, "phone_key")),
        mobile=_numbers(_column(records, "mobile_key")),
        email=Coded(email.codes, email.dictionary[:0]),
        local_part=local_part,
        digits=_recoded(local_part, _digits(local_part.dictionary)),
        company=_mapped(_encoded(_column(records, "company")), fold_name),
        job_title=_mapped(_encoded(_column(records, "job_title")), fold_name),
        first_named=_named(local_part, first),
        last_named=_named(local_part, last),
        formal=_formal(first.dictionary.to_pylist()),
    )


def _column(records: pa.Table, name: str) -> pa.Array:
    import pyarrow as pa

    if name not in records.column_names:
        return pa.nulls(records.num_rows, pa.date32() if name == "birth_date" else pa.string())
    found = records[name].combine_chunks()
    return found if not isinstance(found, pa.ChunkedArray) else pa.concat_arrays(found.chunks)


def _sources(values: pa.Array, known: Sequence[str] | None) -> NDArray[np.int32]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.array(sorted(pc.unique(values).to_pylist()) if known is None else list(known), pa.string())
    return pc.index_in(values, names).to_numpy(zero_copy_only=False).astype(np.int32)


def _arrow(codes: NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.array(codes)


def _encoded(values: pa.Array) -> Coded:
    import numpy as np

    coded = values.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, coded.dictionary)


def _recoded(coded: Coded, changed: pa.Array) -> Coded:
    """The column with other values, one for each of its dictionary; NULL and '' become not known."""
    import numpy as np
    import pyarrow.compute as pc

    new = _encoded(pc.if_else(pc.equal(changed, ""), None, changed))
    # The last code stands for "not known": -1 of the old codes finds it.
    return Coded(np.append(new.codes, np.int32(-1))[coded.codes], new.dictionary)


def _mapped(coded: Coded, change: Callable[[str], str]) -> Coded:
    """The column with each distinct value changed."""
    import pyarrow as pa

    return _recoded(coded, pa.array([change(value) for value in coded.dictionary.to_pylist()], pa.string()))


def _together(one: Coded, two: Coded) -> tuple[Coded, Coded]:
    """Two columns in one dictionary."""
    import numpy as np
    import pyarrow as pa

    shifted = np.where(two.codes >= 0, two.codes + np.int32(len(one.dictionary)), np.int32(-1))
    both = pa.concat_arrays([one.dictionary, two.dictionary])
    new = _recoded(Coded(np.concatenate([one.codes, shifted]), both), both)
    return Coded(new.codes[: len(one.codes)], new.dictionary), Coded(new.codes[len(one.codes) :], new.dictionary)


def _first_known(options: list[Coded]) -> Coded:
    """Of each record the first option that is known."""
    import numpy as np
    import pyarrow as pa

    codes, size = np.full(len(options[0].codes), -1, dtype=np.int32), 0
    for option in options:
        codes = np.where((codes < 0) & (option.codes >= 0), option.codes + np.int32(size), codes)
        size += len(option.dictionary)
    both = pa.concat_arrays([option.dictionary for option in options])
    return _recoded(Coded(codes, both), both)


def _dates(values: pa.Array) -> NDArray[np.int32]:
    import numpy as np
    import pyarrow.compute as pc

    year, month, day = (part(values).fill_null(0).to_numpy() for part in (pc.year, pc.month, pc.day))
    return np.asarray(year * 10_000 + month * 100 + day, dtype=np.int32)


def _numbers(values: pa.Array) -> NDArray[np.int64]:
    """Canonical phone numbers as numbers: at most 15 digits behind the plus (E.164), an extension behind them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.replace_substring_regex(values, "[^0-9]+", "")
    usable = pc.and_(pc.greater(pc.utf8_length(digits), 0), pc.less_equal(pc.utf8_length(digits), 18))
    found: NDArray[np.int64] = pc.if_else(usable, digits, None).cast(pa.int64()).fill_null(0).to_numpy()
    return found


def _middle_names(records: pa.Table, given: Coded) -> Coded:
    """Further given names: of the key, else inside the whole name, else after the given name as written."""
    return _first_known(
        [
            _mapped(given, lambda name: name.partition(" ")[2]),
            _mapped(_encoded(_column(records, "full_name")), lambda name: _bare(name.split()[1:-1])),
            _mapped(_encoded(_column(records, "first_name")), lambda name: _bare(name.split()[1:])),
        ]
    )


def _bare(words: list[str]) -> str:
    return " ".join(folded for word in words if (folded := fold_name(word)) and folded not in PARTICLES)


def _postal_code(text: str) -> str:
    code = "".join(text.split()).lower()
    # The four digits after a US code are often left out.
    return code[:5] if len(code) == 10 and code[5] == "-" else code


def _local_parts(email: Coded) -> Coded:
    """The mailbox names: before `@` and `+`, without points, hyphens and underscores."""
    import pyarrow.compute as pc

    bare = pc.struct_field(pc.extract_regex(email.dictionary, "^(?P<before>[^+@]*)"), "before")
    for sign in "._-":
        bare = pc.replace_substring(bare, sign, "")
    return _recoded(email, pc.if_else(pc.greater_equal(pc.utf8_length(bare), _MIN_LOCAL_PART), bare, None))


def _digits(local_parts: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    digits = pc.replace_substring_regex(local_parts, "[^0-9]+", "")
    return pc.if_else(pc.greater_equal(pc.utf8_length(digits), 2), digits, None)


def _named(local_part: Coded, name: Coded) -> NDArray[np.bool_]:
    """Whether the mailbox name holds the first four letters of the name, or all of one of three: "jsmith", "ann82"."""
    import numpy as np
    import pyarrow.compute as pc

    known = np.flatnonzero((local_part.codes >= 0) & (name.codes >= 0))
    letters = pc.utf8_slice_codeunits(pc.replace_substring(name.dictionary, " ", ""), 0, 4)
    short = pc.less(pc.utf8_length(letters), _MIN_LOCAL_PART).to_numpy(zero_copy_only=False)
    known = known[~short[name.codes[known]]]
    found = np.zeros(len(name.codes), np.bool_)
    begins = Coded(name.codes, letters).text(name.codes[known]).tolist()
    mailboxes = local_part.text(local_part.codes[known]).tolist()
    # One of three letters may be held by four of the name.
    found[known] = [a in b or b in a for a, b in zip(begins, mailboxes, strict=True)]
    return found


def _addresses(streets: Coded) -> tuple[Coded, Coded]:
    """House number and street, apart."""
    import pyarrow.compute as pc

    text = pc.utf8_lower(streets.dictionary)
    number = r"\b(?P<number>[0-9][0-9a-z]*)\b"
    houses = pc.struct_field(pc.extract_regex(text, number), "number")
    names = _recoded(streets, pc.replace_substring_regex(text, number, " ", max_replacements=1))
    return _recoded(streets, houses), _mapped(names, _street)


def _street(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return " ".join(_STREET_WORDS.get(word, word) for word in words)


def _formal(values: list[str]) -> NDArray[np.int32]:
    """Codes of the formal names of every value of the name dictionary, one row per value, -1 where there are fewer."""
    import numpy as np

    known = formal_names()
    number = {name: code for code, name in enumerate(sorted({f for formal in known.values() for f in formal}))}
    found = np.full((len(values), max(map(len, known.values()))), -1, dtype=np.int32)
    for code, value in enumerate(values):
        for place, formal in enumerate(sorted(known.get(value, ()))):
            found[code, place] = number[formal]
    return found
