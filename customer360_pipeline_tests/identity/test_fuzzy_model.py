"""What EM learns without labels: on pairs drawn from known classes, and where there is too little to learn from."""

import numpy as np

from customer360_pipeline.identity.fuzzy.fields import FIELDS, NAMES
from customer360_pipeline.identity.fuzzy.model import MIN_DIFFERENT, MIN_PAIRS, Model, Population, train
from customer360_pipeline.identity.fuzzy.patterns import collapse, pack

_FIRST, _BIRTH, _PHONE = NAMES.index("first_name"), NAMES.index("birth_date"), NAMES.index("phone")


def drawn(count: int, agree: dict[str, float], seed: int) -> np.ndarray:
    """Levels of pairs: a field agrees with its share, else it differs; a field not named is not known."""
    draw = np.random.default_rng(seed)
    levels = np.zeros((count, len(FIELDS)), np.int8)
    for name, share in agree.items():
        place = NAMES.index(name)
        levels[:, place] = np.where(draw.random(count) < share, 1, len(FIELDS[place].levels))
    return levels


def population(records: int, sampled: float = 1.0) -> Population:
    """Records of one source, all of them with a birth date."""
    return Population(np.array([records]), np.array([records]), sampled)


PERSON = {"first_name": 0.95, "last_name": 0.95, "birth_date": 0.98, "address": 0.7, "phone": 0.6}
HOUSEHOLD = {"first_name": 0.01, "last_name": 0.95, "birth_date": 0.0, "address": 0.9, "phone": 0.6}
NAMESAKE = {"first_name": 0.97, "last_name": 0.97, "birth_date": 0.001, "address": 0.0, "phone": 0.0}
STRANGERS = {"first_name": 0.01, "last_name": 0.01, "birth_date": 0.0005, "address": 0.0005, "phone": 0.0}


def learned(records: int = 20_000) -> Model:
    parts = [
        drawn(6_000, PERSON, 1), drawn(3_000, HOUSEHOLD, 2), drawn(9_000, NAMESAKE, 3), drawn(30_000, STRANGERS, 4),
    ]  # fmt: skip
    code = pack(np.concatenate(parts), np.zeros(48_000, np.int32))
    random = drawn(200_000, STRANGERS | {"phone": 0.0001}, 5)
    return train(collapse([code]), random, (None,) * len(FIELDS), population(records))


def odds(model: Model, **levels: int) -> float:
    """Log-odds of one person for some levels of some fields."""
    row = np.zeros((1, len(FIELDS)), np.int8)
    for name, level in levels.items():
        row[0, NAMES.index(name)] = level
    logs = model.log_classes(row, np.zeros(1, np.int32))[0]
    return float(logs[0] - np.logaddexp.reduce(logs[1:]))


def test_the_shares_of_one_person_are_found() -> None:
    model = learned()
    assert model.is_trained
    for name, share in PERSON.items():
        assert abs(model.classes[0][NAMES.index(name)][1] - share) < 0.08, name


def test_relatives_and_namesakes_are_told_from_one_person() -> None:
    model = learned()
    assert odds(model, first_name=1, last_name=1, birth_date=1, address=1) > 4
    assert odds(model, first_name=5, last_name=1, birth_date=7, address=1, phone=1) < -3
    assert odds(model, first_name=1, last_name=1, birth_date=7, address=5, phone=3) < -3
    # Parent and child of one name: everything agrees but the birth date.
    assert odds(model, first_name=1, last_name=1, birth_date=6, address=1, phone=1) < 2


def test_bounds_hold_whatever_the_pairs_show() -> None:
    model = learned()
    for place, field in enumerate(FIELDS):
        differ = model.classes[0][place][-field.differing :].sum()
        least = MIN_DIFFERENT * sum(field.same[-field.differing :]) / sum(field.same)
        assert min(least, field.max_different) - 1e-9 <= differ <= field.max_different + 1e-9, field.name
        for shares in model.classes:
            assert np.isclose(shares[place][1:].sum(), 1) and (shares[place] > 0).all()


