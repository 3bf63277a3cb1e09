"""Shapes of what is owed again and again: subscriptions, their invoices, and what was credited.

An item of a subscription and a line of an invoice stand in arrays of the vendor's object; they are kept as the JSON
they came in and become rows in staging, so that the object itself is counted, checked and quarantined as one record.
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, BOOLEAN, MONEY, TEXT, TIMESTAMP, Shape

SUBSCRIPTION = Shape(
    "subscription",
    "An agreement to pay again each period.",
    "subscription_id",
    {
        "subscription_id": (TEXT, "The subscription's id."),
        "customer_id": (TEXT, "Record id of the paying customer in the same source."),
        "email": (TEXT, "E-mail of the paying customer, where the export carries it."),
        "status": (TEXT, "trialing, active, past_due, unpaid, paused, incomplete, incomplete_expired or canceled."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "items": (TEXT, "JSON array of the items: price, quantity, period. NULL where the export is flat."),
        "plan_name": (TEXT, "Plan, where the export is flat."),
        "plan_amount": (MONEY, "Price of one unit for one interval, major units, where the export is flat."),
        "quantity": (BIGINT, "Units, where the export is flat."),
        "interval_unit": (TEXT, "day, week, month or year, where the export is flat."),
        "interval_count": (BIGINT, "How many of them a period lasts; NULL: 1."),
        "discounts": (TEXT, "JSON array of the discounts, or the one discount object."),
        "collection_method": (TEXT, "charge_automatically or send_invoice."),
        "is_cancel_at_period_end": (BOOLEAN, "Will end with the current period."),
        "started_at": (TIMESTAMP, "Began, UTC."),
        "trial_start_at": (TIMESTAMP, "Trial began, UTC."),
        "trial_end_at": (TIMESTAMP, "Trial ends or ended, UTC."),
        "current_period_start_at": (TIMESTAMP, "Current period began, UTC; NULL where only the items say."),
        "current_period_end_at": (TIMESTAMP, "Current period ends, UTC; NULL where only the items say."),
        "cancel_at": (TIMESTAMP, "Will end then, UTC."),
        "canceled_at": (TIMESTAMP, "The end was asked for, UTC; not when it ends."),
        "ended_at": (TIMESTAMP, "Ended, UTC."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created, UTC."),
    },
)

INVOICE = Shape(
    "invoice",
    "A demand for money.",
    "invoice_id",
    {
        "invoice_id": (TEXT, "The invoice's id."),
        "invoice_number": (TEXT, "Number printed on it."),
        "customer_id": (TEXT, "Record id of the customer in the same source."),
        "email": (TEXT, "E-mail it was sent to."),
        "subscription_id": (TEXT, "The subscription it bills."),
        "status": (TEXT, "draft, open, paid, void or uncollectible."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "total": (MONEY, "Total with tax after discounts, major units of `currency`."),
        "tax": (MONEY, "Tax in it."),
        "amount_due": (MONEY, "Asked for: the total less balance applied."),
        "amount_paid": (MONEY, "Paid so far."),
        "amount_remaining": (MONEY, "Still to be paid."),
        "discounts": (TEXT, "JSON array of the discount amounts."),
        "lines": (TEXT, "JSON array of the lines: amount, price, period. NULL where the export is flat."),
        "attempt_count": (BIGINT, "Attempts to take the money."),
        "billing_reason": (TEXT, "Why it was made."),
        "collection_method": (TEXT, "charge_automatically or send_invoice."),
        "due_at": (TIMESTAMP, "To be paid until, UTC; NULL when it is charged automatically."),
        "finalized_at": (TIMESTAMP, "Became final, UTC."),
        "paid_at": (TIMESTAMP, "Paid, UTC."),
        "voided_at": (TIMESTAMP, "Made void, UTC."),
        "uncollectible_at": (TIMESTAMP, "Given up, UTC."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created, UTC."),
    },
    money=("total", "amount_due", "amount_paid", "amount_remaining", "currency"),
)

PRODUCT = Shape(
    "product",
    "Something that is sold.",
    "product_id",
    {
        "product_id": (TEXT, "The product's id."),
        "name": (TEXT, "Its name."),
        "is_active": (BOOLEAN, "Can be bought."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
)

PRICE = Shape(
    "price",
    "What a product costs, how often.",
    "price_id",
    {
        "price_id": (TEXT, "The price's id."),
        "product_id": (TEXT, "The product."),
        "name": (TEXT, "Name of the price."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "unit_amount": (MONEY, "For one unit, major units of `currency`; NULL when it is tiered or metered."),
        "interval_unit": (TEXT, "day, week, month or year; NULL: paid once."),
        "interval_count": (BIGINT, "How many of them a period lasts."),
        "is_active": (BOOLEAN, "Can be bought."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created, UTC."),
    },
)

CREDIT_NOTE = Shape(
    "credit_note",
    "A correction of a final invoice in the customer's favour.",
    "credit_note_id",
    {
        "credit_note_id": (TEXT, "The credit note's id."),
        "invoice_id": (TEXT, "The invoice."),
        "customer_id": (TEXT, "Record id of the customer in the same source."),
        "status": (TEXT, "issued or void."),
        "reason": (TEXT, "duplicate, fraudulent, order_change, product_unsatisfactory; NULL: not said."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "amount": (MONEY, "Total credited with tax, major units of `currency`."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created, UTC."),
    },
)

BALANCE_TRANSACTION = Shape(
    "balance_transaction",
    "A change of what the vendor holds for a customer or the customer still owes.",
    "transaction_id",
    {
        "transaction_id": (TEXT, "The transaction's id."),
        "customer_id": (TEXT, "Record id of the customer in the same source."),
        "balance": (TEXT, "credit: a negative amount is the customer's; cash: a positive one is."),
        "kind": (TEXT, "The vendor's type of it."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "amount": (
            MONEY,
            "Signed change, major units of `currency`, with the vendor's sign.",
        ),
        "ending_balance": (MONEY, "Balance after it, same sign."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "When, UTC."),
    },
)
