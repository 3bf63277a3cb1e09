"""`Customer360Component`: the rooms after the sources, the published tables, and what keeps them running."""

from __future__ import annotations

from dataclasses import dataclass, field

import dagster as dg
from pydantic import BaseModel

from customer360_pipeline.components.automation import automation
from customer360_pipeline.components.published_tables import PUBLISHED, PublishedTables, take_names
from customer360_pipeline.components.resources import RUN, run_resource
from customer360_pipeline.components.simulation import simulation_asset
from customer360_pipeline.components.source_assets import ledger_assets, source_assets
from customer360_pipeline.components.source_extract import SourceExtract
from customer360_pipeline.components.table_assets import publish_assets, table_assets
from customer360_pipeline.config import Config, load_config
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.project import Project, added_sources, chosen_config, with_added


@dataclass
class Customer360Component(dg.Component, dg.Resolvable):
    """One row per real customer, from every `SourceExtract` of the project. Attributes: docs/configuration.md."""

    config: Config = field(default_factory=Config)

    @classmethod
    def model(cls) -> type[BaseModel]:
        """The attributes of an instance."""
        return Config

    @classmethod
    def resolve_from_model(cls, context: dg.ResolutionContext, model: BaseModel) -> Customer360Component:
        """The configuration is read as it stands, so that the command line reads the same."""
        assert isinstance(model, Config)
        return cls(model)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """All assets after the raw tables, with their job, schedule, sensors and resources."""
        take_names()
        path = chosen_config()
        declared = context.component_tree.get_all_components(of_type=SourceExtract)
        sources = tuple(sorted((c.source for c in declared), key=lambda source: source.source))
        project = Project(load_config(path) if path else self.config, with_added(sources, path))
        tables = load_catalog(project.sources)
        added = [source_assets(source) for source in added_sources(path)]
        assets = [*added, ledger_assets(project.sources), *table_assets(tables), *publish_assets(project, tables)]
        shared = {RUN: run_resource(project), PUBLISHED: PublishedTables()}
        return dg.Definitions.merge(
            dg.Definitions(assets=[*assets, simulation_asset()], resources=shared, executor=dg.in_process_executor),
            automation(project, tables),
        )
