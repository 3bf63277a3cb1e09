"""What stands in arrays of billing objects, as rows: items and discounts of subscriptions, lines of invoices.

Fields by vendor: Stripe's subscription item and invoice line objects, in the forms of their versions before and since
2025-03-31 (https://docs.stripe.com/api/subscription_items/object, https://docs.stripe.com/api/invoice-line-item/object).
An amount that does not fit its currency is NULL: the object around it was counted and accepted by itself.
Not here: what an item or line means for revenue (`metrics/arr_terms.sql`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from customer360_pipeline.engine.table_file import Column, Table, columns
from customer360_pipeline.sources.boundary.typed import MONEY, typed

if TYPE_CHECKING:
    from customer360_pipeline.engine.duckdb import DuckDBEngine
    from customer360_pipeline.run_context import RunContext


@dataclass(frozen=True)
class Exploded:
    """How one array becomes rows.

    Args:
        rows: the table that holds the array, and the array's column in it.
        key: the id of the object around the array.
        fields: column -> SQL of its text, of the row `r`: the object's columns and the array's `element`.
    """

    rows: str
    array: str
    key: str
    fields: dict[str, str]


def _path(*paths: str) -> str:
    found = [f"(r.element ->> '$.{path}')" for path in paths]
    return f"coalesce({', '.join(found)})" if len(found) > 1 else found[0]


ITEMS = Exploded(
    "staging.subscription_rows",
    "items",
    "subscription_id",
    {
        "item_id": _path("id"),
        "price_id": _path("price.id", "plan.id"),
        "product_id": _path("price.product.id", "price.product", "plan.product.id", "plan.product"),
        "price_name": _path("price.nickname", "plan.nickname"),
        "quantity": _path("quantity"),
        "currency": f"coalesce({_path('price.currency', 'plan.currency')}, r.currency)",
        "unit_amount": _path("price.unit_amount", "plan.amount"),
        "interval_unit": _path("price.recurring.interval", "plan.interval"),
        "interval_count": _path("price.recurring.interval_count", "plan.interval_count"),
        "usage_type": _path("price.recurring.usage_type", "plan.usage_type"),
        "period_start_at": _path("current_period_start"),
        "period_end_at": _path("current_period_end"),
        "created_at": _path("created"),
    },
)
_DETAILS = "parent.subscription_item_details"
LINES = Exploded(
    "staging.invoice_rows",
    "lines",
    "invoice_id",
    {
        "line_id": _path("id"),
        "subscription_id": _path(f"{_DETAILS}.subscription", "subscription"),
        "item_id": _path(f"{_DETAILS}.subscription_item", "subscription_item"),
        "price_id": _path("pricing.price_details.price", "price.id", "plan.id"),
        "product_id": _path("pricing.price_details.product", "price.product", "plan.product"),
        "description": _path("description"),
        "quantity": _path("quantity"),
        "currency": f"coalesce({_path('currency')}, r.currency)",
        "amount": _path("amount"),
        "is_proration": _path(f"{_DETAILS}.proration", "parent.invoice_item_details.proration", "proration"),
        "period_start_at": _path("period.start"),
        "period_end_at": _path("period.end"),
    },
)
# A discount names its coupon as an object, since 2025-09-30 below `source`; an id alone says nothing of its size.
_COUPON = ("coupon", "source.coupon")
DISCOUNTS = Exploded(
    "staging.subscription_rows",
    "discounts",
    "subscription_id",
    {
        "duration": _path(*(f"{at}.duration" for at in _COUPON)),
        "percent_off": _path(*(f"{at}.percent_off" for at in _COUPON)),
        "currency": f"coalesce({_path(*(f'{at}.currency' for at in _COUPON))}, r.currency)",
        "amount_off": _path(*(f"{at}.amount_off" for at in _COUPON)),
        "started_at": _path("start"),
        "ends_at": _path("end"),
    },
)
PERCENT = "DECIMAL(9,6)"

_READ = {MONEY: "amount_minor", "BIGINT": "integer", "BOOLEAN": "boolean", "TIMESTAMP": "epoch_seconds"}


def _value(column: Column) -> str:
    if column.name == "currency":
        return f"{typed('currency', 'currency', 'NULL', 'NULL')} AS currency"
    if column.type == "VARCHAR":
        return column.name
    if column.type == PERCENT:
        return f"TRY_CAST({column.name} AS {PERCENT}) AS {column.name}"
    how = _READ[column.type]
    return f"{typed(how, column.name, 'currency', 'NULL')} AS {column.name}"  # type: ignore[arg-type]


def _build(engine: DuckDBEngine, context: RunContext, *, exploded: Exploded, table: str) -> None:
    made = next(one for one in TABLES if one.name == table).columns
    texts = ", ".join(f"{sql} AS {name}" for name, sql in exploded.fields.items())
    values = ", ".join(_value(column) for column in made if column.name in exploded.fields)
    elements = engine.json_elements(exploded.rows, exploded.array)
    engine.create_table(
        table,
        f"SELECT source, {exploded.key}, CAST(place AS BIGINT) AS place, {values} "
        f"FROM (SELECT r.source, r.{exploded.key}, r.place, {texts} FROM ({elements}) AS r)",
    )


_KEY = ("source VARCHAR | The source's name.",)
TABLES = tuple(
    Table(
        name=name,
        description=description,
        columns=columns(*_KEY, *described),
        depends=(exploded.rows,),
        unique=(("source", exploded.key, "place"),),
        not_null=("source", exploded.key, "place"),
        build=partial(_build, exploded=exploded, table=name),
    )
    for name, exploded, description, described in (
        (
            "staging.subscription_items",
            ITEMS,
            "The items of each subscription: what is paid for, how much, how often. One row per item.",
            (
                "subscription_id VARCHAR | The subscription.",
                "place BIGINT | Place in the subscription, from 1.",
                "item_id VARCHAR | The item's id.",
                "price_id VARCHAR | Price.",
                "product_id VARCHAR | Product.",
                "price_name VARCHAR | Name of the price.",
                "quantity BIGINT | Units; NULL when use is metered.",
                "currency VARCHAR | ISO 4217 code.",
                f"unit_amount {MONEY} | For one unit and interval, major units; NULL when the price is tiered.",
                "interval_unit VARCHAR | day, week, month or year.",
                "interval_count BIGINT | How many of them a period lasts.",
                "usage_type VARCHAR | licensed or metered.",
                "period_start_at TIMESTAMP | Current period began, UTC.",
                "period_end_at TIMESTAMP | Current period ends, UTC.",
                "created_at TIMESTAMP | Item added, UTC.",
            ),
        ),
        (
            "staging.subscription_discounts",
            DISCOUNTS,
            "What is taken off each subscription's price. One row per discount.",
            (
                "subscription_id VARCHAR | The subscription.",
                "place BIGINT | Place in the subscription, from 1.",
                "duration VARCHAR | forever, once or repeating; NULL when the export names the coupon by its id alone.",
                f"percent_off {PERCENT} | Per cent taken off.",
                "currency VARCHAR | ISO 4217 code of amount_off.",
                f"amount_off {MONEY} | Taken off each invoice, major units.",
                "started_at TIMESTAMP | Holds from then, UTC.",
                "ends_at TIMESTAMP | Holds until then, UTC; NULL: open.",
            ),
        ),
        (
            "staging.invoice_lines",
            LINES,
            "The lines of each invoice. One row per line; a line's id is unique only within its invoice.",
            (
                "invoice_id VARCHAR | The invoice.",
                "place BIGINT | Place on the invoice, from 1.",
                "line_id VARCHAR | The line's id.",
                "subscription_id VARCHAR | The subscription it bills.",
                "item_id VARCHAR | The subscription's item.",
                "price_id VARCHAR | Price.",
                "product_id VARCHAR | Product.",
                "description VARCHAR | Text of the line.",
                "quantity BIGINT | Units.",
                "currency VARCHAR | ISO 4217 code.",
                f"amount {MONEY} | Amount before discounts and tax, major units; negative for what is given back.",
                "is_proration BOOLEAN | Adjusts a period that was changed within.",
                "period_start_at TIMESTAMP | What it pays for begins, UTC.",
                "period_end_at TIMESTAMP | What it pays for ends, UTC.",
            ),
        ),
    )
)
