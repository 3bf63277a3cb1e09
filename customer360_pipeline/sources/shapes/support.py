"""Shapes of customer support: tickets (or conversations), what a help desk measures of them, and how they were rated.

A ticket carries its own measures and rating where the export does; the other two shapes are for exports that keep
them in files of their own. Staging brings them together, so that a source may give any of the three.
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, BOOLEAN, TEXT, TIMESTAMP, Shape

_MEASURES = {
    "reopens": (BIGINT, "Times it was opened again."),
    "replies": (BIGINT, "Public replies of the help desk."),
    "first_reply_minutes": (BIGINT, "Minutes from opening to the first reply."),
    "first_reply_business_minutes": (BIGINT, "The same within business hours."),
    "first_resolution_minutes": (BIGINT, "Minutes from opening to the first resolution."),
    "first_resolution_business_minutes": (BIGINT, "The same within business hours."),
    "resolution_minutes": (BIGINT, "Minutes from opening to the last resolution."),
    "resolution_business_minutes": (BIGINT, "The same within business hours."),
    "requester_wait_minutes": (BIGINT, "Minutes the requester waited for the help desk."),
    "requester_wait_business_minutes": (BIGINT, "The same within business hours."),
    "resolved_at": (TIMESTAMP, "Resolved last, UTC; may stand on a ticket that was opened again."),
}

TICKET = Shape(
    "ticket",
    "A request to customer support, or a conversation with it.",
    "ticket_id",
    {
        "ticket_id": (TEXT, "The ticket's id."),
        "record_id": (TEXT, "Record id of who asked, in the same source."),
        "user_id": (TEXT, "Id of who asked, in the product."),
        "email": (TEXT, "E-mail of who asked, where the export carries it."),
        "account_id": (TEXT, "Id of the company's account in the same source."),
        "subject": (TEXT, "Subject line."),
        "topic": (TEXT, "What it is about, where a field says so."),
        "status": (TEXT, "The vendor's word."),
        "priority": (TEXT, "The vendor's word."),
        "channel": (TEXT, "How it came: email, web, chat, phone ..."),
        "tags": (TEXT, "Tags, joined by semicolons."),
        "team": (TEXT, "Group or team it is with, id or name."),
        "assignee": (TEXT, "Who works on it, id or name."),
        "is_escalated": (BOOLEAN, "Escalated, where a field says so."),
        "merged_ids": (TEXT, "Ids of tickets merged into this one, joined by semicolons."),
        "rating": (TEXT, "The requester's answer: a number of 1 to 5, or the vendor's word."),
        "rated_at": (TIMESTAMP, "Rated, UTC."),
        **_MEASURES,
        "first_replied_at": (TIMESTAMP, "First reply of the help desk, UTC."),
        "created_at": (TIMESTAMP, "Opened, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
        "generated_at": (
            TIMESTAMP,
            "Last touched by the vendor itself, UTC: it may change a ticket without updating it.",
        ),
    },
    latest_by=("updated_at", "generated_at"),
    names_person=True,
    names_account=True,
    dated_by="created_at",
)

TICKET_METRIC = Shape(
    "ticket_metric",
    "What a help desk measures of a ticket.",
    "ticket_id",
    {
        "ticket_id": (TEXT, "The ticket."),
        **_MEASURES,
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
)

TICKET_RATING = Shape(
    "ticket_rating",
    "How the requester of a ticket rated the help, or that they were asked.",
    "rating_id",
    {
        "rating_id": (TEXT, "The rating's id."),
        "ticket_id": (TEXT, "The ticket."),
        "answer": (TEXT, "A number, or the vendor's word; asking is no answer."),
        "scale": (BIGINT, "Highest number of the scale; NULL: 5."),
        "verdict": (TEXT, "good or bad, where the vendor says which the number means."),
        "created_at": (TIMESTAMP, "Asked or answered, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC: when it was answered."),
    },
    latest_by=("updated_at",),
)
