"""Seconds that keeping customer ids takes: `python -m benchmarks.customer_ids --records 1000000`.

Records and clusters are made up; the tables of ids are built as in a run: a first run, the same again, a day on which
1 % of the records leave, come or move, and a rule change that regroups a third of them. Each run goes on from the
tables of the last one; with `--read` it reads the ids off the version that the last one made.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from customer360_pipeline.config import EngineConfig
from customer360_pipeline.engine.catalog import build_table
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.identity import id_state
from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
from customer360_pipeline_tests.identity.id_world import ORDER, SAYS, TABLES, write_ids
from customer360_pipeline_tests.rooms import context_of

# Three of four customers have one or two records, one in four has several; as on the generated extracts.
_RECORDS = """
    SELECT
      CAST(row_number() OVER (ORDER BY source, record_id) - 1 AS INTEGER) AS node, source, record_id, person, {says}
    FROM (SELECT 'source' || n % 5 AS source, 'record-' || n AS record_id, {person} AS person
          FROM range({records}) AS t(n) WHERE {present})"""
_PERSON = "CASE WHEN n % 4 = 0 THEN n // 8 ELSE 10000000 + n * 7 // 10 END"
DAYS = {
    "first run": (_PERSON, "true"),
    "the same again": (_PERSON, "true"),
    "1 % changed": (f"CASE WHEN n % 300 = 1 THEN n // 900 ELSE {_PERSON} END", "n % 300 <> 2"),
    "a third regrouped": (f"CASE WHEN n % 3 = 0 THEN 20000000 + n // 6 ELSE {_PERSON} END", "n % 300 <> 2"),
}


def main() -> None:
    """Print a line per case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--memory-limit", default="1.5GB")
    parser.add_argument("--read", action="store_true", help="read the ids off the version each time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        engine = DuckDBEngine(Path(folder) / "work.duckdb", EngineConfig(memory_limit=args.memory_limit, threads=2))
        parent: dict[str, object] = {}
        for number, (name, (person, present)) in enumerate(DAYS.items()):
            fill(engine, args.records, person, present)
            seconds, slowest = build(engine, parent)
            state = id_state.save(engine, () if args.read else id_state.TABLES)
            parent = {KNOWN_IDS: write_ids(engine, Path(folder) / f"v{number}"), id_state.FACT: state}
            events = dict(engine.rows("SELECT coalesce(event, 'kept'), count(*) FROM identity.customer_ids GROUP BY 1"))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            print(f"{name}: {seconds:.2f} s, peak {peak:.2f} GB so far, slowest {slowest}; {events}", flush=True)
        engine.close()


def fill(engine: DuckDBEngine, records: int, person: str, present: str) -> None:
    """Make `staging.records` and `identity.record_clusters`."""
    engine.create_table("staging.records", _RECORDS.format(records=records, person=person, present=present, says=SAYS))
    engine.create_table(
        "identity.record_clusters",
        "SELECT node, CAST(min(node) OVER (PARTITION BY person) AS INTEGER) AS first_node FROM staging.records",
    )


def build(engine: DuckDBEngine, parent: dict[str, object]) -> tuple[float, str]:
    """Seconds of all tables of ids, and the slowest one; `parent`: the facts of a run that follows the last one."""
    context = replace(context_of(), facts=dict(parent))
    seconds: dict[str, float] = {}
    for name in ORDER:
        start = perf_counter()
        build_table(engine, TABLES[name], context)
        seconds[name] = perf_counter() - start
    slowest = max(seconds, key=lambda name: seconds[name])
    return sum(seconds.values()), f"{slowest} {seconds[slowest]:.2f} s"


if __name__ == "__main__":
    main()
