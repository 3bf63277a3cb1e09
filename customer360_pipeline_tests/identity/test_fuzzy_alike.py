"""Leaving pairs out early loses none that is alike: the same pairs, with the same scores, as scoring all of them."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from customer360_pipeline.identity.fuzzy.alike import near
from customer360_pipeline.identity.fuzzy.prepare import People, prepare
from customer360_pipeline.identity.fuzzy.scores import Scorer
from customer360_pipeline.identity.fuzzy.shapes import Settings
from customer360_pipeline.identity.fuzzy.training import learn

VALUES: dict[str, tuple[str | None, ...]] = {
    "source": ("crm", "shop"),
    "first_name_key": ("ann", "anna", "a", "bob", "robert", "zoe", "lee", None),
    "last_name_key": ("lee", "leigh", "ann", "smith", "smyth", None),
    "full_name": ("Ann Mary Lee", "Bob J. Smith", None),
    "street": ("1 Main Street", "1 Main St", "1 Maine St", "9 Elm Road", None),
    "postal_code": ("10115", "10117", "99999", None),
    "city": ("Berlin", "Berlin Mitte", "Rome", None),
    "phone_key": ("+14155552671", "+14155552672", "+442071838750", None),
    "mobile_key": ("+14155552671", None),
    "email_key": ("ann.lee@x.com", "annlee@y.com", "q7xk9@x.com", "q7xk8@y.com", "bob@x.com", None),
    "company": ("Acme", "Acme Inc", None),
    "job_title": ("Clerk", "Clark", None),
}
NONE = np.zeros(0, np.int32), np.zeros(0, np.int32)
BIRTHS = ("1980-05-06", "1980-06-05", "1980-05-07", "1991-01-01", "1955-01-01", None)


def people(seed: int, size: int) -> People:
    """Records whose fields agree, nearly agree and differ in every mixture."""
    chance = random.Random(seed)
    columns = {name: pa.array([chance.choice(values) for _ in range(size)]) for name, values in VALUES.items()}
    births = pa.array([chance.choice(BIRTHS) for _ in range(size)]).cast(pa.date32())
    return prepare(pa.table(columns | {"birth_date": births}), ("crm", "shop"))


@pytest.mark.parametrize(("seed", "share"), [(1, 0.02), (2, 0.2), (3, 0.6)])
def test_the_pairs_found_are_those_that_scoring_all_pairs_finds(seed: int, share: float) -> None:
    records = people(seed, 150)
    ends = np.array(list(combinations(range(records.size), 2)), dtype=np.int32)
    left, right = ends[:, 0], ends[:, 1]
    learned = learn(records, lambda: [(left, right)], ("crm", "shop"), np.arange(records.size, dtype=np.int32), NONE)
    score = Scorer(records, learned, merge=12.0, review=0.0).score(left, right).log_odds
    # The threshold lies where so many of the pairs reach it, which are pairs of all kinds.
    settings = Settings(merge=12.0, review=float(np.quantile(score, 1 - share)))
    alike = score >= settings.review
    found = near(records, learned, lambda: [(left, right)], np.arange(records.size, dtype=np.int32), settings)
    assert found.left.tolist() == left[alike].tolist() and found.right.tolist() == right[alike].tolist()
    assert found.score.tolist() == score[alike].tolist()


def test_how_many_threads_compare_changes_neither_what_is_learned_nor_what_is_found() -> None:
    records = people(4, 60)
    ends = np.array(list(combinations(range(records.size), 2)), dtype=np.int32)
    batches = [(ends[at : at + 100, 0], ends[at : at + 100, 1]) for at in range(0, len(ends), 100)]
    alone = np.arange(records.size, dtype=np.int32)
    learned = [learn(records, lambda: batches, ("crm", "shop"), alone, NONE, threads) for threads in (1, 3)]
    assert learned[0].facts() == learned[1].facts()
    score = Scorer(records, learned[0], merge=12.0, review=0.0).score(ends[:, 0], ends[:, 1]).log_odds
    least = float(np.quantile(score, 0.8))
    found = [
        near(records, learned[0], lambda: batches, alone, Settings(merge=12.0, review=least, threads=threads))
        for threads in (1, 3)
    ]
    assert len(found[0].left) > 300
    assert found[0].left.tolist() == found[1].left.tolist() and found[0].right.tolist() == found[1].right.tolist()
    assert found[0].score.tolist() == found[1].score.tolist()


def test_records_of_one_group_are_not_compared() -> None:
    records = people(1, 20)
    ends = np.array(list(combinations(range(20), 2)), dtype=np.int32)
    pairs = (ends[:, 0], ends[:, 1])
    learned = learn(records, lambda: [pairs], ("crm", "shop"), np.arange(20, dtype=np.int32), NONE)
    found = near(records, learned, lambda: [pairs], np.zeros(20, np.int32), Settings(merge=2.2, review=-12.0))
    assert not len(found.left)
