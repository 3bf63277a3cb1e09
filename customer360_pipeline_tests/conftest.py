"""A small warehouse for the tests of the later rooms: rows of earlier rooms by hand, tables built from their files."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from customer360_pipeline.config import Config
from customer360_pipeline.engine.catalog import CheckResult, build_table, check_table, load_catalog
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.engine.table_file import Table
from customer360_pipeline.pipeline import run_pipeline
from customer360_pipeline.project import load_project
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.sources.contract import Source
from customer360_pipeline.sources.shapes import SHAPES
from customer360_pipeline.sources.shapes.people import CONTACT

PROJECT = Path(__file__).parent.parent
AS_OF = datetime(2026, 6, 30, 12)
CONTACT_COLUMNS = {
    name: type_
    for name, (type_, _) in CONTACT.fields.items()
    if name not in {"record_id", "created_at", "updated_at", "is_live", "buying_role"}
}
MONEY = "DECIMAL(18,3)"


def rows_of(shape: str) -> dict[str, str]:
    """The columns of the rows of a shape, all sources together, as far as later tables read them."""
    return {"source": "VARCHAR", "category": "VARCHAR", "entity": "VARCHAR"} | dict(SHAPES[shape].columns())


# What the rooms before `profile` promise, as far as the later ones read it.
INPUTS: dict[str, dict[str, str]] = {
    "sources.ledger": {"source": "VARCHAR", "entity": "VARCHAR"}
    | dict.fromkeys(
        ("physical_records", "accepted", "quarantined", "deduplicated", "suppressed", "test_mode", "files", "bytes"),
        "BIGINT",
    )
    | {"is_present": "BOOLEAN"},
    "sources.drift": dict.fromkeys(("source", "entity", "source_file", "column_name", "kind"), "VARCHAR"),
    "sources.quarantine": dict.fromkeys(("source", "entity", "source_file"), "VARCHAR")
    | {"line": "BIGINT", "byte_offset": "BIGINT", "column_name": "VARCHAR", "rule": "VARCHAR", "expected": "VARCHAR"},
    "sources.files": dict.fromkeys(("source", "entity", "layout", "source_file", "sha256"), "VARCHAR")
    | dict.fromkeys(("bytes", "physical_records"), "BIGINT"),
    "sources.differing_copies": dict.fromkeys(("source", "entity", "source_file"), "VARCHAR") | {"records": "BIGINT"},
    "staging.records": {"node": "INTEGER"}
    | dict.fromkeys(("source", "category", "entity", "record_id", "record_type"), "VARCHAR")
    | CONTACT_COLUMNS
    | dict.fromkeys(("email_key", "phone_key", "first_name_key", "last_name_key"), "VARCHAR")
    | {"created_at": "TIMESTAMP", "updated_at": "TIMESTAMP"},
    "staging.contact_rows": dict.fromkeys(("source", "entity", "record_id", "merged_into", "buying_role"), "VARCHAR")
    | {"is_live": "BOOLEAN", "is_deleted": "BOOLEAN", "is_staff": "BOOLEAN", "updated_at": "TIMESTAMP"},
    "staging.country_codes": {"country": "VARCHAR", "country_code": "VARCHAR"},
    "staging.identifiers": {"node": "INTEGER", "kind": "VARCHAR", "value": "VARCHAR"},
    "staging.charges": {"source": "VARCHAR", "charge_id": "VARCHAR", "node": "INTEGER"}
    | dict.fromkeys(("amount", "amount_captured", "amount_refunded"), MONEY)
    | {"currency": "VARCHAR", "status": "VARCHAR", "is_succeeded": "BOOLEAN", "is_disputed": "BOOLEAN"}
    | {"occurred_at": "TIMESTAMP", "description": "VARCHAR"},
    "staging.refunds": {"source": "VARCHAR", "refund_id": "VARCHAR", "charge_id": "VARCHAR", "node": "INTEGER"}
    | {"amount": MONEY, "currency": "VARCHAR", "status": "VARCHAR", "is_settled": "BOOLEAN"}
    | {"occurred_at": "TIMESTAMP"},
    "staging.disputes": {"source": "VARCHAR", "dispute_id": "VARCHAR", "charge_id": "VARCHAR", "node": "INTEGER"}
    | {"amount": MONEY, "currency": "VARCHAR", "status": "VARCHAR", "is_lost": "BOOLEAN", "is_open": "BOOLEAN"}
    | {"occurred_at": "TIMESTAMP"},
    "staging.touches": {"source": "VARCHAR", "event_id": "VARCHAR", "node": "INTEGER"}
    | dict.fromkeys(("event_type", "touch_source", "medium", "campaign", "url"), "VARCHAR")
    | {"occurred_at": "TIMESTAMP"},
    "staging.sessions": dict.fromkeys(("source", "device_id", "session_id", "user_id", "email_key"), "VARCHAR")
    | {"started_at": "TIMESTAMP", "ended_at": "TIMESTAMP", "page_views": "BIGINT", "events": "BIGINT"}
    | {"touch_source": "VARCHAR", "medium": "VARCHAR", "campaign": "VARCHAR", "node": "INTEGER"},
    # Without columns here: those of the table itself.
    "staging.tickets": {},
    "staging.ticket_rows": {},
    "staging.account_items": {},
    "staging.named_people": {},
    "staging.subscription_rows": rows_of("subscription"),
    "staging.invoice_rows": rows_of("invoice"),
    "staging.product_rows": rows_of("product"),
    "staging.balance_transaction_rows": rows_of("balance_transaction"),
    **{
        f"staging.{shape}_rows": rows_of(shape)
        for shape in (
            "activity",
            "opportunity",
            "opportunity_stage",
            "document",
            "document_link",
            "owner",
            "account",
            "account_member",
            "contact_role",
        )
    },
    "staging.stage_history": dict.fromkeys(("source", "opportunity_id", "stage", "change_id"), "VARCHAR")
    | {"changed_at": "TIMESTAMP"},
    "staging.contact_ids": dict.fromkeys(("source", "alias", "record_id", "entity"), "VARCHAR"),
    "staging.product_event_rows": rows_of("product_event"),
    "staging.usage_days": {"source": "VARCHAR", "node": "INTEGER", "group_id": "VARCHAR", "feature": "VARCHAR"}
    | {"day": "DATE", "events": "BIGINT", "first_at": "TIMESTAMP", "last_at": "TIMESTAMP"},
    "staging.features": dict.fromkeys(("event_key", "feature", "product", "plans"), "VARCHAR")
    | {"is_high_value": "BOOLEAN"},
    "staging.logins": {"source": "VARCHAR", "event_id": "VARCHAR", "node": "INTEGER", "event_type": "VARCHAR"}
    | {"is_login": "BOOLEAN", "occurred_at": "TIMESTAMP"},
    "staging.article_views": {"source": "VARCHAR", "event_id": "VARCHAR", "node": "INTEGER"}
    | dict.fromkeys(("action", "article_id", "title"), "VARCHAR")
    | {"occurred_at": "TIMESTAMP"},
    "staging.entitlements": dict.fromkeys(("source", "line_id", "company", "product", "plan", "add_on"), "VARCHAR")
    | {"seats": "BIGINT", "is_unlimited": "BOOLEAN", "used_seats": "BIGINT"}
    | {"valid_from": "DATE", "valid_to": "DATE"},
    "staging.company_references": dict.fromkeys(("source", "kind", "reference_id", "company", "domain_key"), "VARCHAR"),
    # Without columns here: those of the table itself.
    "staging.accounts": {},
    "staging.success_plans": {},
    "staging.goals": {},
    "staging.reviews": {},
    "staging.survey_answers": {},
    "identity.nicknames": {"name": "VARCHAR", "formal": "VARCHAR", "is_first": "BOOLEAN"},
    "identity.record_customers": {"node": "INTEGER", "customer_number": "INTEGER", "customer_id": "VARCHAR"},
    "identity.links": {"left_node": "INTEGER", "right_node": "INTEGER", "rule": "VARCHAR", "pass": "INTEGER"}
    | dict.fromkeys(("status", "reason", "evidence"), "VARCHAR")
    | {"score": "DOUBLE"},
    "identity.decided_records": {"decision_id": "VARCHAR", "kind": "VARCHAR", "part": "INTEGER"}
    | dict.fromkeys(("source", "record_id", "author", "reason"), "VARCHAR")
    | {"decided_at": "TIMESTAMP"},
    "identity.key_values": {"key_id": "INTEGER", "kind": "VARCHAR", "value": "VARCHAR", "records": "BIGINT"}
    | {"reason": "VARCHAR"},
    "identity.key_records": {"key_id": "INTEGER", "node": "INTEGER"},
    "identity.review": {"left_node": "INTEGER", "right_node": "INTEGER", "score": "DOUBLE", "probability": "DOUBLE"}
    | dict.fromkeys(("reason", "evidence"), "VARCHAR"),
    "identity.blocked_values": {"kind": "VARCHAR", "value": "VARCHAR", "records": "BIGINT", "distinct_names": "BIGINT"}
    | {"reason": "VARCHAR", "merges_prevented": "BIGINT"},
}
CATEGORIES = {
    "stripe": "payments", "hubspot": "crm", "salesforce": "crm", "crm": "crm",
    "mailchimp": "marketing", "marketing": "marketing", "ga4": "analytics", "zendesk": "support",
}  # fmt: skip


def source_named(name: str) -> Source:
    """A source contract without entities: its name and category."""
    return Source.model_validate({"source": name, "category": CATEGORIES[name], "entities": {}})


class Warehouse:
    """An in-memory engine, a configuration, and the catalogue of all rooms."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.engine = DuckDBEngine()
        self.tables = tables
        self.checks: list[CheckResult] = []
        self.inputs = set(INPUTS)
        self.configure()
        schemas = {name.partition(".")[0] for name in INPUTS}
        # One script: a hundred statements one by one would be most of a small test's time.
        self.engine.connection.execute(
            "".join(f"CREATE SCHEMA {schema};" for schema in sorted(schemas))
            + "".join(f"CREATE TABLE {name} ({self._columns(name)});" for name in INPUTS)
        )

    def configure(self, as_of: datetime = AS_OF, **settings: Any) -> None:
        """Set the run's clock and configuration."""
        sources = tuple(source_named(name) for name in sorted(CATEGORIES))
        self.context = RunContext(Config(**settings), sources, Path("home"), Path("extracts"), as_of)

    def given(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace an input table by rows; columns that a row leaves out are NULL. It is not built any more."""
        if name in self.inputs:
            self.engine.execute(f"DELETE FROM {name}")
        else:
            self.inputs.add(name)
            self.engine.create_schema(name.partition(".")[0])
            self.engine.execute(f"CREATE OR REPLACE TABLE {name} ({self._columns(name)})")
        for row in rows:
            columns, marks = ", ".join(row), ", ".join(f"${column}" for column in row)
            self.engine.execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", row)

    def _columns(self, name: str) -> str:
        types = INPUTS.get(name) or {column.name: column.type for column in self.tables[name].columns}
        return ", ".join(f"{column} {type_}" for column, type_ in types.items())

    def people(self, *records: Mapping[str, Any]) -> None:
        """Records, nodes by place, and their customers: `customer` of each row is a number from 0."""
        staged, members = [], []
        for node, record in enumerate(records):
            row = {"record_type": "contact", "source": "crm", "record_id": str(node)} | dict(record)
            number = row.pop("customer", 0)
            row = {"node": node, "category": CATEGORIES[row["source"]], "entity": "contacts"} | row
            if "email" in row and "email_key" not in row:
                row["email_key"] = row["email"].lower()
            staged.append(row)
            members.append({"node": node, "customer_number": number, "customer_id": f"c_{number}"})
        self.given("staging.records", staged)
        self.given("identity.record_customers", members)

    def build(self, *names: str) -> None:
        """Build the named tables, and before each what it needs that is no input, and check their headers."""
        self.checks = []
        made = set(self.inputs)
        for name in names:
            self._build(name, made)
        failed = [(check.table, check.description, check.failed_rows) for check in self.checks if not check.passed]
        assert not failed, failed

    def _build(self, name: str, made: set[str]) -> None:
        if name not in made:
            made.add(name)
            if self.tables[name].room == "identity":
                empty = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in self.tables[name].columns)
                self.engine.create_table(name, f"SELECT {empty} WHERE false")
                return
            for needed in self.tables[name].depends:
                self._build(needed, made)
            build_table(self.engine, self.tables[name], self.context)
            self.checks += check_table(self.engine, self.tables[name])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.engine.rows(sql)

    def column(self, name: str, column: str, order: str = "1") -> list[Any]:
        """One column of a table."""
        return [row[0] for row in self.engine.rows(f"SELECT {column} FROM {name} ORDER BY {order}")]


@pytest.fixture(scope="session")
def catalog() -> dict[str, Table]:
    """Every table; those of identity are empty where `INPUTS` has them not."""
    return {table.name: table for table in load_catalog(())}


@pytest.fixture
def warehouse(catalog: dict[str, Table]) -> Iterator[Warehouse]:
    """An empty warehouse."""
    made = Warehouse(catalog)
    yield made
    made.engine.close()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a whole run on the sample as of 2026-11-01, made once for all workers: to be read, not written."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "sample_home"
    home.mkdir(exist_ok=True)
    with (home / "made").open("a+") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        made.seek(0)
        if not made.read():
            project = load_project()
            as_of = datetime(2026, 11, 1)
            run_pipeline(RunContext(project.config, project.sources, home, PROJECT / "sample_data", as_of))
            made.write("yes")
    return home


@contextmanager
def undone(made: Warehouse) -> Iterator[Warehouse]:
    """What the block does to a warehouse that many tests share is undone after it."""
    made.engine.connection.begin()
    try:
        yield made
    finally:
        made.engine.connection.rollback()
