"""Settings of how revenue is credited to the channels that led to it."""

from __future__ import annotations

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group, Names


class AttributionConfig(Group):
    """How revenue is credited to channels."""

    lookback_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days before an order in which a touch counts: a quarter, the usual window of web analytics for "
        "purchases; what somebody clicked longer ago hardly led to this order.",
    )
    half_life_days: float = Field(
        7,
        gt=0,
        le=3650,
        description="Days after which a touch has half the weight of one of the order's day (time decay): a week, as "
        "web analytics had it while it offered that model.",
    )
    first_percent: int = Field(
        40, ge=1, le=99, description="Per cent of an order for its first touch (position based): the usual 40/20/40."
    )
    last_percent: int = Field(
        40,
        ge=1,
        le=99,
        description="Per cent of an order for its last touch (position based); those between share the rest. Of two "
        "touches each gets its part of both.",
    )
    uncredited_events: Names = Field(
        ("open", "sent", "delivered", "bounce", "unsubscribe"),
        description="Types of marketing events that are no touch: the customer did nothing (mail programs open mail by "
        "themselves) or turned away.",
    )
    is_direct_credited: bool = Field(
        False,
        description="Give direct visits credit beside others. Off: they get it only where nothing else led to the "
        "order, since they say that somebody knew the way and not how they learned it.",
    )

    @model_validator(mode="after")
    def _within_the_whole(self) -> AttributionConfig:
        if self.first_percent + self.last_percent > 100:
            raise ValueError("first_percent and last_percent are more than 100 together")
        return self
