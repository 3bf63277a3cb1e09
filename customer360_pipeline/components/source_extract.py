"""`SourceExtract`: one source, declared in YAML; its raw tables as assets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dagster as dg
from pydantic import BaseModel

from customer360_pipeline.components.source_assets import source_assets
from customer360_pipeline.project import added_sources, chosen_config
from customer360_pipeline.sources.contract import Source


@dataclass
class SourceExtract(dg.Component, dg.Resolvable):
    """Extract files of one vendor, mapped to canonical fields. Attributes: `sources/contract.py`, docs/sources.md."""

    source: Source

    @classmethod
    def model(cls) -> type[BaseModel]:
        """The attributes of an instance."""
        return Source

    @classmethod
    def resolve_from_model(cls, context: dg.ResolutionContext, model: BaseModel) -> SourceExtract:
        """The contract is read as it stands: a template in it would hide what is read from whom."""
        assert isinstance(model, Source)
        return cls(model)

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """The source's assets; none where CUSTOMER360_CONFIG replaces the source."""
        replaced = {source.source for source in added_sources(chosen_config())}
        assets: list[Any] = [] if self.source.source in replaced else [source_assets(self.source)]
        return dg.Definitions(assets=assets)
