"""The identity room alone, table by table in a process of its own, on records that are landed and staged once.

    python -m benchmarks.identity_stages --extracts DIR --home HOME [--memory-limit 1500MB]

Prints one JSON line: the cost of each table, and the largest customers. Beside the database it leaves
`records.parquet`, what the peers are given, and `ours.parquet`, the customer of each of those records. Then a day's
change: one percent of the records are removed, changed or new, keys cross their limits, and the room is built again, on
top of a version that holds the ids of before; the links of that run are compared with those of comparing
everything with the same model. Last, how the ids would be read off that version, were the work database another one.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from benchmarks.measure import measured, report
from benchmarks.stages import context
from customer360_pipeline import pipeline
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
from customer360_pipeline.run_context import RunContext
from customer360_pipeline_tests.identity.id_world import KEPT, write_ids

# The peers get our canonical keys, without the values that link nobody: placeholders would cost them everything.
# Devices have nothing but a key, and no peer is made for them.
_RECORDS = """
    SELECT
      r.source, r.record_id, r.first_name_key AS first_name, r.last_name_key AS last_name,
      CAST(r.birth_date AS VARCHAR) AS birth_date, lower(r.street) AS address, r.postal_code,
      CASE WHEN e.value IS NULL THEN r.email_key END AS email, CASE WHEN p.value IS NULL THEN r.phone_key END AS phone,
      CASE WHEN u.value IS NULL THEN nullif(trim(r.user_id), '') END AS user_id
    FROM staging.records AS r
    LEFT JOIN identity.key_values AS e ON e.kind = 'email' AND e.reason IS NOT NULL AND e.value = r.email_key
    LEFT JOIN identity.key_values AS p ON p.kind = 'phone' AND p.reason IS NOT NULL AND p.value = r.phone_key
    LEFT JOIN identity.key_values AS u ON u.kind = 'user_id' AND u.reason IS NOT NULL AND u.value = trim(r.user_id)
    WHERE r.record_type <> 'device'
    ORDER BY r.node"""
_CUSTOMERS = """
    SELECT r.source, r.record_id, c.customer_id AS cluster
    FROM staging.records AS r INNER JOIN identity.record_customers AS c ON c.node = r.node
    WHERE r.record_type <> 'device'
    ORDER BY r.node"""
#: The tables of ids, as a run builds them.
IDS = tuple(
    f"identity.{name}"
    for name in ("known_events", "known_customers", "known_records", "id_run", "customer_ids", "left_ids",
                 "record_customers", "former_identities")
)  # fmt: skip
_LARGEST = """
    SELECT coalesce(max(records), 0)
    FROM (SELECT count(*) AS records FROM ({customers}) GROUP BY cluster)"""


def stage(run: RunContext) -> int:
    """Land and stage the extracts, unless that was done before; how many records there are."""
    done = run.home / "staged"
    if not done.exists():
        with pipeline.open_work(run) as engine:
            for source in run.sources:
                pipeline.ingest(engine, run, source)
            for table in load_catalog(run.sources):
                if table.room == "staging":
                    pipeline.build(engine, run, table)
        done.touch()
    with DuckDBEngine(run.work_database, run.config.engine) as engine:
        return engine.row_count("staging.records")


# Of a thousand records 2 go, 5 change (address, phone, name, postal code), and 3 are new, one of them with the address
# of another. The changed phones are one number, so that it crosses its limit; what goes lets others cross it back.
_CHANGED = """
    CREATE OR REPLACE TABLE staging.records AS
    WITH numbered AS (
      SELECT *, hash(source, record_id) % 1000 AS lot FROM staging.records
    ), changed AS (
      SELECT * REPLACE (
        CASE WHEN lot IN (10, 11) THEN 'new.' || email_key ELSE email_key END AS email_key,
        CASE WHEN lot = 12 THEN '+14155550199' ELSE phone_key END AS phone_key,
        CASE WHEN lot = 13 THEN last_name_key || 'a' ELSE last_name_key END AS last_name_key,
        CASE WHEN lot = 14 THEN '1' || postal_code ELSE postal_code END AS postal_code
      )
      FROM numbered WHERE lot > 1
      UNION ALL
      SELECT * REPLACE (
        record_id || ' new' AS record_id, CAST(NULL AS VARCHAR) AS user_id, CAST(NULL AS VARCHAR) AS phone_key,
        CASE WHEN lot = 20 THEN email_key END AS email_key
      )
      FROM numbered WHERE lot IN (20, 21, 22)
    )
    SELECT * EXCLUDE (lot) REPLACE (CAST(row_number() OVER (ORDER BY source, record_id, entity) - 1 AS INTEGER) AS node)
    FROM changed"""


def change(run: RunContext) -> None:
    """A day's change of the staged records, and their keys made anew."""
    with pipeline.open_work(run) as engine:
        engine.execute(_CHANGED)
        for table in load_catalog(run.sources):
            if table.name == "staging.identifiers":
                pipeline.build(engine, run, table)


