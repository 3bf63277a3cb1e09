"""Laws of customer ids over random histories: days, changed rules, rollbacks."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.identity.registry import NONE, assign, follow
from customer360_pipeline_tests.identity.id_world import ORDER, Broken, IdWorld, Version

RECORDS = [f"{source}:{number}" for source in ("crm", "web") for number in range(6)]
labels = st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=len(RECORDS), max_size=len(RECORDS))
changes = st.lists(st.tuples(st.sampled_from(range(len(RECORDS))), st.sampled_from([None, 0, 1, 2, 3])), max_size=3)


@dataclass(frozen=True)
class Day:
    """A version, and what its history must remember: each record's last id, and every record an id ever named.

    `same`: that version as the world made it that reads. `is_whole`: no table of it, or of a version before it, was
    built by hand; only then do the laws hold.
    """

    version: Version
    same: Version
    groups: tuple[int | None, ...]
    last: dict[str, str] = field(default_factory=dict)
    named: dict[str, frozenset[str]] = field(default_factory=dict)
    is_whole: bool = True


def clusters_of(groups: Sequence[int | None]) -> list[frozenset[str]]:
    return [
        frozenset(name for name, group in zip(RECORDS, groups, strict=True) if group == wanted)
        for wanted in {group for group in groups if group is not None}
    ]


def by_value(ids: dict[str, str]) -> dict[str, frozenset[str]]:
    return {value: frozenset(name for name in ids if ids[name] == value) for value in set(ids.values())}


def check(before: Day | None, after: Version, clusters: list[frozenset[str]]) -> None:
    """Hold a version to the laws, seen from the one it followed."""
    customers = by_value(after.ids)
    assert sorted(map(sorted, customers.values())) == sorted(map(sorted, clusters)), "one id, one customer"
    if before is None:
        return
    old = by_value(before.version.ids)
    for records in set(old.values()) & set(clusters):
        assert {after.ids[name] for name in records} == {before.version.ids[name] for name in records}, "unchanged"
    brought = Counter(
        (before.version.redirects[before.last[name]][0], customer)
        for name, customer in after.ids.items()
        if name in before.last
    )
    stayed = Counter((before.version.ids[name], c) for name, c in after.ids.items() if name in before.version.ids)
    for known in set(before.named):
        counts = {customer: count for (was, customer), count in brought.items() if was == known}
        # Those that had the id in the version before are asked first; one that was away outvotes nobody.
        counts = {c: (stayed[known, c], count) for c, count in counts.items()}
        current, is_living = after.redirects[known]
        if known in customers:
            assert customers[known] & before.named[known], "an id is never given to others"
            assert (current, is_living) == (known, True)
            assert not counts or counts.get(known) == max(counts.values()), "an id follows most of its records"
        elif counts and known in old:
            assert counts[current] == max(counts.values()) and is_living, "a merged id leads to most of its records"
        assert after.redirects[current] == (current, current in customers), "a redirect ends at a living or retired id"
    for customer in customers.keys() - old.keys():
        assert customer in before.named or customer not in before.version.redirects, "a new id is new"


def require_same(one: Version | None, other: Version | None) -> bool:
    """Hold the versions of two worlds to each other; whether there are any."""
    assert (one is None) == (other is None), "what does not fit together is refused in both"
    for fact in ("ids", "events", "redirects", "history", "former", "known") if one else ():
        assert getattr(one, fact) == getattr(other, fact), fact
    return one is not None


def refused(begun: Callable[[Day], None], day: Day) -> bool:
    """Whether a check or an error ends a run that is not published."""
    try:
        begun(day)
    except (Broken, Customer360Error):
        return True
    return False


def tried(made: Callable[[Day], Version], day: Day) -> Version | None:
    """A version made of tables that were built by hand; None where they do not fit, and a check or an error says so."""
    try:
        return made(day)
    except (Broken, Customer360Error):
        return None


class Histories(RuleBasedStateMachine):
    """Any sequence of runs; each follows the current version, which may be an old one again.

    A second world reads off that version what the first one carries on; both must know and make the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folders = [Path(tempfile.mkdtemp()) for _ in range(2)]
        self.world, self.reading = IdWorld(self.folders[0]), IdWorld(self.folders[1], carries=False)
        self.days: list[Day] = []
        self.current: Day | None = None

    def teardown(self) -> None:
        for world, folder in zip((self.world, self.reading), self.folders, strict=True):
            world.engine.close()
            shutil.rmtree(folder)

    @initialize(groups=labels)
    def first_run(self, groups: list[int | None]) -> None:
        self._run(groups)

    @rule(changed=changes)
    def a_day_passes(self, changed: list[tuple[int, int | None]]) -> None:
        assert self.current is not None
        groups = list(self.current.groups)
        for record, group in changed:
            groups[record] = group
        self._run(groups)

    @rule(groups=labels)
    def other_rules(self, groups: list[int | None]) -> None:
        self._run(groups)

    @rule()
    def the_same_again(self) -> None:
        assert self.current is not None
        day, before = self.current, self.current.version
        again = self._run(list(day.groups))
        same = (again.ids, again.history, again.former) == (before.ids, before.history, before.former)
        assert not day.is_whole or (again.events == [] and same)

    @rule(groups=labels, tables=st.integers(1, len(ORDER)))
    def a_run_is_not_published(self, groups: list[int | None], tables: int) -> None:
        assert self.current is not None
        clusters = clusters_of(groups)
        one = refused(lambda day: self.world.start(clusters, day.version, 2, tables), self.current)
        other = refused(lambda day: self.reading.start(clusters, day.same, 2, tables), self.current)
        assert one == other and not (one and self.current.is_whole)

    @rule(tables=st.sets(st.sampled_from(ORDER), max_size=4))
    def tables_are_built_by_hand_and_published(self, tables: set[str]) -> None:
        assert self.current is not None
        names = [name for name in ORDER if name in tables]
        one = tried(lambda day: self.world.build_alone(names, day.version), self.current)
        other = tried(lambda day: self.reading.build_alone(names, day.same), self.current)
        if require_same(one, other):
            assert one is not None and other is not None
            self.current = replace(self.current, version=one, same=other, is_whole=False)
            self.days.append(self.current)

    @precondition(lambda self: len(self.days) > 1)
    @rule(which=st.integers(0, 20))
    def rollback(self, which: int) -> None:
        self.current = self.days[which % len(self.days)]

    def _run(self, groups: list[int | None]) -> Version:
        clusters, before = clusters_of(groups), self.current
        is_whole = before is None or before.is_whole
        if before is not None and not is_whole:
            # It may be a version that no run can follow: then people go back to one that is whole.
            one = tried(lambda day: self.world.run(clusters, after=day.version), before)
            other = tried(lambda day: self.reading.run(clusters, after=day.same), before)
            if not require_same(one, other):
                self.current = next(day for day in self.days if day.is_whole)
                return self._run(groups)
            assert one is not None and other is not None
            version, same = one, other
        else:
            version = self.world.run(clusters, after=before.version if before else None)
            same = self.reading.run(clusters, after=before.same if before else None)
            require_same(version, same)
            check(before, version, clusters)
        named = dict(before.named) if before else {}
        for customer, records in by_value(version.ids).items():
            named[customer] = named.get(customer, frozenset()) | records
        last = (before.last if before else {}) | version.ids
        self.current = Day(version, same, tuple(groups), last, named, is_whole)
        self.days.append(self.current)
        return version


