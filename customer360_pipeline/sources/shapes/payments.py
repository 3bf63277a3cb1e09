"""Shapes of money taken and given back."""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BOOLEAN, MONEY, TEXT, TIMESTAMP, Shape

CHARGE = Shape(
    "charge",
    "One attempt to take money.",
    "charge_id",
    {
        "charge_id": (TEXT, "The charge's id."),
        "customer_id": (TEXT, "Record id of the paying customer in the same source; NULL for a guest."),
        "email": (TEXT, "E-mail given at payment."),
        "full_name": (TEXT, "Name given at payment."),
        "amount": (MONEY, "Amount asked, major units of `currency`."),
        "amount_captured": (MONEY, "Amount taken; NULL where the source does not say (then `amount`)."),
        "amount_refunded": (MONEY, "Refunded so far, by the charge itself."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "status": (TEXT, "succeeded, pending or failed."),
        "is_paid": (BOOLEAN, "Paid, by the source."),
        "is_captured": (BOOLEAN, "False for an authorisation that took no money."),
        "is_disputed": (BOOLEAN, "A dispute was ever opened."),
        "description": (TEXT, "Description."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "When, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC, where the source says."),
    },
    latest_by=("updated_at",),
    not_negative=("amount", "amount_captured", "amount_refunded"),
    # What it took, as `staging.charges` reads it: a form that tells no captured amount says all was taken.
    money=(
        "CASE WHEN coalesce(status = 'succeeded', is_paid, false) AND coalesce(is_captured, true) "
        "THEN coalesce(amount_captured, amount) ELSE 0 END",
        "amount_refunded",
        "currency",
    ),
)

REFUND = Shape(
    "refund",
    "Money given back.",
    "refund_id",
    {
        "refund_id": (TEXT, "The refund's id."),
        "charge_id": (TEXT, "The charge."),
        "amount": (MONEY, "Amount, major units of `currency`."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "status": (TEXT, "pending, requires_action, succeeded, failed or canceled."),
        "reason": (TEXT, "Reason."),
        "created_at": (TIMESTAMP, "When, UTC."),
    },
    not_negative=("amount",),
)

DISPUTE = Shape(
    "dispute",
    "A payment the cardholder's bank took back or may take back.",
    "dispute_id",
    {
        "dispute_id": (TEXT, "The dispute's id."),
        "charge_id": (TEXT, "The charge."),
        "amount": (MONEY, "Amount in dispute, major units of `currency`."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "status": (TEXT, "The vendor's status."),
        "reason": (TEXT, "Reason."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "When, UTC."),
    },
    not_negative=("amount",),
)
