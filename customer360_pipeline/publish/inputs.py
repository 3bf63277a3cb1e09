"""Which kept copies of extracts are still needed: those of the kept versions, and of what was read last.

    from customer360_pipeline.publish.inputs import sweep_inputs
    sweep_inputs(engine, home)

Not here: keeping them (`sources/boundary/files.py`), and which versions are kept (`pointer.py`).
"""

from __future__ import annotations

import re
from pathlib import Path

from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.publish.history import versions

_HASH = re.compile(r"[0-9a-f]{64}")


def sweep_inputs(engine: DuckDBEngine, home: Path) -> int:
    """Remove the kept inputs of versions that are gone; how many.

    Extracts hold personal data: a copy must not outlive every version that was made of it. While the facts of a kept
    version cannot be read, nothing is removed.

    Raises:
        OSError: a file cannot be removed.
    """
    found = versions(home)
    if any(version.manifest is None for version in found):
        return 0
    needed = {digest for (digest,) in engine.rows("SELECT DISTINCT sha256 FROM sources.files")}
    for version in found:
        assert version.manifest is not None
        needed |= set(version.manifest.origin.input_hashes.values())
    gone = [p for p in (home / "landing").glob("*") if _HASH.fullmatch(p.name) and p.name not in needed]
    for path in gone:
        path.unlink()
    return len(gone)
