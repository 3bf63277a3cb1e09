"""Rolling back, and what changed between versions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customer360_pipeline.cli import main
from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import ConfigError, Customer360Error
from customer360_pipeline.publish import pointer
from customer360_pipeline.publish.diff import Group, Move, diff
from customer360_pipeline.publish.history import rollback, versions
from customer360_pipeline.publish.inputs import sweep_inputs
from customer360_pipeline.publish.manifest import MANIFEST
from customer360_pipeline.publish.version import publish
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.publish.conftest import PASSED, TABLES, Customers, Records, fill


def test_rollback_repoints_and_the_next_version_follows_it(publish_rows, context: RunContext) -> None:
    first, second = publish_rows(), publish_rows()
    assert rollback(context.home, "previous") == first.name
    assert (context.published / pointer.DATABASE).resolve() == first.path.resolve()
    assert [(v.name, v.is_current) for v in versions(context.home)] == [(second.name, False), (first.name, True)]
    third = publish_rows()
    assert third.manifest.origin.parent == first.name
    assert third.name > second.name


def test_previous_is_what_the_current_version_follows_not_what_a_rollback_left(
    publish_rows, context: RunContext
) -> None:
    first, bad = publish_rows(), publish_rows([("c_1", "bad@example.com", "1")])
    with pytest.raises(ConfigError, match=f"follows none. Kept: {first.name}, {bad.name}"):
        rollback(context.home, "1")
        rollback(context.home, "previous")
    third = publish_rows()
    found = diff(context.home, "previous", "current")
    assert (found.a, found.b, found.changed) == (first.name, third.name, 0)
    assert rollback(context.home, "previous") == first.name


def test_pruning_takes_what_a_rollback_left_before_what_the_current_version_follows(
    engine: DuckDBEngine, context: RunContext
) -> None:
    context = replace(context, config=Config.model_validate({"publish": {"keep_versions": 3}}))

    def made() -> int:
        return int(publish(engine, context, TABLES, [PASSED]).name[1:7])

    assert [made(), made(), made()] == [1, 2, 3]
    rollback(context.home, "1")
    assert made() == 4
    # 2 and 3 are left behind; 4 follows 1.
    assert [version.name[:7] for version in versions(context.home)] == ["v000004", "v000003", "v000001"]
    assert made() == 5
    assert [version.name[:7] for version in versions(context.home)] == ["v000005", "v000004", "v000001"]
    assert made() == 6
    rollback(context.home, "previous")
    assert [version.name[:7] for version in versions(context.home)] == ["v000006", "v000005", "v000004"]
    (context.published / versions(context.home)[1].name / MANIFEST).write_text("")
    with pytest.raises(Customer360Error, match="damaged"):
        rollback(context.home, "previous")
    rollback(context.home, "6")
    assert made() == 7
    assert [version.name[:7] for version in versions(context.home)] == ["v000007", "v000006", "v000005"]


def test_changed_file_is_not_rolled_back_to(publish_rows, context: RunContext) -> None:
    first, second = publish_rows(), publish_rows()
    first.path.chmod(0o644)
    first.path.write_bytes(first.path.read_bytes()[:-1] + b"x")
    with pytest.raises(Customer360Error, match="SHA-256 differs"):
        rollback(context.home, first.name)
    assert pointer.current_version(context.home) == second.name


def test_rollback_mends_a_lost_pointer(publish_rows, context: RunContext) -> None:
    first, second = publish_rows(), publish_rows()
    (context.published / pointer.POINTER).write_text("")
    with pytest.raises(ConfigError, match=f"full name is needed. On disk: {first.name}, {second.name}"):
        rollback(context.home, "previous")
    rollback(context.home, first.name)
    assert [v.name for v in versions(context.home)] == [second.name, first.name]


def test_current_version_is_never_pruned(publish_rows, engine: DuckDBEngine, context: RunContext) -> None:
    for _ in range(8):
        publish_rows()
    kept = [version.name for version in versions(context.home)]
    assert len(kept) == 7
    rollback(context.home, kept[-1])
    made = publish_rows()
    assert pointer.current_version(context.home) == made.name
    assert made.path.exists()


def test_diff_tells_people_by_their_records(publish_rows, context: RunContext) -> None:
    # before: c_1 {s1,h1}  c_2 {s2}  c_3 {s3}  c_4 {s4,h4}  c_5 {s5}  c_6 {s6}
    # after:  c_1 {s1,h1}  c_2 {s2,s3}          c_4 {s4} c_7 {h4}  c_8 {s5}  c_9 {s9}, and c_6 is gone
    publish_rows(
        [(f"c_{n}", f"{n}@example.com", "10") for n in range(1, 7)],
        [("stripe", "s1", "c_1"), ("hubspot", "h1", "c_1"), ("stripe", "s2", "c_2"), ("stripe", "s3", "c_3"),
         ("stripe", "s4", "c_4"), ("hubspot", "h4", "c_4"), ("stripe", "s5", "c_5"), ("stripe", "s6", "c_6")],
    )  # fmt: skip
    publish_rows(
        [("c_1", "new@example.com", "12.50"), ("c_2", "2@example.com", "20"), ("c_4", "4@example.com", "6"),
         ("c_7", "7@example.com", "4"), ("c_8", "5@example.com", "10"), ("c_9", "9@example.com", "1")],
        [("stripe", "s1", "c_1"), ("hubspot", "h1", "c_1"), ("stripe", "s2", "c_2"), ("stripe", "s3", "c_2"),
         ("stripe", "s4", "c_4"), ("hubspot", "h4", "c_7"), ("stripe", "s5", "c_8"), ("stripe", "s9", "c_9")],
    )  # fmt: skip
    found = diff(context.home, "previous", "current")
    assert (found.added, found.gone) == (("c_9",), ("c_6",))
    assert found.merged == (Group("c_2", ("c_2", "c_3")),)
    assert found.split == (Group("c_4", ("c_4", "c_7")),)
    assert found.renamed == (("c_5", "c_8"),)
    assert found.customers == (6, 6)
    assert found.revenue == (Decimal(60), Decimal("53.50"))
    assert found.revenue_by_kind == {
        "added": Decimal(1), "gone": Decimal(-10), "kept": Decimal("2.50"), "merged or split": Decimal(0),
    }  # fmt: skip
    assert found.revenue_moved == (
        Move("c_2", "merged or split", Decimal(10), Decimal(20)),
        Move("c_3", "merged or split", Decimal(10), None),
        Move("c_6", "gone", Decimal(10), None),
        Move("c_4", "merged or split", Decimal(10), Decimal(6)),
        Move("c_7", "merged or split", None, Decimal(4)),
        Move("c_1", "kept", Decimal(10), Decimal("12.50")),
        Move("c_9", "added", None, Decimal(1)),
    )
    assert sum(move.change for move in found.revenue_moved) == found.revenue[1] - found.revenue[0]
    assert found.unattributed == (None, None)
    assert (found.changed, found.changed_columns) == (3, {"email": 1, "total_revenue": 3})
    assert found.rows["customer_identities"] == (8, 8)


def test_diff_shows_money_that_leaves_a_deleted_stripe_customer(
    engine: DuckDBEngine, context: RunContext, capsys: pytest.CaptureFixture[str]
) -> None:
    # Ada paid 100 as s1, which Stripe then deletes: her charges make a record that nothing links to her. A guest's 5
    # cannot be attributed any more, and 700 NGN wait for a rate.
    def day(customers: Customers, records: Records, unattributed: int, unconverted: int) -> None:
        fill(engine, customers, records)
        engine.create_table(
            "customer_360.revenue_tie_out",
            f"SELECT 'NGN' AS currency, {unconverted}::DECIMAL(18,3) AS unconverted_amount, "
            f"{unattributed}::DECIMAL(18,2) AS reporting_unattributed",
        )
        publish(engine, context, [*TABLES, "customer_360.revenue_tie_out"], [PASSED])

    day([("c_1", "ada@example.com", "105")], [("stripe", "s1", "c_1"), ("hubspot", "h1", "c_1")], 0, 0)
    day([("c_1", "ada@example.com", "0"), ("c_2", "", "100")],
        [("stripe", "s1", "c_2"), ("hubspot", "h1", "c_1")], 5, 700)  # fmt: skip
    found = diff(context.home, "1", "2")
    assert found.revenue_moved == (
        Move("c_1", "merged or split", Decimal(105), Decimal(0)),
        Move("c_2", "merged or split", None, Decimal(100)),
    )
    assert found.unattributed == (Decimal(0), Decimal(5))
    assert found.unconverted == {"NGN": (Decimal(0), Decimal(700))}
    moved = sum(move.change for move in found.revenue_moved)
    assert moved + (found.unattributed[1] or 0) - (found.unattributed[0] or 0) == 0
    assert main(["diff", "1", "2", "--limit", "1"]) == 0
    text = capsys.readouterr().out
    assert "merged or split      105.00 ->        0.00 (-105.00)" in text
    assert "and 1 more, together +100.00" in text
    assert "unattributed revenue  0.00 -> 5.00 (+5.00)" in text
    assert "without an exchange rate  0.00 -> 700.00 NGN (+700.00)" in text


_AMOUNTS = st.lists(st.tuples(st.integers(1, 4), st.integers(-9, 9)), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_AMOUNTS, _AMOUNTS)
def test_what_moved_always_adds_up(
    publish_rows, context: RunContext, before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    # Record n of each version belongs to the customer drawn for it, with that amount: any merges, splits and losses.
    for drawn in (before, after):
        amounts: dict[str, int] = {}
        for customer, amount in drawn:
            amounts[f"c_{customer}"] = amounts.get(f"c_{customer}", 0) + amount
        publish_rows(
            [(customer, "", str(amount)) for customer, amount in amounts.items()],
            [("stripe", f"s{n}", f"c_{customer}") for n, (customer, _) in enumerate(drawn)],
        )
    found = diff(context.home, "previous", "current")
    difference = (found.revenue[1] or 0) - (found.revenue[0] or 0)
    assert sum(move.change for move in found.revenue_moved) == difference == sum(found.revenue_by_kind.values())


def test_diff_of_a_version_with_itself_is_empty(publish_rows, context: RunContext) -> None:
    publish_rows()
    found = diff(context.home, "current", "1")
    assert (found.added, found.gone, found.merged, found.split, found.renamed, found.changed) == ((), (), (), (), (), 0)
    assert found.rows["customer_360"] == (2, 2)


def test_diff_after_a_column_was_added(publish_rows, engine: DuckDBEngine, context: RunContext) -> None:
    publish_rows()
    engine.execute("ALTER TABLE customer_360.customer_360 ADD COLUMN phone VARCHAR")
    publish(engine, context, ["customer_360.customer_360", "customer_360.customer_identities"], [])
    found = diff(context.home, "1", "2")
    assert (found.new_columns, found.changed) == (("phone",), 0)
    assert found.rows["customer_timeline"] == (6, None)


def test_a_kept_input_goes_with_the_last_version_made_of_it(
    publish_rows, engine: DuckDBEngine, context: RunContext
) -> None:
    """keep_versions is 2: the third version takes the first one, and its extract, away; a stranger's file stays."""
    changed = context.config.publish.model_copy(update={"keep_versions": 2})
    object.__setattr__(context, "config", context.config.model_copy(update={"publish": changed}))
    landing = context.home / "landing"
    landing.mkdir(parents=True)
    (landing / "README").write_text("not ours")

    def day(digit: str) -> list[str]:
        (landing / (digit * 64)).write_text("extract")
        engine.create_table(
            "sources.files",
            "SELECT 'crm' AS source, 'contacts' AS entity, 'crm/contacts.csv' AS source_file, $sha256 AS sha256",
            {"sha256": digit * 64},
        )
        publish_rows()
        sweep_inputs(engine, context.home)
        return sorted(path.name[0] for path in landing.iterdir())

    assert [day("1"), day("2"), day("3")] == [["1", "R"], ["1", "2", "R"], ["2", "3", "R"]]
    (context.published / versions(context.home)[0].name / MANIFEST).unlink()
    assert day("4") == ["2", "3", "4", "R"]
