"""goldenmatch on a public set, in its two ways without configuration: the default one and the probabilistic one.

    python -m benchmarks.peers.goldenmatch_link --folder FOLDER --set NAME --out FILE.parquet

Needs an environment of its own (goldenmatch_link.txt). Its documentation recommends zero configuration; empty columns
and ids are left out, as a person would. Writes one cluster column for each way; the cost is that of the first.
"""

from __future__ import annotations

import argparse
import contextlib
import io
from pathlib import Path
from typing import Any

from benchmarks.measure import measured, report


def frame(folder: Path) -> tuple[Any, Any]:
    """(the columns that hold more than one value, the ids) as Arrow tables."""
    import pyarrow as pa
    import pyarrow.csv as pc

    options = pc.ConvertOptions(strings_can_be_null=True, null_values=[""])
    names = (folder / "records.csv").open(encoding="utf-8").readline().strip().split(",")
    options.column_types = dict.fromkeys(names, pa.string())
    table = pc.read_csv(folder / "records.csv", convert_options=options)
    several = [n for n in names if n not in ("source", "record_id") and len(table[n].unique().drop_null()) > 1]
    return table.select(several), table.select(["source", "record_id"])


def clusters_of(result: Any, rows: int) -> list[int]:
    """The cluster of each row; a row in none stands alone."""
    labels = [-1 - row for row in range(rows)]
    for cluster, facts in result.clusters.items():
        for row in facts["members"]:
            labels[row] = cluster
    return labels


def main(argv: list[str] | None = None) -> None:
    """Run the peer both ways and report the cost of the default one."""
    import goldenmatch as gm
    import pyarrow.parquet as pq

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    records, ids = frame(args.folder)
    failures = {}
    with contextlib.redirect_stdout(io.StringIO()):
        with measured("goldenmatch") as cost:
            result = gm.dedupe_df(records, confidence_required=False)
            labels = clusters_of(result, records.num_rows)
        ids = ids.append_column("default", [labels])
        try:
            result = gm.dedupe_df(records, config=gm.auto_configure_probabilistic_df(records))
            ids = ids.append_column("probabilistic", [clusters_of(result, records.num_rows)])
        except Exception as error:  # A peer's own failure is a result.
            failures["probabilistic"] = type(error).__name__
    pq.write_table(ids, args.out)
    report(cost=cost, failures=failures)


if __name__ == "__main__":
    main()
