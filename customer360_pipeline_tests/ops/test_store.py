"""What people decide is kept, never changed, and never contradicts itself."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.ops.decisions import Decision, Kind, Persons, Proposal, RecordKey, contradicted, resolve
from customer360_pipeline.ops.store import Refused, active, decide, history, revoke, store_path

NOW = datetime(2026, 11, 21, 7, 30)


def key(name: str) -> RecordKey:
    return RecordKey("crm", name)


def proposal(kind: Kind, *parts: str) -> Proposal:
    """`proposal("cannot_link", "ab", "c")`: records a and b on one side, c on the other."""
    return Proposal(kind, tuple(tuple(key(name) for name in part) for part in parts), "mia", "as she told us")


def decision(number: int, kind: Kind, *parts: str) -> Decision:
    made = proposal(kind, *parts)
    return Decision(made.kind, made.parts, made.author, made.reason, number, NOW)


def test_a_decision_is_read_back_and_a_revoked_one_stays_in_the_book(tmp_path: Path) -> None:
    stored = decide(tmp_path, proposal("must_link", "ab"), NOW)
    assert (stored.decision_id, active(tmp_path)) == ("d_1", [stored])
    gone = revoke(tmp_path, 1, "tom", "wrong person", NOW)
    assert active(tmp_path) == []
    assert history(tmp_path) == [gone] and gone.revoked_by == 2
    assert decide(tmp_path, proposal("must_link", "ab"), NOW).decision_id == "d_3"


def test_nobody_decided_anything_and_no_file_is_made_by_reading(tmp_path: Path) -> None:
    assert active(tmp_path) == [] and not store_path(tmp_path).exists()


@pytest.mark.parametrize(
    ("earlier", "new", "named"),
    [
        (proposal("cannot_link", "a", "b"), proposal("must_link", "ab"), "d_1 of mia"),
        (proposal("must_link", "ab"), proposal("cannot_link", "b", "a"), "d_1 of mia"),
        (proposal("must_link", "ab"), proposal("must_link", "ba"), "decided already: d_1"),
        (proposal("cannot_link", "a", "bc"), proposal("cannot_link", "c", "a"), "decided already: d_1"),
    ],
)
def test_what_contradicts_or_repeats_an_earlier_decision_is_refused_and_names_it(
    tmp_path: Path, earlier: Proposal, new: Proposal, named: str
) -> None:
    decide(tmp_path, earlier, NOW)
    with pytest.raises(Refused, match=named):
        decide(tmp_path, new, NOW)
    assert len(active(tmp_path)) == 1
    revoke(tmp_path, 1, "mia", "was wrong", NOW)
    decide(tmp_path, new, NOW)


def test_a_contradiction_through_other_records_names_every_decision_that_leads_there(tmp_path: Path) -> None:
    for earlier in (proposal("must_link", "ab"), proposal("must_link", "cd"), proposal("cannot_link", "b", "d")):
        decide(tmp_path, earlier, NOW)
    with pytest.raises(Refused, match=r"d_3 .* d_1 .* d_2 "):
        decide(tmp_path, proposal("must_link", "ac"), NOW)
    decide(tmp_path, proposal("must_link", "ce"), NOW)
    with pytest.raises(Refused, match=r"d_2 .* d_4 "):
        decide(tmp_path, proposal("cannot_link", "d", "e"), NOW)


@pytest.mark.parametrize(
    "wrong", [proposal("must_link", "a"), proposal("cannot_link", "ab"), proposal("must_link", "aa")]
)
def test_a_decision_about_one_record_is_refused(tmp_path: Path, wrong: Proposal) -> None:
    with pytest.raises(ConfigError, match="two or more"):
        decide(tmp_path, wrong, NOW)


def test_a_reason_is_required(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--reason"):
        decide(tmp_path, Proposal("must_link", ((key("a"), key("b")),), "mia", "  "), NOW)
    decide(tmp_path, proposal("must_link", "ab"), NOW)
    with pytest.raises(ConfigError, match="--reason"):
        revoke(tmp_path, 1, "mia", "", NOW)
    with pytest.raises(ConfigError, match="d_7: no such"):
        revoke(tmp_path, 7, "mia", "why", NOW)


def test_stored_rows_can_be_neither_changed_nor_removed(tmp_path: Path) -> None:
    decide(tmp_path, proposal("must_link", "ab"), NOW)
    with sqlite3.connect(store_path(tmp_path)) as connection:
        for statement in ("DELETE FROM decisions", "UPDATE decision_records SET record_id = 'z'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_book_of_a_newer_release_or_no_book_at_all_is_named(tmp_path: Path) -> None:
    decide(tmp_path, proposal("must_link", "ab"), NOW)
    with sqlite3.connect(store_path(tmp_path)) as connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(Customer360Error, match="newer release"):
        active(tmp_path)
    (tmp_path / "other").mkdir()
    store_path(tmp_path / "other").write_text("no database, but long enough to look like one" * 30)
    with pytest.raises(Customer360Error, match="cannot be read"):
        active(tmp_path / "other")


def test_of_two_who_decide_the_contrary_at_once_one_is_refused(tmp_path: Path) -> None:
    def attempt(made: Proposal) -> bool:
        try:
            decide(tmp_path, made, NOW)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        both = [proposal("must_link", "ab"), proposal("cannot_link", "a", "b")] * 8
        assert sum(pool.map(attempt, both)) == 1
    assert len(active(tmp_path)) == 1


def test_a_decision_holds_through_a_record_that_is_gone() -> None:
    decisions = [decision(1, "must_link", "ab"), decision(2, "must_link", "bc"), decision(3, "cannot_link", "b", "d")]
    nodes = {key("a"): 0, key("c"): 2, key("d"): 3}
    assert [(p.left_node, p.right_node, p.decision.kind) for p in resolve(decisions, nodes)] == [
        (0, 3, "cannot_link"),
        (0, 2, "must_link"),
    ]
    assert resolve(decisions, {key("d"): 3}) == []


names = st.text("abcdefg", min_size=1, max_size=1)
drawn = st.lists(st.tuples(st.booleans(), names, names).filter(lambda row: row[1] != row[2]), max_size=14)


@settings(max_examples=60, deadline=None)
@given(drawn, st.sets(names))
def test_accepted_decisions_never_contradict_each_other_whichever_records_are_there(
    wanted: list[tuple[bool, str, str]], there: set[str]
) -> None:
    kept: list[Decision] = []
    for number, (is_same, left, right) in enumerate(wanted):
        new = decision(number, "must_link", left + right) if is_same else decision(number, "cannot_link", left, right)
        if not contradicted(new, kept):
            kept.append(new)
    nodes = {key(name): number for number, name in enumerate(sorted(there))}
    found = resolve(kept, nodes)
    persons = Persons(kept)
    group = {node: persons[record] for record, node in nodes.items()}
    together = {(p.left_node, p.right_node) for p in found if p.decision.kind == "must_link"}
    assert all(group[left] == group[right] for left, right in together)
    assert len({(left, right) for left, right in together}) == sum(
        len([node for node in nodes.values() if group[node] == person]) - 1 for person in set(group.values())
    )
    assert all(group[p.left_node] != group[p.right_node] for p in found if p.decision.kind == "cannot_link")
