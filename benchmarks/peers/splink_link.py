"""Splink 5 on a public set, configured as its own examples configure such data.

    python -m benchmarks.peers.splink_link --folder FOLDER --set NAME --out FILE.parquet

Needs an environment of its own (splink_link.txt). Blocking rules, comparisons and training follow the notebooks of its
documentation: "Linking a dataset of real historical persons", "Deduplicating the febrl3 dataset", "Linking the febrl4
datasets", the quick start (fake_1000), and for the rest the same building blocks over the columns there are, with the
address as one comparison: on FEBRL that does better than the house number alone, as the example has it. Writes one
cluster column for each threshold.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.measure import measured, report

THRESHOLDS = (0.2, 0.5, 0.9, 0.99, 0.999, 0.9999)
# Columns of the records -> SQL of the rules; a rule is used where the set fills all its columns.
GENERAL_RULES: tuple[tuple[str, ...], ...] = (
    ("first_name", "last_name"),
    ("birth_date",),
    ("email",),
    ("phone",),
    ("last_name", "substr(birth_date,1,4)"),
    ("first_name", "substr(birth_date,1,4)"),
    ("first_name", "address"),
    ("last_name", "address"),
    ("postal_code", "substr(first_name,1,3)", "substr(last_name,1,3)"),
    ("first_name", "postal_code"),
    ("last_name", "postal_code"),
    ("full_name",),
    ("address",),
)
RULES: dict[str, tuple[tuple[str, ...], ...]] = {
    "historical_50k": (
        ("substr(first_name,1,3)", "substr(last_name,1,4)"),
        ("last_name", "birth_date"),
        ("first_name", "birth_date"),
        ("postal_code", "first_name"),
        ("postal_code", "last_name"),
        ("birth_date", "city"),
        ("substr(postal_code,1,3)", "birth_date"),
        ("substr(postal_code,1,3)", "first_name"),
        ("substr(postal_code,1,3)", "last_name"),
        ("substr(first_name,1,2)", "substr(last_name,1,2)", "substr(birth_date,1,4)"),
    ),
    "febrl": (("first_name",), ("last_name",), ("birth_date",), ("postal_code",)),
    "fake_1000": (("first_name",), ("last_name",), ("birth_date",), ("email",)),
}


def family(name: str) -> str:
    """Which of the documented configurations a set takes."""
    return "febrl" if name.startswith("febrl") else name


def filled(connection: Any) -> set[str]:
    """Columns that hold more than one value."""
    columns = [row[0] for row in connection.execute("DESCRIBE records").fetchall()]
    counts = connection.execute(f"SELECT {', '.join(f'count(DISTINCT {c})' for c in columns)} FROM records").fetchone()
    return {column for column, count in zip(columns, counts, strict=True) if count > 1}


def comparisons(name: str, have: set[str]) -> list[Any]:
    """Comparisons over the columns there are."""
    import splink.comparison_library as cl

    dates = cl.DateOfBirthComparison("birth_date", input_is_string=True)
    if name == "historical_50k":
        names = cl.ForenameSurnameComparison("first_name", "last_name", forename_surname_concat_col_name="names")
        exact = [cl.ExactMatch(c).configure(term_frequency_adjustments=True) for c in ("city", "job_title")]
        return [names, dates, cl.PostcodeComparison("postal_code"), *exact]
    frequent = {"term_frequency_adjustments": True}
    made = {
        "first_name": lambda: cl.NameComparison("first_name").configure(**frequent),
        "last_name": lambda: cl.NameComparison("last_name").configure(**frequent),
        "full_name": lambda: cl.NameComparison("full_name").configure(**frequent),
        "middle_name": lambda: cl.ExactMatch("middle_name"),
        "birth_date": lambda: dates,
        "email": lambda: cl.EmailComparison("email"),
        "phone": lambda: cl.ExactMatch("phone"),
        "city": lambda: cl.ExactMatch("city").configure(**frequent),
        "address": lambda: cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        "postal_code": lambda: cl.DamerauLevenshteinAtThresholds("postal_code", [1, 2]).configure(**frequent),
    }
    return [make() for column, make in made.items() if column in have]


def link(folder: Path, name: str, out: Path) -> None:
    """Train, predict and cluster at each threshold."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE records AS SELECT source || ':' || record_id AS unique_id, source AS list, * EXCLUDE (source), "
        f"nullif(trim(concat_ws(' ', house_number, street)), '') AS address, first_name || ' ' || last_name AS names "
        f"FROM read_csv('{folder}/records.csv', all_varchar = true)"
    )
    have = filled(connection)
    words = RULES.get(family(name), GENERAL_RULES)
    rules = [rule for rule in words if all(_column(part) in have for part in rule)]
    lists = sorted(row[0] for row in connection.execute("SELECT DISTINCT list FROM records").fetchall())
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        comparisons=comparisons(name, have),
        retain_matching_columns=False,
    )
    if name in ("febrl4", "pp_census2"):
        settings.link_type = "link_only"
        data = []
        for source in lists:
            connection.execute(f"CREATE TABLE list_{source} AS SELECT * FROM records WHERE list = '{source}'")
            data.append(api.register(connection.table(f"list_{source}"), dataset_display_name=source))
    else:
        data = api.register(connection.table("records"))
    linker = Linker(data, settings, log_level=None)
    train(linker, have)
    predicted = linker.inference.predict(threshold_match_probability=0.2)
    for number, threshold in enumerate(THRESHOLDS):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=threshold
        )
        connection.execute(f"CREATE TABLE at_{number} AS SELECT unique_id, cluster_id FROM {clusters.physical_name}")
    shown = ", ".join(f'at_{n}.cluster_id AS "{t}"' for n, t in enumerate(THRESHOLDS))
    joins = " ".join(f"LEFT JOIN at_{n} USING (unique_id)" for n in range(len(THRESHOLDS)))
    connection.execute(
        f"COPY (SELECT list AS source, record_id, {shown} FROM records {joins}) TO '{out}' (FORMAT parquet)"
    )


def _column(part: str) -> str:
    return part.partition("(")[2].partition(",")[0] or part


def train(linker: Any, have: set[str]) -> None:
    """Prior from rules that are nearly always right, u from random pairs, m by EM over two different blocks."""
    from splink import block_on

    strict = [("first_name", "last_name", "birth_date"), ("email",), ("birth_date", "postal_code"),
              ("first_name", "last_name", "address"), ("full_name", "phone")]  # fmt: skip
    sure = [block_on(*rule) for rule in strict if all(column in have for column in rule)]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    blocks = [("first_name", "last_name"), ("birth_date",), ("address",), ("email",), ("full_name",), ("phone",)]
    usable = [rule for rule in blocks if all(column in have for column in rule)]
    for rule in usable[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )


def main(argv: list[str] | None = None) -> None:
    """Run the peer and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--set", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with measured("Splink 5") as cost:
        link(args.folder, args.set, args.out)
    report(cost=cost)


if __name__ == "__main__":
    main()
