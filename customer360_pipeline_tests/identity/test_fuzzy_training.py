"""What people decide about pairs teaches nothing about others."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from customer360_pipeline.identity.fuzzy.training import learn
from customer360_pipeline_tests.identity.test_fuzzy_alike import NONE, people


def test_a_decision_that_two_records_are_two_people_changes_no_weight() -> None:
    """Would hurt: each `unmerge` made it likelier that two others are one person, and some were merged."""
    records = people(4, 150)
    ends = np.array(list(combinations(range(records.size), 2)), dtype=np.int32)
    pairs, sources = [(ends[:, 0], ends[:, 1])], ("crm", "shop")
    by_keys = np.arange(records.size, dtype=np.int32) // 3 * 3
    before = learn(records, lambda: pairs, sources, by_keys, NONE)

    # Of the first five groups of three the first record is taken out.
    taken_out = by_keys.copy()
    taken_out[[1, 2, 4, 5, 7, 8, 10, 11, 13, 14]] = np.repeat([1, 4, 7, 10, 13], 2)
    decided = np.repeat([0, 3, 6, 9, 12], 2).astype(np.int32), np.array([1, 2, 5, 4, 7, 8, 10, 11, 13, 14], np.int32)
    after = learn(records, lambda: pairs, sources, taken_out, decided)
    assert after.facts() == before.facts()

    # Taken for pairs that keys left apart by themselves, they would.
    assert learn(records, lambda: pairs, sources, taken_out, NONE).facts() != before.facts()
