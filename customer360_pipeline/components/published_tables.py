"""The IO manager through which a downstream asset takes a published table as an argument."""

from __future__ import annotations

from functools import wraps
from typing import Any, Literal

import dagster as dg

PUBLISHED = "published_tables"


class PublishedTables(dg.IOManager):
    """Loads a published table as the argument's annotation says: pandas (the default), polars or Arrow."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Published tables are written by the publish step alone."""
        raise dg.DagsterInvariantViolationError(f"{context.asset_key.to_user_string()} is written by publish only.")

    def load_input(self, context: dg.InputContext) -> Any:
        """The table in its current version."""
        from customer360_pipeline.publish.read import read_table

        return read_table(context.asset_key.path[-1], as_=_form(context.dagster_type.typing_type))


def _form(annotation: Any) -> Literal["pandas", "polars", "arrow"]:
    """The frame of the annotated type; pandas where none of the three is named."""
    module = getattr(annotation, "__module__", "").split(".")[0]
    return "polars" if module == "polars" else "arrow" if module == "pyarrow" else "pandas"


def take_names() -> None:
    """Let `context.load_asset_value("customer_360")` take a name, as `Definitions.load_asset_value` does.

    Dagster 1.13 coerces names there but not here, where it fails with a KeyError; the component's README
    promises the call with a name.
    """
    original = dg.OpExecutionContext.load_asset_value
    if getattr(original, "takes_names", False):
        return

    @wraps(original)
    def load_asset_value(self: dg.OpExecutionContext, asset_key: Any, **options: Any) -> Any:
        return original(self, dg.AssetKey.from_coercible(asset_key), **options)

    load_asset_value.takes_names = True  # type: ignore[attr-defined]
    dg.OpExecutionContext.load_asset_value = load_asset_value  # type: ignore[method-assign]
