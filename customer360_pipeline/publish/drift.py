"""What changed since the last published run: volumes, filled fields, links, columns.

A source that lost most of its records is more often a broken export than a bad day: above the blocking limit the
version before stands. The figures of a run stand in the manifest of the version that it published: after a rollback a
run is compared with the version that it follows, and a lost work database takes nothing away. Runs on the sample and
runs on one's own extracts are never compared; folders that change with the day are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.duckdb import DuckDBEngine, quote
from customer360_pipeline.errors import Customer360Error
from customer360_pipeline.identity.parent_version import FACT as KNOWN_IDS
from customer360_pipeline.publish.manifest import read_manifest
from customer360_pipeline.run_context import RunContext

LEDGER, CUSTOMERS = "customer_360.source_ledger", "customer_360.customer_360"
_FILLED = ("email", "first_name", "last_name", "phone", "user_id", "acquisition_source", "last_interaction_date")


@dataclass(frozen=True)
class DriftCheck:
    """One comparison with the last published run; `asks` says what holds when nothing is wrong."""

    table: str
    name: str
    asks: str
    blocking: bool = False


VOLUME_LIMIT = DriftCheck(
    LEDGER,
    "volume_within_limit",
    "No entity lost more than quality.max_volume_drop_ratio of its records since the last version. "
    "If the drop is right: the same run with --accept-drop.",
    blocking=True,
)
VOLUME = DriftCheck(LEDGER, "volume_steady", "No entity lost more than quality.warn_volume_drop_ratio of its records.")
SIZES = DriftCheck(
    CUSTOMERS,
    "customer_size_within_limit",
    "With the same extracts, records per customer moved by at most quality.max_customer_size_change since the last "
    "version. "
    "If the change is right: the same run with --accept-drop.",
    blocking=True,
)
SHARES = DriftCheck(
    CUSTOMERS,
    "shares_steady",
    "No share of filled fields, of linked records or of a rule's links, and no number of records per customer, moved "
    "by more than quality.max_share_change.",
)
COLUMNS = DriftCheck(
    LEDGER,
    "columns_known",
    "No extract has a column that the last version's did not have, or lacks one of its contract that they had.",
)
CLOCK = DriftCheck(
    CUSTOMERS,
    "clock_goes_on",
    "The run's clock (--as-of) is not before that of the version it follows: the figures of a past day become the "
    "current ones until the next run.",
)
DRIFT_CHECKS = (VOLUME_LIMIT, VOLUME, SIZES, SHARES, COLUMNS, CLOCK)


def drift_checks(engine: DuckDBEngine, context: RunContext) -> list[CheckResult]:
    """Compare the tables just built with the last published run; without one nothing is compared and all pass.

    Returns:
        A result for each of `DRIFT_CHECKS`; what changed stands in its description.
    """
    before, now = last_figures(context), current_figures(engine)
    quality = context.config.quality
    found = {
        VOLUME_LIMIT: {} if context.accept_drop else _dropped(before, now, quality.max_volume_drop_ratio),
        VOLUME: _dropped(before, now, quality.warn_volume_drop_ratio),
        SIZES: {} if context.accept_drop else _resized(before, now, quality.max_customer_size_change),
        SHARES: _moved(before, now, quality.max_share_change),
        COLUMNS: _came_or_went(before, now),
        CLOCK: _set_back(context),
    }
    return [_result(check, found[check]) for check in DRIFT_CHECKS]


def last_figures(context: RunContext) -> dict[str, float]:
    """The figures of the nearest version that the run follows and that has such extracts; empty where there is none."""
    path: Path | None = context.facts.get(KNOWN_IDS)
    return read_manifest(path.parent).figures if path else {}


def current_figures(engine: DuckDBEngine) -> dict[str, float]:
    """`records SOURCE.ENTITY` in the files and `accepted ...` of them: counts; `share ...`: 0 to 1; `ratio ...`: above
    0; 1 for each `column SOURCE.ENTITY.COLUMN` that no field is read from, each `layout SOURCE.ENTITY.LAYOUT` that was
    read, and each `lacks SOURCE.ENTITY.LAYOUT.COLUMN`, a column of a contract that no file of the layout
    (CSV, Parquet) has."""
    figures = dict(engine.rows(_COUNTS))
    filled = ", ".join(f"count({quote(name)}) AS {quote(name)}" for name in _FILLED)
    [(customers, records, linked, *counts)] = engine.rows(
        f"SELECT count(*), coalesce(sum(record_count), 0), coalesce(sum(record_count) FILTER (record_count > 1), 0), "
        f"{filled} FROM {CUSTOMERS}"
    )
    if customers:
        figures |= {f"share {name} filled": count / customers for name, count in zip(_FILLED, counts, strict=True)}
        figures["share records linked"] = int(linked) / max(int(records), 1)
        figures["ratio records per customer"] = int(records) / customers
        figures |= {f"share links by {rule}": share for rule, share in engine.rows(_LINK_SHARES)}
    return figures


# A header tells which columns a file has; a key of JSON objects is missing on any day on which none has a value.
_COUNTS = """
SELECT 'records ' || source || '.' || entity, CAST(physical_records AS DOUBLE) FROM sources.ledger WHERE is_present
UNION ALL
SELECT 'accepted ' || source || '.' || entity, CAST(accepted AS DOUBLE) FROM sources.ledger WHERE is_present
UNION ALL
SELECT DISTINCT 'column ' || source || '.' || entity || '.' || column_name, CAST(1 AS DOUBLE) FROM sources.drift
WHERE kind = 'unmapped_column'
UNION ALL
SELECT DISTINCT 'layout ' || source || '.' || entity || '.' || layout, CAST(1 AS DOUBLE) FROM sources.files
UNION ALL
SELECT 'lacks ' || f.source || '.' || f.entity || '.' || f.layout || '.' || d.column_name, CAST(1 AS DOUBLE)
FROM sources.drift AS d
JOIN sources.files AS f ON f.source = d.source AND f.entity = d.entity AND f.source_file = d.source_file
JOIN (
    SELECT source, entity, layout, COUNT(DISTINCT sha256) AS files FROM sources.files GROUP BY source, entity, layout
) AS n
    ON n.source = f.source AND n.entity = f.entity AND n.layout = f.layout
