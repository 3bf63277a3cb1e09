"""The definitions of a run are those that Dagster loads, but for what only its pages and `dg` read."""

from __future__ import annotations

import yaml

from customer360_pipeline.components.automation import JOB
from customer360_pipeline.components.quick_definitions import quick_definitions
from customer360_pipeline.definitions import defs

LIST = "plugin_component_types_json"


def test_a_run_has_the_same_job_and_the_pages_have_their_list() -> None:
    loader = yaml.SafeLoader
    with quick_definitions():
        quick = defs()
    plain = defs()
    assert yaml.SafeLoader is loader
    assert LIST in plain.metadata and LIST not in quick.metadata
    jobs = [found.resolve_job_def(JOB) for found in (quick, plain)]
    assert len({tuple(sorted(job.asset_layer.executable_asset_keys)) for job in jobs}) == 1
    graphs = [found.resolve_asset_graph() for found in (quick, plain)]
    keys = sorted(graphs[0].get_all_asset_keys())
    assert len(keys) > 300
    for key in keys:
        one, other = (graph.get(key) for graph in graphs)
        assert (one.description, one.parent_keys, one.check_keys) == (
            other.description,
            other.parent_keys,
            other.check_keys,
        )
        assert {name: value for name, value in one.metadata.items() if "origin" not in name}.keys() == {
            name for name in other.metadata if "origin" not in name
        }