Histories.TestCase.settings = settings(
    max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)
TestHistories = Histories.TestCase


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda nodes: st.tuples(
            st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes),
            st.lists(st.integers(-1, 4), min_size=nodes, max_size=nodes),
            st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, 4)), max_size=8),
            st.lists(st.booleans(), min_size=5, max_size=5),
            st.lists(st.booleans(), min_size=nodes, max_size=nodes),
        )
    ),
    st.randoms(use_true_random=False),
)
def test_ids_go_where_most_of_their_records_are(
    case: tuple[list[int], list[int], list[tuple[int, int]], list[bool], list[bool]], shuffle: random.Random
) -> None:
    groups, last, former, living, present = case
    customer = np.array([groups.index(group) for group in groups])

    def run(pairs: list[tuple[int, int]]) -> list[list[int]]:
        nodes, numbers = (np.array([pair[side] for pair in pairs], dtype=np.int64) for side in (0, 1))
        found = assign(customer, np.array(last), np.array(present), nodes, numbers, np.array(living))
        return [part.tolist() for part in (found.customers, found.number, found.home, found.carrier, found.arrived)]

    customers, number, home, carrier, arrived = run(former)
    given_ids = [one for one in number if one != NONE]
    assert len(given_ids) == len(set(given_ids))
    for known in range(5):
        counts = Counter(int(customer[node]) for node, was in enumerate(last) if was == known)
        stayed = Counter(int(customer[n]) for n, was in enumerate(last) if was == known and present[n])
        best = max(((stayed[one], counts[one]) for one in counts), default=(0, 0))
        assert arrived[known] == best[1]
        assert ((stayed[home[known]], counts[home[known]]) == best) if counts else home[known] == NONE
        assert carrier[known] in (NONE, home[known]) or not counts
        if carrier[known] != NONE:
            assert number[customers.index(carrier[known])] == known
        elif counts:
            assert number[customers.index(home[known])] != NONE, "what is merged is merged into somebody"
    shuffle.shuffle(former)
    assert run(former) == [customers, number, home, carrier, arrived]


def test_who_returns_takes_no_id_from_who_stayed(tmp_path: Path) -> None:
    """Two records were one customer; three leave and come back as another: the one that stayed keeps its id."""
    world = IdWorld(tmp_path)
    first = world.run([{"crm:1", "crm:2", "crm:3", "web:1"}])
    second = world.run([{"web:1"}], after=first)
    third = world.run([{"crm:1", "crm:2", "crm:3"}, {"web:1"}], after=second)
    world.engine.close()
    assert first.ids["web:1"] == second.ids["web:1"] == third.ids["web:1"] != third.ids["crm:1"]


def test_following_redirects() -> None:
    assert follow(np.array([1, 2, 2, 3, 0])).tolist() == [2, 2, 2, 3, 2]
