"""Settings of money and time in the metrics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group


class ExchangeRate(Group):
    """One unit of `currency` is worth `rate` units of the reporting currency from `valid_from` on."""

    currency: str = Field(pattern="^[A-Z]{3}$", description="ISO 4217 code.")
    valid_from: date = Field(description="First day (UTC) the rate holds, until the next one of the currency.")
    rate: Decimal = Field(
        gt=0,
        lt=1_000_000_000,
        decimal_places=9,
        description="Units of the reporting currency for one unit of the currency; at most 9 decimals.",
    )


class MetricsConfig(Group):
    """Money and time in the metrics."""

    reporting_currency: str = Field(
        "USD", pattern="^[A-Z]{3}$", description="ISO 4217 code of every total across currencies."
    )
    exchange_rates: tuple[ExchangeRate, ...] = Field(
        (),
        description="Dated rates into the reporting currency, with those of the extracts folder's exchange_rates.csv. "
        "An amount without a rate is reported, never guessed.",
    )

    @model_validator(mode="after")
    def _one_rate_a_day(self) -> MetricsConfig:
        days = [(rate.currency, rate.valid_from) for rate in self.exchange_rates]
        twice = sorted({f"{currency} {day}" for currency, day in days if days.count((currency, day)) > 1})
        if twice:
            raise ValueError(f"exchange_rates: {', '.join(twice)} has two rates; keep one")
        if any(currency == self.reporting_currency for currency, _ in days):
            raise ValueError(f"exchange_rates: {self.reporting_currency} is the reporting currency; its rate is 1")
        return self
