"""The fields that are compared, their levels, and what is believed of them before any data are seen.

The priors are rough shares from common sense and published linkage work (Newcombe 1959, Winkler 2006): they carry the
model where data are few, and are soon outweighed where they are many. How a level is found stands in `levels.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One comparison.

    Args:
        name: as evidence shows it.
        levels: names of the levels, most alike first; level 0 of the arrays means "one of them is not known".
        same: share of each level among records of one person.
        other: share of each level among records of two people.
        shared: how far two people agree on it like one person, 1 fully, 0 by chance only: two of one household, two of
            one name, parent and child of one name in one household, and twins.
        max_different: upper bound of the shares of the last levels (`differing` of them) among records of one person.
        kin: shares of the levels between parent and child, where they are known.
        wrong: so many of the last levels are as frequent among the wrong values of one person as among two people: a
            date that is wrong altogether may be any date. An excess of one of them is another class, then: kin.
    """

    name: str
    levels: tuple[str, ...]
    same: tuple[float, ...]
    other: tuple[float, ...]
    shared: tuple[float, float, float, float]
    max_different: float = 1.0
    differing: int = 1
    kin: tuple[float, ...] = ()
    wrong: int = 1

    @property
    def size(self) -> int:
        """Levels with the unknown one."""
        return len(self.levels) + 1


# A cap on how often one person's own records may differ keeps EM from calling relatives one person.
FIELDS = (
    Field("first_name", ("equal", "close", "nickname_or_initial", "similar", "different"),
          (0.80, 0.07, 0.08, 0.02, 0.03), (0.006, 0.004, 0.01, 0.08, 0.90), (0, 1, 1, 0), 0.15),
    Field("last_name", ("equal", "close", "similar", "alike", "different"),
          (0.84, 0.06, 0.02, 0.02, 0.06), (0.002, 0.002, 0.006, 0.06, 0.93), (1, 1, 1, 1), 0.15),
    Field("middle_name", ("equal", "initial", "different"),
          (0.70, 0.22, 0.08), (0.02, 0.08, 0.90), (0, 0.3, 0.5, 0)),
    Field("birth_date", ("equal", "one_digit", "one_part", "two_digits", "one_year", "generation", "different"),
          (0.89, 0.05, 0.03, 0.01, 0.005, 0.005, 0.01), (0.00005, 0.0008, 0.002, 0.015, 0.02, 0.40, 0.562),
          (0, 0, 0, 1), 0.12, 3, kin=(0.001, 0.001, 0.001, 0.001, 0.001, 0.95, 0.045), wrong=2),
    Field("address", ("equal", "close", "same_street", "same_number", "different"),
          (0.55, 0.15, 0.03, 0.02, 0.25), (0.00002, 0.00002, 0.0006, 0.01, 0.989), (1, 0, 1, 1)),
    Field("place", ("equal", "postal_code", "city_and_near_code", "city", "near_code", "different"),
          (0.50, 0.20, 0.06, 0.08, 0.04, 0.12), (0.0005, 0.0005, 0.001, 0.008, 0.02, 0.97), (1, 0.3, 1, 1)),
    Field("phone", ("equal", "one_digit", "different"),
          (0.65, 0.04, 0.31), (0.00002, 0.00003, 0.99995), (1, 0, 0.7, 0.7)),
    Field("email", ("equal", "same_local_part", "close_local_part", "similar_local_part", "different"),
          (0.40, 0.15, 0.08, 0.07, 0.30), (0.000005, 0.0001, 0.001, 0.01, 0.989), (0.5, 0.1, 0.3, 0.3)),
    Field("company", ("equal", "similar", "different"), (0.70, 0.10, 0.20), (0.004, 0.006, 0.99), (1, 0, 0.1, 0.1)),
    Field("job_title", ("equal", "similar", "different"), (0.45, 0.10, 0.45), (0.02, 0.03, 0.95), (0, 0, 0, 0)),
)  # fmt: skip
NAMES = tuple(field.name for field in FIELDS)
