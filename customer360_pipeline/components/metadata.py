"""Tables as Dagster shows them: column schema, row counts, checks. Never a value of a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.table_file import Column

OWNERS = ("team:customer-data",)


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


def failed(results: Sequence[CheckResult]) -> list[CheckResult]:
    """The blocking checks that failed."""
    return [result for result in results if result.blocking and not result.passed]
