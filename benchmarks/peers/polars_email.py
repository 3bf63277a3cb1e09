"""The same e-mail merge in polars, lazily where its readers allow it; lists of API objects are left out.

python -m benchmarks.peers.polars_email --extracts DIR --out FILE.parquet
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

from benchmarks.measure import measured, report
from benchmarks.peers.read import CRM, files


def _objects(paths: list[Path], schema: dict[str, type[pl.DataType]]) -> pl.LazyFrame:
    # polars stops at the first broken line; a line cut short is told by its end.
    texts = [path.read_bytes() for path in paths if path.suffix == ".jsonl"]
    whole = [b"\n".join(line for line in text.splitlines() if line.endswith(b"}")) for text in texts]
    if not any(whole):
        return pl.LazyFrame(schema=schema)
    return pl.concat(pl.scan_ndjson(text, schema=schema) for text in whole if text)


def _csv(paths: list[Path], names: dict[str, str]) -> pl.LazyFrame:
    if not paths:
        return pl.LazyFrame(schema=dict.fromkeys(names.values(), pl.String))
    frames = [
        pl.read_csv(p, infer_schema=False, truncate_ragged_lines=True, ignore_errors=True, encoding="utf8-lossy")
        for p in paths
    ]
    return pl.concat(f.select(list(names)).rename(names) for f in frames).lazy()


def _key(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(pl.col("email").str.strip_chars().str.to_lowercase()).filter(
        pl.col("email").str.contains("@", literal=True)
    )


def build(extracts: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(one row per e-mail, one row per record with its cluster)."""
    text = pl.String
    customers = _key(_objects(files(extracts, "stripe/customers*.jsonl"), {"id": text, "email": text, "name": text}))
    charges = _objects(files(extracts, "stripe/charges*.jsonl"), {"customer": text, "amount": pl.Int64, "status": text})
    paid = (
        charges.filter(pl.col("status") == "succeeded")
        .group_by("customer")
        .agg(pl.col("amount").sum().alias("revenue"), pl.len().alias("orders"))
    )
    stripe = customers.join(paid, left_on="id", right_on="customer", how="left")
    table = stripe.group_by("email").agg(pl.col("revenue").sum(), pl.col("orders").sum(), pl.col("name").first())
    records = [customers.select(pl.lit("stripe").alias("source"), pl.col("id").alias("record_id"), "email")]
    for source, (patterns, names) in CRM.items():
        people = _key(_csv(files(extracts, *patterns), names))
        records.append(people.select(pl.lit(source).alias("source"), "record_id", "email"))
        best = people.group_by("email").first()
        best = best.rename({name: f"{source}_{name}" for name in best.columns if name != "email"})
        table = table.join(best, on="email", how="full", coalesce=True)
    members = _key(
        _csv(files(extracts, "mailchimp/*email_audience_export_*.csv"), {"Email Address": "email", "LEID": "record_id"})
    )
    records.append(members.select(pl.lit("mailchimp").alias("source"), "record_id", "email"))
    touches = _touches(extracts)
    first = touches.sort("timestamp").group_by("email").agg(pl.col("source", "medium", "campaign").first())
    table = table.join(first, on="email", how="full", coalesce=True)
    return table.collect(), pl.concat(records).collect()


def _touches(extracts: Path) -> pl.LazyFrame:
    names = {name: name for name in ("email", "source", "medium", "campaign", "timestamp")}
    frames = [_csv(files(extracts, "marketing/*.csv"), names)]
    frames.append(_objects(files(extracts, "marketing/*.jsonl"), dict.fromkeys(names, pl.String)))
    frames += [
        pl.scan_parquet(p).select(pl.col(*names).cast(pl.String)) for p in files(extracts, "marketing/*.parquet")
    ]
    return _key(pl.concat([f.select(*names) for f in frames]))


def main(argv: list[str] | None = None) -> None:
    """Run the peer and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with measured("polars e-mail merge") as cost:
        table, records = build(args.extracts)
    records.rename({"email": "cluster"}).write_parquet(args.out)
    report(cost=cost, customers=table.height, revenue=float(table["revenue"].sum() or 0) / 100)


if __name__ == "__main__":
    main()
