"""`customer360 run`: the whole pipeline, in this process, through Dagster's definitions."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.cli.interrupts import interrupts
from customer360_pipeline.errors import Customer360Error, did_you_mean

if TYPE_CHECKING:
    from dagster import DagsterEvent

    from customer360_pipeline.cli.run_report import Report
    from customer360_pipeline.components.resources import Watch
    from customer360_pipeline.project import Project

EPILOG = """examples:
  customer360 run
  customer360 run --extracts ./extracts --config ./my_customer_360.yaml
  customer360 run --as-of 2026-11-21T02:00:00Z --home /srv/customer360
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "run",
        help="read the extracts, build and check every table, publish",
        description="Read the extracts, build and check every table, publish a new version.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--extracts", type=Path, metavar="DIR", help="folder of extracts (default: sample_data)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="configuration YAML, which may add `sources:`")
    parser.add_argument("--as-of", metavar="TIME", help="the run's clock, ISO 8601, UTC without a zone (default: now)")
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")
    parser.add_argument(
        "--accept-drop",
        action="store_true",
        help="publish although a source lost most of its records, or customers changed their size, since last time",
    )
    parser.add_argument(
        "--read-again", action="store_true", help="read every source, although its files are those of the last reading"
    )
    parser.add_argument(
        "--full-resolve", action="store_true", help="compare all records and learn the weights anew, not only changes"
    )
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="show Dagster's own log")


def run(args: argparse.Namespace) -> int:
    """Run the job; 0 when a new version is published.

    Raises:
        Customer360Error: what stopped it; the previous version stands.
    """
    to_environment(args)
    from customer360_pipeline.project import extracts_folder, home_folder, load_project
    from customer360_pipeline.publish.last_run import refuse_sample
    from customer360_pipeline.publish.lock import require_writable
    from customer360_pipeline.sources.boundary.files import unclaimed

    project = load_project()
    require_writable(home_folder())
    extracts = extracts_folder(project.config)
    refuse_sample(home_folder())
    passed_over = unclaimed(project.sources, extracts)
    if project.replaced:
        print(f"Source contracts of the configuration file replace the project's own: {', '.join(project.replaced)}")
    if passed_over:
        names = [source.source for source in project.sources]
        near = "".join(did_you_mean(name.rstrip("/"), names) for name in passed_over if name.endswith("/"))
        print(f"Passed over, no source's contract takes it: {', '.join(passed_over)}.{near} See docs/sources.md")
    watch = _execute(project, args.as_of, args.debug)
    try:
        _summary(project, watch)
    except KeyboardInterrupt:
        assert watch.version is not None
        print(f"customer360: version {watch.version.name} is published; its summary was cut short.", file=sys.stderr)
    return 0


def to_environment(args: argparse.Namespace) -> None:
    """Arguments become the environment that the definitions read, so that a process of Dagster sees the same."""
    for name in ("extracts", "config", "home"):
        if value := getattr(args, name):
            os.environ[f"CUSTOMER360_{name.upper()}"] = str(value.expanduser().absolute())
    if args.accept_drop:
        os.environ["CUSTOMER360_ACCEPT_DROP"] = "true"
    if args.read_again:
        os.environ["CUSTOMER360_READ_AGAIN"] = "true"
    if args.full_resolve:
        os.environ["CUSTOMER360_FULL_RESOLVE"] = "true"
    os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "true")


def _execute(project: Project, as_of: str | None, debug: bool) -> Watch:
    # An interruption inside its import would end the process at once.
    import duckdb  # noqa: F401
    from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager

    from customer360_pipeline.components.automation import JOB
    from customer360_pipeline.components.history import open_instance
    from customer360_pipeline.components.quick_definitions import quick_definitions
    from customer360_pipeline.components.quick_history import quick_history, quick_sqlite, replaced
    from customer360_pipeline.components.reaper import cancel_own, process_tags, reap
    from customer360_pipeline.components.resources import AS_OF_TAG, RUN, Watch, parse_time, run_resource
    from customer360_pipeline.definitions import defs

    tags = {AS_OF_TAG: parse_time(as_of).isoformat()} if as_of else {}
    report = _report(project)
    with quick_definitions():
        job = defs().resolve_job_def(JOB)
    with (
        quick_sqlite(), open_instance() as instance, report.bar, warnings.catch_warnings(),
        interrupts() as is_interrupted,
        # What steps print stays in this terminal. Dagster would send it through processes that Ctrl-C ends first.
        replaced(instance.compute_log_manager, capture_logs=NoOpComputeLogManager().capture_logs),
    ):  # fmt: skip
        watch = Watch(report.step, is_interrupted)
        # Notices of libraries to their developers; the person at the keyboard cannot act on them.
        warnings.simplefilter("default" if debug else "ignore")
        reap(instance)
        try:
            with quick_history(instance, sorted(job.asset_layer.executable_asset_keys)):
                done = job.execute_in_process(
                    instance=instance,
                    tags=tags | process_tags(),
                    raise_on_error=debug,
                    resources={RUN: run_resource(project, watch)},
                    run_config={"loggers": {"console": {"config": {"log_level": "DEBUG" if debug else "CRITICAL"}}}},
                )
        except KeyboardInterrupt:
            cancel_own(instance)
            raise
        if watch.version is None and (is_interrupted() or any(map(_is_interruption, done.all_events))):
            raise KeyboardInterrupt
    if watch.version is None:
        from customer360_pipeline.alerts import shown_version
        from customer360_pipeline.project import home_folder

        error = watch.error or Customer360Error("The run failed; the same command with --debug shows where and why.")
        raise type(error)(f"{error}\n{shown_version(home_folder(), datetime.now(UTC).replace(tzinfo=None))}")
    return watch


def _is_interruption(event: DagsterEvent) -> bool:
    """Whether a step ended because somebody stopped the run; Dagster reports that as a failure of the step."""
    error = getattr(event.event_specific_data, "error", None)
    while error is not None:
        if error.cls_name in ("DagsterExecutionInterruptedError", "KeyboardInterrupt"):
            return True
        error = error.cause
    return False


def _report(project: Project) -> Report:
    from customer360_pipeline.cli.run_report import Report, console
    from customer360_pipeline.engine.catalog import load_catalog

    return Report(console(), len(project.sources) + len(load_catalog(project.sources)) + 1)


def _summary(project: Project, watch: Watch) -> None:
    from customer360_pipeline.cli.run_report import console, print_summary
    from customer360_pipeline.project import extracts_folder
    from customer360_pipeline.sources.exchange_rates import exchange_rates
    from customer360_pipeline.summary import summarise

    assert watch.version is not None
    name = project.config.asset_name
    terminal = console()
    rates = exchange_rates(extracts_folder(project.config), project.config.metrics)
    latest = ", ".join(f"{r.currency} {r.rate} from {r.valid_from}" for r in {r.currency: r for r in rates}.values())
    print_summary(terminal, summarise(watch.version.path, name), watch.version, watch.deliveries, name)
    if rates:
        terminal.print(f"\nExchange rates: {len(rates):,} used; latest {latest}", highlight=False)
