"""Settings of what customers are expected to bring."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group


class LifetimeValueConfig(Group):
    """What customers are still expected to bring."""

    horizon_months: int = Field(
        36,
        ge=1,
        le=120,
        description="Months after as_of that count: three years, as far as plans go; later ones hardly weigh once "
        "discounted, and no model learned from a few years says much of them.",
    )
    discount_ratio: float = Field(
        0.1,
        ge=0,
        le=1,
        description="What money a year later is worth less: a tenth, a usual cost of capital. 0: all weighs the same.",
    )
    interval_ratio: float = Field(
        0.8,
        gt=0,
        lt=1,
        description="Probability that what comes lies between ltv_low and ltv_high: four in five, since wider bounds "
        "of one customer run from nothing to everything.",
    )
    min_contracts: int = Field(
        50,
        ge=2,
        description="Contracts of one billing period below which no renewal rate is learned from them: of fewer the "
        "rate is uncertain by more than a tenth.",
    )
    min_ended_contracts: int = Field(
        10, ge=1, description="Ended ones among them, likewise: who has not seen contracts end cannot say when they do."
    )
    min_buyers: int = Field(
        100,
        ge=2,
        description="Customers who bought without a contract below which their purchases are not modelled: four "
        "numbers are learned from them.",
    )
    min_repeat_buyers: int = Field(50, ge=2, description="Those of them who bought on a second day, likewise.")
