"""A customer that has to part does so where the least holds it together."""

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


def test_equally_weak_links_are_cut_together_and_one_record_stays_whole() -> None:
    links = [link("a", "b", "email", 1), link("a", "c", "email", 1)]
    assert weakest_split("abc", links) == ((("a",), ("b",), ("c",)), tuple(links))
    assert weakest_split("a", []) == ((("a",),), ())
