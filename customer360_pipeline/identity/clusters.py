"""Links inside one connected component, where records contradict each other: which of them are one person. Pure.

Keys are tried in the order of their passes. Within a key, the records that agree most on the given name are joined
first. Two groups of records are never joined when people keep two of their records apart, or when they would hold two
user ids, two birth dates, two given names that do not agree, or two records of a source that holds each person once:
the veto holds for whole groups, so it is transitive. A record that could belong to two people who share a key belongs
to neither. What people joined is joined first, then what a source merged itself; of the vetoes only people's own can
stop the latter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from customer360_pipeline.identity.given_names import STRONG, Agreement

Compare = Callable[[str | None, str | None], Agreement]
DECISION, SOURCE_MERGE, PHONE = "decision", "source_merge", "phone"


@dataclass(frozen=True)
class Person:
    """What a record says that can contradict another: each None where unknown."""

    user_id: str | None = None
    birth_date: date | None = None
    given_name: str | None = None
    one_record_source: str | None = None


@dataclass(frozen=True)
class Key:
    """One value and the records that carry it. `rank` orders the keys of a run; `pass_number` is recorded."""

    rank: tuple[int, int]
    pass_number: int
    kind: str
    nodes: tuple[int, ...]


@dataclass(frozen=True)
class Link:
    """Two records one key (of `rank`) joins, or would have joined. `reason` says why not."""

    left: int
    right: int
    rank: int
    pass_number: int
    reason: str | None = None


@dataclass
class _Group:
    """Records found to be one person so far. `apart`: records that people keep apart from one of them. `is_mixed`: it
    holds given names that disagree, as only people and sources can make one person of."""

    first: int
    apart: frozenset[int] = frozenset()
    user_ids: set[str] = field(default_factory=set)
    birth_dates: set[date] = field(default_factory=set)
    given_names: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    is_mixed: bool = False

    def absorb(self, other: _Group) -> None:
        self.apart |= other.apart
        self.is_mixed |= other.is_mixed
        self.user_ids |= other.user_ids
        self.birth_dates |= other.birth_dates
        self.given_names |= other.given_names
        self.sources |= other.sources


class Component:
    """The records of one component and how they are grouped so far.

    Args:
        people: every record of the component.
        compare: how two given names agree.
        apart: record -> the records that people keep apart from it.
    """

    def __init__(
        self, people: dict[int, Person], compare: Compare, apart: Mapping[int, frozenset[int]] | None = None
    ) -> None:
        self._compare = compare
        self._group_of = {node: _group(node, person, (apart or {}).get(node)) for node, person in people.items()}
        self._members = {node: [node] for node in people}

    def links(self, keys: Iterable[Key]) -> Iterator[Link]:
        """Apply every key in the order of its rank; yield what was joined, and what a veto kept apart."""
        for key in sorted(keys, key=lambda key: key.rank):
            if key.kind == DECISION:
                for node in key.nodes:
                    self._join_said(self._group_of[key.nodes[0]], self._group_of[node])
            elif key.kind == SOURCE_MERGE:
                self._join_unambiguous(key, lambda left, right: not self._decided_apart(left, right), self._join_said)
            else:
                self._join_agreeing(key)
            yield from self._outcome(key)

    def _groups(self, key: Key) -> list[_Group]:
        found = {self._group_of[node].first: self._group_of[node] for node in key.nodes}
        return [found[first] for first in sorted(found)]

    def _join(self, left: _Group, right: _Group) -> None:
        if left is right:
            return
        keep, gone = (left, right) if left.first < right.first else (right, left)
        keep.absorb(gone)
        moved = self._members.pop(gone.first)
        self._members[keep.first] += moved
        for node in moved:
            self._group_of[node] = keep

    def _join_said(self, left: _Group, right: _Group) -> None:
        """Join what people or a source say is one person, whatever its records hold."""
        is_mixed = left is not right and self._any_different(left, right)
        self._join(left, right)
        self._group_of[left.first].is_mixed |= is_mixed

    def _join_agreeing(self, key: Key) -> None:
        for left, right in combinations(self._groups(key), 2):
            left, right = self._group_of[left.first], self._group_of[right.first]
            if left is not right and left.given_names & right.given_names and not self._conflict(left, right):
                self._join(left, right)
        self._join_unambiguous(key, self._strongly, self._join)
        if key.kind != PHONE:
            self._join_unambiguous(key, self._possibly, self._join)

    def _join_unambiguous(
        self, key: Key, alike: Callable[[_Group, _Group], bool], join: Callable[[_Group, _Group], None]
    ) -> None:
        conflict = self._decided_apart if key.kind == SOURCE_MERGE else self._conflict
        groups = self._groups(key)
        if len(groups) < 2:
            return
        near: dict[int, list[_Group]] = {group.first: [] for group in groups}
        for left, right in combinations(groups, 2):
            if alike(left, right):
                near[left.first].append(right)
                near[right.first].append(left)
        clear = {
            first
            for first, others in near.items()
            if not any(conflict(left, right) for left, right in combinations(others, 2))
        }
        for left, right in combinations(groups, 2):
            if left.first in clear and right.first in clear and right in near[left.first]:
                now_left, now_right = self._group_of[left.first], self._group_of[right.first]
                if now_left is not now_right and not conflict(now_left, now_right):
                    join(now_left, now_right)

    def _strongly(self, left: _Group, right: _Group) -> bool:
        agree = any(self._compare(a, b) in STRONG for a in left.given_names for b in right.given_names)
        return agree and not self._conflict(left, right)

    def _possibly(self, left: _Group, right: _Group) -> bool:
        return not self._conflict(left, right)

    def _decided_apart(self, left: _Group, right: _Group) -> bool:
        return any(self._group_of[node] is right for node in left.apart if node in self._group_of)

    def _any_different(self, left: _Group, right: _Group) -> bool:
        return any(self._compare(a, b) == "different" for a in left.given_names for b in right.given_names)

    def _knows(self, group: _Group, names: set[str]) -> bool:
        """The group was said to be one person of several names, and each of `names` agrees with one of them."""
        return group.is_mixed and all(any(self._compare(a, b) != "different" for a in group.given_names) for b in names)

    def _names_differ(self, left: _Group, right: _Group) -> bool:
        known = self._knows(left, right.given_names) or self._knows(right, left.given_names)
        return not known and self._any_different(left, right)

    def _conflict(self, left: _Group, right: _Group) -> str | None:
        if self._decided_apart(left, right):
            return DECISION
        if _differ(left.user_ids, right.user_ids):
            return "user_id"
        if _differ(left.birth_dates, right.birth_dates):
            return "birth_date"
        if self._names_differ(left, right):
            return "first_name"
        return "one_record_per_person" if left.sources & right.sources else None

    def _outcome(self, key: Key) -> Iterator[Link]:
        """Each group's records to its first; the first record of each further group to the first of all, vetoed."""
        nodes: dict[int, list[int]] = {}
        for node in key.nodes:
            nodes.setdefault(self._group_of[node].first, []).append(node)
        groups = self._groups(key)
        for group in groups:
            first, *others = sorted(nodes[group.first])
            for node in others:
                yield Link(first, node, key.rank[0], key.pass_number)
        for group in groups[1:]:
            left, right = sorted((min(nodes[groups[0].first]), min(nodes[group.first])))
            reason = self._why_apart(key, groups[0], group)
            yield Link(left, right, key.rank[0], key.pass_number, reason)

    def _why_apart(self, key: Key, left: _Group, right: _Group) -> str:
        if key.kind == SOURCE_MERGE:
            return DECISION if self._decided_apart(left, right) else "ambiguous"
        return self._conflict(left, right) or ("no_agreeing_name" if key.kind == PHONE else "ambiguous")


def _group(node: int, person: Person, apart: frozenset[int] | None) -> _Group:
    return _Group(
        node,
        apart or frozenset(),
        {person.user_id} if person.user_id is not None else set(),
        {person.birth_date} if person.birth_date is not None else set(),
        {person.given_name} if person.given_name is not None else set(),
        {person.one_record_source} if person.one_record_source is not None else set(),
    )


def _differ(left: set[Any], right: set[Any]) -> bool:
    """Both are known and neither holds all of the other: a group the source merged itself may hold two values."""
    return bool(left) and bool(right) and not (left <= right or right <= left)
