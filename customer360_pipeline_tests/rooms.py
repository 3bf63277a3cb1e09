"""Rows of raw tables by hand, and the tables of the rooms built from them: for tests of staging and later rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import build_table, check_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source, source_from

AS_OF = datetime(2026, 1, 1)
SHAPES_OF = {
    "stripe": (
        "payments",
        {
            "customers": "contact",
            "charges": "charge",
            "refunds": "refund",
            "disputes": "dispute",
            "subscriptions": "subscription",
            "invoices": "invoice",
            "products": "product",
            "prices": "price",
            "credit_notes": "credit_note",
            "balance_transactions": "balance_transaction",
        },
    ),
    "hubspot": ("crm", {"contacts": "contact", "companies": "account"}),
    "salesforce": ("crm", {"contacts": "contact", "accounts": "account"}),
    "crm": ("crm", {"contacts": "contact"}),
    "mailchimp": ("marketing", {"members": "contact", "activity": "touch"}),
    "marketing": ("marketing", {"events": "touch"}),
    "ga4": ("analytics", {"events": "web_event"}),
    "zendesk": (
        "support",
        {
            "tickets": "ticket",
            "ticket_metrics": "ticket_metric",
            "satisfaction_ratings": "ticket_rating",
            "users": "contact",
            "organizations": "account",
        },
    ),
    "gainsight": (
        "success",
        {"companies": "account", "success_plans": "success_plan", "calls_to_action": "goal", "timeline": "review"},
    ),
    "delighted": ("success", {"people": "contact", "survey_responses": "survey_answer"}),
}


def source(name: str, **more: Any) -> Source:
    """A contract of one of the sources, with no field maps: raw tables are filled by hand."""
    category, entities = SHAPES_OF[name]
    entity = {entity: {"shape": shape, "files": f"{entity}.csv", "fields": {}} for entity, shape in entities.items()}
    return source_from({"source": name, "category": category, "entities": entity} | more, "test")


NOWHERE = Path("/nowhere")


def context_of(
    config: Config | None = None, sources: Iterable[Source] | None = None, home: Path = NOWHERE
) -> RunContext:
    """A run over the given sources, by default all of them."""
    chosen = tuple(sources or (source(name) for name in sorted(SHAPES_OF)))
    return RunContext(config or Config(), chosen, home, NOWHERE, AS_OF)


def fill_raw(engine: DuckDBEngine, context: RunContext, raw: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Make every raw table; `raw` maps `<source>_<entity>` to rows, a row names only the fields it has."""
    for contract in context.sources:
        for name, entity in contract.entities.items():
            table, columns = f"{contract.source}_{name}", entity.shape_of.columns()
            given = list(raw.get(table, ()))
            typed = ", ".join(f'CAST(? AS {type_}) AS "{column}"' for column, type_ in columns)
            engine.create_table(f"raw.{table}", f"SELECT {typed.replace('?', 'NULL')} WHERE false")
            for number, row in enumerate(given, 1):
                unknown = set(row) - {column for column, _ in columns}
                assert not unknown, f"{table} has no {unknown}"
                full = {"source_file": f"{table}.csv", "source_row": number} | dict(row)
                values = [full.get(column) for column, _ in columns]
                engine.connection.execute(f"INSERT INTO raw.{table} SELECT {typed}", values).fetchall()


def build_rooms(
    engine: DuckDBEngine,
    raw: Mapping[str, Iterable[Mapping[str, Any]]],
    rooms: Iterable[str] = ("staging",),
    config: Config | None = None,
    sources: Iterable[Source] | None = None,
    home: Path = NOWHERE,
) -> RunContext:
    """Fill the raw tables, build every table of the rooms in order, and hold each to its header's checks."""
    context = context_of(config, sources, home)
    fill_raw(engine, context, raw)
    for table in load_catalog(context.sources):
        if table.room in set(rooms):
            build_table(engine, table, context)
            broken = [result for result in check_table(engine, table) if not result.passed]
            assert not broken, broken
    return context


def identity_found(engine: DuckDBEngine) -> tuple[set[frozenset[str]], list[tuple[Any, ...]]]:
    """The customers as sets of `source:record_id`, and the links as (left, right, rule, pass, status, reason)."""
    customers: dict[str, set[str]] = {}
    for customer_id, record in engine.rows(
        "SELECT c.customer_id, r.source || ':' || r.record_id FROM identity.record_customers AS c "
        "INNER JOIN staging.records AS r ON r.node = c.node"
    ):
        customers.setdefault(customer_id, set()).add(record)
    links = engine.rows(
        "SELECT a.record_id, b.record_id, l.rule, l.pass, l.status, l.reason FROM identity.links AS l "
        "INNER JOIN staging.records AS a ON a.node = l.left_node "
        "INNER JOIN staging.records AS b ON b.node = l.right_node ORDER BY ALL"
    )
    return set(map(frozenset, customers.values())), links
