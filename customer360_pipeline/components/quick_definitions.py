"""Builds the definitions of one run without what only Dagster's pages and `dg` read.

`customer360 run` builds them, uses its one job and ends. Not here: the definitions (`definitions.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import yaml

from customer360_pipeline.components.quick_history import replaced


@contextmanager
def quick_definitions() -> Iterator[None]:
    """Definitions built in the block lack the list of all installed components with examples, in which `dg` looks up
    the keys of a YAML file; and YAML is read by the C parser, which gives the same nodes and positions."""
    from dagster.components.core import load_defs

    def without_list(tree: dg.ComponentTree | None) -> dg.Definitions:
        return dg.Definitions(component_tree=tree)

    quick = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with replaced(load_defs, get_library_json_enriched_defs=without_list), replaced(yaml, SafeLoader=quick):
        yield
