"""A customer that has to part does so where the least holds it together."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity.explain import Link
from customer360_pipeline.identity.weakest import weakest_split


def link(left: str, right: str, rule: str, pass_number: int, evidence: str = "{}", score: float | None = None) -> Link:
    return Link(left, right, rule, pass_number, "accepted", None, evidence, None, score)


def test_the_latest_pass_is_weakest_and_two_rules_are_stronger_than_one() -> None:
    links = [
        link("a", "b", "email", 1),
        link("b", "c", "phone", 3),
        link("c", "d", "phone", 3),
        link("c", "d", "user_id", 2),
        link("d", "e", "source_merge", 0),
    ]
    parts, cut = weakest_split("abcde", links)
    assert parts == (("a", "b"), ("c", "d", "e"))
    assert cut == (links[1],)


def test_a_weak_link_beside_a_strong_path_parts_nobody() -> None:
    links = [link("a", "b", "email", 1), link("b", "c", "email", 1), link("a", "c", "phone", 3)]
    links += [link("c", "d", "user_id", 2)]
    assert weakest_split("abcd", links) == ((("a", "b", "c"), ("d",)), (links[3],))


def test_among_links_of_one_pass_a_lower_score_or_fewer_agreeing_fields_is_weaker() -> None:
    scored = [link("a", "b", "fuzzy", 4, score=9.0), link("b", "c", "fuzzy", 4, score=2.5)]
    assert weakest_split("abc", scored)[0] == (("a", "b"), ("c",))
    differing = [
        link("a", "b", "email", 1, '{"email": "equal", "last_name": "different -1.9"}'),
        link("a", "c", "email", 1, '{"email": "equal"}'),
    ]
    assert weakest_split("abc", differing)[0] == (("a", "c"), ("b",))


def test_of_equally_weak_links_one_is_cut_whatever_their_order() -> None:
    star = [link("a", "b", "email", 1), link("a", "c", "email", 1)]
    assert weakest_split("abc", star) == ((("a", "c"), ("b",)), (star[0],))
    assert weakest_split("cba", star[::-1]) == ((("a", "c"), ("b",)), (star[0],))
    assert weakest_split("a", []) == ((("a",),), ())


def test_of_equally_weak_links_the_one_with_the_fewest_beside_it_is_cut() -> None:
    # a, b and c all share one key; d hangs on c alone.
    links = [link(*pair, "email", 1) for pair in ("ab", "bc", "ac", "cd")]
    assert weakest_split("abcd", links) == ((("a", "b", "c"), ("d",)), (links[3],))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3)), max_size=12), st.randoms())
def test_a_customer_parts_in_two_that_hold_together_the_same_way_in_any_order(
    drawn: list[tuple[int, int, int]], shuffler: Random
) -> None:
    links = [link(str(0), str(n), "phone", 3) for n in range(1, 7)]
    links += [link(str(a), str(b), "email", number) for a, b, number in drawn if a != b]
    records = [str(n) for n in range(7)]
    parts, cut = weakest_split(records, links)
    assert len(parts) == 2 and sorted(sum(parts, ())) == records
    assert all(len({link.left in parts[0], link.right in parts[0]}) == 2 for link in cut)
    inside = [(other.left, other.right) for other in links if other not in cut]
    assert all(held_together(part, inside) for part in parts)
    shuffled = shuffler.sample(links, len(links))
    assert weakest_split(shuffler.sample(records, 7), shuffled)[0] == parts


def held_together(part: tuple[str, ...], pairs: list[tuple[str, str]]) -> bool:
    reached = {part[0]}
    for _ in part:
        reached |= {end for pair in pairs if set(pair) & reached for end in pair}
    return set(part) <= reached
