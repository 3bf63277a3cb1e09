"""People whose accounts are built once for all tests of a module; what they do in the product, each test gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from customer360_pipeline.engine.table_file import Table
from customer360_pipeline_tests.conftest import Warehouse

FACTS = (
    "staging.usage_days", "staging.features", "staging.logins", "staging.article_views", "staging.entitlements",
    "staging.company_references",
)  # fmt: skip


def team_of(
    *people: Mapping[str, Any], companies: tuple[Mapping[str, Any], ...] = ()
) -> tuple[Callable[..., Warehouse], Callable[..., Iterator[Warehouse]]]:
    """The fixtures `team` (no fact yet) and `built` (once a module) of these records and companies of CRMs."""

    @pytest.fixture(scope="module")
    def built(catalog: dict[str, Table]) -> Iterator[Warehouse]:
        warehouse = Warehouse(catalog)
        warehouse.people(*people)
        warehouse.given(
            "staging.identifiers",
            [
                {"node": node, "kind": kind, "value": person[kind]}
                for node, person in enumerate(people)
                for kind in ("email", "customer_id")
                if kind in person
            ],
        )
        warehouse.given("staging.accounts", companies)
        warehouse.build("profile.accounts", "profile.clock")
        warehouse.inputs |= {name for name in warehouse.tables if name.startswith("profile.")}
        warehouse.inputs -= {"profile.company_references"}
        yield warehouse
        warehouse.engine.close()

    @pytest.fixture
    def team(built: Warehouse) -> Warehouse:
        for name in FACTS:
            built.given(name, [])
        return built

    return team, built
