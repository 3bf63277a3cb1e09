"""Tables as Dagster shows them: column schema, row counts, checks. Never a value of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Column, Table
from customer360_pipeline.pictures import (
    charges_by_month,
    health_distribution,
    links_by_rule,
    lone_records,
    records_per_customer,
)
from customer360_pipeline.pipeline import Step
from customer360_pipeline.preview import preview
from customer360_pipeline.publish.version import PublishedVersion
from customer360_pipeline.value_pictures import arr_movements, cohort_heat_map, lifetime_values, source_overlap
from customer360_pipeline.wording import counted

OWNERS = ("team:customer-data",)
HEADER_CHECK = "rows"


def key(table: str) -> dg.AssetKey:
    """The asset key of `room.table`."""
    return dg.AssetKey(table.split("."))


def schema(columns: Iterable[Column]) -> dict[str, Any]:
    """Column names, types and meanings, as metadata."""
    found = [dg.TableColumn(c.name, c.type, c.description) for c in columns]
    return {"dagster/column_schema": dg.TableSchema(found)}


def code(path: Path | None) -> dict[str, Any]:
    """A link to the file that makes the table, as metadata."""
    if path is None:
        return {}
    references = dg.CodeReferencesMetadataValue(
        code_references=[dg.LocalFileCodeReference(file_path=str(path), line_number=1)]
    )
    return {"dagster/code_references": references}


def check_spec(asset: dg.AssetKey, name: str, description: str, *, blocking: bool = True) -> dg.AssetCheckSpec:
    """The declaration of a check."""
    return dg.AssetCheckSpec(name, asset=asset, description=description, blocking=blocking)


def header_check_spec(asset: dg.AssetKey, conditions: Sequence[tuple[str, str]]) -> dg.AssetCheckSpec:
    """The declaration of one check for all that a table's header asks of its rows.

    One for all: Dagster writes three events per check, which for each condition alone was half the time of a small run.
    """
    asks = "Every row holds:\n" + "\n".join(f"- {name}: {text}" for name, text in conditions)
    return check_spec(asset, HEADER_CHECK, asks)


def header_check_result(asset: dg.AssetKey, results: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """The outcome of a header's check: which conditions are broken, and by how many rows each."""
    broken = [result for result in results if not result.passed]
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=HEADER_CHECK,
        passed=not broken,
        description="; ".join(f"{r.check}: {r.description}" for r in broken)
        or f"{counted(len(results), 'condition', ('holds', 'hold'))}.",
        metadata={"failed_rows": sum(r.failed_rows for r in broken)} | {r.check: r.failed_rows for r in results},
    )


def check_result(asset: dg.AssetKey, result: CheckResult) -> dg.AssetCheckResult:
    """The outcome of a check, with its figure."""
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=result.check,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if result.blocking else dg.AssetCheckSeverity.WARN,
        description=result.description,
        metadata={"failed_rows": result.failed_rows},
    )


def table_metadata(engine: DuckDBEngine, table: Table, step: Step) -> dict[str, Any]:
    """What a built table's page shows: rows, time, and a few rows with everything personal masked."""
    sample = dg.MetadataValue.md(preview(engine, table.name, table.columns))
    return {"dagster/row_count": step.rows, "seconds": round(step.seconds, 3), "preview (masked)": sample}


def published_metadata(version: PublishedVersion, table: str) -> dict[str, Any]:
    """What a published table's page shows: rows, version, and pictures where one tells more."""
    found: dict[str, Any] = {
        "dagster/row_count": version.manifest.rows[table],
        "version": version.name,
        "as_of": str(version.manifest.origin.as_of),
        "logical_hash": version.manifest.logical_hashes[table],
        "file": dg.MetadataValue.path(version.path),
    }
    return found | {title: dg.MetadataValue.md(_drawn(draw)) for title, draw in _pictures(version, table).items()}


def _pictures(version: PublishedVersion, table: str) -> dict[str, Callable[[], str]]:
    """Title -> what draws it, of every picture on a table's page."""
    path = version.path
    if table == version.manifest.customer_table:
        return {
            "records per customer": partial(records_per_customer, path, table),
            "source overlap": partial(source_overlap, path, table),
            "lifetime value": partial(lifetime_values, path, table),
        }
    pictures: dict[str, dict[str, Callable[[], str]]] = {
        "account_360": {"health of accounts": partial(health_distribution, path)},
        "arr_movements": {"movements by month": partial(arr_movements, path)},
        "cohorts": {"retention by cohort": partial(cohort_heat_map, path)},
        "customer_timeline": {"charges by month": partial(charges_by_month, path)},
        "identity_links": {"links by rule": partial(links_by_rule, path)},
        "unlinked_records": {
            "why alone": partial(lone_records, path),
            "identity audit": partial(_identity_audit, version),
        },
    }
    return pictures.get(table, {})


def _drawn(draw: Callable[[], str]) -> str:
    """The picture, or why there is none: the version is published, and no picture is worth a failed run."""
    try:
        return draw()
    except Exception as error:  # a message may quote a value, so its kind must do
        return f"not drawn: {type(error).__name__}"


def _identity_audit(version: PublishedVersion) -> str:
    from customer360_pipeline.customer_360.identity_audit import as_markdown, audit
    from customer360_pipeline.publish.database import read_only

    with read_only(version.path) as connection:
        return as_markdown(audit(connection))
