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
    header_check_result,
    header_check_spec,
    key,
    published_metadata,
    schema,
    table_metadata,
)
from customer360_pipeline.components.published_tables import PUBLISHED
from customer360_pipeline.components.resources import RUN, Run
from customer360_pipeline.components.scorecard import scorecard_result, scorecard_spec
from customer360_pipeline.customer_360.audits import AUDITS
from customer360_pipeline.customer_360.audits import TABLE as CUSTOMER_TABLE
from customer360_pipeline.engine.catalog import check_names
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.project import Project
from customer360_pipeline.publish.deliveries import Delivery
from customer360_pipeline.publish.drift import DRIFT_CHECKS


def table_assets(tables: Sequence[Table]) -> list[dg.AssetsDefinition]:
    """One asset per table, in the order they are built."""
    return [_table_asset(table) for table in tables]


def _table_asset(table: Table) -> dg.AssetsDefinition:
    asset_key = key(table.name)

    conditions = check_names(table)

    @dg.asset(
        key=asset_key,
        deps=[key(name) for name in table.depends],
        group_name=table.room,
        description=table.description,
        owners=OWNERS,
        kinds={"duckdb", "sql" if table.sql is not None else "python"},
        metadata=schema(table.columns) | code(table.path),
        check_specs=[header_check_spec(asset_key, conditions)] if conditions else [],
        required_resource_keys={RUN},
        automation_condition=dg.AutomationCondition.eager() if table.room == "customer_360" else None,
    )
    def make(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = getattr(context.resources, RUN)
        with run.step():
            step = pipeline.build_step(run.engine, run.context, table)
        run.finished(step)
        yield dg.MaterializeResult(metadata=table_metadata(run.engine, table, step))
        if conditions:
            yield header_check_result(asset_key, step.checks)

    return make


def publish_assets(project: Project, tables: Sequence[Table]) -> list[dg.AssetsDefinition]:
    """The tables of the last room, in one new version that readers see at once or not at all."""
    names = set(pipeline.published_tables(tables))
    published = [table for table in tables if table.name in names]
    if not published:
        return []
    specs = {table.name: _published_spec(project, table) for table in published}
    destinations = project.config.publish.destinations
    customers = specs[CUSTOMER_TABLE].key
    checks = [check_spec(specs[a.table].key, a.name, a.description, blocking=a.blocking) for a in AUDITS]
    checks.append(check_spec(customers, "contract", "The 16 columns of the contract hold (pandera)."))
    checks += [check_spec(specs[d.table].key, d.name, d.asks, blocking=d.blocking) for d in DRIFT_CHECKS]
    checks += [scorecard_spec(customers), *(_delivery_spec(customers, name) for name in destinations)]

    @dg.multi_asset(name="publish", specs=list(specs.values()), check_specs=checks, required_resource_keys={RUN})
    def publish(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = getattr(context.resources, RUN)
        with run.step():
            audits = pipeline.audit_across(run.engine, run.context)
        # Known to Dagster even when they stop the version.
        yield from (check_result(specs[audit.table].key, audit) for audit in audits)
        with run.step():
            step, version = pipeline.publish_step(run.engine, run.context, audits)
        run.finished(step)
        run.watch.version, run.watch.deliveries = version, version.deliveries
        for spec in specs.values():
            yield dg.MaterializeResult(spec.key, metadata=published_metadata(version, spec.key.path[-1]))
        limit = project.config.quality.max_trap_merge_ratio
        yield scorecard_result(customers, version.path, run.context.extracts, limit)
        yield from (_delivery_result(customers, delivery) for delivery in version.deliveries)

    return [publish]


def _delivery_spec(asset: dg.AssetKey, destination: str) -> dg.AssetCheckSpec:
    return check_spec(asset, f"delivered_to_{destination}", f"{destination} shows this version.", blocking=False)


def _delivery_result(asset: dg.AssetKey, delivery: Delivery) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=f"delivered_to_{delivery.target}",
        passed=delivery.problem is None,
        severity=dg.AssetCheckSeverity.WARN,
        description=delivery.problem or "Delivered.",
        metadata={"shows": delivery.version or "nothing", "failed attempts": delivery.attempts},
    )


def _published_spec(project: Project, table: Table) -> dg.AssetSpec:
    name = project.config.asset_name if table.name == CUSTOMER_TABLE else table.name.split(".")[1]
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
    limit = timedelta(days=project.config.quality.max_age_days)
    return dg.FreshnessPolicy.time_window(fail_window=limit, warn_window=limit - timedelta(hours=12))
