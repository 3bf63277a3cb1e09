"""Downstream of the published table: assets of the users, and their notebooks."""

import dagster as dg
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from customer360_pipeline.publish.read import read_table


def test_a_downstream_asset_takes_the_table_as_an_argument(small) -> None:
    seen = {}

    @dg.asset
    def in_pandas(customer_360: pd.DataFrame) -> None:
        seen["pandas"] = customer_360

    @dg.asset
    def in_polars(customer_360: pl.DataFrame) -> None:
        seen["polars"] = customer_360

    @dg.asset
    def in_arrow(customer_360: pa.Table) -> None:
        seen["arrow"] = customer_360

    @dg.asset(deps=["customer_360"])
    def by_key(context: dg.AssetExecutionContext) -> None:
        seen["by key"] = context.load_asset_value(dg.AssetKey("customer_360"))

    small.downstream = (in_pandas, in_polars, in_arrow, by_key)
    assert small.run().success
    assert isinstance(seen["pandas"], pd.DataFrame) and isinstance(seen["by key"], pd.DataFrame)
    assert isinstance(seen["polars"], pl.DataFrame) and isinstance(seen["arrow"], pa.Table)
    assert seen["pandas"]["total_revenue"].tolist() == [400.0, 800.0, 1200.0]
    assert [str(amount) for amount in seen["polars"]["total_revenue"]] == ["400.00", "800.00", "1200.00"]


def test_the_documented_snippets_work(small) -> None:
    """requirements: `df = context.load_asset_value("customer_360")`, then the two segments."""
    seen = {}

    @dg.asset(deps=["customer_360"])
    def segments(context: dg.AssetExecutionContext) -> None:
        df = context.load_asset_value("customer_360")
        seen["df"] = df

    small.downstream = (segments,)
    assert small.run().success
    df = seen["df"]
    assert len(df.head()) == 3
    valuable = df[(df["total_revenue"] > 1000) & (df["is_active"] == True)]  # noqa: E712
    at_risk = df[(df["total_orders"] > 5) & (df["last_interaction_date"] < "2024-01-01")]
    assert valuable["customer_id"].tolist() == ["c_3"]
    assert at_risk.empty


def test_the_table_can_be_loaded_outside_a_run(small) -> None:
    small.run()
    df = small.definitions().load_asset_value("customer_360", instance=small.instance)
    assert df.equals(read_table("customer_360"))
    assert isinstance(read_table("customer_360", as_="polars"), pl.DataFrame)
    with pytest.raises(Exception, match="No published table"):
        read_table("nonsense")


def test_the_table_may_have_another_name(small) -> None:
    from customer360_pipeline.config import Config

    small.config = Config(asset_name="golden_customers")
    assert small.run().success
    assert len(read_table("golden_customers")) == 3
