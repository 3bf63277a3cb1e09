"""Shapes of what people do on the web and in answer to marketing."""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, TEXT, TIMESTAMP, Shape

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
    names_person=True,
    dated_by="occurred_at",
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