WHERE d.kind = 'missing_column' AND REGEXP_MATCHES(f.source_file, '[.](csv|parquet)([.]gz)?$', 'i')
GROUP BY f.source, f.entity, f.layout, d.column_name
HAVING COUNT(DISTINCT f.sha256) = MAX(n.files)
"""
_LINK_SHARES = """
SELECT rule, CAST(COUNT(*) AS DOUBLE) / SUM(COUNT(*)) OVER () FROM customer_360.identity_links
WHERE status = 'accepted' GROUP BY rule
"""


def _dropped(before: Mapping[str, float], now: Mapping[str, float], limit: float) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, count in before.items():
        left = now.get(name, 0.0)
        # A damaged id column leaves as many records in the file, and nearly all of them duplicates of one.
        if name.startswith(("records ", "accepted ")) and count and 1 - left / count > limit:
            kind, _, entity = name.partition(" ")
            found.setdefault(entity, f"{left:,.0f} of {count:,.0f}{' accepted' if kind == 'accepted' else ''}")
    return found


def _came_or_went(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, str]:
    """Columns by what became of them. What a source or form that was not read before has and lacks is no change."""
    found: dict[str, str] = {}
    for name in now.keys() - before.keys():
        kind, _, place = name.partition(" ")
        if kind not in ("column", "lacks"):
            continue
        source, entity, *rest = place.split(".", 3)
        if kind == "column" and f"records {source}.{entity}" in before:
            found[place] = "new"
        if kind == "lacks" and f"layout {source}.{entity}.{rest[0]}" in before:
            found[f"{source}.{entity}.{rest[1]}"] = "gone"
    return found


def _set_back(context: RunContext) -> dict[str, str]:
    parent = context.facts.get("parent_version")
    if not parent:
        return {}
    try:
        then = read_manifest(context.published / parent).origin.as_of
    except Customer360Error:
        return {}
    return {"as_of": f"{context.as_of:%Y-%m-%d %H:%M} after {then:%Y-%m-%d %H:%M}"} if context.as_of < then else {}


def _resized(before: Mapping[str, float], now: Mapping[str, float], limit: float) -> dict[str, str]:
    """Ratios that moved; nothing when an entity came or went: devices alone can double the records of a customer."""
    if {name for name in before if name.startswith("records ")} ^ {name for name in now if name.startswith("records ")}:
        return {}
    return _moved({name: value for name, value in before.items() if name.startswith("ratio ")}, now, limit)


def _moved(before: Mapping[str, float], now: Mapping[str, float], limit: float) -> dict[str, str]:
    found = {}
    for name, value in before.items():
        change = now.get(name, 0.0) - value
        if name.startswith(("share ", "ratio ")) and abs(change) > limit * (value if name.startswith("ratio") else 1):
            found[name.partition(" ")[2]] = f"{value:.3f} to {value + change:.3f}"
    return found


def _result(check: DriftCheck, found: Mapping[str, str]) -> CheckResult:
    what = "; ".join(f"{key}: {value}" for key, value in sorted(found.items()))
    description = f"{check.asks} Found: {what}." if found else check.asks
    return CheckResult(check.table, check.name, description, len(found), check.blocking)
