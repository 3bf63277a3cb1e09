"""The core table of a customer data platform."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    # Loaded when asked for: every `dg` command imports this package.
    if name == "read_table":
        from customer360_pipeline.publish.read import read_table

        return read_table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
