"""What changed since the last published run: a broken export must not replace yesterday's customers unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import AuditFailed
from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
from customer360_pipeline.pipeline import run_pipeline
from customer360_pipeline.project import SAMPLE_DATA, extracts_kind, load_project
from customer360_pipeline.publish.ancestry import known_ids
from customer360_pipeline.publish.drift import DRIFT_CHECKS, current_figures, drift_checks
from customer360_pipeline.publish.manifest import Manifest, Origin
from customer360_pipeline.run_context import RunContext


@pytest.fixture
def context(tmp_path: Path) -> RunContext:
    return RunContext(Config(), (), tmp_path / "home", tmp_path / "extracts", datetime(2026, 11, 1))


@pytest.fixture
def engine() -> DuckDBEngine:
    engine = DuckDBEngine()
    engine.create_schema("sources")
    engine.create_schema("customer_360")
    return engine


def built(
    engine: DuckDBEngine,
    contacts: int,
    emails: int = 10,
    columns: tuple[str, ...] = ("notes",),
    missing: tuple[str, ...] = (),
    records: int = 2,
    by_email: int = 8,
    accepted: int | None = None,
) -> None:
    """A run that read so many CRM contacts, accepted all or so many of them, and made ten customers of so many records,
    so many of them with an e-mail;
    of ten links, so many by e-mail."""
    engine.execute(
        f"CREATE OR REPLACE TABLE sources.ledger AS SELECT 'crm' AS source, 'contacts' AS entity, {contacts} AS "
        f"physical_records, {contacts if accepted is None else accepted} AS accepted, true AS is_present"
    )
    kinds = [(name, "unmapped_column") for name in columns] + [(name, "missing_column") for name in missing]
    rows = ", ".join(f"('crm', 'contacts', 'crm/people.csv', '{name}', '{kind}')" for name, kind in kinds)
    engine.execute(
        "CREATE OR REPLACE TABLE sources.drift AS "
        f"FROM (VALUES {rows}) AS t(source, entity, source_file, column_name, kind)"
    )
    engine.execute(
        "CREATE OR REPLACE TABLE sources.files AS SELECT 'crm' AS source, 'contacts' AS entity, 'csv' AS layout, "
        "'crm/people.csv' AS source_file, 'a' AS sha256"
    )
    engine.execute(
        f"CREATE OR REPLACE TABLE customer_360.customer_360 AS SELECT CASE WHEN n < {emails} THEN 'x' END AS email, "
        "'x' AS first_name, 'x' AS last_name, 'x' AS phone, 'x' AS user_id, 'x' AS acquisition_source, "
        f"'x' AS last_interaction_date, {records} AS record_count FROM range(10) AS t(n)"
    )
    engine.execute(
        "CREATE OR REPLACE TABLE customer_360.identity_links AS SELECT CASE WHEN n < "
        f"{by_email} THEN 'email' ELSE 'phone' END AS rule, 'accepted' AS status FROM range(10) AS t(n)"
    )


def published(engine: DuckDBEngine, context: RunContext, name: str = "v1", parent: str | None = None) -> None:
    """The run just built has published a version."""
    kind = extracts_kind(context.extracts)
    origin = Origin(name, parent, "run", context.as_of, "1", "", {}, extracts=kind)
    (context.published / name).mkdir(parents=True, exist_ok=True)
    figures = current_figures(engine)
    Manifest(origin, "customer_360", "", 0, {}, {}, figures).write(context.published / name)


def following(context: RunContext, version: str = "v1") -> RunContext:
    """A run that begins while that version is the current one."""
    found = known_ids(context.published, version, extracts_kind(context.extracts))
    return replace(context, facts={"parent_version": version, KNOWN_IDS: found})


def failed(engine: DuckDBEngine, context: RunContext) -> dict[str, tuple[int, bool]]:
    return {c.check: (c.failed_rows, c.blocking) for c in drift_checks(engine, context) if not c.passed}


def test_the_first_run_has_nothing_to_be_compared_with(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100)
    results = drift_checks(engine, context)
    assert [c.check for c in results] == [check.name for check in DRIFT_CHECKS]
    assert all(c.passed for c in results)


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        (100, {}),
        (85, {}),
        (70, {"volume_steady": (1, False)}),
        (40, {"volume_within_limit": (1, True), "volume_steady": (1, False)}),
        (500, {}),
    ],
)
def test_a_source_that_lost_records_warns_and_then_blocks(
    engine: DuckDBEngine, context: RunContext, contacts: int, expected: dict[str, tuple[int, bool]]
) -> None:
    built(engine, contacts=100)
    published(engine, context)
    built(engine, contacts=contacts)
    assert failed(engine, following(context)) == expected


def test_records_that_are_there_and_not_accepted_are_lost_too(engine: DuckDBEngine, context: RunContext) -> None:
    """A spreadsheet wrote every id as 7.00E+03: a hundred records, ninety-nine of them duplicates."""
    built(engine, contacts=100)
    published(engine, context)
    built(engine, contacts=100, accepted=1)
    assert failed(engine, following(context)) == {"volume_within_limit": (1, True), "volume_steady": (1, False)}
    assert "crm.contacts: 1 of 100 accepted" in drift_checks(engine, following(context))[0].description


def test_a_clock_set_back_is_warned_of(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100)
    published(engine, replace(context, as_of=datetime(2026, 11, 21)))
    earlier = replace(following(context), as_of=datetime(2026, 3, 1))
    assert failed(engine, earlier) == {"clock_goes_on": (1, False)}
    assert "2026-03-01 00:00 after 2026-11-21 00:00" in drift_checks(engine, earlier)[-1].description
    assert failed(engine, replace(earlier, as_of=datetime(2026, 11, 22))) == {}


def test_the_figures_stand_in_the_description_with_the_way_on(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=1000)
    published(engine, context)
    built(engine, contacts=12)
    description = drift_checks(engine, following(context))[0].description
    assert "crm.contacts: 12 of 1,000" in description
    assert "--accept-drop" in description


def test_a_drop_that_somebody_accepts_is_published_and_still_warned_of(
    engine: DuckDBEngine, context: RunContext
) -> None:
    built(engine, contacts=100)
    published(engine, context)
    built(engine, contacts=10)
    assert failed(engine, replace(following(context), accept_drop=True)) == {"volume_steady": (1, False)}


def test_a_source_that_is_gone_has_lost_everything(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100)
    published(engine, context)
    engine.execute("UPDATE sources.ledger SET is_present = false, physical_records = 0, accepted = 0")
    assert failed(engine, following(context))["volume_within_limit"] == (1, True)


def test_extracts_without_a_record_leave_figures_too(engine: DuckDBEngine, context: RunContext) -> None:
    """An empty list object is an extract; its run has published before its figures are kept."""
    built(engine, contacts=10, columns=("notes",))
    published(engine, context)
    for table in ("sources.ledger", "sources.drift", "customer_360.customer_360"):
        engine.execute(f"DELETE FROM {table}")
    published(engine, context)
    assert failed(engine, following(context)) == {}


def test_the_sample_is_not_compared_with_ones_own_extracts(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100)
    published(engine, replace(context, extracts=SAMPLE_DATA))
    built(engine, contacts=3)
    assert failed(engine, following(context)) == {}


def test_after_a_rollback_a_run_is_compared_with_the_version_it_follows(
    engine: DuckDBEngine, context: RunContext
) -> None:
    """A broken export was let through and rolled back; the next run reads it again."""
    built(engine, contacts=100)
    published(engine, context)
    built(engine, contacts=3)
    published(engine, context, "v2", parent="v1")
    assert failed(engine, following(context, "v2")) == {}
    assert failed(engine, following(context, "v1"))["volume_within_limit"] == (1, True)


def test_ones_own_extracts_are_compared_with_the_last_of_their_kind(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100)
    published(engine, context)
    published(engine, replace(context, extracts=SAMPLE_DATA), "v2", parent="v1")
    built(engine, contacts=3)
    assert failed(engine, following(context, "v2"))["volume_within_limit"] == (1, True)


def test_a_folder_of_the_next_day_is_compared(engine: DuckDBEngine, context: RunContext, tmp_path: Path) -> None:
    built(engine, contacts=100)
    published(engine, replace(context, extracts=tmp_path / "2026-11-20"))
    built(engine, contacts=3)
    assert failed(engine, following(replace(context, extracts=tmp_path / "2026-11-21")))["volume_within_limit"] == (
        1,
        True,
    )


def test_a_field_that_went_empty_and_a_new_column_warn(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100, emails=10)
    published(engine, context)
    built(engine, contacts=100, emails=4, columns=("notes", "loyalty_tier"))
    assert failed(engine, following(context)) == {"shares_steady": (1, False), "columns_known": (1, False)}
    descriptions = " ".join(c.description for c in drift_checks(engine, following(context)))
    assert "email filled: 1.000 to 0.400" in descriptions
    assert "crm.contacts.loyalty_tier: new" in descriptions


def told_of_columns(engine: DuckDBEngine, context: RunContext) -> str:
    """What is said to have come or gone."""
    [check] = [c for c in drift_checks(engine, context) if c.check == "columns_known"]
    return check.description.partition(" Found: ")[2]


def test_what_an_export_always_has_or_lacks_is_no_change(engine: DuckDBEngine, context: RunContext) -> None:
    built(engine, contacts=100, columns=("object", "metadata"), missing=("Mobile",))
    published(engine, context)
    assert told_of_columns(engine, following(context)) == ""
    built(engine, contacts=100, columns=("object", "metadata", "tier"), missing=("Mobile", "Phone"))
    assert told_of_columns(engine, following(context)) == "crm.contacts.Phone: gone; crm.contacts.tier: new."
    engine.execute("INSERT INTO sources.files VALUES ('crm', 'contacts', 'csv', 'crm/again.csv', 'a')")  # same bytes
    assert "Phone: gone" in told_of_columns(engine, following(context))
    # One of two files still has the column; the other is a form that was not read before.
    engine.execute("INSERT INTO sources.files VALUES ('crm', 'contacts', 'csv', 'crm/more.csv', 'b')")
    engine.execute("INSERT INTO sources.files VALUES ('crm', 'contacts', 'api', 'crm/people.jsonl', 'c')")
    engine.execute("INSERT INTO sources.drift VALUES ('crm', 'contacts', 'crm/people.jsonl', 'city', 'missing_column')")
    assert told_of_columns(engine, following(context)) == "crm.contacts.tier: new."


def test_a_key_that_no_object_of_a_day_has_is_no_change(engine: DuckDBEngine, context: RunContext) -> None:
    for missing in ((), ("deleted",)):
        built(engine, contacts=100, missing=missing)
        engine.execute("UPDATE sources.files SET source_file = 'crm/people.jsonl'")
        engine.execute("UPDATE sources.drift SET source_file = 'crm/people.jsonl'")
        if not missing:
            published(engine, context)
    assert told_of_columns(engine, following(context)) == ""


def test_the_columns_of_a_source_that_was_not_read_before_are_no_change(
    engine: DuckDBEngine, context: RunContext
) -> None:
    built(engine, contacts=100)
    published(engine, context)
    engine.execute("INSERT INTO sources.ledger VALUES ('okta', 'logs', 9, 9, true)")
    engine.execute("INSERT INTO sources.files VALUES ('okta', 'logs', 'api', 'okta/logs.jsonl', 'd')")
    engine.execute("INSERT INTO sources.drift VALUES ('okta', 'logs', 'okta/logs.jsonl', 'actor', 'unmapped_column')")
    assert told_of_columns(engine, following(context)) == ""


@pytest.mark.parametrize(
    ("records", "by_email", "expected"),
    [
        (2, 8, {}),
        (2, 6, {"shares_steady": (2, False)}),
        (3, 8, {"shares_steady": (1, False)}),
        (4, 8, {"customer_size_within_limit": (1, True), "shares_steady": (1, False)}),
    ],
)
def test_customers_that_change_their_size_warn_and_then_block(
    engine: DuckDBEngine, context: RunContext, records: int, by_email: int, expected: dict[str, tuple[int, bool]]
) -> None:
    """Twice as many records per customer with the same extracts: a rule or a key went wrong."""
    built(engine, contacts=100)
    published(engine, context)
    built(engine, contacts=100, records=records, by_email=by_email)
    assert failed(engine, following(context)) == expected
    accepted = replace(following(context), accept_drop=True)
    assert not [check for check, (_, blocks) in failed(engine, accepted).items() if blocks]
    engine.execute("INSERT INTO sources.ledger VALUES ('ga4', 'events', 900, 900, true)")  # a new source brings devices
    assert not [check for check, (_, blocks) in failed(engine, following(context)).items() if blocks]


def test_a_broken_export_is_refused_whatever_became_of_the_work_database(tmp_path: Path) -> None:
    """Only what is published is kept for ever; the work database can be built again."""
    contacts = tmp_path / "extracts" / "crm" / "contacts.csv"
    contacts.parent.mkdir(parents=True)
    project = load_project()
    sources = tuple(source for source in project.sources if source.source == "crm")
    context = RunContext(project.config, sources, tmp_path / "home", tmp_path / "extracts", datetime(2026, 11, 1))
    lines = ["contact_id,email", *(f"{n},p{n}@x.example" for n in range(20))]
    contacts.write_text("\n".join(lines))
    first = run_pipeline(context)
    assert first.manifest.figures["accepted crm.contacts"] == 20
    contacts.write_text("\n".join(lines[:3]))
    context.work_database.unlink()
    with pytest.raises(AuditFailed, match=r"volume_within_limit.*crm\.contacts: 2 of 20"):
        run_pipeline(replace(context, run_id="next", as_of=datetime(2026, 11, 2), facts={}))
