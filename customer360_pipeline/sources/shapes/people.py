"""Shapes of who: people, and the companies they belong to."""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, BOOLEAN, DATE, TEXT, TIMESTAMP, Shape

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
        "buying_role": (TEXT, "Part in buying, in the source's words; several joined by semicolons."),
        "street": (TEXT, "Street and number."),
        "city": (TEXT, "City."),
        "region": (TEXT, "State or region."),
        "postal_code": (TEXT, "Postal code, as written."),
        "country": (TEXT, "Country, name or code, as written."),
        "language": (TEXT, "Preferred language."),
        "birth_date": (DATE, "Birth date."),
        "marketing_status": (TEXT, "subscribed, unsubscribed, cleaned or nonsubscribed."),
        "is_staff": (BOOLEAN, "Works for the company that runs the source: no customer."),
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
    latest_by=("updated_at",),
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
        "success_manager": (TEXT, "Customer success manager in the source, where it has a field of its own for him."),
        "merged_into": (TEXT, "Account id this one was merged into."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "created_at": (TIMESTAMP, "Created in the source, UTC."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
)
