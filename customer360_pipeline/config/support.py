"""What a help desk's words mean for this business. How its fields are named: `defs/sources/`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from customer360_pipeline.config.group import Group, Names

Severity = Literal["P1", "P2", "P3", "P4"]
StatusCategory = Literal["new", "open", "pending", "hold", "solved", "closed", "deleted"]


class SupportConfig(Group):
    """Tickets and conversations with customers."""

    severities: dict[str, Severity] = Field(
        {"urgent": "P1", "high": "P2", "normal": "P3", "low": "P4", "priority": "P2",
         "p1": "P1", "p2": "P2", "p3": "P3", "p4": "P4"},
        description="The help desk's word for a priority -> severity; case does not matter. Another word, or none, is "
        "an unknown severity. `priority` is Intercom's mark for what cannot wait.",
    )  # fmt: skip
    statuses: dict[str, StatusCategory] = Field(
        {"new": "new", "open": "open", "pending": "pending", "hold": "hold", "on-hold": "hold", "on hold": "hold",
         "snoozed": "pending", "solved": "solved", "resolved": "solved", "closed": "closed", "deleted": "deleted"},
        description="The help desk's status, custom ones too -> category. A word that is not named counts as open and "
        "is reported.",
    )  # fmt: skip
    escalation_tags: Names = Field(
        ("escalated", "escalation"),
        description="A ticket with one of these tags is escalated; Zendesk and Intercom have no field for it.",
    )
    escalation_teams: Names = Field(
        (), description="A ticket with one of these groups or teams (id, or name in a CSV export) is escalated."
    )
    escalation_priorities: Names = Field((), description="A ticket of one of these priorities is escalated.")
    merged_tags: Names = Field(
        ("closed_by_merge",),
        description="A ticket with one of these tags was merged into another, and is not counted beside it.",
    )
    topic_tags: Names = Field(
        ("billing", "login", "bug", "outage", "performance", "integration", "data_import", "how_to", "feature_request"),
        description="Tags that say what a ticket is about, where no field does; of several the first of this list.",
    )
    satisfied_from: int = Field(
        4,
        ge=1,
        le=5,
        description="Of answers from 1 to 5 the lowest that counts as satisfied; 4 is what Zendesk and Intercom count.",
    )
