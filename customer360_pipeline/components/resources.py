"""What a run's steps share: the work database, opened once per run, and the one clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

from customer360_pipeline import pipeline
from customer360_pipeline.components.reaper import process_tags
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.errors import AuditFailed, ConfigError, Customer360Error, FileRefused
from customer360_pipeline.project import Project, chosen_config, extracts_folder, home_folder
from customer360_pipeline.publish.last_run import refuse_sample
from customer360_pipeline.run_context import RunContext

if TYPE_CHECKING:
    from customer360_pipeline.publish.deliveries import Delivery
    from customer360_pipeline.publish.version import PublishedVersion

RUN = "customer360"
AS_OF_TAG = "customer360/as_of"


@dataclass
class Watch:
    """What somebody who waits for a run sees: each finished step, then the version or the first problem.

    `is_interrupted` says whether they asked it to stop: no step begins after that.
    """

    progress: pipeline.Progress = pipeline.silent
    is_interrupted: Callable[[], bool] = lambda: False
    version: PublishedVersion | None = None
    deliveries: tuple[Delivery, ...] = ()
    error: Customer360Error | None = None

    def failed(self, error: Customer360Error) -> None:
        """Keep the first problem; of refused files all, so that one run names every one of them."""
        if isinstance(error, FileRefused) and isinstance(self.error, FileRefused):
            self.error = FileRefused(f"{self.error}\n{error}")
        self.error = self.error or error


@dataclass
class Run:
    """The resource `customer360` of a run."""

    engine: DuckDBEngine
    context: RunContext
    watch: Watch

    @contextmanager
    def step(self) -> Iterator[None]:
        """Report a problem that a person can act on as a failure that no retry would heal.

        A file that is still being copied, or a share that hangs, may be there a moment later: that is tried again.
        """
        try:
            self._go_on()
            yield
        except OSError as error:
            self._go_on()
            raise dg.RetryRequested(max_retries=2, seconds_to_wait=5) from error
        except Customer360Error as error:
            self._go_on()
            self.watch.failed(error)
            raise dg.Failure(str(error), allow_retries=False) from None

    def _go_on(self) -> None:
        if self.watch.is_interrupted():
            raise KeyboardInterrupt

    def finished(self, step: pipeline.Step) -> None:
        """Show a finished step, and remember what it broke."""
        self.watch.progress(step)
        if step.broken:
            self.watch.failed(AuditFailed(pipeline.failed_checks(step.broken)))


def run_resource(project: Project, watch: Watch | None = None) -> dg.ResourceDefinition:
    """The resource that opens the work database for one run and closes it at its end."""
    watch = watch or Watch()

    @dg.resource(description="The work database of this run, its configuration and its clock.")
    def customer360(init: dg.InitResourceContext) -> Iterator[Run]:
        assert init.instance is not None and init.run is not None
        init.instance.add_run_tags(init.run.run_id, process_tags())
        try:
            context = _run_context(project, init.instance, init.run)
            with pipeline.open_work(context) as engine:
                yield Run(engine, context, watch)
        except Customer360Error as error:
            watch.failed(error)
            raise dg.Failure(str(error), allow_retries=False) from None

    return customer360


def _run_context(project: Project, instance: dg.DagsterInstance, run: dg.DagsterRun) -> RunContext:
    extracts = extracts_folder(project.config)
    refuse_sample(home_folder())
    return RunContext(
        config=project.config,
        sources=project.sources,
        home=home_folder(),
        extracts=extracts,
        as_of=as_of(instance, run),
        run_id=run.run_id,
        accept_drop=os.environ.get("CUSTOMER360_ACCEPT_DROP") == "true",
        read_again=os.environ.get("CUSTOMER360_READ_AGAIN") == "true",
        full_resolve=os.environ.get("CUSTOMER360_FULL_RESOLVE") == "true",
        config_file=chosen_config(),
    )


def as_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> datetime:
    """The run's clock, naive UTC: the tag, else CUSTOMER360_AS_OF, else when the first attempt was created."""
    named = run.tags.get(AS_OF_TAG) or os.environ.get("CUSTOMER360_AS_OF")
    if named:
        return parse_time(named)
    record = instance.get_run_record_by_id(run.root_run_id or run.run_id)
    assert record is not None
    return record.create_timestamp.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def parse_time(text: str) -> datetime:
    """An ISO 8601 time as naive UTC; a time without a zone is UTC.

    Raises:
        ConfigError: not a time.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"as_of `{text}` is no ISO 8601 time, e.g. 2026-11-21T02:00:00Z") from None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
