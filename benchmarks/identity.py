"""How identity resolution grows, table by table, beside Splink 5 on the same records in the same run.

    make bench-identity SIZE=100k
    python -m benchmarks.identity --size 5m --no-peers

Generates extracts of people and their payments with few web sessions (kept under .bench/), lands and stages them once,
then builds the identity room and runs Splink with rules and with its probabilistic model, each in a process of its own,
Splink in an environment of its own. All are scored against the truth of the generator on the records the peers get.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.matching import Score, score
from benchmarks.measure import Cost, in_process, table
from benchmarks.peers.environment import environment
from benchmarks.speed import SIZES, extracts_of, folder_of

# Web events make devices and nothing else of interest here.
SESSIONS_PER_PERSON = 1.0
PEERS = ("rules", "probabilistic")


def score_file(extracts: Path, assignment: Path, column: str) -> Score:
    """Score a column of a Parquet file of (source, record_id, ...) on the records of the file that are in the truth."""
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT a.\"{column}\", t.person FROM read_parquet('{assignment}') AS a INNER JOIN "
            f"read_csv('{extracts}/_truth/truth.csv', all_varchar = true) AS t USING (source, record_id)"
        ).fetchnumpy()
    clusters, people = (values.tolist() for values in found.values())
    return score(clusters, people)


def measure(size: str, memory_limit: str, peers: bool) -> str:
    """Run everything for a size; the report as Markdown."""
    # What companies buy and do names the same people again, and takes hours to land by the million.
    extracts = extracts_of(size, SESSIONS_PER_PERSON, accounts=False)
    home = folder_of(size, SESSIONS_PER_PERSON, accounts=False) / "identity"
    home.mkdir(parents=True, exist_ok=True)
    arguments = ["--extracts", str(extracts), "--home", str(home), "--memory-limit", memory_limit]
    done: dict[str, Any] = in_process(sys.executable, "benchmarks.identity_stages", arguments)
    costs = _costs(done["steps"])
    total = sum(costs, Cost("identity"))
    lines = [
        f"### {size}: {done['records']:,} records",
        "",
        table([*costs, total]),
        "",
        f"The largest customer holds {done['largest']:,} records, devices left out.",
        "",
        "| on the same records | wall s | CPU s | peak MB | precision | recall | F1 | over-merge |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        _line("customer360_pipeline", total, score_file(extracts, home / "first_ours.parquet", "cluster")),
    ]
    return "\n".join([*lines, *(_peers(extracts, home) if peers else []), "", *_daily(done, total)])


def _costs(steps: Any) -> list[Cost]:
    return [Cost(**step) for step in steps]


def _daily(done: dict[str, Any], full: Cost) -> list[str]:
    costs, read = _costs(done["daily"]), _costs(done["read"])
    total = sum(costs, Cost("identity"))
    carried = sum(cost.cpu for cost in costs if cost.name in {one.name for one in read})
    return [
        f"A day's change ({done['note']}): **{total.cpu:.1f} CPU s, {total.cpu / full.cpu:.0%} of the full resolve**; "
        f"the same values and links as looking at everything: {'yes' if done['same'] else 'NO'}.",
        "",
        table([*costs, total]),
        "",
        f"The tables of ids take {carried:.1f} CPU s of it; read off the version that the day follows, they would take "
        f"{sum(read, Cost('ids')).cpu:.1f}.",
    ]


def _peers(extracts: Path, home: Path) -> list[str]:
    python = environment("splink_link")
    if python is None:
        return ["| Splink 5: its environment could not be made | | | | | | | |"]
    lines = []
    for way in PEERS:
        out = home / f"splink_{way}.parquet"
        arguments = ["--records", str(home / "first_records.parquet"), "--way", way, "--out", str(out)]
        try:
            done = in_process(python, "benchmarks.peers.splink_customers", arguments)
        except RuntimeError as error:
            lines.append(f"| Splink 5, {way}: {str(error).strip().splitlines()[-1][:120]} | | | | | | | |")
            continue
        cost, columns = Cost(**done["cost"]), done["columns"]
        scores = {column: score_file(extracts, out, column) for column in columns}
        best = max(scores, key=lambda column: scores[column].f1)
        lines.append(_line(f"Splink 5, {way}{'' if best == 'cluster' else f', at {best}'}", cost, scores[best]))
    return lines


def _line(name: str, cost: Cost, s: Score) -> str:
    return (
        f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {s.precision:.4f} | {s.recall:.4f} | "
        f"{s.f1:.4f} | {s.over_merge:.2%} |"
    )


def main(argv: list[str] | None = None) -> None:
    """Print the report of one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=list(SIZES), default="100k")
    parser.add_argument("--memory-limit", default="", help="DuckDB memory limit, e.g. 1500MB")
    parser.add_argument("--no-peers", action="store_true", help="leave Splink out")
    args = parser.parse_args(argv)
    print(measure(args.size, args.memory_limit, not args.no_peers))


if __name__ == "__main__":
    main()
