"""Shapes of what customers do in the product and may do there: events, logins, help articles, seats, features.

Not here: what they do on the website (`web.py`).
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, BOOLEAN, DATE, TEXT, TIMESTAMP, Shape

PRODUCT_EVENT = Shape(
    "product_event",
    "One call of a product's event tracking: something a user did, or what the product told of a user or a company.",
    "event_id",
    {
        "event_id": (TEXT, "The event's id; NULL: the boundary makes one from the row's content."),
        "event_type": (TEXT, "track, page, screen, identify, group or alias."),
        "event_name": (TEXT, "Name of what was done, or of the page or screen."),
        "user_id": (TEXT, "Id of the person in the product; NULL before a login."),
        "anonymous_id": (TEXT, "Browser or app instance; it says nothing of who it is."),
        "email": (TEXT, "E-mail address of the user, where the call carries it."),
        "group_id": (TEXT, "Id of the user's company in the product."),
        "group_name": (TEXT, "Name of that company, of a call that tells of it."),
        "group_domain": (TEXT, "Its web domain, of such a call."),
        "occurred_at": (TIMESTAMP, "When it happened, UTC; not when it was received."),
    },
    names_person=True,
    dated_by="occurred_at",
)

FEATURE = Shape(
    "feature",
    "An event that means the use of a feature: a line of the feature catalogue.",
    "event_name",
    {
        "event_name": (TEXT, "Name of the event, as the product sends it; case does not matter."),
        "feature": (TEXT, "The feature; several events may mean the same. NULL: the event is no use of the product."),
        "product": (TEXT, "The product it belongs to; NULL: every product."),
        "plans": (TEXT, "Plans that include it, joined by semicolons; NULL: all."),
        "is_high_value": (BOOLEAN, "Customers who use it stay."),
    },
)

ENTITLEMENT = Shape(
    "entitlement",
    "What a company may use: a line of the sheet of seats.",
    "event_id",
    {
        "event_id": (TEXT, "The line's id; NULL: the boundary makes one from its content."),
        "company": (TEXT, "The company: its id in a CRM, in billing or in the product, its web domain, or its name."),
        "domain": (TEXT, "Its web domain, where the sheet has it beside."),
        "product": (TEXT, "The product."),
        "plan": (TEXT, "The plan of it."),
        "add_on": (TEXT, "The add-on this line is for; NULL: the product itself."),
        "seats": (BIGINT, "Users that may use it; -1: without a limit; NULL: not by seats."),
        "used_seats": (BIGINT, "Seats given to somebody, where the sheet says so."),
        "valid_from": (DATE, "First day; NULL: always was."),
        "valid_to": (DATE, "Last day; NULL: no end."),
    },
)

LOGIN = Shape(
    "login",
    "An entry of an identity provider's log.",
    "event_id",
    {
        "event_id": (TEXT, "The entry's id; NULL: the boundary makes one from the row's content."),
        "record_id": (TEXT, "The provider's id of the user; NULL: nobody known."),
        "email": (TEXT, "Address of who logged in; not what somebody typed in vain."),
        "event_type": (TEXT, "login, failed; another word is neither."),
        "outcome": (TEXT, "success or another word, where the type does not say; NULL: it does."),
        "occurred_at": (TIMESTAMP, "When, UTC."),
    },
    names_person=True,
    dated_by="occurred_at",
)

ARTICLE_VIEW = Shape(
    "article_view",
    "What a known person did in the knowledge base.",
    "event_id",
    {
        "event_id": (TEXT, "The event's id; NULL: the boundary makes one from the row's content."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "user_id": (TEXT, "Id of the person in the product."),
        "email": (TEXT, "E-mail address, as written."),
        "action": (TEXT, "view, vote_up, vote_down, search or comment; another word stays."),
        "article_id": (TEXT, "The article; NULL of a search."),
        "title": (TEXT, "Its title."),
        "occurred_at": (TIMESTAMP, "When, UTC."),
    },
    names_person=True,
    dated_by="occurred_at",
)
