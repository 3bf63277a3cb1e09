"""Laws of linking inside one component, without a database."""

import random
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity.clusters import Component, Key, Link, Person
from customer360_pipeline.identity.components import connected_components
from customer360_pipeline.identity.given_names import compare_given_names

compare = partial(compare_given_names, similarity=0.85)
KINDS = ("email", "user_id", "phone")
persons = st.builds(
    Person,
    user_id=st.sampled_from([None, None, "u1", "u2"]),
    given_name=st.sampled_from([None, "ann", "annie", "a", "bob", "robert", "zoe"]),
    one_record_source=st.sampled_from([None, None, "crm"]),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[int, Person], list[Key]]:
    people = dict(enumerate(draw(st.lists(persons, min_size=2, max_size=9))))
    members = st.lists(st.sampled_from(sorted(people)), min_size=2, max_size=5, unique=True)
    keys = [
        Key((rank, number), rank + 1, KINDS[rank], tuple(sorted(nodes)))
        for number, (rank, nodes) in enumerate(draw(st.lists(st.tuples(st.integers(0, 2), members), max_size=7)))
    ]
    return people, keys


def groups(people: dict[int, Person], links: list[Link]) -> list[int]:
    accepted = [link for link in links if link.reason is None]
    ends = (np.array([getattr(link, side) for link in accepted], dtype=np.int32) for side in ("left", "right"))
    return connected_components(len(people), *ends).tolist()


@settings(max_examples=400, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_no_group_holds_a_contradiction_and_no_order_matters(
    world: tuple[dict[int, Person], list[Key]], shuffle: random.Random
) -> None:
    people, keys = world
    links = list(Component(people, compare).links(keys))
    roots = groups(people, links)
    for root in set(roots):
        held = [people[node] for node in people if roots[node] == root]
        assert len({person.user_id for person in held} - {None}) <= 1
        assert sum(person.one_record_source is not None for person in held) <= 1
        assert all(compare(a.given_name, b.given_name) != "different" for a in held for b in held)
    assert all((roots[link.left] == roots[link.right]) for link in links if link.reason is None)
    shuffle.shuffle(keys)
    nodes = list(people)
    shuffle.shuffle(nodes)
    again = list(Component({node: people[node] for node in nodes}, compare).links(keys))
    assert groups(people, again) == roots


@settings(max_examples=200, deadline=None)
@given(worlds())
def test_without_contradictions_every_shared_key_links(world: tuple[dict[int, Person], list[Key]]) -> None:
    people, keys = world
    same = {node: Person(given_name="ann") for node in people}
    edges = [(key.nodes[0], node) for key in keys for node in key.nodes]
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int32) for side in (0, 1))
    assert (
        groups(same, list(Component(same, compare).links(keys)))
        == connected_components(len(people), left, right).tolist()
    )
