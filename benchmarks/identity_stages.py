"""The identity room alone, table by table in a process of its own, on records that are landed and staged once.

    python -m benchmarks.identity_stages --extracts DIR --home HOME [--memory-limit 1500MB]

Prints one JSON line: the cost of each table, its rows, and the largest customers. Beside the database it leaves
`records.parquet`, what the peers are given, and `ours.parquet`, the customer of each of those records.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.measure import measured, report
from benchmarks.stages import context
from customer360_pipeline import pipeline
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.run_context import RunContext

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


def resolve(run: RunContext) -> list[dict[str, object]]:
    """Build every table of the room; the cost and the rows of each."""
    import pyarrow  # noqa: F401  Importing it would be charged to the first table.

    steps = []
    with pipeline.open_work(run) as engine:
        for table in load_catalog(run.sources):
            if table.room == "identity":
                with measured(table.name, Path(f"{run.work_database}.tmp")) as cost:
                    rows = pipeline.build(engine, run, table)
                steps.append(vars(cost) | {"rows": rows})
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
    records = stage(run)
    report(records=records, steps=resolve(run), largest=largest(run))


if __name__ == "__main__":
    main()
