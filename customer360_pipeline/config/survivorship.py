"""Settings of which value wins."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group, Names

ContactField = Literal[
    "email", "phone", "user_id", "first_name", "last_name", "company", "account_id", "job_title", "street", "city",
    "region", "postal_code", "country", "language", "birth_date", "marketing_status",
]  # fmt: skip
CONTACT_FIELDS: tuple[str, ...] = get_args(ContactField)


class SurvivorshipConfig(Group):
    """Which value wins when a customer's records disagree."""

    source_of_truth: dict[str, Names] = Field(
        default_factory=dict,
        description="Field -> sources in order of trust; these sources win over the strategy for that field.",
    )
    groups: dict[str, Names] = Field(
        {"address": ("street", "city", "region", "postal_code", "country")},
        description="Fields that win as one unit, from one record; a record that gives the first of them goes first.",
    )

    @model_validator(mode="after")
    def _known_fields(self) -> SurvivorshipConfig:
        grouped = [name for names in self.groups.values() for name in names]
        unknown = sorted({*grouped, *self.source_of_truth} - {*CONTACT_FIELDS, *self.groups})
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no contact field; one of {', '.join(CONTACT_FIELDS)}")
        twice = sorted({name for name in grouped if grouped.count(name) > 1 or name in self.source_of_truth})
        if twice:
            raise ValueError(f"{', '.join(twice)}: wins with its group; name it in one group, and trust the group")
        return self
