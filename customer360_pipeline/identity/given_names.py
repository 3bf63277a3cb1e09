"""How two given names compare: the question every link is asked. Pure; names come folded (`staging/canonical.py`)."""

from __future__ import annotations

from typing import Literal

from customer360_pipeline.identity.nicknames import formal_names

Agreement = Literal["equal", "nickname", "partial", "typo", "initial", "different", "missing"]
#: Agreements that say "the same given name", strongest first. An initial or a missing name says nothing.
STRONG: tuple[Agreement, ...] = ("equal", "nickname", "partial", "typo")


def compare_given_names(left: str | None, right: str | None, similarity: float) -> Agreement:
    """How two folded given names agree.

    equal; nickname (they share a formal name); partial ("mary" and "mary ann", "maryann" and "mary ann"); initial
    ("j" and "john"); typo (Jaro-Winkler at least `similarity`, also to the formal name: "jaems" and "jim"; unless both
    are names of the nickname list: those are two names, such as "maria" and "mario"); different; missing (one of them
    is not known).
    """
    if not left or not right:
        return "missing"
    if left == right:
        return "equal"
    if len(left) == 1 or len(right) == 1:
        return "initial" if left[0] == right[0] else "different"
    known = formal_names()
    left_words, right_words = left.split(), right.split()
    if len(left_words) == 1 or len(right_words) == 1:
        first_left, first_right = left_words[0], right_words[0]
        if _formal(known, first_left) & _formal(known, first_right):
            return "nickname" if len(left_words) == len(right_words) else "partial"
    if left.replace(" ", "") == right.replace(" ", ""):
        return "partial"
    if left in known and right in known:
        return "different"
    from rapidfuzz.distance import JaroWinkler

    meant = ((a, b) for a in {left} | _formal(known, left) for b in {right} | _formal(known, right))
    return "typo" if any(JaroWinkler.similarity(a, b) >= similarity for a, b in meant) else "different"


def _formal(known: dict[str, frozenset[str]], name: str) -> frozenset[str]:
    return known.get(name, frozenset((name,)))
