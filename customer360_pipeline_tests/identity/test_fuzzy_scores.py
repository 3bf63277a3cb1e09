"""What overrules the log-odds of a pair: names that nothing else supports stay below the threshold of merging."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from customer360_pipeline.identity.fuzzy.linkage import UNIT
from customer360_pipeline.identity.fuzzy.prepare import People, prepare
from customer360_pipeline.identity.fuzzy.scores import Scorer
from customer360_pipeline.identity.fuzzy.training import learn

_ONE, _TWO = np.array([0], np.int32), np.array([1], np.int32)
NONE = np.zeros(0, np.int32), np.zeros(0, np.int32)


def twice(**columns: str) -> People:
    """Two records of the same values, before 300 others, which share no name."""
    others = {"first_name_key": "f", "last_name_key": "l"}
    found = {
        name: [columns.get(name)] * 2 + [f"{others[name]}{number}" if name in others else None for number in range(300)]
        for name in columns
    }
    return prepare(pa.table({"source": ["crm"] * 302} | found), ("crm",))


def score(records: People, merge: float) -> float:
    learned = learn(records, lambda: [(_ONE, _TWO)], ("crm",), np.arange(302, dtype=np.int32), NONE)
    return float(Scorer(records, learned, merge, -5.0).score(_ONE, _TWO).log_odds[0])


@pytest.mark.parametrize("merge", [0.0, -1.0, float(np.log(9)) - 3])
def test_two_names_alone_stay_below_the_threshold_however_low_it_is(merge: float) -> None:
    found = score(twice(first_name_key="ann", last_name_key="lee"), merge)
    # Linkage adds scores up in whole units: the threshold must not be reached by rounding.
    assert merge - 0.001 < np.rint(found * UNIT) / UNIT < merge


def test_a_third_name_and_a_place_are_more_than_two_names() -> None:
    names = {"first_name_key": "ann", "last_name_key": "lee"}
    assert score(twice(**names, full_name="Ann Mary Lee"), 0.0) > 0
    assert score(twice(**names, street="1 Main Street"), 0.0) > 0
