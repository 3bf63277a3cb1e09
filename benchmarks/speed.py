"""How long a run takes, against the floor and named peers, all in one go on one machine.

    make bench SIZE=100k
    python -m benchmarks.speed --size 5m --memory-limit 1500MB --no-peers
    python -m benchmarks.speed --size 1m --no-accounts --no-peers

Generates extracts (kept under .bench/), lands them, builds and publishes, measures the floor on what was built, then
runs the peers on the same extracts, each alone. Ratios are what counts: machines are shared and noisy.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from benchmarks.measure import Cost, in_process, table
from benchmarks.peers.environment import environment

ROOT = Path(__file__).parent.parent
PEERS = {"pandas_email": sys.executable, "polars_email": sys.executable, "community_component": None}
# Records that may be a person, devices left out; each person has 2.36 of them.
RECORDS_PER_PERSON = 2.36
SHOWN_STEPS = 15
FIGURES = ("metrics", "health", "customer_360")
LIKENESS = ("identity.fuzzy_links", "identity.block_fields")
# Gives about twelve events for each record.
SESSIONS_PER_PERSON = 9.5
SIZES = {"10k": 10_000, "100k": 100_000, "300k": 300_000, "1m": 1_000_000, "5m": 5_000_000}


def folder_of(size: str, sessions: float, accounts: bool = True) -> Path:
    """Where the extracts and the build of a size lie."""
    parts = [size, f"{sessions:g}" if sessions != SESSIONS_PER_PERSON else "", "" if accounts else "people"]
    return ROOT / ".bench" / "_".join(part for part in parts if part)


def extracts_of(size: str, sessions: float, accounts: bool = True) -> Path:
    """The generated extracts of a size, made once; `accounts`: all seventeen systems, not the seven of people alone."""
    folder = folder_of(size, sessions, accounts) / "extracts"
    if not (folder / "_truth").exists():
        from customer360_pipeline.sample.generate import generate

        print(f"generating {size} records", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        people = round(SIZES[size] / RECORDS_PER_PERSON)
        generate(folder, people, seed=1, sessions_per_person=sessions, accounts=accounts)
    return folder


def measure(size: str, sessions: float, memory_limit: str, *, accounts: bool, peers: bool) -> str:
    """Run everything for a size; the report as Markdown."""
    extracts, home = extracts_of(size, sessions, accounts), folder_of(size, sessions, accounts) / "home"
    shutil.rmtree(home, ignore_errors=True)
    shared = ["--extracts", str(extracts), "--home", str(home), "--memory-limit", memory_limit]
    landed = in_process(sys.executable, "benchmarks.stages", ["land", *shared])
    built = in_process(sys.executable, "benchmarks.stages", ["build", *shared])
    floor = in_process(sys.executable, "benchmarks.floor", ["--home", str(home), "--memory-limit", memory_limit])
    systems = "all systems" if accounts else "people and payments in seven systems"
    limited = f", memory_limit {memory_limit}" if memory_limit else ""
    named = f"### {size}, {sessions:g} sessions a visitor, {systems}{limited}"
    lines = [named, "", _land(home, landed), ""]
    lines += [_build(built, floor), ""]
    if peers:
        lines += [_peers(extracts, home)]
    return "\n".join(lines)


def _costs(half: dict[str, object]) -> list[Cost]:
    return [Cost(**step) for step in half["steps"]]  # type: ignore[attr-defined]


def _land(home: Path, landed: dict[str, object]) -> str:
    import duckdb

    costs = {cost.name: cost for cost in _costs(landed)}
    with duckdb.connect(str(home / "work.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT source, sum(physical_records), sum(bytes) FROM sources.ledger GROUP BY 1 ORDER BY 1"
        ).fetchall()
    lines = ["| landing | records | MB | CPU s | records per CPU s |", "|---|---:|---:|---:|---:|"]
    for source, records, size in rows:
        cpu = costs[source].cpu
        lines.append(f"| {source} | {records:,} | {size / 2**20:.0f} | {cpu:.1f} | {records / cpu:,.0f} |")
    return "\n".join([*lines, "", f"Peak memory while landing: {landed['peak_mb']:.0f} MB."])


def _build(built: dict[str, object], floor: dict[str, object]) -> str:
    costs = _costs(built)
    total = sum(costs, Cost("total"))
    low = Cost(**floor["read"]) + Cost(**floor["write"])  # type: ignore[arg-type]
    return "\n".join(
        [
            table([*_shown(costs), total]),
            "",
            _rooms(costs),
            "",
            f"Floor (read {floor['rows']:,} landed rows, write every published table): {low.wall:.1f} s wall, "
            f"{low.cpu:.1f} s CPU. **Build / floor: {_times(total, low)}; peak {built['peak_mb']:.0f} MB.** Without "
            f"likeness: {_times(_without_likeness(costs), low)}.",
        ]
    )


def _times(cost: Cost, low: Cost) -> str:
    return f"{cost.wall / low.wall:.1f}x wall, {cost.cpu / low.cpu:.1f}x CPU"


def _without_likeness(costs: list[Cost]) -> Cost:
    return sum((cost for cost in costs if cost.name not in LIKENESS), Cost("rest"))


def _shown(costs: list[Cost]) -> list[Cost]:
    """The dearest steps, and the sum of the others."""
    costs = sorted(costs, key=lambda cost: -cost.cpu)
    rest = costs[SHOWN_STEPS:]
    return [*costs[:SHOWN_STEPS], sum(rest, Cost(f"the other {len(rest)} steps"))]


def _rooms(costs: list[Cost]) -> str:
    """What each room took, and what the figures cost beside all that was there before them.

    The first build of this project had no likeness and no figures beyond sums, so the rest of this build without
    likeness is less than what that one took.
    """
    rooms: dict[str, Cost] = {}
    for cost in costs:
        room = "likeness" if cost.name in LIKENESS else cost.name.split(".")[0]
        rooms[room] = rooms.get(room, Cost(room)) + cost
    figures = sum((rooms.get(room, Cost(room)) for room in FIGURES), Cost("figures"))
    rest = sum((cost for room, cost in rooms.items() if room not in {*FIGURES, "likeness"}), Cost("rest"))
    return "\n".join([
        table(list(rooms.values())),
        "",
        f"{', '.join(FIGURES)}: {figures.wall / rest.wall:.1f}x wall, {figures.cpu / rest.cpu:.1f}x CPU of the other "
        f"rooms and publishing without likeness; peak {figures.peak_mb:.0f} MB.",
    ])  # fmt: skip


def _peers(extracts: Path, home: Path) -> str:
    from benchmarks.accuracy import score_assignment, score_home

    lines = [
        "| on the same extracts | wall s | CPU s | peak MB | customers | F1 | B-cubed | over-merge | split |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    own = score_home(extracts, home)
    shown = f"{own.f1:.3f} | {own.b_cubed:.3f} | {own.over_merge:.2%} | {own.split:.2%}"
    lines.append(f"| customer360_pipeline (see above) | | | | | {shown} |")
    for name, python in PEERS.items():
        runner = python or environment("community_component")
        if runner is None:
            lines.append(f"| {name}: its environment could not be made | | | | | | | | |")
            continue
        out = home / f"{name}.parquet"
        done = in_process(runner, f"benchmarks.peers.{name}", ["--extracts", str(extracts), "--out", str(out)])
        cost = Cost(**done["cost"])
        s = score_assignment(extracts, out)
        lines.append(
            f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.peak_mb:.0f} | {done['customers']:,} | "
            f"{s.f1:.3f} | {s.b_cubed:.3f} | {s.over_merge:.2%} | {s.split:.2%} |"
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    """Print the report of one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=list(SIZES), default="100k")
    parser.add_argument("--memory-limit", default="", help="DuckDB memory limit of the build, e.g. 1500MB")
    parser.add_argument(
        "--sessions", type=float, default=SESSIONS_PER_PERSON, help="web sessions of a person who visits at all"
    )
    parser.add_argument(
        "--no-accounts", action="store_true", help="people and payments in seven systems, nothing of companies' use"
    )
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    args = parser.parse_args(argv)
    print(measure(args.size, args.sessions, args.memory_limit, accounts=not args.no_accounts, peers=not args.no_peers))


if __name__ == "__main__":
    main()