def same_as_full(run: RunContext) -> bool:
    """Whether values and links are those of looking at all records, likeness with the same model."""
    with pipeline.open_work(run) as engine:
        return _same_keys(engine, run) and _same_likeness(engine, run)


def _same_keys(engine: DuckDBEngine, run: RunContext) -> bool:
    # A value may have another number.
    made = {
        "identity.key_values": "SELECT * EXCLUDE (key_id) FROM identity.key_values",
        "identity.key_links": "SELECT * FROM identity.key_links",
    }
    for name, select in made.items():
        engine.execute(f"CREATE TEMP TABLE daily_{name.split('.')[1]} AS {select}")
    for table in load_catalog(run.sources):
        if table.name in (*made, "identity.key_records"):
            pipeline.build(engine, replace(run, full_resolve=True), table)
    daily = {name: f"FROM daily_{name.split('.')[1]}" for name in made}
    return not any(
        engine.rows(f"{one} EXCEPT ALL {other}")
        for name, select in made.items()
        for one, other in ((daily[name], select), (select, daily[name]))
    )


def _same_likeness(engine: DuckDBEngine, run: RunContext) -> bool:
    from customer360_pipeline.identity import fuzzy_inputs, fuzzy_links, fuzzy_state

    state = fuzzy_state.load(engine, fuzzy_state.fingerprint(run))
    if state is None:
        return False
    constraints = fuzzy_inputs.constraints_of(engine, run, engine.row_count("staging.records"))
    engine.execute("CREATE TEMP TABLE daily AS FROM identity.fuzzy_links")
    fuzzy_links.resolve_all(engine, run, constraints, state)
    more, fewer = ("FROM daily EXCEPT FROM identity.fuzzy_links", "FROM identity.fuzzy_links EXCEPT FROM daily")
    return not engine.rows(more) and not engine.rows(fewer)


def published_ids(run: RunContext) -> dict[str, object]:
    """Write the ids as a version holds them; the facts of a run that follows it."""
    with pipeline.open_work(run) as engine:
        for table in load_catalog(run.sources):
            if table.name in [f"customer_360.{name}" for name in KEPT]:
                pipeline.build(engine, run, table)
        path = write_ids(engine, run.home / f"followed_{uuid4().hex}")
        return {KNOWN_IDS: path, id_state.FACT: id_state.save(engine, id_state.TABLES)}


def reading(run: RunContext, follows: dict[str, object]) -> list[dict[str, object]]:
    """The cost of the tables of ids where they are read off the version that the run follows."""
    return resolve(run, follows | {id_state.FACT: ""}, IDS)


def resolve(
    run: RunContext, follows: dict[str, object] | None = None, only: tuple[str, ...] = ()
) -> list[dict[str, object]]:
    """Build every table of the room, or some; the cost of each."""
    import pyarrow  # noqa: F401  Importing it would be charged to the first table.

    steps = []
    with pipeline.open_work(run) as engine:
        run.facts.update(follows or {})
        for table in load_catalog(run.sources):
            if table.name in only if only else table.room == "identity":
                with measured(table.name, Path(f"{run.work_database}.tmp")) as cost:
                    pipeline.build(engine, run, table)
                steps.append(vars(cost))
        for name, select in (("records", _RECORDS), ("ours", _CUSTOMERS)):
            engine.execute(f"COPY ({select}) TO '{run.home / name}.parquet' (FORMAT parquet)")
    return steps


def largest(run: RunContext) -> int:
    """Records of the largest customer, devices left out."""
    with DuckDBEngine(run.work_database, run.config.engine) as engine:
        return int(engine.scalar(_LARGEST.format(customers=_CUSTOMERS)))


def main(argv: list[str] | None = None) -> None:
    """Stage once, then measure the room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--memory-limit", default="")
    args = parser.parse_args(argv)
    run = context(args)
    # However few the records are, what is measured is a run that goes on from the last one.
    identity = run.config.identity.model_copy(update={"incremental_min_records": 0})
    run = replace(run, config=run.config.model_copy(update={"identity": identity}))
    records = stage(run)
    shutil.copy(run.work_database, run.home / "staged.duckdb")
    try:
        first, most = resolve(run), largest(run)
        for name in ("records", "ours"):
            (run.home / f"{name}.parquet").rename(run.home / f"first_{name}.parquet")
        # A first run has made all ids; from the next one on few are new.
        resolve(run, published_ids(run), IDS)
        follows = published_ids(run)
        change(run)
        daily = resolve(run, follows)
        note, same = run.facts.get("identity.fuzzy_links", ""), same_as_full(run)
        read = reading(run, follows)
    finally:
        shutil.move(run.home / "staged.duckdb", run.work_database)
        for version in run.home.glob("followed_*"):
            shutil.rmtree(version)
    report(records=records, steps=first, largest=most, daily=daily, note=note, same=same, read=read)


if __name__ == "__main__":
    main()
