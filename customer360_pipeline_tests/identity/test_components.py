"""Connected components against the plainest way to find them."""

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity.components import connected_components


def reference(nodes: int, edges: list[tuple[int, int]]) -> list[int]:
    """The smallest node that can be reached from each node."""
    neighbours = defaultdict(set)
    for left, right in edges:
        neighbours[left].add(right)
        neighbours[right].add(left)
    smallest = list(range(nodes))
    for start in range(nodes):
        seen, waiting = {start}, [start]
        while waiting:
            new = neighbours[waiting.pop()] - seen
            seen |= new
            waiting += new
        smallest[start] = min(seen)
    return smallest


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    nodes = draw(st.integers(1, 40))
    node = st.integers(0, nodes - 1)
    return nodes, draw(st.lists(st.tuples(node, node), max_size=60))


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_components_equal_a_search_from_every_node(graph: tuple[int, list[tuple[int, int]]]) -> None:
    nodes, edges = graph
    left, right = (np.array([edge[side] for edge in edges], dtype=np.int32) for side in (0, 1))
    assert connected_components(nodes, left, right).tolist() == reference(nodes, edges)


def test_a_long_chain_in_any_order_is_one_component() -> None:
    order = np.random.default_rng(7).permutation(100_000).astype(np.int32)
    assert set(connected_components(100_000, order[:-1], order[1:]).tolist()) == {0}
