"""Shapes of the work with a customer that a CRM knows: what was said, what may be sold, what was sent, and by whom.

A field that a vendor fills with ids of several kinds (Salesforce's WhatId, LinkedEntityId) is mapped to each canonical
field it may mean; an id of another kind is in none of that field's tables and says nothing there. Colleagues are no
customers: their fields begin with `owner_`, so that nobody takes them for one.
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, BOOLEAN, MONEY, RATIO, TEXT, TIMESTAMP, Shape

ACTIVITY = Shape(
    "activity",
    "A call, e-mail, meeting, task or note about a customer.",
    "activity_id",
    {
        "activity_id": (TEXT, "The activity's id."),
        "activity_type": (TEXT, "call, email, meeting, task, note, or the source's own word."),
        "activity_subtype": (TEXT, "A second such word; counts where the first says nothing."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "participant_ids": (TEXT, "Record ids of everybody who took part, joined by semicolons."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "opportunity_id": (TEXT, "Id of the opportunity in the same source."),
        "owner_id": (TEXT, "The colleague it is assigned to, as the source writes him."),
        "subject": (TEXT, "Subject or title."),
        "direction": (TEXT, "inbound or outbound."),
        "status": (TEXT, "planned, completed, canceled, no_show or failed; NULL: the time tells."),
        "outcome": (TEXT, "Of a call: connected, live_message, voicemail, no_answer, busy or wrong_number."),
        "duration_seconds": (BIGINT, "How long it took, seconds."),
        "is_copy": (BOOLEAN, "A copy of another row, for one more invited colleague."),
        "is_series": (BOOLEAN, "The pattern of a repeated meeting, which itself never takes place."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "occurred_at": (TIMESTAMP, "When it took or takes place, UTC."),
        "ended_at": (TIMESTAMP, "Its end, UTC."),
        "created_at": (TIMESTAMP, "Written down, UTC."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="occurred_at",
)

OPPORTUNITY = Shape(
    "opportunity",
    "A sale that may come about, came about or did not.",
    "opportunity_id",
    {
        "opportunity_id": (TEXT, "The opportunity's id."),
        "name": (TEXT, "Its name."),
        "record_id": (TEXT, "Record id of the main person in the same source."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "owner_id": (TEXT, "The colleague who owns it, as the source writes him."),
        "pipeline": (TEXT, "Pipeline; names of stages repeat across pipelines."),
        "stage": (TEXT, "Present stage."),
        "status": (TEXT, "open, won or lost, where the source says it in a word."),
        "is_closed": (BOOLEAN, "Closed, won or lost."),
        "is_won": (BOOLEAN, "Won."),
        "amount": (MONEY, "Amount, major units of `currency`."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "probability": (RATIO, "Probability of winning, 0 to 1."),
        "opportunity_type": (TEXT, "New or existing business, renewal."),
        "lost_reason": (TEXT, "Why it was lost."),
        "stage_history": (TEXT, "JSON array of its stages with their times, where the source keeps it in the object."),
        "synced_id": (TEXT, "Id of the same opportunity in another CRM, kept in step with this one."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "close_at": (TIMESTAMP, "Expected to close, or closed, UTC; a date is its midnight."),
        "created_at": (TIMESTAMP, "Created in the source, UTC."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="created_at",
)

OPPORTUNITY_STAGE = Shape(
    "opportunity_stage",
    "A change of an opportunity, or a picture of it after a change.",
    "event_id",
    {
        "event_id": (TEXT, "The change's id; NULL: the boundary makes one from the row's content."),
        "opportunity_id": (TEXT, "The opportunity."),
        "field": (TEXT, "The field that changed; NULL where the row holds the stage itself."),
        "stage": (TEXT, "Stage after the change."),
        "amount": (MONEY, "Amount after it, major units of `currency`."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "probability": (RATIO, "Probability of winning after it, 0 to 1."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "changed_at": (TIMESTAMP, "When, UTC."),
    },
)

DOCUMENT = Shape(
    "document",
    "A file, proposal or contract of a customer.",
    "document_id",
    {
        "document_id": (TEXT, "The document's id; its versions share it, and the latest counts."),
        "title": (TEXT, "Title or number."),
        "document_type": (TEXT, "proposal, contract or file."),
        "file_type": (TEXT, "Kind of file."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "opportunity_id": (TEXT, "Id of the opportunity in the same source."),
        "owner_id": (TEXT, "The colleague who owns it, as the source writes him."),
        "status": (TEXT, "The source's status."),
        "amount": (MONEY, "Amount, major units of `currency`."),
        "currency": (TEXT, "ISO 4217 code, upper case."),
        "url": (TEXT, "Address."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "valid_from_at": (TIMESTAMP, "Holds from, UTC."),
        "valid_until_at": (TIMESTAMP, "Holds until, UTC."),
        "created_at": (TIMESTAMP, "Created, UTC; of a file its latest version."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="created_at",
)

DOCUMENT_LINK = Shape(
    "document_link",
    "What a document belongs to, where the source keeps that apart.",
    "link_id",
    {
        "link_id": (TEXT, "The link's id."),
        "document_id": (TEXT, "The document."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "opportunity_id": (TEXT, "Id of the opportunity in the same source."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="updated_at",
)

OWNER = Shape(
    "owner",
    "A colleague: who owns companies, opportunities and activities.",
    "owner_id",
    {
        "owner_id": (TEXT, "The id by which other rows of the source name him."),
        "owner_name": (TEXT, "Whole name."),
        "owner_first_name": (TEXT, "Given name, where the source splits it."),
        "owner_last_name": (TEXT, "Family name, where the source splits it."),
        "owner_email": (TEXT, "E-mail address."),
        "owner_phone": (TEXT, "Phone."),
        "owner_title": (TEXT, "Job title."),
        "is_active": (BOOLEAN, "Still works with the source."),
        "is_deleted": (BOOLEAN, "Archived in the source."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
)

ACCOUNT_MEMBER = Shape(
    "account_member",
    "A colleague's role in the team of a company.",
    "member_id",
    {
        "member_id": (TEXT, "The membership's id."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "owner_id": (TEXT, "The colleague."),
        "role": (TEXT, "His role, in the source's words."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
)

CONTACT_ROLE = Shape(
    "contact_role",
    "The part a person plays in an opportunity or for a company.",
    "role_id",
    {
        "role_id": (TEXT, "The row's id."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "opportunity_id": (TEXT, "Id of the opportunity in the same source."),
        "role": (TEXT, "The role, in the source's words; several joined by semicolons."),
        "is_primary": (BOOLEAN, "The main person."),
        "is_deleted": (BOOLEAN, "Deleted in the source."),
        "updated_at": (TIMESTAMP, "Last changed in the source, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="updated_at",
)
