"""The published version that a run takes the known ids from, attached to the run's engine while they are read.

Which version that is, is decided when the run begins (`publish/ancestry.py`); what is read, in `known_events.py` and
`known_records.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from customer360_pipeline.engine.duckdb import literal
from customer360_pipeline.errors import Customer360Error

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext

FACT = "known_ids"
_ALIAS = "parent_version"


@dataclass(frozen=True)
class Parent:
    """The attached version. `has_history`: it was published by a release that keeps the history of ids."""

    prefix: str
    has_history: bool


@contextmanager
def attached(engine: DuckDBEngine, context: RunContext) -> Iterator[Parent | None]:
    """The version whose ids the run goes on with, or None for a run that begins afresh.

    Raises:
        Customer360Error: the version's file is missing, damaged, or holds no customers' records.
    """
    import duckdb

    path: Path | None = context.facts.get(FACT)
    if path is None:
        yield None
        return
    try:
        # A file can be attached once; who rehearses a change has this version open beside.
        already = [name for _, name, file in engine.rows("PRAGMA database_list") if file and Path(file) == path]
        if not already:
            engine.execute(f"ATTACH {literal(str(path))} AS {_ALIAS} (READ_ONLY)")
        try:
            yield _parent(engine, path, *already)
        finally:
            if not already:
                engine.execute(f"DETACH {_ALIAS}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        # DuckDB's own words may quote values of the file.
        raise unreadable(path, f"cannot be read ({type(error).__name__})") from None


def _parent(engine: DuckDBEngine, path: Path, alias: str = _ALIAS) -> Parent:
    found = f"SELECT table_name FROM information_schema.tables WHERE table_catalog = '{alias}'"
    tables = {row[0] for row in engine.rows(found)}
    history = {"customer_id_history", "former_identities"}
    if "customer_identities" not in tables or len(tables & history) == 1:
        raise unreadable(path, "lacks a table of customer ids")
    return Parent(f"{alias}.main", history <= tables)


def unreadable(path: Path, problem: str) -> Customer360Error:
    """The error of a version whose ids are lost, with the way out."""
    return Customer360Error(
        f"{path} {problem}, so the customers' ids cannot be kept. Nothing was published. "
        "Go back to a version that is whole, then run again: customer360 versions, customer360 rollback VERSION"
    )
