"""Whether a source must be read again: not while its files, its contract and the code that reads are the same.

What a source's reading gives depends on nothing else, so the raw tables and the ledger rows of the last reading stand.
A day on which three of twenty systems sent something costs the reading of three.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.sources import ledger, raw
from customer360_pipeline.sources.boundary.files import ExtractFile, sha256_of
from customer360_pipeline.sources.contract import Source


def fingerprint(source: Source, files: Iterable[tuple[ExtractFile, str]], unmatched: Iterable[str]) -> str:
    """SHA-256, as hex, over all that a reading depends on.

    Args:
        files: each file with the SHA-256 of its bytes.
        unmatched: names in the source's folder that no layout takes; the drift tells them.
    """
    digest = hashlib.sha256(_code().encode())
    digest.update(source.model_dump_json().encode())
    for line in sorted(f"\n{file.entity}\t{file.layout}\t{file.name}\t{sha256}" for file, sha256 in files):
        digest.update(line.encode())
    digest.update("\n".join(["", *unmatched]).encode())
    return digest.hexdigest()


def unchanged_since(
    engine: DuckDBEngine, source: Source, files: Iterable[ExtractFile], unmatched: Iterable[str]
) -> str | None:
    """The folder of the last reading, if that was of the same and every row it accepted is still there; else None."""
    name = source.source
    known = engine.rows(f"SELECT fingerprint, folder FROM {ledger.READINGS} WHERE source = $source", {"source": name})
    if not known:
        return None
    [(last, folder)] = known
    try:
        found = fingerprint(source, [(file, sha256_of(file.path)) for file in files], unmatched)
    except OSError:
        return None
    accepted = dict(engine.rows("SELECT entity, accepted FROM sources.ledger WHERE source = $source", {"source": name}))
    stands = (
        found == last
        and accepted.keys() == source.entities.keys()
        and all(raw.rows_there(engine, name, entity) == rows for entity, rows in accepted.items())
    )
    return str(folder) if stands else None


@cache
def _code() -> str:
    """SHA-256 over the modules of this room and the release of the engine that runs their SQL, as hex."""
    import duckdb

    folder = Path(__file__).parent
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
