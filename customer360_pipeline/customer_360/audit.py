"""What an audit is: one condition across tables. They stand in `audits.py`, `account_audits.py`, `source_audits.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customer360_pipeline.run_context import RunContext

TABLE = "customer_360.customer_360"


@dataclass(frozen=True)
class Audit:
    """One condition across tables.

    Args:
        name: its name in messages and in `quality_results`.
        description: what holds, in a sentence.
        sql: a query of one number: how much breaks it. May use `$as_of` and the settings of a run.
        blocking: whether nothing is published when it fails.
        table: the table it is reported on.
        found: a query of one text per finding, told when the audit fails; no personal values.
    """

    name: str
    description: str
    sql: str | Callable[[RunContext], str]
    blocking: bool = True
    table: str = TABLE
    found: str | None = None
