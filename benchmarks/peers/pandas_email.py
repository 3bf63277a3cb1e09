"""A pandas merge on the lower-cased e-mail: what a notebook does on its first afternoon.

    python -m benchmarks.peers.pandas_email --extracts DIR --out FILE.parquet

Rows that a reader refuses are dropped, rows without an e-mail are lost, all currencies are added as cents.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.measure import measured, report
from benchmarks.peers.read import CRM, files, objects


def _objects(paths: list[Path], keep: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame([{name: item.get(name) for name in keep} for item in objects(paths)], columns=list(keep))


def _csv(paths: list[Path], names: dict[str, str]) -> pd.DataFrame:
    frames = [
        pd.read_csv(path, dtype=str, on_bad_lines="skip", usecols=lambda c: c in names, encoding_errors="replace")
        for path in paths
    ]
    return (
        pd.concat(frames, ignore_index=True).rename(columns=names)
        if frames
        else pd.DataFrame(columns=[*names.values()])
    )


def _key(frame: pd.DataFrame) -> pd.DataFrame:
    frame["email"] = frame["email"].astype("str").str.strip().str.lower()
    return frame[frame["email"].str.contains("@", na=False)]


def build(extracts: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(one row per e-mail, one row per record with its cluster)."""
    customers = _objects(files(extracts, "stripe/customers*.json*"), ("id", "email", "name", "created"))
    charges = _objects(files(extracts, "stripe/charges*.json*"), ("customer", "amount", "status"))
    paid = charges[charges["status"] == "succeeded"].groupby("customer")["amount"].agg(["sum", "count"])
    stripe = _key(customers).merge(paid, left_on="id", right_index=True, how="left")
    table = stripe.groupby("email").agg(
        total_revenue=("sum", "sum"), total_orders=("count", "sum"), stripe_name=("name", "first")
    )
    records = [stripe[["email"]].assign(source="stripe", record_id=stripe["id"])]
    for source, (patterns, names) in CRM.items():
        people = _key(_csv(files(extracts, *patterns), names))
        records.append(people[["email", "record_id"]].assign(source=source))
        table = table.merge(people.groupby("email").first().add_prefix(f"{source}_"), on="email", how="outer")
    members = _csv(
        files(extracts, "mailchimp/*email_audience_export_*.csv"), {"Email Address": "email", "LEID": "record_id"}
    )
    members = _key(members)
    records.append(members[["email", "record_id"]].assign(source="mailchimp"))
    touches = _touches(extracts)
    first = touches.sort_values("timestamp").groupby("email")[["source", "medium", "campaign"]].first()
    table = table.merge(first.add_prefix("acquisition_"), on="email", how="outer")
    return table, pd.concat(records, ignore_index=True)


def _touches(extracts: Path) -> pd.DataFrame:
    keep = ["email", "source", "medium", "campaign", "timestamp"]
    frames = [pd.read_csv(p, dtype=str, on_bad_lines="skip") for p in files(extracts, "marketing/*.csv")]
    frames.append(_objects(files(extracts, "marketing/*.jsonl"), tuple(keep)))
    frames += [pd.read_parquet(p) for p in files(extracts, "marketing/*.parquet")]
    return _key(pd.concat([f.reindex(columns=keep) for f in frames], ignore_index=True).astype("str"))


def main(argv: list[str] | None = None) -> None:
    """Run the peer and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with measured("pandas e-mail merge") as cost:
        table, records = build(args.extracts)
    records.rename(columns={"email": "cluster"}).to_parquet(args.out)
    report(cost=cost, customers=len(table), revenue=float(table["total_revenue"].sum()) / 100)


if __name__ == "__main__":
    main()
