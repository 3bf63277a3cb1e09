"""The asset `identity_simulation`: what a changed configuration would do, as markdown on its page.

It belongs to no job: somebody materializes it, or a pull request's pipeline does, with the changed file in its run
configuration. It publishes nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from customer360_pipeline.components.metadata import OWNERS

if TYPE_CHECKING:
    from customer360_pipeline.simulate.compare import Simulation

NAME = "identity_simulation"


class Changed(dg.Config):
    """What is simulated.

    Args:
        config_file: the changed configuration YAML; empty: the configuration as it stands now.
        extracts: folder of extracts for sources that must be read again; empty: none may have to be.
    """

    config_file: str = ""
    extracts: str = ""


def simulation_asset() -> dg.AssetsDefinition:
    """The asset, without dependencies: it reads what the last run left, not what this one makes."""

    @dg.asset(
        name=NAME,
        group_name="what_if",
        description="What a changed configuration would do to the published customers: merged, split, revenue moved. "
        "Publishes nothing. Materialize it alone, with `config_file` in the launchpad.",
        owners=list(OWNERS),
        kinds={"duckdb"},
        output_required=False,
    )
    def identity_simulation(context: dg.AssetExecutionContext, config: Changed) -> Iterator[Any]:
        from customer360_pipeline.errors import Customer360Error
        from customer360_pipeline.project import home_folder
        from customer360_pipeline.publish.lock import holder_of

        if holder_of(home_folder()) == os.getpid():
            context.log.warning("Not simulated: this run is changing the tables it would read. Materialize it alone.")
            return
        try:
            found = _simulate(config)
        except Customer360Error as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        yield dg.MaterializeResult(metadata=_metadata(found))

    return identity_simulation


def _simulate(config: Changed) -> "Simulation":
    from customer360_pipeline.project import home_folder, load_project
    from customer360_pipeline.simulate.compare import compare
    from customer360_pipeline.simulate.rehearse import rehearse

    project = load_project(Path(config.config_file).expanduser() if config.config_file else None)
    extracts = Path(config.extracts).expanduser() if config.extracts else None
    with rehearse(project, home_folder(), extracts) as rehearsal:
        return compare(rehearsal)


def _metadata(found: "Simulation") -> dict[str, Any]:
    from customer360_pipeline.simulate.report import as_markdown, customer_counts

    return {
        "simulation": dg.MetadataValue.md(as_markdown(found)),
        "against version": found.version,
        **customer_counts(found),
        f"revenue moved {found.currency}": float(found.moved_revenue),
    }
