"""The published `dagster-community-components` Customer 360 component, run as it is on the same extracts.

    python -m benchmarks.peers.community_component --extracts DIR --out FILE.parquet

Needs an environment of its own (benchmarks/peers/community_component.txt). The component takes DataFrames: Stripe
customers, marketing touches under the names it looks for (`date`, `platform`, `campaign_name`), GA4 counts per user and
the CRM's contacts. It computes no revenue and ignores the CRM; nothing is added to what it does.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.measure import measured, report
from benchmarks.peers.read import CRM, files, objects


def inputs(extracts: Path) -> dict[str, pd.DataFrame]:
    """The four frames under the column names the component reads."""
    stripe = pd.DataFrame(
        [
            {name: item.get(name) for name in ("id", "email", "name", "created")}
            for item in objects(files(extracts, "stripe/customers*.json*"))
        ]
    )
    events = [pd.read_csv(p, dtype=str, on_bad_lines="skip") for p in files(extracts, "marketing/*.csv")]
    events += [pd.DataFrame(objects([p])) for p in files(extracts, "marketing/*.jsonl")]
    events += [pd.read_parquet(p) for p in files(extracts, "marketing/*.parquet")]
    marketing = pd.concat(events, ignore_index=True).rename(
        columns={"timestamp": "date", "source": "platform", "campaign": "campaign_name"}
    )[["email", "date", "platform", "campaign_name"]]
    marketing["date"] = pd.to_datetime(marketing["date"].astype("str"), errors="coerce", utc=True, format="ISO8601")
    # The component subtracts from a time without a zone.
    marketing["date"] = marketing["date"].dt.tz_localize(None)
    patterns, names = CRM["hubspot"]
    crm = pd.concat(
        [
            pd.read_csv(p, dtype=str, on_bad_lines="skip", usecols=lambda c: c in names)
            for p in files(extracts, *patterns)
        ]
    )
    return {"stripe": stripe, "marketing": marketing, "crm": crm.rename(columns=names)}


def run_component(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Materialize the component's asset on the frames and return its table."""
    import dagster as dg
    from dagster_community_components.assets.analytics.customer_360.component import Customer360Component

    component = Customer360Component(
        asset_name="customer_360",
        stripe_customers_asset_key="stripe",
        marketing_data_asset_key="marketing",
        crm_data_asset_key="crm",
        join_key="email",
        secondary_join_keys="user_id,phone",
        include_preview_metadata=False,
    )
    definitions = component.build_defs(None)
    upstream = [_asset(dg, name, frame) for name, frame in frames.items()]
    with tempfile.TemporaryDirectory() as folder:
        resources = {"io_manager": dg.FilesystemIOManager(base_dir=folder)}
        result = dg.materialize([*upstream, *definitions.assets], resources=resources)  # type: ignore[list-item]
        table: pd.DataFrame = result.output_for_node("customer_360")
    return table


def _asset(dg: object, name: str, frame: pd.DataFrame) -> object:
    def compute() -> pd.DataFrame:
        return frame

    compute.__name__ = name
    return dg.asset(compute)  # type: ignore[attr-defined]


def main(argv: list[str] | None = None) -> None:
    """Run the peer and report its cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extracts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    with measured("community component") as cost:
        frames = inputs(args.extracts)
        table = run_component(frames)
    first = table.drop_duplicates("stripe_customer_id").dropna(subset=["stripe_customer_id"])
    records = pd.DataFrame(
        {"source": "stripe", "record_id": first["stripe_customer_id"], "cluster": first["customer_id"].astype(str)}
    )
    records.to_parquet(args.out)
    revenue = float(table["total_revenue"].sum()) if "total_revenue" in table else 0.0
    report(cost=cost, customers=len(table), revenue=revenue)


if __name__ == "__main__":
    main()
