"""The pairs of a published customer's records that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from customer360_pipeline.publish.read import tables


@dataclass(frozen=True)
class InReview:
    """A pair of records that waits for a person. `probability`: that they are one person."""

    left: str
    right: str
    probability: float
    evidence: str


_PAIRS = """
    SELECT left_source || ':' || left_record_id, right_source || ':' || right_record_id, probability, evidence
    FROM main.identity_review
    WHERE (left_customer_id = $1 AND right_customer_id = coalesce($2, right_customer_id))
      OR (right_customer_id = $1 AND left_customer_id = coalesce($2, left_customer_id))
    ORDER BY probability DESC, 1, 2"""


def in_review(connection: Any, customer_id: str, other_id: str | None = None) -> tuple[InReview, ...]:
    """The pairs of a customer's records with those of another one, or of any; the most probable first.

    Empty for a version of a release without such a table.
    """
    if "identity_review" not in tables(connection):
        return ()
    return tuple(InReview(*row) for row in connection.execute(_PAIRS, [customer_id, other_id]).fetchall())
