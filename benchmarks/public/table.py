"""Runs every method on every public set, scores what it wrote and puts the table into docs/benchmarks/matching.md.

    make bench-accuracy DATA=folder
    python -m benchmarks.public.table --data folder --sets fake_1000,febrl3 --methods ours,keys,literal

A part may be measured alone: what each method did on each set stays in .bench/public, and the page is written from it;
rows of the page that were measured elsewhere stay as they are.

Each method is a process of its own. A peer writes several clusterings (thresholds, or ways to run it); the one with the
best pairwise F1 is shown, which is more than anybody without the truth could choose. Ours runs with the defaults, and
its other thresholds have rows of their own.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.matching import Score, score
from benchmarks.measure import Cost, in_process
from benchmarks.peers.environment import environment
from benchmarks.public.sets import SETS, write

ROOT = Path(__file__).parent.parent.parent
WORK = ROOT / ".bench" / "public"
PAGE = ROOT / "docs" / "benchmarks" / "matching.md"
BEGIN, END = "<!-- accuracy: written by make bench-accuracy -->", "<!-- end of accuracy -->"
METHODS = {
    "ours": "customer360_pipeline",
    "keys": "exact keys only",
    "literal": "e-mail, else user id, else phone",
    "splink": "Splink 5.0.0",
    "goldenmatch": "goldenmatch 3.22.0",
}
HEAD = (
    "| set | method | precision | recall | F1 | B-cubed F1 | over-merge | split | seconds | peak MB |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True)
class Outcome:
    """What a method did on a set: its best clustering and its name, its cost, and what the table says beside it.

    Args:
        others: of ours: threshold -> clustering, besides the default one.
    """

    best: Score | None
    shown: str
    cost: Cost | None
    note: str = ""
    others: dict[str, Score] = field(default_factory=dict)


def run(method: str, name: str, folder: Path) -> Outcome:
    """One method on one set."""
    out = folder / f"{method}.parquet"
    shared = ["--folder", str(folder), "--out", str(out)]
    python, module, more = Path(sys.executable), f"benchmarks.public.{method}", list[str]()
    if method in ("ours", "keys"):
        module = "benchmarks.public.ours"
        more = ["--once"] * SETS[name].once + ["--keys-only"] * (method == "keys")
    elif method in ("splink", "goldenmatch"):
        own = environment(f"{method}_link")
        if own is None:
            return Outcome(None, METHODS[method], None, "its environment could not be made")
        python, module, more = own, f"benchmarks.peers.{method}_link", ["--set", name]
    try:
        done = in_process(python, module, [*shared, *more])
    except RuntimeError as error:
        return Outcome(None, METHODS[method], None, f"failed: {str(error).splitlines()[-1][:120]}")
    scores, cost = _scores(folder, out), Cost(**done["cost"])
    if method == "ours":
        return Outcome(scores.pop("cluster"), METHODS[method], cost, _pairs(folder, out, done), scores)
    label = max(scores, key=lambda column: scores[column].f1)
    return Outcome(scores[label], METHODS[method] + (f" ({label})" if label != "cluster" else ""), cost)


def _scores(folder: Path, out: Path) -> dict[str, Score]:
    """Each clustering of a file. A record left out stands alone."""
    import duckdb

    columns = [c for c in duckdb.read_parquet(str(out)).columns if c not in ("source", "record_id", "node")]
    truth = f"read_csv('{folder}/truth.csv', all_varchar = true)"
    found = {}
    for column in columns:
        rows = duckdb.execute(
            f"SELECT coalesce(CAST(a.\"{column}\" AS VARCHAR), 'alone ' || t.source || ':' || t.record_id), t.entity "
            f"FROM {truth} AS t LEFT JOIN '{out}' AS a USING (source, record_id)"
        ).fetchall()
        found[column] = score([row[0] for row in rows], [row[1] for row in rows])
    return found


def _pairs(folder: Path, out: Path, done: dict[str, Any]) -> str:
    """Pairs compared for each record, and the share of true pairs among them: the ceiling of recall without chains."""
    import duckdb

    compared = int(done["counts"]["candidate_pairs"])
    nodes = f"(SELECT o.node, t.entity FROM '{out}' AS o JOIN read_csv('{folder}/truth.csv', all_varchar = true) AS t "
    nodes += "USING (source, record_id))"
    true, covered, records = duckdb.execute(
        f"SELECT count(*), count(c.left_node), (SELECT count(*) FROM '{out}') FROM {nodes} AS a "
        f"JOIN {nodes} AS b ON a.entity = b.entity AND a.node < b.node "
        f"LEFT JOIN '{out.with_suffix('.pairs.parquet')}' AS c ON c.left_node = a.node AND c.right_node = b.node"
    ).fetchall()[0]
    return f"{compared / records:.1f} | {covered / max(true, 1):.3f}"


def line(name: str, outcome: Outcome) -> str:
    """One row of the table."""
    best, cost = outcome.best, outcome.cost
    if best is None:
        return f"| {name} | {outcome.shown}: {outcome.note} | | | | | | | | |"
    bold = "**" if outcome.shown == METHODS["ours"] else ""
    return (
        f"| {name} | {outcome.shown} | {best.precision:.4f} | {best.recall:.4f} | {bold}{best.f1:.4f}{bold} | "
        f"{best.b_cubed:.4f} | {best.over_merge:.2%} | {best.split:.2%} | "
        + (f"{cost.wall:.1f} | {cost.peak_mb:.0f} |" if cost else "| |")
    )


def measure(data: Path, names: list[str], methods: list[str]) -> None:
    """Run the methods on the sets, one after another, and keep each outcome."""
    for name in names:
        missing = [file for file in SETS[name].files if not (data / file).exists()]
        if missing:
            print(f"{name} is skipped: {', '.join(missing)} is not in the data folder", file=sys.stderr)
            continue
        folder = WORK / name
        records, people = write(name, data, folder)
        (folder / "size.json").write_text(json.dumps([records, people]))
        for method in methods:
            outcome = run(method, name, folder)
            (folder / f"{method}.json").write_text(json.dumps(asdict(outcome)))
            print(line(name, outcome), file=sys.stderr, flush=True)


def report(page: str) -> str:
    """All outcomes that were kept, and what the page says of the others, as Markdown."""
    stood = _standing(page)
    sizes, lines, compared = [], [HEAD], []
    for name in SETS:
        folder = WORK / name
        sizes += _size(name, folder) or stood.get((name, "size"), [])
        for method, shown in METHODS.items():
            if not (folder / f"{method}.json").exists():
                lines += stood.get((name, shown), [])
                continue
            outcome = _kept(folder / f"{method}.json")
            lines.append(line(name, outcome))
            lines += [line(name, Outcome(s, f"{outcome.shown} at {t}", None)) for t, s in outcome.others.items()]
            if method == "ours" and outcome.note:
                stood[name, "compared"] = [f"| {name} | {outcome.note} |"]
        compared += stood.get((name, "compared"), [])
    table = "| set | pairs compared for each record | share of the true pairs among them |\n|---|---:|---:|"
    return "\n".join([f"Records (people): {', '.join(sizes)}.", "", *lines, "", table, *compared])


def _size(name: str, folder: Path) -> list[str]:
    if not (folder / "size.json").exists():
        return []
    records, people = json.loads((folder / "size.json").read_text())
    return [f"{name} {records:,} ({people:,})"]


def _standing(page: str) -> dict[tuple[str, str], list[str]]:
    """(set, method) -> its rows on the page; (set, "compared") and (set, "size") -> what it says of the set."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in page.split(BEGIN)[1].split(END)[0].splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if cells[0] in SETS and len(cells) == 3:
            found[cells[0], "compared"] = [row]
        elif cells[0] in SETS:
            # A method of another release is another method: its rows go.
            for shown in METHODS.values():
                if cells[1].startswith(shown):
                    found.setdefault((cells[0], shown), []).append(row)
    for size in re.findall(r"\w+ [\d,]+ \([\d,]+\)", page.split(BEGIN)[1].split("\n|")[0]):
        found[size.split()[0], "size"] = [size]
    return found


def _kept(path: Path) -> Outcome:
    facts = json.loads(path.read_text())
    best, cost = facts["best"], facts["cost"]
    others = {name: Score(**found) for name, found in facts.get("others", {}).items()}
    return Outcome(
        Score(**best) if best else None, facts["shown"], Cost(**cost) if cost else None, facts["note"], others
    )


def put(page: Path, table: str) -> None:
    """Replace what stands between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main(argv: list[str] | None = None) -> None:
    """Measure, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the files named in sets.py")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--methods", default=",".join(METHODS))
    args = parser.parse_args(argv)
    if not args.data.is_dir():
        sys.exit(f"{args.data} is no folder; benchmarks/public/sets.py says which public files belong into it")
    measure(args.data, args.sets.split(","), args.methods.split(","))
    put(PAGE, report(PAGE.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
