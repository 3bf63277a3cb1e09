"""One half of a run, measured step by step in a process of its own: `land` (ingest) or `build` (all rooms and publish).

    python -m benchmarks.stages land  --extracts DIR --home HOME
    python -m benchmarks.stages build --extracts DIR --home HOME [--memory-limit 1500MB]

Prints one JSON line: the cost of each step, and the peak memory of the process; to stderr each table as it is built.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from benchmarks.measure import Cost, line, measured, report
from customer360_pipeline import pipeline
from customer360_pipeline.config import Config, EngineConfig
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import load_sources

PACKAGE = Path(pipeline.__file__).parent
AS_OF = datetime(2026, 11, 1)


def context(args: argparse.Namespace) -> RunContext:
    """The run the benchmark measures: the default configuration with the sample's exchange rates."""
    from customer360_pipeline.config import load_config

    config: Config = load_config(PACKAGE / "defs" / "customer_360" / "defs.yaml")
    if args.memory_limit:
        config = config.model_copy(update={"engine": EngineConfig(memory_limit=args.memory_limit)})
    sources = load_sources(PACKAGE / "defs" / "sources")
    return RunContext(config, sources, args.home, args.extracts, AS_OF, run_id="benchmark", read_again=True)


def land(run: RunContext) -> list[Cost]:
    """Ingest every source."""
    import dlt  # noqa: F401  Importing it takes seconds once, and would be charged to the first source.
    import pyarrow  # noqa: F401

    costs = []
    with pipeline.open_work(run) as engine:
        for source in run.sources:
            with measured(source.source, run.home) as cost:
                pipeline.ingest(engine, run, source)
            costs.append(cost)
    return costs


def build(run: RunContext) -> list[Cost]:
    """Build and check every table, then publish and close, which writes what was put off until then."""
    costs = []
    spill = Path(f"{run.work_database}.tmp")
    with ExitStack() as opened:
        engine = opened.enter_context(pipeline.open_work(run))
        for table in load_catalog(run.sources):
            with measured(table.name, spill) as cost:
                pipeline.build(engine, run, table)
                pipeline.audit(engine, run, table)
            costs.append(cost)
            print(line(cost), file=sys.stderr)
        with measured("publish", spill) as cost:
            pipeline.publish(engine, run, pipeline.audit_across(engine, run))
        costs.append(cost)
        with measured("close", spill) as cost:
            opened.close()
        costs.append(cost)
    return costs


def main(argv: list[str] | None = None) -> None:
    """Measure one half of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", choices=["land", "build"])
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--memory-limit", default="")
    args = parser.parse_args(argv)
    costs = (land if args.half == "land" else build)(context(args))
    # Not getrusage: it starts at what the parent process held when it forked this one.
    report(steps=[vars(cost) for cost in costs], peak_mb=max(cost.peak_mb for cost in costs))


if __name__ == "__main__":
    main()
