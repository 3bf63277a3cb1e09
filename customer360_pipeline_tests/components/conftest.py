"""A small project around the real components: one source, one table, its check, and the published table."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from customer360_pipeline import pipeline
from customer360_pipeline.components import table_assets as assets_module
from customer360_pipeline.components.automation import automation
from customer360_pipeline.components.published_tables import PUBLISHED, PublishedTables, take_names
from customer360_pipeline.components.resources import RUN, Watch, run_resource
from customer360_pipeline.components.table_assets import publish_assets, table_assets
from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult
from customer360_pipeline.engine.table_file import Assert, Table, columns
from customer360_pipeline.project import Project
from customer360_pipeline.publish import drift
from customer360_pipeline.publish import version as publish_version

CUSTOMERS = """
SELECT 'c_' || i AS customer_id, 'person' || i || '@example.org' AS email, (i * 400)::DECIMAL(18,2) AS total_revenue,
    i > 1 AS is_active, i::BIGINT AS total_orders, TIMESTAMP '2023-06-01' + to_days((i * 100)::INT)
    AS last_interaction_date, i::BIGINT AS record_count
FROM range(1, 4) t(i)
"""
TABLE = Table(
    name="customer_360.customer_360",
    description="One row per customer.",
    columns=columns(
        "customer_id VARCHAR | The customer.",
        "email VARCHAR | Its address.",
        "total_revenue DECIMAL(18,2) | What it paid.",
        "is_active BOOLEAN | Seen lately.",
        "total_orders BIGINT | Orders.",
        "last_interaction_date TIMESTAMP | Seen last.",
        "record_count BIGINT | Records.",
    ),
    unique=(("customer_id",),),
    sql=CUSTOMERS,
)


@dataclass
class SmallProject:
    """Definitions of one published table, and how to run them."""

    home: Path
    instance: dg.DagsterInstance
    config: Config = field(default_factory=Config)
    table: Table = TABLE
    downstream: tuple[Any, ...] = ()
    watch: Watch = field(default_factory=Watch)

    def definitions(self) -> dg.Definitions:
        """What the component makes of one table and no source."""
        take_names()
        project = Project(self.config, ())
        assets = [*table_assets([self.table]), *publish_assets(project, [self.table]), *self.downstream]
        resources = {RUN: run_resource(project, self.watch), PUBLISHED: PublishedTables()}
        return dg.Definitions.merge(
            dg.Definitions(assets=assets, resources=resources, executor=dg.in_process_executor),
            automation(project, [self.table]),
        )

    def run(self, **tags: str) -> dg.ExecuteInProcessResult:
        """Materialize every asset."""
        job = self.definitions().resolve_implicit_global_asset_job_def()
        return job.execute_in_process(instance=self.instance, raise_on_error=False, tags=tags)

    def breaking(self) -> SmallProject:
        """The same project, with a check that every row breaks."""
        broken = replace(TABLE, asserts=(Assert("total_revenue < 0", "nobody pays"),))
        return replace(self, table=broken, watch=Watch())


@pytest.fixture(scope="session")
def instance() -> Iterator[dg.DagsterInstance]:
    """One instance for all tests: making one takes seconds."""
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def small(tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    """A project with a home of its own."""
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    monkeypatch.setenv("CUSTOMER360_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUSTOMER360_EXTRACTS", str(extracts))
    monkeypatch.delenv("CUSTOMER360_AS_OF", raising=False)
    monkeypatch.setattr(pipeline, "load_catalog", lambda _: (TABLE,))
    monkeypatch.setattr(publish_version, "load_catalog", lambda _: (TABLE,))
    contract = CheckResult(TABLE.name, "contract", "The contract holds.", 0)
    monkeypatch.setattr(pipeline, "audit_across", lambda *_: [contract])
    monkeypatch.setattr(assets_module, "AUDITS", ())
    monkeypatch.setattr(assets_module, "DRIFT_CHECKS", ())
    monkeypatch.setattr(drift, "current_figures", lambda *_: {})
    return SmallProject(tmp_path / "home", instance)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Gives a port of loopback that nobody listens on."""

    def port() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return port
