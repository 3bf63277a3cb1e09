"""What a run achieved, read from the version it published: the figures a newcomer asks for first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from customer360_pipeline.engine.duckdb import quote


@dataclass(frozen=True)
class SourceLine:
    """A source's records and what became of them; `is_present` False: no file of it was found."""

    source: str
    is_present: bool
    records: int
    accepted: int
    quarantined: int
    deduplicated: int
    suppressed: int
    test_mode: int


@dataclass(frozen=True)
class CurrencyLine:
    """A currency's ledger amount and where it went, major units; `difference` is 0 when it ties out.

    `after_as_of` and `without_charge` (refunds and disputes of no paid charge in the files) are not counted as revenue.
    """

    currency: str
    ledger: Decimal
    customers: Decimal
    unattributed: Decimal
    after_as_of: Decimal
    without_charge: Decimal
    difference: Decimal
    unconverted: Decimal


@dataclass(frozen=True)
class Summary:
    """The figures of a published version.

    Args:
        records_per_customer: records of a customer (10 stands for more) -> customers.
        links: rule -> accepted links.
        conflicts: kind -> fields of customers.
        drift: kind -> columns or files of the extracts that are not as the contracts expect; no record is lost by it.
        failed_checks: table, check, what it asks and figure of each failed check.
    """

    sources: list[SourceLine]
    customers: int
    records: int
    records_per_customer: dict[int, int]
    links: dict[str, int]
    vetoed_links: int
    review_pairs: int
    conflicts: dict[str, int]
    customers_in_conflict: int
    money: list[CurrencyLine]
    checks: int
    drift: dict[str, int]
    failed_checks: list[tuple[str, str, str, int]]


def summarise(path: Path, customer_table: str) -> Summary:
    """Read the figures from a version's file."""
    from customer360_pipeline.publish.database import read_only

    with read_only(path, threads=2) as connection:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        customers = quote(customer_table)
        spread = rows(f"SELECT least(record_count, 10)::INT AS n, count(*) FROM {customers} GROUP BY n ORDER BY n")
        links = rows(_LINKS)
        return Summary(
            sources=[SourceLine(*row) for row in rows(_SOURCES)],
            customers=sum(count for _, count in spread),
            records=rows("SELECT count(*) FROM customer_identities")[0][0],
            records_per_customer=dict(spread),
            links=dict(links),
            vetoed_links=rows("SELECT count(*) FROM identity_links WHERE status = 'vetoed'")[0][0],
            review_pairs=rows("SELECT count(*) FROM identity_review")[0][0],
            conflicts=dict(rows("SELECT kind, count(*) FROM data_conflicts GROUP BY 1 ORDER BY 1")),
            customers_in_conflict=rows(f"SELECT count(*) FROM {customers} WHERE conflict_count > 0")[0][0],
            money=[CurrencyLine(*row) for row in rows(_MONEY)],
            checks=rows("SELECT count(*) FROM quality_results")[0][0],
            drift=dict(rows(_DRIFT)),
            failed_checks=rows(
                "SELECT table_name, check_name, description, failed_rows FROM quality_results "
                "WHERE failed_rows > 0 ORDER BY ALL"
            ),
        )


_SOURCES = """
SELECT source, bool_or(is_present), sum(physical_records)::BIGINT, sum(accepted)::BIGINT, sum(quarantined)::BIGINT,
    sum(deduplicated)::BIGINT, sum(suppressed)::BIGINT, sum(test_mode)::BIGINT
FROM source_ledger GROUP BY source ORDER BY source
"""
_DRIFT = """
SELECT kind, count(DISTINCT concat_ws('.', source, entity, coalesce(column_name, source_file))) FROM source_drift
GROUP BY kind ORDER BY kind
"""
_LINKS = "SELECT rule, count(*) FROM identity_links WHERE status = 'accepted' GROUP BY 1 ORDER BY min(pass), 1"
_MONEY = """
SELECT currency, ledger_amount, customers_amount, unattributed_amount, after_as_of_amount, without_charge_amount,
    difference, coalesce(unconverted_amount, 0)
FROM revenue_tie_out ORDER BY currency
"""
