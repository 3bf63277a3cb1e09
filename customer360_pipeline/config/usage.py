"""Settings of usage: what makes a heavy user, one at risk, and a feed that fell silent."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group


class UsageConfig(Group):
    """How use of the product is judged."""

    full_use_days: int = Field(
        20,
        ge=1,
        le=30,
        description="Days of the last 30 on which who uses the product for all their work is active: the working days.",
    )
    power_user_days: int = Field(
        12, ge=1, le=30, description="Days of the last 30; who is active on so many, three a week, is a power user."
    )
    at_risk_min_days: int = Field(
        4,
        ge=1,
        le=30,
        description="Days of the 30 before the last 30; who was active on fewer had no habit that could end.",
    )
    at_risk_drop_ratio: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share by which the active days of such a customer fell since; from it on the customer is at risk.",
    )
    max_silent_days: int = Field(
        7,
        ge=0,
        description="Days without any product event, of anybody, after which the feed is taken to be broken: figures "
        "of use are then unknown, not 0. A week, so that holidays of a small customer base are none.",
    )
