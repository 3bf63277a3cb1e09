"""How a published version, or a peer's assignment, fits the truth that the generator wrote beside its extracts."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.matching import Score, score


def _score(connection: duckdb.DuckDBPyConnection, extracts: Path, assignment: str) -> Score:
    truth = str(extracts / "_truth" / "truth.csv").replace("'", "''")
    # A record that an assignment left out stands alone: it was lost, not merged.
    rows = connection.execute(
        f"SELECT coalesce(a.cluster, 'lost ' || t.source || ':' || t.record_id), t.person "
        f"FROM read_csv('{truth}', all_varchar = true) AS t LEFT JOIN ({assignment}) AS a USING (source, record_id)"
    ).fetchnumpy()
    clusters, entities = (list(column) for column in rows.values())
    return score(clusters, entities)


def score_home(extracts: Path, home: Path) -> Score:
    """Score the current published version of a home directory on every record of the truth."""
    published = (home / "published" / "customer_360.duckdb").resolve()
    with duckdb.connect(str(published), read_only=True) as connection:
        return _score(
            connection, extracts, "SELECT source, record_id, customer_id AS cluster FROM main.customer_identities"
        )


def score_assignment(extracts: Path, assignment: Path) -> Score:
    """Score a Parquet file of (source, record_id, cluster)."""
    path = str(assignment).replace("'", "''")
    with duckdb.connect() as connection:
        return _score(
            connection, extracts, f"SELECT DISTINCT ON (source, record_id) * FROM read_parquet('{path}') ORDER BY ALL"
        )
