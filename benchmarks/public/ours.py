"""A set through this project: its extracts are landed by source contracts, then staging and identity are built.

    python -m benchmarks.public.ours --folder FOLDER --out FILE.parquet [--keys-only] [--once]

Default settings; `--once` says that each source holds a person once (`one_record_per_person`). The customers of other
merge thresholds stand beside them, a column each: only the identity tables from likeness on are built again.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks.measure import measured, report
from benchmarks.public.sets import COLUMNS
from customer360_pipeline import pipeline
from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source, source_from

#: Merge thresholds besides the default one.
THRESHOLDS = (0.5, 0.99)
_NOT_FIELDS = {"source", "middle_name", "house_number"}

PAIRS = "blocking.candidate_pairs"


def contract(path: Path, once: bool) -> Source:
    """The contract of one extract: its columns are named as ours."""
    fields = {name: [name] for name in COLUMNS if name not in _NOT_FIELDS}
    entity = {"shape": "contact", "files": [path.name], "required": ["record_id"], "fields": fields}
    return source_from(
        {
            "source": path.stem,
            "category": "crm",
            "one_record_per_person": once,
            "entities": {"contacts": entity},
        },
        str(path),
    )


def resolve(engine: DuckDBEngine, run: RunContext) -> dict[str, int]:
    """Build staging and identity; rows of the tables that tell how many pairs were compared."""
    for table in load_catalog(run.sources):
        if table.room in ("staging", "identity"):
            pipeline.build(engine, run, table)
    return {"candidate_pairs": engine.row_count(PAIRS) if engine.exists(PAIRS) else 0}


def at_threshold(engine: DuckDBEngine, run: RunContext, probability: float) -> None:
    """Build identity from likeness on with another merge threshold."""
    identity = run.config.identity.model_copy(update={"fuzzy_merge_probability": probability})
    other = replace(run, config=run.config.model_copy(update={"identity": identity}))
    tables = [table for table in load_catalog(run.sources) if table.room == "identity"]
    first = [table.name for table in tables].index("identity.fuzzy_links")
    for table in tables[first:]:
        pipeline.build(engine, other, table)


def main(argv: list[str] | None = None) -> None:
    """Resolve one set and report its cost."""
    import dlt  # noqa: F401  Importing it takes seconds once, and would be charged to the first source.

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keys-only", action="store_true")
    parser.add_argument("--once", action="store_true")
    args = parser.parse_args(argv)
    extracts = args.folder / "extracts"
    sources = tuple(contract(path, args.once) for path in sorted(extracts.glob("*.csv")))
    home = args.folder / ("keys" if args.keys_only else "home")
    shutil.rmtree(home, ignore_errors=True)
    config = Config.model_validate({"identity": {"fuzzy": not args.keys_only}})
    run = RunContext(config, sources, home, extracts, datetime(2026, 11, 1), run_id="benchmark")
    with pipeline.open_work(run) as engine:
        with measured("landing") as landing:
            for source in run.sources:
                pipeline.ingest(engine, run, source)
        with measured("customer360_pipeline") as cost:
            counts = resolve(engine, run)
        if not args.keys_only:
            engine.execute(f"COPY {PAIRS} TO '{args.out.with_suffix('.pairs.parquet')}' (FORMAT parquet)")
        engine.execute("CREATE TEMP TABLE found AS SELECT node, customer_id AS cluster FROM identity.record_customers")
        for probability in () if args.keys_only else THRESHOLDS:
            at_threshold(engine, run, probability)
            engine.execute(
                f'CREATE OR REPLACE TEMP TABLE found AS SELECT f.*, c.customer_id AS "{probability}" FROM found AS f '
                f"JOIN identity.record_customers AS c USING (node)"
            )
        engine.execute(
            f"COPY (SELECT r.source, r.record_id, f.* FROM staging.records AS r JOIN found AS f USING (node)) "
            f"TO '{args.out}' (FORMAT parquet)"
        )
    report(cost=cost, landing=landing, counts=counts)


if __name__ == "__main__":
    main()
