"""The floor: read every column that was landed and write every published table as it stands, nothing else.

    python -m benchmarks.floor --home HOME

Prints one JSON line. No pipeline that reads the same input and publishes the same tables can be faster than this
on the same machine, so the build's cost is told as a multiple of it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import duckdb

from benchmarks.measure import Cost, measured, report


def read_landed(connection: duckdb.DuckDBPyConnection) -> int:
    """Hash every column of every raw table (a count or a maximum would be answered from statistics)."""
    rows = 0
    tables = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'work' AND table_schema = 'raw'"
    ).fetchall()
    for (table,) in tables:
        # A whole row is hashed as a struct, so that every column is really read.
        count, _ = connection.execute(f'SELECT count(*), bit_xor(hash(t)) FROM work.raw."{table}" t').fetchall()[0]
        rows += count
    return rows


def main(argv: list[str] | None = None) -> None:
    """Measure the floor of a home directory that holds a landed and published build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--memory-limit", default="")
    args = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="floor-", dir=args.home))
    try:
        connection = duckdb.connect(str(folder / "floor.duckdb"))
        connection.execute(f"SET temp_directory='{folder / 'spill'}'")
        if args.memory_limit:
            connection.execute(f"SET memory_limit='{args.memory_limit}'")
        connection.execute(f"ATTACH '{args.home / 'work.duckdb'}' AS work (READ_ONLY)")
        published = (args.home / "published" / "customer_360.duckdb").resolve()
        connection.execute(f"ATTACH '{published}' AS published (READ_ONLY)")
        costs: list[Cost] = []
        with measured("read landed", folder) as cost:
            rows = read_landed(connection)
        costs.append(cost)
        with measured("write published", folder) as cost:
            for (table,) in connection.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published' AND schema_name = 'main'"
            ).fetchall():
                connection.execute(f'CREATE TABLE "{table}" AS FROM published.main."{table}"')
            connection.execute("CHECKPOINT")
        costs.append(cost)
        connection.close()
        report(rows=rows, read=costs[0], write=costs[1])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
