"""The shapes an entity of a source can have, and their canonical fields.

A source's YAML maps a vendor's fields to these; later rooms read only the union of each shape, so that a
new source adds rows and never a join. A raw table has every field of its shape, in this order and type,
then `extra` (JSON of the vendor's fields that are not mapped), `source_file` and `source_row`.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, TIMESTAMP, DATE, BOOLEAN, BIGINT = "VARCHAR", "TIMESTAMP", "DATE", "BOOLEAN", "BIGINT"
# Major units. Scale 3 holds every currency exactly (BHD, JOD, KWD, OMR, TND have three decimals).
MONEY = "DECIMAL(18,3)"

TRAILER = (("extra", TEXT), ("source_file", TEXT), ("source_row", BIGINT))


@dataclass(frozen=True)
class Shape:
    """Canonical fields: name -> (DuckDB type, meaning). `key` identifies a row within its source."""

    name: str
    description: str
    key: str
    fields: dict[str, tuple[str, str]]
    latest_by: str | None = None

    def columns(self) -> list[tuple[str, str]]:
        """(name, type) of every column of a raw table of this shape."""
        return [(name, type_) for name, (type_, _) in self.fields.items()] + list(TRAILER)


CONTACT = Shape(
    "contact",
    "A record that may be a person.",
    "record_id",
    {
        "record_id": (TEXT, "The source's own id of the record."),
        "user_id": (TEXT, "Id of the person in the product."),
        "customer_id": (TEXT, "Id of the person in the billing system."),
        "email": (TEXT, "Main e-mail address, as written."),
        "additional_emails": (TEXT, "Further addresses, joined by semicolons."),
        "phone": (TEXT, "Main phone, as written."),
        "mobile_phone": (TEXT, "Mobile phone, as written."),
        "full_name": (TEXT, "Whole name, where the source does not split it."),
        "first_name": (TEXT, "Given name."),
        "last_name": (TEXT, "Family name."),
        "company": (TEXT, "Name of the company."),
        "account_id": (TEXT, "Id of the company's account in the same source."),
        "job_title": (TEXT, "Job title."),
        "street": (TEXT, "Street and number."),
        "city": (TEXT, "City."),
        "region": (TEXT, "State or region."),
        "postal_code": (TEXT, "Postal code, as written."),
        "country": (TEXT, "Country, name or code, as written."),
        "language": (TEXT, "Preferred language."),
        "birth_date": (DATE, "Birth date."),
        "marketing_status": (TEXT, "subscribed, unsubscribed, cleaned or nonsubscribed."),
        "merged_into": (TEXT, "Record id this record was merged into, by the source itself."),
        "merged_ids": (
            TEXT,
            "Record ids merged into this record by the source itself, joined by semicolons.",
        ),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "is_live": (BOOLEAN, "False for a test-mode object."),
        "created_at": (TIMESTAMP, "Created in the source, UTC."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by="updated_at",
)

ACCOUNT = Shape(
    "account",
    "A company or organisation.",
    "account_id",
    {
        "account_id": (TEXT, "The source's own id."),
        "name": (TEXT, "Company name."),
        "domain": (TEXT, "Web domain."),
        "industry": (TEXT, "Industry."),
        "employee_count": (BIGINT, "Employees."),
        "phone": (TEXT, "Phone."),
        "street": (TEXT, "Street and number."),
        "city": (TEXT, "City."),
        "region": (TEXT, "State or region."),
        "postal_code": (TEXT, "Postal code."),
        "country": (TEXT, "Country."),
        "owner": (TEXT, "Owner in the source."),
        "merged_into": (TEXT, "Account id this one was merged into."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "created_at": (TIMESTAMP, "Created in the source, UTC."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by="updated_at",
)

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
    latest_by="updated_at",
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
)

TOUCH = Shape(
    "touch",
    "A marketing event of a known person.",
    "event_id",
    {
        "event_id": (TEXT, "The event's id; NULL: the boundary makes one from the row's content."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "user_id": (TEXT, "Id of the person in the product."),
        "email": (TEXT, "E-mail address, as written."),
        "event_type": (TEXT, "What happened: open, click, visit, signup ..."),
        "touch_source": (TEXT, "Traffic source."),
        "medium": (TEXT, "Traffic medium."),
        "campaign": (TEXT, "Campaign."),
        "url": (TEXT, "Address visited or clicked."),
        "occurred_at": (TIMESTAMP, "When, UTC."),
    },
)

WEB_EVENT = Shape(
    "web_event",
    "One event, or one row of counts, of a web or app session.",
    "event_id",
    {
        "event_id": (TEXT, "The event's id; NULL: the boundary makes one from the row's content."),
        "device_id": (TEXT, "Browser or app instance (user_pseudo_id); NULL when consent was denied."),
        "user_id": (TEXT, "Id of the person in the product."),
        "email": (TEXT, "E-mail address, where the export carries one."),
        "session_id": (TEXT, "Session id, unique only together with the device."),
        "event_name": (TEXT, "Event name."),
        "page_views": (
            BIGINT,
            "Page views this row stands for; NULL: 1 for page_view and screen_view, else 0.",
        ),
        "page_url": (TEXT, "Page."),
        "touch_source": (TEXT, "Traffic source of this event or session."),
        "medium": (TEXT, "Traffic medium."),
        "campaign": (TEXT, "Campaign."),
        "first_source": (TEXT, "The user's first traffic source, by the analytics tool."),
        "first_medium": (TEXT, "The user's first medium."),
        "first_campaign": (TEXT, "The user's first campaign."),
        "occurred_at": (TIMESTAMP, "When, UTC."),
    },
)

SHAPES = {shape.name: shape for shape in (CONTACT, ACCOUNT, CHARGE, REFUND, DISPUTE, TOUCH, WEB_EVENT)}
