"""The pairs of a published version that wait for a person, and which of them somebody has decided since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from customer360_pipeline.errors import ConfigError
from customer360_pipeline.ops.decisions import Decision, Persons, RecordKey


@dataclass(frozen=True)
class ReviewPair:
    """Two records of two customers that may be one person.

    Args:
        review_id: made from the two records, so it stays while the pair waits.
        probability: that they are one person.
        evidence: JSON: field -> how the two compare; no values.
        revenue: of both customers together, reporting currency; None: unknown.
        decided: the decision that answers it, not applied yet.
    """

    review_id: str
    left: RecordKey
    right: RecordKey
    left_customer_id: str
    right_customer_id: str
    probability: float
    evidence: str
    revenue: Decimal | None
    decided: Decision | None = None


# The id of a pair comes from its records alone.
_PAIRS = """
    WITH pairs AS (
        SELECT 'r_' || left(md5(concat_ws('|', left_source, left_record_id, right_source, right_record_id)), 12) AS id,
            left_source, left_record_id, right_source, right_record_id, left_customer_id, right_customer_id,
            probability, evidence
        FROM main.identity_review
    )
    SELECT p.*, a.total_revenue + b.total_revenue AS revenue
    FROM pairs AS p
    LEFT JOIN main.customer_360 AS a ON a.customer_id = p.left_customer_id
    LEFT JOIN main.customer_360 AS b ON b.customer_id = p.right_customer_id
    WHERE $id IS NULL OR p.id = $id
    ORDER BY p.probability DESC, p.id"""


def review_pairs(connection: Any, decisions: Sequence[Decision], review_id: str | None = None) -> list[ReviewPair]:
    """The pairs that wait, most probable first.

    Args:
        connection: a DuckDB connection to a published version.
        decisions: those in force.
        review_id: only this pair.

    Raises:
        ConfigError: the version has no such table.
    """
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'identity_review'").fetchall():
        raise ConfigError("This version has no pairs to review: an earlier release made it. The next run finds them.")
    persons = Persons(decisions)
    apart = {
        frozenset((persons[one], persons[two])): decision for decision in decisions for one, two in decision.apart()
    }
    found = []
    for row in connection.execute(_PAIRS, {"id": review_id}).fetchall():
        left, right = RecordKey(*row[1:3]), RecordKey(*row[3:5])
        decided = apart.get(frozenset((persons[left], persons[right])))
        if persons[left] == persons[right]:
            decided = next(decision for decision in decisions if left in decision.records or right in decision.records)
        found.append(ReviewPair(row[0], left, right, row[5], row[6], row[7], row[8], row[9], decided))
    return found
