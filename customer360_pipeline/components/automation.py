"""When runs happen: the job, its daily schedule, the sensors."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from customer360_pipeline.components.metadata import key
from customer360_pipeline.components.sensors import sensors
from customer360_pipeline.components.source_assets import LEDGER
from customer360_pipeline.components.table_assets import publish_assets
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.project import Project

JOB = "customer_360_daily"


def automation(project: Project, tables: Sequence[Table]) -> dg.Definitions:
    """The job over all our assets and what starts it."""
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.assets(*our_assets(project, tables)),
        executor_def=dg.in_process_executor,
        description="Read every extract, build and check every table, publish.",
    )
    schedule = dg.ScheduleDefinition(
        name=f"{JOB}_schedule",
        job=job,
        cron_schedule="0 2 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    marts = dg.AutomationConditionSensorDefinition(
        "refresh_marts",
        target=dg.AssetSelection.groups("customer_360", "publish"),
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Builds and publishes the last room again when somebody materialized a table before it by hand. "
        "Off by default: the daily job does it all.",
    )
    return dg.Definitions(jobs=[job], schedules=[schedule], sensors=[*sensors(project.config.alerts), marts])


def our_assets(project: Project, tables: Sequence[Table]) -> list[dg.AssetKey]:
    """The keys of every asset of the project, downstream assets of its users left out."""
    raw = [key(name) for source in project.sources for name in source.raw_tables()]
    published = [spec.key for assets in publish_assets(project, tables) for spec in assets.specs]
    return [*raw, *(dg.AssetKey(["sources", name]) for name in LEDGER), *(key(t.name) for t in tables), *published]
