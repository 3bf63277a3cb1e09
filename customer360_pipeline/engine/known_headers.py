"""Which headers the last run found true: they are compared with their files again only where something changed.

Comparing parses the SQL of every table, a thirtieth of a run of the sample, and finds the same as long as header, file
and what compares them are the same (decision 32). Not here: the comparison itself (`header.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from customer360_pipeline.engine import header
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.run_context import RunContext

FACT = "known_headers"
KEPT = "pipeline.true_headers"


@contextmanager
def known_headers(engine: DuckDBEngine, context: RunContext) -> Iterator[None]:
    """Headers that were found true in this database are known in the block; those found in it are kept at its end."""
    engine.execute(f"CREATE TABLE IF NOT EXISTS {KEPT} (table_name VARCHAR, fingerprint VARCHAR)")
    before = dict(engine.rows(f"SELECT table_name, fingerprint FROM {KEPT}"))
    known = context.facts[FACT] = dict(before)
    yield
    if known != before:
        with engine.transaction():
            engine.delete(KEPT, "true")
            engine.insert_rows(KEPT, sorted(known.items()))


def require_true_header(table: Table, context: RunContext) -> None:
    """Compare a table's header with its file, unless that was done before with the same of both.

    Raises:
        ConfigError: they differ.
    """
    known = context.facts.get(FACT, {})
    found = fingerprint(table)
    if known.get(table.name) != found:
        header.check_header(table)
        known[table.name] = found


def fingerprint(table: Table) -> str:
    """SHA-256, as hex, over all that the comparison depends on."""
    digest = hashlib.sha256(_code().encode())
    # A function's text names its place in memory, another one in every process; what it does stands in the file.
    digest.update(repr(replace(table, build=None)).encode())
    if table.path is not None:
        digest.update(table.path.read_bytes())
    return digest.hexdigest()


@cache
def _code() -> str:
    """What compares: its module, the names of settings and the release of the parser."""
    from importlib.metadata import version

    source = Path(header.__file__).read_text(encoding="utf-8")
    return "\n".join([version("sqlglot"), *header.setting_names(), source])
