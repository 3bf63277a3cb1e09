"""A version is whole or not there; the pointer, the link and the manifest agree with it."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import AuditFailed, Busy, ConfigError, Customer360Error
from customer360_pipeline.publish import database, pointer
from customer360_pipeline.publish.lock import held, home_lock
from customer360_pipeline.publish.version import PublishedVersion, publish
from customer360_pipeline.run_context import RunContext

TABLES = ["customer_360.customer_360", "customer_360.customer_timeline", "customer_360.customer_identities",
          "customer_360.quarantine"]  # fmt: skip
PASSED = CheckResult("customer_360.customer_360", "unique_customer_id", "One row per customer.", 0)


def test_first_version_is_whole(engine: DuckDBEngine, context: RunContext) -> None:
    made = publish(engine, context, TABLES, [PASSED])
    assert made.name == "v000001_20260102T030405Z"
    assert made.manifest.rows == {
        "customer_360": 2, "customer_timeline": 6, "customer_identities": 3, "quarantine": 0, "quality_results": 1,
        "metadata": 1,
    }  # fmt: skip
    with duckdb.connect(str(made.link), read_only=True) as reader:
        timeline = reader.sql("SELECT customer_id, occurred_at::DATE::VARCHAR FROM customer_timeline").fetchall()
        assert timeline[:4] == [("c_1", "2026-01-03"), ("c_1", "2026-01-02"), ("c_1", "2026-01-01"),
                                ("c_2", "2026-01-03")]  # fmt: skip
        assert reader.sql("SELECT version, parent_version, run_id FROM metadata").fetchall() == [
            (made.name, None, "run-1")
        ]
        assert reader.sql("SELECT check_name, is_passed FROM quality_results").fetchall() == [
            ("unique_customer_id", True)
        ]
        assert reader.sql("SELECT is_unique FROM duckdb_indexes()").fetchall() == [(True,)]
    document = json.loads((made.path.parent / "manifest.json").read_text())
    assert document["sha256"] == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert document["as_of"] == "2026-01-02T03:04:05" and document["parent"] is None
    assert sorted(path.name for path in context.published.iterdir() if not path.name.startswith(".")) == [
        "CURRENT.json", "LEASE.json", "customer_360.duckdb", made.name,
    ]  # fmt: skip


def test_many_customers_are_copied_in_parts_and_stay_in_order(
    engine: DuckDBEngine, context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    from customer360_pipeline.engine.table_file import Table, columns
    from customer360_pipeline.publish import copy, version

    described = columns("customer_id VARCHAR | The customer.")
    tables = (Table(TABLES[0], "People.", described), Table(TABLES[1], "Events.", described, materialized="view"))
    monkeypatch.setattr(version, "load_catalog", lambda sources: tables)
    whole = publish(engine, context, TABLES[:2], [])
    monkeypatch.setattr(copy, "CUSTOMERS_AT_ONCE", 1)
    parts = publish(engine, context, TABLES[:2], [])
    assert parts.manifest.logical_hashes["customer_timeline"] == whole.manifest.logical_hashes["customer_timeline"]
    found = []
    for made in (whole, parts):
        with duckdb.connect(str(made.path), read_only=True) as reader:
            found.append(reader.sql("FROM customer_timeline").fetchall())
    assert found[0] == found[1] and {row[0] for row in found[0]} == {"c_1", "c_2"}


def test_what_names_no_customer_is_copied_too(
    engine: DuckDBEngine, context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ticket of nobody we know: no part of the customers holds it."""
    from customer360_pipeline.engine.table_file import Table, columns
    from customer360_pipeline.publish import copy, version

    engine.create_table(
        "customer_360.tickets", "SELECT * FROM (VALUES ('c_1', 1), (NULL, 2), ('c_2', 3)) AS t(customer_id, ticket)"
    )
    described = columns("customer_id VARCHAR | The customer.", "ticket BIGINT | The ticket.")
    tables = (Table("customer_360.tickets", "Tickets.", described, materialized="view"),)
    monkeypatch.setattr(version, "load_catalog", lambda sources: tables)
    monkeypatch.setattr(copy, "CUSTOMERS_AT_ONCE", 1)
    made = publish(engine, context, [TABLES[0], "customer_360.tickets"], [])
    with duckdb.connect(str(made.path), read_only=True) as reader:
        assert reader.sql("SELECT ticket FROM tickets ORDER BY 1").fetchall() == [(1,), (2,), (3,)]


