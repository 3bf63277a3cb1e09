"""Which records are compared: the rules on pairs of records, the limits of block sizes, and repeats dropped."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.config import Config
from customer360_pipeline.engine.dialect import compile_tree
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.lint import lint_tree
from customer360_pipeline.identity.blocking_rules import ORDERS, RULES, block_cap
from customer360_pipeline.identity.blocks import blocks_of
from customer360_pipeline_tests.rooms import build_rooms

Rows = list[dict[str, Any]]


def blocking(contacts: Rows, **identity: Any) -> tuple[set[str], list[tuple[int, int]]]:
    """Rules that made a block, and the candidate pairs, of records numbered by their place."""
    rows = [{"record_id": f"{number:03}"} | row for number, row in enumerate(contacts)]
    with DuckDBEngine() as engine:
        build_rooms(engine, {"crm_contacts": rows}, ("staging", "identity"), Config(identity=identity))
        if not engine.exists("blocking.rules"):
            return set(), []
        rules = {row[0] for row in engine.rows("SELECT rule FROM blocking.rules WHERE blocks > 0")}
        pairs = engine.rows("SELECT left_node, right_node FROM blocking.candidate_pairs ORDER BY ALL")
        return rules, [(left, right) for left, right in pairs]


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ({"first_name": "Ann", "last_name": "Lee"}, {"first_name": "Lee", "last_name": "Ann"}, "names"),
        ({"email": "ann.lee@x.com"}, {"email": "Ann.Lee+shop@y.org"}, "mailbox"),
        ({"birth_date": "1980-02-03"}, {"birth_date": "1980-02-03"}, "birth_date"),
        ({"last_name": "Lee", "birth_date": "1980-02-03"}, {"last_name": "lee", "birth_date": "1980-12-30"},
         "last_birth_year"),
        ({"last_name": "Leeson", "birth_date": "1980-02-03"}, {"last_name": "leesen", "birth_date": "1908-02-03"},
         "last_birthday"),
        ({"first_name": "Jo", "postal_code": "94107-1234"}, {"first_name": "Jo", "postal_code": "94107"}, "first_zip"),
        ({"street": "12 Main St"}, {"street": "Main Street 12"}, "house_street"),
        ({"first_name": "Ann", "street": "Rue Bel"}, {"first_name": "Ann", "street": "rue bel"}, "first_street"),
        ({"first_name": "Jon", "last_name": "Smith"}, {"first_name": "Jonah", "last_name": "Smyth"}, "sound"),
        ({"phone": "+1 415 555 2671"}, {"mobile_phone": "(415) 555-2671"}, "phone"),
        ({"user_id": "u1"}, {"user_id": "u1"}, "user_id"),
    ],
)  # fmt: skip
def test_each_rule_finds_the_pair_it_is_for(one: dict[str, Any], other: dict[str, Any], rule: str) -> None:
    rules, pairs = blocking([one, other])
    assert rule in rules
    assert pairs == [(0, 1)]


def test_records_with_nothing_in_common_are_no_pair_and_missing_is_not_equal() -> None:
    assert blocking([{"first_name": "Ann"}, {"last_name": "Lee"}, {"company": "Acme"}, {"company": "Acme"}]) == (
        set(),
        [],
    )


@pytest.mark.parametrize("email", ["test@test.com", "info@acme.com"])
def test_a_value_that_links_nobody_blocks_nobody(email: str) -> None:
    assert blocking([{"email": email}, {"email": email}]) == (set(), [])


def test_a_value_that_too_many_people_share_blocks_nobody() -> None:
    names = ("Ann", "Bob", "Carl", "Dora", "Emil")
    assert blocking([{"email": "desk@x.com", "first_name": name} for name in names]) == (set(), [])


def test_without_fuzzy_matching_nothing_is_compared() -> None:
    assert blocking([{"first_name": "Ann", "last_name": "Lee"}] * 2, fuzzy=False) == (set(), [])


@pytest.mark.parametrize(
    ("sizes", "most_pairs", "cap"),
    [
        ([], 100, 5),
        ([(2, 10), (9, 1), (12, 1)], 100, 9),  # 10 + 36 + 66 pairs
        ([(2, 10), (9, 1), (12, 1)], 112, 12),
        ([(2, 1000), (9, 1)], 100, 5),  # the smallest size whatever it costs
        ([(2, 1), (50, 1)], 10_000, 5),  # above the largest size
    ],
)
def test_the_cap_is_the_largest_size_within_the_pairs(sizes: list[tuple[int, int]], most_pairs: int, cap: int) -> None:
    assert block_cap(sizes, most_pairs, smallest=5, largest=20) == cap


def test_a_common_name_is_no_block_but_the_rarer_ones_are() -> None:
    common = [{"first_name": "Ann", "last_name": "Lee"}] * 5
    rare = [{"first_name": "Zoe", "last_name": "Quist"}] * 2
    _, pairs = blocking([*common, *rare], min_block_size=2, max_block_size=4)
    assert (5, 6) in pairs
    assert (0, 4) not in pairs  # neighbours in the sorted orders are (0, 1) and (0, 2) only
    _, pairs = blocking([*common, *rare], max_candidate_pairs=5, max_candidate_pairs_per_record=1)
    assert (5, 6) in pairs
    assert (0, 4) not in pairs


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "first_name": st.sampled_from(["Ann", "Anna", "Bob", "Lee"]),
            "last_name": st.sampled_from(["Lee", "Leigh", "Ann"]),
            "email": st.sampled_from(["a@x.com", "a@y.com", "b@x.com"]),
            "postal_code": st.sampled_from(["94107", "10001"]),
        },
    ),
    max_size=8,
)


@given(PEOPLE, st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_pairs_are_distinct_and_ordered_and_do_not_depend_on_the_passes(people: Rows, per_pass: int) -> None:
    _, pairs = blocking(people)
    assert pairs == sorted(set(pairs))
    assert all(left < right for left, right in pairs)
    assert blocking(people, pairs_per_pass=per_pass)[1] == pairs
    for one, other in combinations(range(len(people)), 2):
        if all(people[one].get(name) and people[one].get(name) == people[other].get(name)
               for name in ("first_name", "last_name")):  # fmt: skip
            assert (one, other) in pairs


@pytest.mark.parametrize("value", [*RULES.values(), *ORDERS.values()])
def test_the_rules_mean_the_same_on_other_engines(value: str) -> None:
    sql = f"SELECT {value} AS value, node FROM identity.block_fields"
    tree = sqlglot.parse_one(sql, read="duckdb")
    assert not lint_tree(tree, sql)
    for dialect in ("spark", "snowflake"):
        assert compile_tree(tree, dialect).sql  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=14), st.integers(1, 15), st.randoms(use_true_random=False))
def test_passes_list_each_pair_of_a_block_once_with_its_smaller_record(
    values: list[int], step: int, chance: Any
) -> None:
    """Would hurt: a pair between two passes that neither lists."""
    nodes = list(range(len(values)))
    chance.shuffle(nodes)
    found = blocks_of(np.array([values[node] for node in nodes], np.uint64), np.array(nodes, np.int32))
    pairs = [
        pair
        for first in range(0, len(values), step)
        for left, right in found.pairs(first, first + step)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert pairs == sorted(set(pairs), key=pairs.index)
    assert set(pairs) == {(a, b) for a, b in combinations(range(len(values)), 2) if values[a] == values[b]}
