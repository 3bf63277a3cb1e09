"""Splink 5 on the records of the identity benchmark: with rules alone, or with its probabilistic model.

    python -m benchmarks.peers.splink_customers --records FILE --way rules|probabilistic --out FILE.parquet

Needs an environment of its own (splink_link.txt). Blocking rules, comparisons and training are the building blocks of
its documentation over the columns there are: exact keys and pairs of fields for blocking, a comparison per field with
term frequencies, u from random pairs, m by EM over two blocks. Writes a column of clusters for each threshold.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from benchmarks.measure import measured, report

THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999)
# What the keys of the project say, as far as a rule can: a phone needs the given name too.
RULES = (("email",), ("user_id",), ("phone", "first_name"))
BLOCKS = (
    *RULES,
    ("first_name", "last_name", "postal_code"),
    ("last_name", "birth_date"),
    ("first_name", "birth_date"),
    ("last_name", "address"),
    ("first_name", "address"),
)


def linker_of(records: Path, blocks: tuple[tuple[str, ...], ...], compared: bool) -> tuple[Any, Any]:
    """The connection and the linker."""
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE records AS SELECT source || ':' || record_id AS unique_id, * FROM read_parquet('{records}')"
    )
    frequent = {"term_frequency_adjustments": True}
    comparisons = [
        cl.NameComparison("first_name").configure(**frequent),
        cl.NameComparison("last_name").configure(**frequent),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.EmailComparison("email"),
        cl.ExactMatch("phone"),
        cl.ExactMatch("user_id"),
        cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        cl.ExactMatch("postal_code").configure(**frequent),
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in blocks],
        comparisons=comparisons if compared else [],
        retain_matching_columns=False,
    )
    return connection, Linker(DuckDBAPI(connection).register(connection.table("records")), settings, log_level=None)


def rules(records: Path, out: Path) -> list[str]:
    """Whoever fulfils a rule is one customer."""
    connection, linker = linker_of(records, RULES, compared=False)
    pairs = linker.inference.deterministic_link()
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs)
    _write(connection, {"cluster": clusters.physical_name}, out)
    return ["cluster"]


def probabilistic(records: Path, out: Path) -> list[str]:
    """Train, predict, and cluster at each threshold."""
    from splink import block_on

    connection, linker = linker_of(records, BLOCKS, compared=True)
    sure = [block_on(*rule) for rule in (("email",), ("user_id",), ("first_name", "last_name", "birth_date"))]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (("first_name", "last_name"), ("email",)):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )
    pairs = linker.inference.predict(threshold_match_probability=0.2)
    tables = {}
    for threshold in THRESHOLDS:
        found = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_probability=threshold
        )
        tables[str(threshold)] = found.physical_name
    _write(connection, tables, out)
    return list(tables)


def _write(connection: Any, tables: dict[str, str], out: Path) -> None:
    names = list(tables.items())
    shown = ", ".join(f't{n}.cluster_id AS "{name}"' for n, (name, _) in enumerate(names))
    joins = " ".join(f"LEFT JOIN {found} AS t{n} USING (unique_id)" for n, (_, found) in enumerate(names))
    connection.execute(
        f"COPY (SELECT records.source, records.record_id, {shown} FROM records {joins}) TO '{out}' (FORMAT parquet)"
    )


def main(argv: list[str] | None = None) -> None:
    """Run the peer one way and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--way", choices=["rules", "probabilistic"], required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with measured(f"Splink 5, {args.way}") as cost:
        columns = {"rules": rules, "probabilistic": probabilistic}[args.way](args.records, args.out)
    report(cost=cost, columns=columns)


if __name__ == "__main__":
    main()
