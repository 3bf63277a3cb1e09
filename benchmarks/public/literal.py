"""The rule as a brief would word it: one customer per e-mail, else per user id, else per phone, as written.

python -m benchmarks.public.literal --folder FOLDER --out FILE.parquet
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.measure import measured, report


def main(argv: list[str] | None = None) -> None:
    """Apply the rule to a set and report its cost."""
    import duckdb

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with duckdb.connect() as connection, measured("literal rule") as cost:
        # None of the public sets has a user id.
        connection.execute(
            f"COPY (SELECT source, record_id, coalesce('email ' || lower(trim(email)), 'phone ' || trim(phone), "
            f"'alone ' || source || ':' || record_id) AS cluster "
            f"FROM read_csv('{args.folder}/records.csv', all_varchar = true)) TO '{args.out}' (FORMAT parquet)"
        )
    report(cost=cost)


if __name__ == "__main__":
    main()
