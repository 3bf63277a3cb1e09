"""Room 1 as assets: the raw tables of each source, and the ledger over all of them."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from customer360_pipeline import pipeline
from customer360_pipeline.components.metadata import OWNERS, check_spec, key, schema
from customer360_pipeline.components.resources import RUN, Run
from customer360_pipeline.engine.table_file import Column
from customer360_pipeline.sources.contract import Entity, Source
from customer360_pipeline.sources.shapes import Shape

KINDS = {"stripe": "stripe", "hubspot": "hubspot", "salesforce": "salesforce", "mailchimp": "mailchimp",
         "ga4": "googleanalytics"}  # fmt: skip
LEDGER = {
    "ledger": "What became of the records of every source: accepted, quarantined, deduplicated, suppressed, test mode.",
    "quarantine": "One refused record: file, line, column and rule; never a value.",
    "drift": "Columns that came or went against a source's contract.",
    "files": "Every file read, with its hash and size.",
}


def source_assets(source: Source) -> dg.AssetsDefinition:
    """The raw tables of one source, made in one step."""
    specs = [_raw_spec(source, name, entity) for name, entity in source.entities.items()]
    checks = [
        check_spec(spec.key, "records_accounted_for", "Records read = accepted + quarantined + deduplicated "
                   "+ suppressed + test mode.")
        for spec in specs
    ]  # fmt: skip

    @dg.multi_asset(name=f"extract_{source.source}", specs=specs, check_specs=checks, required_resource_keys={RUN})
    def extract(context: dg.AssetExecutionContext) -> Iterator[Any]:
        run: Run = getattr(context.resources, RUN)
        with run.step():
            step, lines = pipeline.ingest_step(run.engine, run.context, source)
        run.finished(step)
        read = "in this run" if step.kind == "ingest" else "not again: its files are those of the last reading"
        for line in lines:
            asset = key(f"raw.{source.source}_{line['entity']}")
            counts = {name: value for name, value in line.items() if name != "entity"}
            yield dg.MaterializeResult(
                asset, metadata={"dagster/row_count": line["accepted"]} | counts | {"read": read}
            )
            yield _accounted(asset, line)

    return extract


def _accounted(asset: dg.AssetKey, line: dict[str, Any]) -> dg.AssetCheckResult:
    parts = ("accepted", "quarantined", "deduplicated", "suppressed", "test_mode")
    missing = line["physical_records"] - sum(line[part] for part in parts)
    return dg.AssetCheckResult(
        asset_key=asset, check_name="records_accounted_for", passed=missing == 0, metadata={"failed_rows": missing}
    )


def _raw_spec(source: Source, name: str, entity: Entity) -> dg.AssetSpec:
    return dg.AssetSpec(
        ["raw", f"{source.source}_{name}"],
        description=f"{source.source}: {name}. {entity.shape_of.description} Unmapped fields are kept in `extra`.",
        group_name="sources",
        owners=OWNERS,
        kinds={KINDS.get(source.source, source.category), "duckdb"},
        tags={"category": source.category},
        metadata=schema(raw_columns(entity.shape_of)),
    )


def raw_columns(shape: Shape) -> list[Column]:
    """The columns of a raw table of a shape, with their meanings."""
    trailer = {
        "extra": "Fields of the vendor that are not mapped, JSON.",
        "source_file": "File the record stood in, relative to the extracts folder.",
        "source_row": "Number of the record in its file, from 1.",
    }
    meanings = {field: meaning for field, (_, meaning) in shape.fields.items()} | trailer
    return [Column(column, type_, meanings[column]) for column, type_ in shape.columns()]


def ledger_assets(sources: tuple[Source, ...]) -> dg.AssetsDefinition:
    """The tables about the reading itself, written by every source, known once all have been read."""
    raw = [key(name) for source in sources for name in source.raw_tables()]
    specs = [
        dg.AssetSpec(["sources", name], deps=raw, description=text, group_name="sources", owners=OWNERS,
                     kinds={"duckdb"})
        for name, text in LEDGER.items()
    ]  # fmt: skip

    @dg.multi_asset(name="ledger", specs=specs, required_resource_keys={RUN})
    def ledger(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        run: Run = getattr(context.resources, RUN)
        for name in LEDGER:
            rows = run.engine.row_count(f"sources.{name}")
            yield dg.MaterializeResult(dg.AssetKey(["sources", name]), metadata={"dagster/row_count": rows})

    return ledger
