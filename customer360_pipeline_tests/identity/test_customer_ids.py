"""Customer ids stay: what each case of growing, merging, splitting, leaving and coming back does to them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from pathlib import Path

import pytest

from customer360_pipeline.errors import Customer360Error
from customer360_pipeline_tests.identity.id_world import ORDER, IdWorld


def minted(record: str, salt: str = "") -> str:
    return "c_" + md5((record + salt).encode()).hexdigest()[:16]


A, B, C, D = (minted(f"crm:{name}1") for name in "abcd")
ANN, BOB = {"crm:a1", "crm:a2", "crm:a3"}, {"crm:b1", "crm:b2"}


@pytest.fixture(params=["carried on", "read off the version"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[IdWorld]:
    made = IdWorld(tmp_path, carries=request.param == "carried on")
    yield made
    made.engine.close()


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[IdWorld]:
    made = IdWorld(tmp_path, carries=False)
    yield made
    made.engine.close()


def test_a_first_run_makes_ids_of_the_smallest_records(world: IdWorld) -> None:
    first = world.run([ANN, BOB])
    assert first.ids == dict.fromkeys(ANN, A) | dict.fromkeys(BOB, B)
    assert first.events == sorted([(A, "created", None, 3), (B, "created", None, 2)])
    assert first.redirects == {A: (A, True), B: (B, True)} and first.former == []


def test_the_same_again_changes_nothing(world: IdWorld) -> None:
    first = world.run([ANN, BOB])
    again = world.run([BOB, ANN], after=first)
    assert again.events == [] and (again.ids, again.history, again.former) == (first.ids, first.history, first.former)


def test_a_new_smallest_record_does_not_change_the_id(world: IdWorld) -> None:
    grown = world.run([ANN | {"billing:0"}, BOB], after=world.run([ANN, BOB]))
    assert grown.ids["billing:0"] == A and grown.events == []


def test_merged_customers_keep_the_id_with_most_records(world: IdWorld) -> None:
    merged = world.run([ANN | BOB], after=world.run([ANN, BOB]))
    assert set(merged.ids.values()) == {A} and merged.events == [(B, "merged", A, 2)]
    assert merged.redirects[B] == (A, True)


def test_of_equal_parts_the_older_id_stays_then_the_smaller(world: IdWorld) -> None:
    first = world.run([{"crm:b1"}])
    second = world.run([{"crm:b1"}, {"crm:a1"}, {"crm:c1"}], after=first)
    assert set(world.run([{"crm:a1", "crm:b1"}, {"crm:c1"}], after=second).ids.values()) == {B, C}
    assert set(world.run([{"crm:b1"}, {"crm:a1", "crm:c1"}], after=second).ids.values()) == {B, min(A, C)}


def test_redirects_are_followed_to_the_end(world: IdWorld) -> None:
    carl, first = {f"crm:c{number}" for number in range(1, 9)}, None
    for clusters in ([ANN, BOB, carl], [ANN | BOB, carl], [ANN | BOB | carl]):
        first = world.run(clusters, after=first)
    assert first.redirects == {A: (C, True), B: (C, True), C: (C, True)}
    gone = world.run([], after=first)
    assert gone.events == [(C, "retired", None, 13)] and gone.redirects[B] == (C, False)


def test_a_split_leaves_the_id_with_the_larger_part(world: IdWorld) -> None:
    split = world.run([{"crm:a1"}, {"crm:a2", "crm:a3"}], after=world.run([ANN]))
    # The formula's id for crm:a1 is A, which means the others: a salted one is made.
    assert split.ids == {"crm:a1": minted("crm:a1", "#1"), "crm:a2": A, "crm:a3": A}
    assert split.events == [(minted("crm:a1", "#1"), "split", A, 1)]


def test_an_undone_merge_gives_both_their_ids_again(world: IdWorld) -> None:
    first = world.run([{"crm:a1", "crm:a2"}, BOB])
    merged = world.run([{"crm:a1", "crm:a2"} | BOB], after=first)
    stays, leaves = min(A, B), max(A, B)
    assert merged.events == [(leaves, "merged", stays, 2)]
    undone = world.run([{"crm:a1", "crm:a2"}, BOB], after=merged)
    assert undone.ids == first.ids and undone.events == [(leaves, "split", stays, 2)]
    assert undone.redirects == {A: (A, True), B: (B, True)}


def test_a_redirect_follows_an_id_that_came_back(world: IdWorld) -> None:
    """C went into B and B into A; when B is itself again, C means B."""
    carl = {"crm:c1"}
    version = world.run([ANN, BOB, carl])
    for clusters in ([ANN, BOB | carl], [ANN | BOB | carl], [ANN, BOB | carl]):
        version = world.run(clusters, after=version)
    assert version.ids["crm:c1"] == B and version.redirects[C] == (B, True)


def test_an_id_does_not_follow_a_minority(world: IdWorld) -> None:
    """Most of Bob became part of Ann; the rest is not Bob any more."""
    carl = {"crm:c1", "crm:c2", "crm:c3"}
    moved = world.run([ANN | {"crm:c1", "crm:c2"}, {"crm:c3"}], after=world.run([ANN, carl]))
    assert moved.ids["crm:c3"] == minted("crm:c3")
    assert moved.events == sorted([(C, "merged", A, 2), (minted("crm:c3"), "split", C, 1)])


def test_a_customer_without_records_retires_and_comes_back(world: IdWorld) -> None:
    first = world.run([ANN, BOB])
    without = world.run([BOB], after=first)
    assert without.events == [(A, "retired", None, 3)] and without.redirects[A] == (A, False)
    assert {row[1] for row in without.former} == {A} and len(without.former) == 3
    assert md5(b"crm:a1").hexdigest() in {row[0] for row in without.former}, "the record's name is not kept"
    still = world.run([BOB], after=without)
    assert still.events == [] and still.former == without.former
    back = world.run([BOB, {"crm:a2"}], after=still)
    assert back.ids["crm:a2"] == A and back.events == [(A, "returned", None, 1)]
    assert back.redirects[A] == (A, True) and len(back.former) == 2


def test_records_that_return_to_another_customer_lead_there(world: IdWorld) -> None:
    without = world.run([BOB], after=world.run([{"crm:a1"}, BOB]))
    back = world.run([BOB | {"crm:a1"}], after=without)
    assert set(back.ids.values()) == {B} and back.events == [(A, "merged", B, 1)] and back.redirects[A] == (B, True)


def test_a_retired_id_is_not_given_to_others(world: IdWorld) -> None:
    """crm:a1 leaves a customer that lives on: whoever it is later, it is not called by the id it once made."""
    moved = world.run([{"crm:a2", "crm:a3"}, {"crm:a1", "crm:z1"}], after=world.run([ANN]))
    assert moved.ids["crm:a1"] == minted("crm:a1", "#1") and moved.ids["crm:a2"] == A
    alone = world.run([{"crm:a1"}], after=world.run([], after=moved))
    assert alone.ids == {"crm:a1": minted("crm:a1", "#1")}


def test_going_back_to_a_version_takes_its_ids_back(world: IdWorld) -> None:
    first = world.run([ANN, BOB])
    world.run([ANN | BOB], after=first)
    again = world.run([ANN, BOB], after=first)
    assert again.ids == first.ids and again.history == first.history


# Not the history alone: the last run's events would stand twice, and the check of its key stops the run.
@pytest.mark.parametrize("table", [name for name in ORDER if name != "identity.known_events"])
def test_a_table_built_alone_is_followed_as_it_was_published(world: IdWorld, table: str) -> None:
    first = world.run([ANN, BOB, {"crm:d1"}])
    second = world.run([ANN | BOB], after=first)
    alone = world.build_alone((table, "customer_360.customer_id_history"), after=second)
    third = world.run([ANN, BOB], after=alone)
    assert third.ids == {name: first.ids[name] for name in ANN | BOB}
    assert [row[:7] for row in third.history if row[4] < 3] == [row[:7] for row in alone.history]


def test_the_number_of_threads_changes_nothing(world: IdWorld) -> None:
    clusters = [{f"crm:{n:03}", f"web:{n // 3:03}"} if n % 3 == 0 else {f"crm:{n:03}"} for n in range(300)]
    first = world.run(clusters)
    halves = [{f"crm:{n:03}", f"crm:{n + 150:03}"} for n in range(150)]
    one, two = world.run(halves, after=first, threads=1), world.run(halves, after=first, threads=4)
    assert one.ids == two.ids and one.events == two.events and one.former[0][:3] == two.former[0][:3]


def test_a_version_of_an_earlier_release_is_where_ids_begin(reading: IdWorld) -> None:
    first = reading.run([ANN, BOB])
    reading.engine.execute(f"ATTACH '{first.path}' AS old")
    reading.engine.execute(
        "DROP TABLE old.main.customer_id_history; DROP TABLE old.main.former_identities; "
        "CREATE TABLE old.main.metadata AS "
        "SELECT TIMESTAMP '2025-12-24' AS as_of, NULL::VARCHAR AS parent_version; DETACH old"
    )
    next_ = reading.run([ANN | {"billing:0"}, {"crm:d1"}], after=first)
    assert next_.ids["billing:0"] == A and next_.ids["crm:d1"] == D
    assert next_.events == sorted([(B, "retired", None, 2), (D, "created", None, 1)])
    assert [str(row[5]) for row in next_.history if row[:2] == (A, "created")] == ["2025-12-24 00:00:00"]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("DROP TABLE old.main.customer_id_history", "lacks a table of customer ids"),
        ("DROP TABLE old.main.customer_identities", "lacks a table of customer ids"),
        ("DELETE FROM old.main.customer_id_history", "holds customer ids that its history does not know"),
    ],
)
def test_a_damaged_version_is_refused_with_the_way_out(reading: IdWorld, damage: str, problem: str) -> None:
    first = reading.run([ANN, BOB])
    reading.engine.execute(f"ATTACH '{first.path}' AS old; {damage}; DETACH old")
    with pytest.raises(Customer360Error, match=f"{problem}.*customer360 rollback VERSION"):
        reading.run([ANN], after=first)


def test_a_file_that_is_no_database_is_refused_without_its_content(reading: IdWorld) -> None:
    first = reading.run([ANN])
    first.path.write_bytes(b"ann@example.com" * 400)
    with pytest.raises(Customer360Error, match="customer360 rollback VERSION") as error:
        reading.run([ANN], after=first)
    assert "ann@" not in str(error.value)


def test_a_version_that_is_open_beside_is_read_all_the_same(reading: IdWorld) -> None:
    first = reading.run([ANN, BOB])
    reading.engine.execute(f"ATTACH '{first.path}' AS published (READ_ONLY)")
    assert reading.run([ANN, BOB], after=first).ids == first.ids
    assert reading.engine.scalar("SELECT count(*) FROM published.main.customer_identities") == 5
