"""Settings of customer success: what the vendors' words mean, and how NPS is counted."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group, Names


class SuccessConfig(Group):
    """Customer success: plans, goals, reviews, NPS. Words are compared without case; tenants make their own."""

    goal_kinds: Names = Field(
        ("goal", "objective", "outcome"),
        description="Types that are goals of the customer; calls to action of other types are work of its manager. "
        "Something without a type is a goal.",
    )
    risk_kinds: Names = Field(("risk",), description="Types of calls to action that say that the customer may leave.")
    met_statuses: Names = Field(
        (
            "achieved",
            "met",
            "completed",
            "complete",
            "done",
            "success",
            "closed success",
            "closed won",
            "closed - success",
        ),
        description="Statuses of a goal that is reached.",
    )
    missed_statuses: Names = Field(
        ("missed", "not achieved", "not met", "failed", "closed lost", "closed failure", "closed no success"),
        description="Statuses of a goal that was given up or not reached.",
    )
    dropped_statuses: Names = Field(
        ("closed invalid", "closed no action", "cancelled", "canceled", "archived", "duplicate"),
        description="Statuses of a goal that should not count, neither as reached nor as missed.",
    )
    not_started_statuses: Names = Field(
        ("new", "not started", "draft"), description="Statuses of a goal nobody has begun: its progress is 0."
    )
    plan_draft_statuses: Names = Field(("draft",), description="Statuses of a plan that is not agreed yet.")
    plan_closed_statuses: Names = Field(
        ("closed", "completed", "complete", "closed success", "closed won", "closed lost", "closed failure",
         "closed invalid", "cancelled", "canceled", "archived"),
        description="Statuses of a plan that is over.",
    )  # fmt: skip
    review_kinds: Names = Field(
        ("qbr", "ebr", "business review", "quarterly business review", "executive business review"),
        description="Types of entries that are reviews with the customer.",
    )
    note_kinds: Names = Field(
        ("update", "status update", "note"),
        description="Types of entries in which a manager writes how the customer is.",
    )
    not_held_statuses: Names = Field(
        ("scheduled", "planned", "open", "rescheduled", "no show"),
        description="Statuses of a review that did not take place, whatever date it bears.",
    )
    cancelled_statuses: Names = Field(
        ("cancelled", "canceled", "declined"), description="Statuses of a review that will not take place."
    )
    nps_days: int = Field(
        365, ge=1, description="Days up to as_of whose answers make the NPS; those before, as many, the previous one."
    )
    nps_min_responses: int = Field(
        1,
        ge=1,
        description="People who answered below which an account has no NPS. With one it is -100, 0 or 100: companies "
        "have few people to ask, so the number of answers stands beside the score.",
    )
    arr_tolerance_ratio: float = Field(
        0.05,
        ge=0,
        lt=1,
        description="Share of the larger amount by which another system's annual revenue may differ from the "
        "subscriptions' before it is a conflict: rates and proration differ by less.",
    )
    renewal_tolerance_days: int = Field(
        7, ge=0, description="Days by which its renewal date may differ from the subscriptions'."
    )
