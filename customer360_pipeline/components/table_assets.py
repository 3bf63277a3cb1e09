"""Rooms 2 to 7 as assets: one per table file; and room 8: the published tables."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from customer360_pipeline import pipeline
from customer360_pipeline.components.metadata import (
    OWNERS,
    check_result,
    check_spec,
    code,
    key,
    published_metadata,
    schema,
    table_metadata,
)
from customer360_pipeline.components.published_tables import PUBLISHED
from customer360_pipeline.components.resources import RUN, Run
from customer360_pipeline.engine.catalog import check_names
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.project import Project


def table_assets(tables: Sequence[Table]) -> list[dg.AssetsDefinition]:
    """One asset per table, in the order they are built."""
    return [_table_asset(table) for table in tables]


def _table_asset(table: Table) -> dg.AssetsDefinition:
    asset_key = key(table.name)

    @dg.asset(
        key=asset_key,
        deps=[key(name) for name in table.depends],
        group_name=table.room,
        description=table.description,
        owners=OWNERS,
        kinds={"duckdb", "sql" if table.sql is not None else "python"},
        metadata=schema(table.columns) | code(table.path),
        check_specs=[check_spec(asset_key, name, text) for name, text in check_names(table)],
        required_resource_keys={RUN},
        automation_condition=dg.AutomationCondition.eager() if table.room == "customer_360" else None,
    )
    def make(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = getattr(context.resources, RUN)
        with run.step():
            step = pipeline.build_step(run.engine, run.context, table)
        run.finished(step)
        yield dg.MaterializeResult(metadata=table_metadata(run.engine, step))
        yield from (check_result(asset_key, result) for result in step.checks)

    return make


def publish_assets(project: Project, tables: Sequence[Table]) -> list[dg.AssetsDefinition]:
    """The tables of the last room, in one new version that readers see at once or not at all."""
    published = [table for table in tables if table.name in pipeline.published_tables(tables)]
    if not published:
        return []
    specs = [_published_spec(project, table) for table in published]

    @dg.multi_asset(name="publish", specs=specs, required_resource_keys={RUN})
    def publish(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        run: Run = getattr(context.resources, RUN)
        with run.step():
            step, version = pipeline.publish_step(run.engine, run.context)
        run.finished(step)
        run.watch.version = version
        for spec in specs:
            yield dg.MaterializeResult(spec.key, metadata=published_metadata(version, spec.key.path[-1]))

    return [publish]


def _published_spec(project: Project, table: Table) -> dg.AssetSpec:
    name = project.config.asset_name if table.name == "customer_360.customer_360" else table.name.split(".")[1]
    return dg.AssetSpec(
        name,
        deps=[key(table.name)],
        group_name="publish",
        description=f"{table.description} The published table: `{name}` in data/published/customer_360.duckdb.",
        owners=OWNERS,
        kinds={"duckdb"},
        metadata=schema(table.columns) | {"dagster/io_manager_key": PUBLISHED},
        automation_condition=dg.AutomationCondition.eager(),
        freshness_policy=freshness(project),
    )


def freshness(project: Project) -> dg.FreshnessPolicy:
    """Stale when no version came for as long as the configuration allows; a warning half a day before."""
    limit = timedelta(days=project.config.quality.max_customers_per_day_age)
    return dg.FreshnessPolicy.time_window(fail_window=limit, warn_window=limit - timedelta(hours=12))