def test_catalogue_becomes_comments(engine: DuckDBEngine, context: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    from customer360_pipeline.engine.table_file import Table, columns
    from customer360_pipeline.publish import version

    table = Table(TABLES[0], "People's table.", columns("customer_id VARCHAR | The customer."))
    monkeypatch.setattr(version, "load_catalog", lambda sources: (table,))
    made = publish(engine, context, TABLES, [])
    with duckdb.connect(str(made.path), read_only=True) as reader:
        found = "SELECT comment FROM duckdb_tables() WHERE table_name = 'customer_360'"
        assert reader.sql(found).fetchall() == [("People's table.",)]
        found = "SELECT comment FROM duckdb_columns() WHERE table_name = 'customer_360' AND column_name = 'customer_id'"
        assert reader.sql(found).fetchall() == [("The customer.",)]


def test_input_hashes_come_from_the_sources(engine: DuckDBEngine, context: RunContext) -> None:
    engine.create_table("sources.files", "SELECT 's' source, 'e' entity, 'f.csv' source_file, 'abc' sha256")
    assert publish(engine, context, TABLES, []).manifest.origin.input_hashes == {"s/e/f.csv": "abc"}


def test_asset_name_names_the_table_beside_the_contract_name(engine: DuckDBEngine, context: RunContext) -> None:
    made = publish(engine, replace(context, config=Config(asset_name="people")), TABLES, [])
    with duckdb.connect(str(made.path), read_only=True) as reader:
        assert reader.sql("SELECT count(*) FROM people").fetchall() == [(2,)]
        assert reader.sql("SELECT count(*) FROM customer_360").fetchall() == [(2,)]
    with pytest.raises(ConfigError, match="`quarantine` is the name of another"):
        publish(engine, replace(context, config=Config(asset_name="quarantine")), TABLES, [])


def test_failed_blocking_check_keeps_the_version(engine: DuckDBEngine, context: RunContext) -> None:
    first = publish(engine, context, TABLES, [PASSED, replace(PASSED, check="warns", failed_rows=1, blocking=False)])
    with pytest.raises(AuditFailed, match="unique_customer_id: 3 row"):
        publish(engine, context, TABLES, [replace(PASSED, failed_rows=3)])
    assert pointer.current_version(context.home) == first.name


def test_file_that_differs_from_the_run_is_not_published(
    engine: DuckDBEngine, context: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(engine, context, TABLES, [])
    real = database._copy

    def lossy(engine: DuckDBEngine, content: database.Content) -> None:
        real(engine, content)
        if content.name == "customer_identities":
            engine.execute("UPDATE version_file.main.customer_identities SET source = 'x' WHERE record_id = 's1'")

    monkeypatch.setattr(database, "_copy", lossy)
    with pytest.raises(AuditFailed, match="customer_identities"):
        publish(engine, context, TABLES, [])
    assert pointer.current_version(context.home) == first.name
    assert [path for path in context.published.iterdir() if path.name.startswith(".building")] == []


def test_two_rows_of_one_customer_cannot_be_published(engine: DuckDBEngine, context: RunContext) -> None:
    engine.execute("INSERT INTO customer_360.customer_360 SELECT * FROM customer_360.customer_360")
    with pytest.raises(AuditFailed, match="more than one row per customer_id"):
        publish(engine, context, TABLES, [])


def test_run_that_was_overtaken_is_fenced(engine: DuckDBEngine, context: RunContext) -> None:
    orphan = replace(context, facts={"parent_version": pointer.current_version(context.home)})
    second = publish(engine, context, TABLES, [PASSED])
    with pytest.raises(pointer.Fenced, match="began when nothing was current; now v000001"):
        publish(engine, orphan, TABLES, [PASSED])
    assert pointer.current_version(context.home) == second.name


def test_lease_of_a_newer_attempt_fences_the_older_one(context: RunContext) -> None:
    context.published.mkdir(parents=True)
    older = pointer.take_lease(context.published, context.as_of)
    newer = pointer.take_lease(context.published, context.as_of)
    assert older.version < newer.version
    with pytest.raises(pointer.Fenced, match="newer run"):
        pointer.swap(context.published, older, keep=7)
    assert pointer.swap(context.published, newer, keep=7).version == newer.version


def test_only_so_many_versions_are_kept_and_no_name_comes_twice(engine: DuckDBEngine, context: RunContext) -> None:
    context = replace(context, config=Config.model_validate({"publish": {"keep_versions": 2}}))
    made = [publish(engine, context, TABLES, []).name for _ in range(4)]
    assert len(set(made)) == 4 and made == sorted(made)
    assert pointer.version_folders(context.published) == made[-2:]


def test_analyst_keeps_the_file_that_is_pruned(engine: DuckDBEngine, context: RunContext) -> None:
    context = replace(context, config=Config.model_validate({"publish": {"keep_versions": 1}}))
    first = publish(engine, context, TABLES, [])
    with duckdb.connect(str(first.link), read_only=True) as analyst:
        engine.execute("DELETE FROM customer_360.customer_360 WHERE customer_id = 'c_2'")
        second = publish(engine, context, TABLES, [])
        assert not first.path.exists() and second.manifest.rows["customer_360"] == 1
        assert analyst.sql("SELECT sum(total_revenue)::VARCHAR FROM customer_360").fetchall() == [("7.60",)]


def test_lost_pointer_is_not_guessed(engine: DuckDBEngine, context: RunContext) -> None:
    made = [publish(engine, context, TABLES, []).name for _ in range(2)]
    (context.published / pointer.POINTER).unlink()
    with pytest.raises(Customer360Error, match=r"CURRENT.json is missing.*rollback VERSION"):
        publish(engine, context, TABLES, [])
    (context.published / pointer.POINTER).write_text("{")
    with pytest.raises(Customer360Error, match=r"CURRENT.json is damaged"):
        publish(engine, context, TABLES, [])
    assert pointer.version_folders(context.published) == made


def test_second_publisher_is_told_who_is_at_work(engine: DuckDBEngine, context: RunContext) -> None:
    with held(context.published / ".publish.lock", "", "nightly"), pytest.raises(Busy, match="run nightly"):
        publish(engine, context, TABLES, [])


def test_second_run_is_told_who_holds_the_home(context: RunContext) -> None:
    named = pytest.raises(Busy, match=rf"process {os.getpid()} .*run nightly.* since 20\d\d-")
    with home_lock(context.home, "nightly"), named, home_lock(context.home):
        pass
    with home_lock(context.home):
        pass


def test_killed_holder_blocks_nobody(context: RunContext) -> None:
    program = (
        "import sys, os, signal; from pathlib import Path; from customer360_pipeline.publish.lock import home_lock\n"
        "with home_lock(Path(sys.argv[1]), 'killed'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(context.home)], check=False)
    assert "killed" in (context.home / ".run.lock").read_text()
    with home_lock(context.home):
        pass


@pytest.fixture
def published(engine: DuckDBEngine, context: RunContext) -> PublishedVersion:
    return publish(engine, context, TABLES, [])


def test_full_disk_is_a_clear_error(engine: DuckDBEngine, context: RunContext, published: PublishedVersion) -> None:
    big = "SELECT 'c_' || md5(i::VARCHAR) AS customer_id, md5((i + 1)::VARCHAR) AS x FROM range(100000) t(i)"
    engine.create_table(TABLES[0], big)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(Customer360Error, match=r"could not be written: File too large. The previous version"):
            publish(engine, context, TABLES, [])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert pointer.current_version(context.home) == published.name
    assert publish(engine, context, TABLES, []).manifest.rows["customer_360"] == 100_000


def test_folder_that_cannot_be_written_is_a_clear_error(engine: DuckDBEngine, context: RunContext) -> None:
    context.home.mkdir()
    context.published.write_text("a file where the folder belongs")
    with pytest.raises(Customer360Error, match="cannot be written"):
        publish(engine, context, TABLES, [])


def test_version_file_cannot_be_changed_by_accident(published: PublishedVersion) -> None:
    assert published.path.stat().st_mode & 0o222 == 0
    with (
        database.read_only(published.path) as reader,
        pytest.raises(duckdb.PermissionException, match="disabled"),
    ):
        reader.execute("SELECT * FROM read_text('/etc/hostname')").fetchall()
    assert Path(published.link).readlink() == Path(published.name) / "customer_360.duckdb"
