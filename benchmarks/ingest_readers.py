"""One reading of one benchmark file, in a process of its own: ours, the floor or the peer.

    python -m benchmarks.ingest_readers ours --case "CSV touches" --extracts DIR --home HOME

Prints one JSON line: rows that arrived, cost, and the CPU seconds of importing what is needed, which a run pays once.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from csv import reader as rows_of
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.ingest_files import CASES, Case
from benchmarks.measure import Cost, measured, report

READER_OF = {
    "csv": "read_csv({}, header = true, all_varchar = true)",
    "jsonl": "read_json({}, format = 'newline_delimited')",
    "parquet": "read_parquet({})",
}
BATCH_BYTES = 8 << 20
BATCH_ROWS = 100_000


def ours(case: Case, extracts: Path, home: Path) -> tuple[int, Cost]:
    """`ingest_source`: boundary, dlt, raw table, ledger, and the copy that is kept."""
    import dlt  # noqa: F401  Imports are told apart.
    import pyarrow.parquet  # noqa: F401

    import customer360_pipeline
    from customer360_pipeline.config import Config
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext
    from customer360_pipeline.sources.contract import load_sources
    from customer360_pipeline.sources.ingest import ingest_source

    sources = load_sources(Path(customer360_pipeline.__file__).parent / "defs" / "sources")
    source = next(source for source in sources if source.source == case.source)
    context = RunContext(Config(), (source,), home, extracts, datetime(2026, 11, 1), read_again=True)
    with measured("ours") as cost, DuckDBEngine(home / "work.duckdb", Config().engine) as engine:
        ingest_source(engine, context, source)
        rows = engine.scalar(f"SELECT count(*) FROM raw.{case.source}_{case.entity}")
    return int(rows), cost


def floor(case: Case, extracts: Path, home: Path) -> tuple[int, Cost]:
    """DuckDB's own reader straight into a table: nothing checked, nothing typed, nothing kept."""
    from customer360_pipeline.config import Config
    from customer360_pipeline.engine.duckdb import DuckDBEngine, literal

    reader = READER_OF[case.kind].format(literal(str(extracts / case.path)))
    with measured("floor") as cost, DuckDBEngine(home / "floor.duckdb", Config().engine) as engine:
        engine.execute(f"CREATE TABLE t AS FROM {reader}")
        rows = engine.scalar("SELECT count(*) FROM t")
    return int(rows), cost


def peer(case: Case, extracts: Path, home: Path) -> tuple[int, Cost]:
    """dlt alone into its DuckDB destination: Arrow batches of pyarrow, or dlt's own `read_jsonl`."""
    import dlt
    import pyarrow.parquet  # noqa: F401
    from dlt.sources.filesystem import filesystem, read_jsonl

    path = extracts / case.path
    rows: Any
    if case.kind == "jsonl":
        rows = (filesystem(bucket_url=path.parent.as_uri(), file_glob=path.name) | read_jsonl()).with_name("rows")
    else:
        rows = dlt.resource(_arrow(path, case.kind), name="rows")
    with measured("peer") as cost:
        pipeline = dlt.pipeline(
            "peer",
            pipelines_dir=str(home / "pipelines"),
            destination=dlt.destinations.duckdb(str(home / "peer.duckdb")),
            dataset_name="raw",
        )
        pipeline.run(rows, loader_file_format="parquet")
        trace = pipeline.last_trace
        assert trace is not None and trace.last_normalize_info is not None
        arrived = trace.last_normalize_info.row_counts["rows"]
    return arrived, cost


def _arrow(path: Path, kind: str) -> Iterator[Any]:
    import pyarrow as pa
    from pyarrow import csv, parquet

    if kind == "parquet":
        yield from parquet.ParquetFile(path).iter_batches(BATCH_ROWS)
        return
    with path.open(encoding="utf-8") as stream:
        names = next(rows_of(stream))
    with csv.open_csv(
        path,
        read_options=csv.ReadOptions(block_size=BATCH_BYTES),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    ) as reader:
        yield from reader


WHO: dict[str, Callable[[Case, Path, Path], tuple[int, Cost]]] = {"ours": ours, "floor": floor, "peer": peer}


def main(argv: list[str] | None = None) -> None:
    """Measure one reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("who", choices=list(WHO))
    parser.add_argument("--case", choices=list(CASES), required=True)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    args = parser.parse_args(argv)
    started = time.process_time()
    rows, cost = WHO[args.who](CASES[args.case], args.extracts, args.home)
    report(rows=rows, cost=cost, import_cpu=time.process_time() - started - cost.cpu)


if __name__ == "__main__":
    main()
