"""Settings of the work with customers: how often they are met, how readily they answer, who looks after them."""

from __future__ import annotations

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group, Names


class EngagementConfig(Group):
    """What the CRMs' activities, opportunities and owners mean."""

    stale_opportunity_days: int = Field(
        30, ge=1, description="Days; an open opportunity that nobody has changed for as many is stale."
    )
    weekly_meeting_days: float = Field(
        10, gt=0, description="Median days between meetings up to which the cadence is weekly: a week, and some delay."
    )
    monthly_meeting_days: float = Field(
        45, gt=0, description="Median days between meetings up to which the cadence is monthly: a month and a half."
    )
    quarterly_meeting_days: float = Field(
        120, gt=0, description="Median days up to which it is quarterly: a third longer than a quarter. Beyond: rare."
    )
    reply_days: int = Field(7, ge=1, description="Days within which an e-mail from the account answers one sent to it.")
    min_emails: int = Field(
        3, ge=1, description="E-mails sent in 90 days, below which the share of answered ones says nothing."
    )
    high_reply_ratio: float = Field(
        0.5, gt=0, le=1, description="Share of answered e-mails from which responsiveness is high: every other."
    )
    medium_reply_ratio: float = Field(
        0.2, gt=0, le=1, description="Share from which it is medium: one in five. Below: low."
    )
    review_words: Names = Field(
        ("qbr", "ebr", "business review", "executive review"),
        description="Words in the subject of a meeting that make it a business review; case does not matter.",
    )
    csm_owner_sources: Names = Field(
        ("hubspot",),
        description="Sources in which a company's owner is its customer success manager, since deals have owners of "
        "their own. In the others he is its account executive, as Salesforce and Dynamics sell it.",
    )
    csm_words: Names = Field(
        ("customer success", "success manager", "csm"),
        description="Words in a role of an account's team that make it the customer success manager's.",
    )
    ae_words: Names = Field(
        ("account executive", "account manager", "sales rep"),
        description="Words in a role of an account's team that make it the account executive's.",
    )
    executive_titles: Names = Field(
        ("chief", "ceo", "cto", "cfo", "coo", "cio", "cmo", "founder", "owner", "president", "vice president", "vp",
         "head", "director"),
        description="Words in job titles of executives, the highest first: the sponsor is inferred from them where no "
        "CRM names one.",
    )  # fmt: skip
    min_champion_contacts: int = Field(
        3,
        ge=1,
        description="Contacts of 180 days, from which a champion is inferred where no CRM names one.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> EngagementConfig:
        if not self.weekly_meeting_days < self.monthly_meeting_days < self.quarterly_meeting_days:
            raise ValueError("weekly_, monthly_ and quarterly_meeting_days must each be longer than the one before")
        if self.medium_reply_ratio > self.high_reply_ratio:
            raise ValueError("medium_reply_ratio: is above high_reply_ratio")
        return self
