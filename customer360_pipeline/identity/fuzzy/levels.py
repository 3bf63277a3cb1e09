"""How alike two records are, field by field, for many pairs at once. Pure.

Every function takes the records and two arrays of positions and returns one level per pair (int8): 0 where one of the
two is not known, 1 for the most alike; `fields.py` names the levels. Codes are compared first; only values that
differ are compared as text, each distinct pair of values once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.prepare import Coded, People

# Two crossed names this alike, where the straight ones are not, are first and last name swapped.
SWAPPED = 0.85
# Years between the births of parent and child.
GENERATION = (15, 50)


def compare(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Levels of every pair on every field: an array of (pairs, fields), in the order of `FIELDS`."""
    import numpy as np

    first, last = names(people, left, right)
    columns = (
        first,
        last,
        _middle(people, left, right),
        dates(people, left, right),
        address(people, left, right),
        place(people, left, right),
        phone(people, left, right),
        _email(people, left, right),
        _text(people.company, left, right, (0.9,)),
        _text(people.job_title, left, right, (0.85,)),
    )
    return np.stack(columns, axis=1)


def _similarity(
    coded: Coded, a: NDArray[np.int32], b: NDArray[np.int32], scorer: Callable[..., Any]
) -> NDArray[np.float32]:
    """Similarity of the values with codes a and b; each distinct pair of values is compared once."""
    import numpy as np
    from rapidfuzz.process import cpdist

    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b)
    size = len(coded.dictionary)
    pairs, places = np.unique(low * size + high, return_inverse=True)
    if not len(pairs):
        return np.zeros(0, np.float32)
    x, y = coded.text(pairs // size), coded.text(pairs % size)
    found: NDArray[np.float32] = cpdist(x, y, scorer=scorer, dtype=np.float32, workers=-1)
    return found[places]


def _graded(known: NDArray[np.bool_], similarity: NDArray[np.float32], bounds: tuple[float, ...]) -> NDArray[np.int8]:
    """Level 2 at the first bound, 3 at the second ...; equal values are level 1 and hold a similarity above 1."""
    import numpy as np

    level = np.full(len(known), len(bounds) + 2, dtype=np.int8)
    for place in range(len(bounds) - 1, -1, -1):
        level[similarity >= bounds[place]] = place + 2
    level[similarity > 1] = 1
    level[~known] = 0
    return level


def _compared(
    coded: Coded, left: NDArray[np.int32], right: NDArray[np.int32], other: Coded | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Whether both are known, and their similarity: 2 where the codes are equal, else Jaro-Winkler."""
    import numpy as np
    from rapidfuzz.distance import JaroWinkler

    a, b = coded.codes[left], (other or coded).codes[right]
    known = (a >= 0) & (b >= 0)
    similarity = np.zeros(len(left), np.float32)
    similarity[known & (a == b)] = 2
    differ = known & (a != b)
    similarity[differ] = _similarity(coded, a[differ], b[differ], JaroWinkler.similarity)
    return known, similarity


def _text(
    coded: Coded, left: NDArray[np.int32], right: NDArray[np.int32], bounds: tuple[float, ...]
) -> NDArray[np.int8]:
    known, similarity = _compared(coded, left, right)
    return _graded(known, similarity, bounds)


def names(
    people: People, left: NDArray[np.int32], right: NDArray[np.int32]
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Levels of first and last name. Swapped names count as close on both."""
    import numpy as np

    known_first, like_first = _compared(people.first, left, right)
    known_last, like_last = _compared(people.last, left, right)
    first = _first_levels(people, left, right, known_first, like_first)
    last = _graded(known_last, like_last, (0.92, 0.85, 0.70))
    odd = np.flatnonzero((first >= 4) & (last >= 3))
    one = _compared(people.first, left[odd], right[odd], people.last)[1]
    odd, one = odd[one > SWAPPED], one[one > SWAPPED]
    two = _compared(people.last, left[odd], right[odd], people.first)[1]
    straight = np.minimum(like_first[odd], 1) + np.minimum(like_last[odd], 1)
    better = np.minimum(one, 1) + np.minimum(two, 1) - straight >= 0.7
    swapped = odd[better & (two > SWAPPED)]
    first[swapped], last[swapped] = 2, 2
    return first, last


def _first_levels(
    people: People,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    known: NDArray[np.bool_],
    similarity: NDArray[np.float32],
) -> NDArray[np.int8]:
    import numpy as np

    level = np.full(len(left), 5, dtype=np.int8)
    level[similarity >= 0.70] = 4
    level[similarity >= 0.85] = 3
    level[similarity >= 0.92] = 2
    open_ = np.flatnonzero(known & (similarity <= 1))
    size = len(people.first.dictionary)
    pairs, first, places = np.unique(
        people.first.codes[left[open_]].astype(np.int64) * size + people.first.codes[right[open_]],
        return_index=True, return_inverse=True,
    )  # fmt: skip
    of_pair = _unequal_first(people.first, people.formal, pairs // size, pairs % size, similarity[open_[first]])
    level[open_] = np.where(of_pair > 0, of_pair, level[open_[first]])[places]
    level[similarity > 1] = 1
    level[~known] = 0
    return level


def _unequal_first(
    coded: Coded, formal: NDArray[np.int32], a: NDArray[np.int64], b: NDArray[np.int64], similarity: NDArray[np.float32]
) -> NDArray[np.int8]:
    """Levels that nicknames and initials give to pairs of given names that differ; 0 where they give none."""
    import numpy as np

    formal_a, formal_b = formal[a], formal[b]
    same = np.zeros(len(a), np.bool_)
    for place in range(formal_a.shape[1]):
        same |= ((formal_a == formal_b[:, [place]]) & (formal_a >= 0)).any(axis=1)
    level = np.zeros(len(a), np.int8)
    # Two names of the nickname list that mean different people are two names, however alike: Maria, Mario.
    two_names = (formal_a[:, 0] >= 0) & (formal_b[:, 0] >= 0) & ~same
    level[two_names & (similarity >= 0.70)] = 4
    initial = (coded.initials[a] == coded.initials[b]) & ((coded.lengths[a] == 1) | (coded.lengths[b] == 1))
    level[(same | initial) & ((similarity < 0.92) | (level == 4))] = 3
    return level


def _middle(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    import numpy as np

    coded = people.middle
    a, b = coded.codes[left], coded.codes[right]
    level = np.full(len(left), 3, dtype=np.int8)
    if len(coded.dictionary):
        short = (coded.lengths[a] == 1) | (coded.lengths[b] == 1)
        level[(coded.initials[a] == coded.initials[b]) & short] = 2
        level[_compared(coded, left, right)[1] >= 0.9] = 2
        level[a == b] = 1
    level[(a < 0) | (b < 0)] = 0
    return level


def dates(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Birth dates as numbers yyyymmdd: equal; one digit, two neighbouring digits or day and month exchanged; two of
    the three parts equal; two digits, or a month at most; same year, or a year at most; as far apart as parent and
    child; different."""
    import numpy as np

    a, b = people.birth[left], people.birth[right]
    level = np.full(len(a), 7, dtype=np.int8)
    known = (a > 0) & (b > 0)
    year_a, month_a, day_a = a // 10_000, a // 100 % 100, a % 100
    year_b, month_b, day_b = b // 10_000, b // 100 % 100, b % 100
    year, month, day = year_a == year_b, month_a == month_b, day_a == day_b
    years = np.abs(year_a - year_b)
    # Every month counted as 31 days: a day more or less does not matter here.
    days = np.abs((year_a - year_b) * 372 + (month_a - month_b) * 31 + day_a - day_b)
    wrong, exchanged = _slips(a, b)
    level[(years >= GENERATION[0]) & (years <= GENERATION[1])] = 6
    level[year | (days <= 372)] = 5
    level[(wrong == 2) | (days <= 31)] = 4
    level[year.astype(np.int8) + month + day == 2] = 3
    level[(wrong == 1) | exchanged | (year & (month_a == day_b) & (day_a == month_b))] = 2
    level[a == b] = 1
    level[~known] = 0
    return level


def _slips(a: NDArray[Any], b: NDArray[Any], digits: int = 8) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """In how many digits numbers differ, and whether that is two neighbouring ones exchanged."""
    import numpy as np

    wrong = np.zeros(len(a), np.int8)
    exchanged = np.zeros(len(a), np.bool_)
    last_x = last_y = np.full(len(a), -1, dtype=a.dtype)
    for _ in range(digits):
        a, x = np.divmod(a, 10)
        b, y = np.divmod(b, 10)
        wrong += x != y
        exchanged |= (x == last_y) & (y == last_x) & (x != y)
        last_x, last_y = x, y
    return wrong, exchanged & (wrong == 2)


def address(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Street and house number as one: equal; street alike and number equal; street alike; number equal; different."""
    import numpy as np
    from rapidfuzz.distance import Indel

    a, b = people.street.codes[left], people.street.codes[right]
    known = (a >= 0) & (b >= 0)
    alike = np.zeros(len(left), np.float32)
    alike[known & (a == b)] = 2
    differ = known & (a != b)
    alike[differ] = _similarity(people.street, a[differ], b[differ], Indel.normalized_similarity)
    house_a, house_b = people.house.codes[left], people.house.codes[right]
    number = (house_a == house_b) & (house_a >= 0)
    level = np.full(len(left), 5, dtype=np.int8)
    level[number] = 4
    level[alike >= 0.88] = 3
    level[(alike >= 0.80) & number] = 2
    # Without house numbers the street is all there is to compare.
    level[(alike > 1) & (number | ((house_a < 0) & (house_b < 0)))] = 1
    level[~known] = 0
    return level


def place(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Postal code and city as one."""
    import numpy as np

    a, b = people.postal_code.codes[left], people.postal_code.codes[right]
    both_codes = (a >= 0) & (b >= 0)
    known_city, city_similarity = _compared(people.city, left, right)
    city = city_similarity >= 0.9
    near = _near_codes(people.postal_code, a, b)
    level = np.full(len(left), 6, dtype=np.int8)
    level[near] = 5
    level[city] = 4
    level[city & near] = 3
    same = both_codes & (a == b)
    level[same] = 2
    level[same & city] = 1
    level[~(both_codes | known_city)] = 0
    return level


def _near_codes(coded: Coded, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Postal codes one slip apart, or of one area (all but the last two characters equal)."""
    import numpy as np
    from rapidfuzz.distance import OSA

    near = np.zeros(len(a), np.bool_)
    differ = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
    near[differ] = _similarity(coded, a[differ], b[differ], OSA.normalized_similarity) >= 0.79
    return near


def phone(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Any number of the one against any of the other; a slip only between the main ones."""
    import numpy as np

    level = np.zeros(len(left), dtype=np.int8)
    for one in (people.phone, people.mobile):
        for two in (people.phone, people.mobile):
            a, b = one[left], two[right]
            known = (a > 0) & (b > 0)
            level[known & (level == 0)] = 3
            level[known & (a == b)] = 1
    a, b = people.phone[left], people.phone[right]
    differ = np.flatnonzero((level == 3) & (a > 0) & (b > 0))
    wrong, exchanged = _slips(a[differ], b[differ], 15)
    level[differ[(wrong == 1) | exchanged]] = 2
    return level


def _email(people: People, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int8]:
    """Addresses. A mailbox name made of a name that is compared anyway cannot speak for one person once more; the
    number in it can: jsmith1982, jonsmith1982."""

    level = _text(people.local_part, left, right, (0.92, 0.80))
    level[level > 0] += 1
    both_first = (people.first.codes[left] >= 0) & (people.first.codes[right] >= 0)
    both_last = (people.last.codes[left] >= 0) & (people.last.codes[right] >= 0)
    named = (people.first_named[left] | people.first_named[right]) & both_first
    named |= (people.last_named[left] | people.last_named[right]) & both_last
    one, two = people.digits.codes[left], people.digits.codes[right]
    named &= ~((one == two) & (one >= 0) & (level <= 3))
    # Two people of one given name, ashley.cook and ashley.mitchell, are as alike as that, whatever their last names.
    level[named & (level > 2)] = 5
    level[named & (level == 2) & both_last] = 0
    a, b = people.email.codes[left], people.email.codes[right]
    level[(a == b) & (a >= 0)] = 1
    return level