def test_too_few_pairs_leave_the_documented_priors() -> None:
    few = collapse([pack(drawn(MIN_PAIRS - 1, PERSON, 1), np.zeros(MIN_PAIRS - 1, np.int32))])
    model = train(few, drawn(100, STRANGERS, 2), (None,) * len(FIELDS), population(300))
    assert not model.is_trained
    believed = np.array(FIELDS[_BIRTH].same)
    assert np.allclose(model.classes[0][_BIRTH][1:-2], believed[:-2] / believed.sum())
    # A name in a place is not enough, a name and an address without anything against it is.
    assert odds(model, first_name=1, last_name=1, place=4) < 2
    assert odds(model, first_name=1, last_name=1, address=1, birth_date=1) > 4


def test_the_same_pairs_in_another_order_teach_the_same() -> None:
    code = pack(np.concatenate([drawn(3_000, PERSON, 1), drawn(3_000, STRANGERS, 2)]), np.zeros(6_000, np.int32))
    random = drawn(5_000, STRANGERS, 3)
    nothing = (None,) * len(FIELDS)
    one = train(collapse([code]), random, nothing, population(4_000))
    two = train(collapse([code[::-1][:1000], code[::-1][1000:]]), random, nothing, population(4_000))
    assert all(np.array_equal(a, b) for a, b in zip(one.classes[0], two.classes[0], strict=True))
    assert np.array_equal(one.log_pairs, two.log_pairs)


def test_pairs_that_were_not_sampled_count_as_those_that_were() -> None:
    levels = np.concatenate([drawn(8_000, PERSON, 1), drawn(40_000, STRANGERS, 2)])
    code, random = pack(levels, np.zeros(48_000, np.int32)), drawn(100_000, STRANGERS, 3)
    nothing = (None,) * len(FIELDS)
    whole = train(collapse([code]), random, nothing, population(20_000))
    half = train(collapse([code[::2]]), random, nothing, population(20_000, sampled=0.5))
    assert abs(half.log_pairs[0, 0] - whole.log_pairs[0, 0]) < 0.05
    assert abs(np.exp(whole.log_pairs[0, 0]) - 8_000) < 400


def dated(generation: int, other: int) -> Model:
    """Of 5,300 pairs of one person some have two unlike birth dates: a generation apart, or otherwise."""
    levels = drawn(5_300, {"first_name": 1.0, "last_name": 1.0, "birth_date": 1.0, "address": 0.9}, 1)
    levels[:generation, _BIRTH], levels[generation : generation + other, _BIRTH] = 6, 7
    random = drawn(100_000, STRANGERS, 3)
    random[:50_000, _BIRTH] = 6
    return train(collapse([pack(levels, np.zeros(5_300, np.int32))]), random, (None,) * len(FIELDS), population(10_000))


def test_dates_that_are_wrong_altogether_are_no_kin_and_an_excess_of_a_generation_is() -> None:
    alike = {"first_name": 1, "last_name": 1, "address": 1}
    wrong, kin = dated(150, 150), dated(300, 0)
    # Strangers are as often a generation apart as not, and so are wrong dates of one person.
    assert odds(wrong, **alike, birth_date=6) > 1
    assert odds(kin, **alike, birth_date=6) < -2
    # Where no birth date is known, as many kin are believed in as the others show.
    assert odds(wrong, **alike) > odds(kin, **alike) + 1


def test_pairs_that_keys_left_apart_are_judged_by_how_many_of_them_are_one_person() -> None:
    linked, apart = drawn(9_000, PERSON, 1), [drawn(300, PERSON, 2), drawn(3_000, HOUSEHOLD, 3)]
    left = np.concatenate([*apart, drawn(20_000, STRANGERS, 4)])
    random, nothing = drawn(100_000, STRANGERS, 5), (None,) * len(FIELDS)
    code = [pack(levels, np.zeros(len(levels), np.int32)) for levels in (linked, left)]
    everything = train(collapse(code), random, nothing, population(20_000))
    judged = train(collapse(code[1:]), random, nothing, population(20_000), everything)
    assert abs(np.exp(judged.log_pairs[0, 0]) - 300) < 150
    assert odds(judged, last_name=1, address=1) < odds(everything, last_name=1, address=1) - 2
