"""Decisions about which records are one person: what they say together, and when two contradict each other. Pure.

A decision names source records, never customers, since customers change with every rule. It has parts: of a
`must_link` all records are one person; of a `cannot_link` records of different parts are different people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, product
from typing import Literal, NamedTuple

Kind = Literal["must_link", "cannot_link"]


class RecordKey(NamedTuple):
    """A source record by its own id: the name that no rebuild changes."""

    source: str
    record_id: str

    def __str__(self) -> str:
        return f"{self.source}:{self.record_id}"


Parts = tuple[tuple[RecordKey, ...], ...]


@dataclass(frozen=True)
class Proposal:
    """What a person wants to decide, and why."""

    kind: Kind
    parts: Parts
    author: str
    reason: str

    @property
    def records(self) -> tuple[RecordKey, ...]:
        """Every record named."""
        return tuple(record for part in self.parts for record in part)

    def apart(self) -> Iterator[tuple[RecordKey, RecordKey]]:
        """The pairs a `cannot_link` keeps apart; none of a `must_link`."""
        if self.kind == "cannot_link":
            for left, right in combinations(self.parts, 2):
                yield from product(left, right)


@dataclass(frozen=True)
class Decision(Proposal):
    """A decision as stored. `decided_at` is naive UTC; `revoked_by` is the id of the row that took it back."""

    number: int
    decided_at: datetime
    revoked_by: int | None = None

    @property
    def decision_id(self) -> str:
        """The name people use for it."""
        return f"d_{self.number}"


class Resolved(NamedTuple):
    """Two records of a run that a decision joins or keeps apart; `left_node` is the smaller."""

    left_node: int
    right_node: int
    decision: Decision


class Persons:
    """The records that people said are one person, transitively."""

    def __init__(self, decisions: Iterable[Proposal]) -> None:
        self._parent: dict[RecordKey, RecordKey] = {}
        for decision in decisions:
            if decision.kind == "must_link":
                first, *others = decision.records
                for record in others:
                    self._parent[max(self[first], self[record])] = min(self[first], self[record])

    def __getitem__(self, record: RecordKey) -> RecordKey:
        """The smallest record that is said to be the same person."""
        while (parent := self._parent.setdefault(record, record)) != record:
            record = parent
        return record

    def members(self) -> dict[RecordKey, list[RecordKey]]:
        """Every person's records by the smallest one."""
        found: dict[RecordKey, list[RecordKey]] = {}
        for record in sorted(self._parent):
            found.setdefault(self[record], []).append(record)
        return found


def contradicted(proposal: Proposal, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The earlier decisions that cannot stand beside a new one, also through further records; empty: none does.

    A `must_link` meets first the `cannot_link` it breaks, then the `must_link` decisions that lead there.
    """
    if proposal.kind == "must_link":
        persons = Persons([*decisions, proposal])
        for decision in decisions:
            for left, right in decision.apart():
                if persons[left] == persons[right]:
                    led = (*_said_same(left, proposal, decisions), *_said_same(right, proposal, decisions))
                    return tuple(dict.fromkeys((decision, *led)))
        return ()
    persons = Persons(decisions)
    for left, right in proposal.apart():
        if persons[left] == persons[right]:
            return path(left, {right}, decisions)
    return ()


def _said_same(record: RecordKey, proposal: Proposal, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    return path(record, set(proposal.records), decisions)


def path(start: RecordKey, ends: set[RecordKey], decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The fewest `must_link` decisions that make `start` and one of `ends` one person; empty: none are needed."""
    links = [decision for decision in decisions if decision.kind == "must_link"]
    reached: dict[RecordKey, tuple[Decision, ...]] = {start: ()}
    waiting = deque([start])
    while waiting:
        record = waiting.popleft()
        if record in ends:
            return reached[record]
        for decision in links:
            if record in decision.records:
                for other in decision.records:
                    if other not in reached:
                        reached[other] = (*reached[record], decision)
                        waiting.append(other)
    return ()


def settled(proposal: Proposal, decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions that say everything a new one would say; empty: it says something new."""
    persons = Persons(decisions)
    if proposal.kind == "must_link":
        first, *others = proposal.records
        if any(persons[record] != persons[first] for record in others):
            return ()
        return tuple(dict.fromkeys(step for record in others for step in path(first, {record}, decisions)))
    said: dict[frozenset[RecordKey], Decision] = {}
    for decision in decisions:
        for left, right in decision.apart():
            said.setdefault(frozenset((persons[left], persons[right])), decision)
    found = [said.get(frozenset((persons[left], persons[right]))) for left, right in proposal.apart()]
    return tuple(dict.fromkeys(one for one in found if one)) if all(found) else ()


def resolve(decisions: Sequence[Decision], nodes: Mapping[RecordKey, int]) -> list[Resolved]:
    """What decisions say of the records that are there: each pair once, with the earliest decision that says it.

    A decision holds through records that are gone: when A is B, and B is C, then A is C without B; when B is not D,
    neither is A.

    Args:
        decisions: those in force, which do not contradict each other.
        nodes: the number of every record that is there.
    """
    persons = Persons(decisions)
    present = {
        person: sorted(nodes[record] for record in records if record in nodes)
        for person, records in persons.members().items()
    }
    found: dict[tuple[str, int, int], Resolved] = {}
    for decision in sorted(decisions, key=lambda decision: decision.number):
        said = _together if decision.kind == "must_link" else _apart
        for left, right in said(decision, persons, present, nodes):
            low, high = min(left, right), max(left, right)
            found.setdefault((decision.kind, low, high), Resolved(low, high, decision))
    return [found[key] for key in sorted(found)]


def _together(
    decision: Decision, persons: Persons, present: Mapping[RecordKey, list[int]], nodes: Mapping[RecordKey, int]
) -> Iterator[tuple[int, int]]:
    """Each record there to the first of its person: a star holds whichever of the others are gone."""
    first = next(iter(present[persons[decision.records[0]]]), None)
    for record in decision.records:
        if first is not None and nodes.get(record, first) != first:
            yield first, nodes[record]


def _apart(
    decision: Decision, persons: Persons, present: Mapping[RecordKey, list[int]], nodes: Mapping[RecordKey, int]
) -> Iterator[tuple[int, int]]:
    def standing(record: RecordKey) -> list[int]:
        return [nodes[record]] if record in nodes else present.get(persons[record], [])[:1]

    for left, right in decision.apart():
        yield from product(standing(left), standing(right))
