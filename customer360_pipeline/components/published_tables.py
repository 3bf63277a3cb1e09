"""The IO manager through which a downstream asset takes a published table as an argument."""

from __future__ import annotations

from typing import Any

import dagster as dg


class PublishedTables(dg.IOManager):
    """Loads a published table as the argument's annotation says: pandas (the default), polars or Arrow."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Published tables are written by the publish step alone."""
        raise dg.DagsterInvariantViolationError(f"{context.asset_key.to_user_string()} is written by publish only.")

    def load_input(self, context: dg.InputContext) -> Any:
        """The table in its current version."""
        raise NotImplementedError
