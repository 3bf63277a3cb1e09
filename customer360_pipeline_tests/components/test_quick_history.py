"""A run's history written the quick way is the history Dagster would have written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import dagster as dg
import pytest
from sqlalchemy import create_engine, text

from customer360_pipeline.components.quick_history import quick_history, quick_sqlite


@dg.asset(check_specs=[dg.AssetCheckSpec("paid", asset="charges")])
def charges() -> Iterator[object]:
    yield dg.MaterializeResult(metadata={"rows": 3})
    yield dg.AssetCheckResult(check_name="paid", passed=True)


@dg.asset(deps=[charges])
def customers() -> None:
    """Reads the version of what it depends on."""


def history(instance: dg.DagsterInstance) -> list[tuple[object, ...]]:
    """What a run of both assets left: every event, and what the second asset read."""
    job = dg.Definitions([charges, customers]).resolve_implicit_global_asset_job_def()
    run = job.execute_in_process(instance=instance)
    events = [entry.dagster_event for entry in instance.all_logs(run.run_id) if entry.dagster_event]
    found = [(event.event_type_value, event.step_key, str(event.asset_key or "")) for event in events]
    last = instance.get_latest_materialization_event(dg.AssetKey("customers"))
    assert last is not None and last.asset_materialization is not None
    read = (last.asset_materialization.tags or {})["dagster/input_event_pointer/charges"]
    record = instance.get_latest_materialization_event(dg.AssetKey("charges"))
    assert record is not None and record.run_id == run.run_id
    checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [dg.AssetCheckKey(dg.AssetKey("charges"), "paid")]
    )
    return [*found, ("read", int(read) > 0), *((key.name, check.status.value) for key, check in checks.items())]


def test_the_events_are_those_of_dagster_alone(tmp_path: Path) -> None:
    for folder in ("quick", "plain"):
        (tmp_path / folder).mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "plain")) as instance:
        expected = [history(instance) for _ in range(2)]
    with quick_sqlite(), dg.DagsterInstance.local_temp(str(tmp_path / "quick")) as instance:
        with quick_history(instance):
            found = [history(instance) for _ in range(2)]
        assert found == expected
        assert len(expected[0]) > 15
        # And afterwards the instance is Dagster's own again.
        assert history(instance) == expected[0]


def test_what_a_step_yields_is_there_for_whoever_reads_and_when_the_run_ends(tmp_path: Path) -> None:
    seen: list[int] = []

    @dg.asset(check_specs=[dg.AssetCheckSpec("paid", asset="orders")])
    def orders() -> Iterator[object]:
        context = dg.AssetExecutionContext.get()
        yield dg.MaterializeResult()
        seen.append(len(context.instance.all_logs(context.run_id)))
        yield dg.AssetCheckResult(check_name="paid", passed=True)
        raise ValueError("after the last event")

    job = dg.Definitions([orders]).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        with quick_history(instance, [orders.key]):
            run = job.execute_in_process(instance=instance, raise_on_error=False)
            told = [event for event in run.all_events if event.event_type_value != "ASSET_MATERIALIZATION_PLANNED"]
        kept = [entry.dagster_event for entry in instance.all_logs(run.run_id) if entry.dagster_event]
    names = [event.event_type_value for event in kept if not event.event_type_value.endswith("_PLANNED")]
    assert names == [event.event_type_value for event in told if not event.event_type_value.endswith("_PLANNED")]
    assert {"ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "STEP_FAILURE"} <= set(names)
    place = [event.event_type_value for event in kept].index("ASSET_MATERIALIZATION")
    assert seen == [place + 1]


def test_remembered_records_are_those_that_dagster_reads(tmp_path: Path) -> None:
    job = dg.Definitions([charges, customers]).resolve_implicit_global_asset_job_def()
    keys = [charges.key, customers.key]
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        job.execute_in_process(instance=instance)
        with quick_history(instance, keys):
            run = job.execute_in_process(instance=instance)
            found = instance.get_asset_records(keys)
        expected = instance.get_asset_records(keys)
    assert list(found) == list(expected)
    assert {record.asset_entry.last_run_id for record in found} == {run.run_id}


def test_another_thread_may_write_meanwhile(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance, quick_history(instance):
        threads = [
            Thread(target=instance.report_runless_asset_event, args=(dg.AssetMaterialization(f"table_{n}"),))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(instance.all_asset_keys()) == 8


def test_an_event_that_cannot_be_stored_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        with monkeypatch.context() as patch:

            def refuse(*_: object) -> None:
                raise OSError("disk full")

            patch.setattr(type(instance.event_log_storage), "_store_asset_event", refuse)
            with quick_history(instance), pytest.raises(OSError, match="disk full"):
                instance.report_runless_asset_event(dg.AssetMaterialization("customers"))
        assert instance.all_asset_keys() == []
        instance.report_runless_asset_event(dg.AssetMaterialization("customers"))
        assert len(instance.all_asset_keys()) == 1


def test_dagster_sqlite_does_not_wait_for_the_disk() -> None:
    with quick_sqlite(), create_engine("sqlite://").connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 1
    with create_engine("sqlite://").connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_run_remembers_records_until_it_writes_new_ones(tmp_path: Path) -> None:
    customers, charges = dg.AssetKey("customers"), dg.AssetKey("charges")
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        quick_history(instance),
    ):
        assert instance.get_asset_records([customers, charges]) == []
        seen = []
        for revenue in (1, 2):
            instance.report_runless_asset_event(dg.AssetMaterialization(customers, metadata={"revenue": revenue}))
            for _ in range(2):
                (record,) = instance.get_asset_records([customers, charges])
                found = record.asset_entry.last_materialization
                assert found is not None and found.asset_materialization is not None
                seen.append(found.asset_materialization.metadata["revenue"].value)
        assert seen == [1, 1, 2, 2]
        assert instance.event_log_storage.has_table("asset_keys") and not instance.event_log_storage.has_table("none")
