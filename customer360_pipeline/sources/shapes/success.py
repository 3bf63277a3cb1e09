"""Shapes of customer success: plans with their goals, reviews with the customer, and answers to surveys.

A call to action is a goal of another kind: the vendors keep both in one object. A note of what a manager did is a
review of another kind, for the same reason; `success` in the configuration tells which kinds are goals and reviews.
"""

from __future__ import annotations

from customer360_pipeline.sources.shapes.shape import BIGINT, DATE, TEXT, TIMESTAMP, Shape

SUCCESS_PLAN = Shape(
    "success_plan",
    "What a customer and its success manager have agreed to reach.",
    "plan_id",
    {
        "plan_id": (TEXT, "The plan's id."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "name": (TEXT, "Name."),
        "plan_type": (TEXT, "The vendor's type of it."),
        "status": (TEXT, "The vendor's word."),
        "progress": (TEXT, "Per cent done, as written."),
        "owner": (TEXT, "Who leads it."),
        "due_date": (DATE, "To be done by."),
        "closed_at": (TIMESTAMP, "Closed, UTC."),
        "created_at": (TIMESTAMP, "Created, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
    names_account=True,
    dated_by="created_at",
)

GOAL = Shape(
    "goal",
    "A goal of a customer, or a call to action for its manager.",
    "goal_id",
    {
        "goal_id": (TEXT, "The goal's id."),
        "plan_id": (TEXT, "The success plan it is part of."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "kind": (TEXT, "The vendor's type: objective, risk, opportunity ...; NULL: a goal."),
        "name": (TEXT, "Name."),
        "status": (TEXT, "The vendor's word."),
        "reason": (TEXT, "Why it was opened."),
        "priority": (TEXT, "The vendor's word."),
        "progress": (TEXT, "Per cent done, as written."),
        "owner": (TEXT, "Who works on it."),
        "due_date": (DATE, "To be done by."),
        "closed_at": (TIMESTAMP, "Closed, UTC."),
        "created_at": (TIMESTAMP, "Created, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
    names_account=True,
    dated_by="created_at",
)

REVIEW = Shape(
    "review",
    "A business review with a customer, or another entry of its manager.",
    "event_id",
    {
        "event_id": (TEXT, "The entry's id; NULL: the boundary makes one from the row's content."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "kind": (TEXT, "The vendor's type: QBR, EBR, update, call ..."),
        "title": (TEXT, "Subject."),
        "status": (TEXT, "The vendor's word."),
        "owner": (TEXT, "Who holds or wrote it."),
        "planned_at": (TIMESTAMP, "Planned for, UTC."),
        "held_at": (TIMESTAMP, "Held, UTC; one that lies ahead is planned for then."),
        "created_at": (TIMESTAMP, "Entered, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
    names_account=True,
    dated_by="created_at",
)

SURVEY_ANSWER = Shape(
    "survey_answer",
    "A person's answer to a survey.",
    "answer_id",
    {
        "answer_id": (TEXT, "The answer's id."),
        "record_id": (TEXT, "Record id of the person in the same source."),
        "user_id": (TEXT, "Id of the person in the product."),
        "email": (TEXT, "E-mail address, as written."),
        "account_id": (TEXT, "Id of the company in the same source."),
        "survey_type": (TEXT, "nps, csat, ces ...: each has a scale of its own."),
        "score": (BIGINT, "The number given, on that scale."),
        "comment": (TEXT, "What the person wrote."),
        "tags": (TEXT, "Tags, joined by semicolons."),
        "answered_at": (TIMESTAMP, "Answered, UTC."),
        "updated_at": (TIMESTAMP, "Last changed, UTC."),
    },
    latest_by=("updated_at",),
    names_person=True,
    names_account=True,
    dated_by="answered_at",
)
