"""A run through Dagster: assets, checks, the clock, and what readers see when it fails."""

import dagster as dg

from customer360_pipeline import pipeline
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.publish.manifest import read_manifest
from customer360_pipeline.publish.pointer import current_version


def manifest(small):
    """The manifest of what readers see."""
    return read_manifest(small.home / "published" / current_version(small.home))


def test_a_run_publishes_and_says_what_it_published(small) -> None:
    result = small.run()
    assert result.success
    asset = dg.AssetKey("customer_360")
    metadata = next(
        e for e in result.get_asset_materialization_events() if e.asset_key == asset
    ).materialization.metadata
    assert metadata["dagster/row_count"].value == 3
    assert metadata["records per customer"].value.startswith("![Records per customer](data:image/svg+xml;base64,")
    assert {check.check_name for check in result.get_asset_check_evaluations()} == {
        "rows",
        "contract",
        "planted_traps",
    }


def test_the_clock_is_the_tag_then_the_environment_then_the_first_attempt(small, monkeypatch) -> None:
    small.run()
    created = small.instance.get_run_records(limit=1)[0].create_timestamp
    assert abs((manifest(small).origin.as_of - created.replace(tzinfo=None)).total_seconds()) < 1
    monkeypatch.setenv("CUSTOMER360_AS_OF", "2026-01-02T00:00:00+02:00")
    small.run()
    assert str(manifest(small).origin.as_of) == "2026-01-01 22:00:00"
    small.run(**{"customer360/as_of": "2026-03-04T05:06:07"})
    assert str(manifest(small).origin.as_of) == "2026-03-04 05:06:07"


def test_a_failed_check_fails_the_run_and_the_previous_version_stands(small) -> None:
    small.run()
    before = current_version(small.home)
    broken = small.breaking()
    result = broken.run()
    assert not result.success
    assert current_version(small.home) == before
    assert "customer_360.customer_360: assert_1 failed for 3 row(s)" in str(broken.watch.error)
    assert broken.watch.error.exit_code == 4


def test_a_run_that_names_no_extracts_does_not_replace_own_ones_by_the_sample(small, monkeypatch) -> None:
    assert small.run().success
    before, folder = current_version(small.home), manifest(small).origin.extracts_folder
    monkeypatch.setenv("CUSTOMER360_EXTRACTS", "")
    assert not small.run().success
    assert f"made of {folder}." in str(small.watch.error) and "CUSTOMER360_EXTRACTS" in str(small.watch.error)
    assert current_version(small.home) == before


def test_a_second_run_at_the_same_time_is_refused_and_names_the_holder(small) -> None:
    from customer360_pipeline.publish.lock import home_lock

    with home_lock(small.home, "the-other-run"):
        result = small.run()
    assert not result.success
    assert "the-other-run" in str(small.watch.error)


def test_no_value_of_a_record_reaches_the_event_log(small) -> None:
    """DuckDB quotes the value it cannot cast; Dagster keeps error texts for ever."""
    from dataclasses import replace

    secret = "canary-4711@example.org"
    cast = f"CAST(CAST('{secret}' || repeat('', i::INT) AS INTEGER) AS VARCHAR)"
    failing = replace(small, table=replace(small.table, sql=small.table.sql.replace("'c_' || i", cast)))
    result = failing.run()
    assert not result.success
    kept = [str(record) for record in small.instance.all_logs(result.run_id)]
    assert kept and not [text for text in kept if secret in text]
    assert "ConversionException" in str(failing.watch.error)
    # And a successful run: previews and plots are masked.
    done = small.run()
    kept = [str(record) for record in small.instance.all_logs(done.run_id)]
    assert not [text for text in kept if "@example.org" in text]


def test_a_failed_audit_is_shown_and_stops_the_version(small, monkeypatch) -> None:
    small.run()
    before = current_version(small.home)
    failing = CheckResult("customer_360.customer_360", "contract", "The contract holds.", 2)
    monkeypatch.setattr(pipeline, "audit_across", lambda *_: [failing])
    result = small.run()
    assert not result.success
    assert current_version(small.home) == before
    assert ("contract", False) in {(check.check_name, check.passed) for check in result.get_asset_check_evaluations()}
    assert "previous version stands" in str(small.watch.error)
