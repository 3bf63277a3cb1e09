"""The signals of health: which dimension each belongs to, its weight there, and the curve from its value to points.

A curve is piecewise linear through its points and flat outside them, so that every score can be checked by hand.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, get_args

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group

Dimension = Literal["usage", "engagement", "support", "commercial", "outcome"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class SignalRule(Group):
    """One signal of a dimension."""

    dimension: Dimension = Field(description="The dimension it belongs to.")
    signal: str = Field(pattern="^[a-z][a-z0-9_]*$", description="Name.")
    unit: str = Field(description="Unit of the value.")
    weight: float = Field(gt=0, le=1, description="Share of the dimension; those of a dimension add up to 1.")
    shape: Literal["rising", "falling"] = Field(description="Whether more is better (rising) or worse (falling).")
    curve: tuple[tuple[float, float], ...] = Field(
        min_length=2, description="(value, points 0-100), by value; straight lines between, flat outside."
    )
    reason: str = Field(description="Why these points.")

    @model_validator(mode="after")
    def _is_monotone(self) -> SignalRule:
        steps = list(pairwise(self.curve))
        if any(right[0] <= left[0] for left, right in steps):
            raise ValueError(f"{self.signal}: the values of its curve must ascend")
        if any(not 0 <= points <= 100 for _, points in self.curve):
            raise ValueError(f"{self.signal}: points lie between 0 and 100")
        sign = 1 if self.shape == "rising" else -1
        if any(sign * (right[1] - left[1]) < 0 for left, right in steps):
            raise ValueError(f"{self.signal}: its curve is not {self.shape}")
        return self


def _rule(
    dimension: Dimension, signal: str, unit: str, weight: float, curve: tuple[tuple[float, float], ...], reason: str
) -> SignalRule:
    shape: Literal["rising", "falling"] = "rising" if curve[-1][1] >= curve[0][1] else "falling"
    return SignalRule(
        dimension=dimension, signal=signal, unit=unit, weight=weight, shape=shape, curve=curve, reason=reason
    )


USAGE = (
    _rule("usage", "mau_change", "ratio", 0.25, ((-0.5, 0), (-0.2, 40), (0, 75), (0.2, 100)),
          "Active users against the 30 days before; a fifth fewer is the risk threshold, half fewer a collapse."),
    _rule("usage", "dau_wau", "ratio", 0.2, ((0, 0), (0.2, 50), (0.4, 80), (0.6, 100)),
          "Days of the week on which a user comes; 0.2 is once in a working week, 0.6 most working days."),
    _rule("usage", "feature_adoption", "ratio", 0.2, ((0, 0), (0.3, 50), (0.6, 85), (0.9, 100)),
          "Breadth: features used of those available; nobody needs all."),
    _rule("usage", "usage_depth", "ratio", 0.2, ((0, 0), (0.5, 70), (0.8, 100)),
          "Depth: mean share of the working days on which active users come."),
    _rule("usage", "days_since_active", "days", 0.15, ((1, 100), (7, 90), (30, 40), (60, 0)),
          "A week's pause is a holiday; at 60 days the inactivity alert is raised."),
)  # fmt: skip
ENGAGEMENT = (
    _rule("engagement", "days_since_meeting", "days", 0.35, ((14, 100), (30, 85), (45, 50), (90, 0)),
          "Meeting cadence; after 45 days the engagement_drop risk is raised."),
    _rule("engagement", "days_since_contact", "days", 0.15, ((7, 100), (30, 70), (60, 30), (90, 0)),
          "Any call, e-mail or meeting; 90 days are a quarter of silence."),
    _rule("engagement", "response_ratio", "ratio", 0.25, ((0, 0), (0.3, 50), (0.7, 100)),
          "E-mails answered of those sent; nobody answers all."),
    _rule("engagement", "nps", "-100 to 100", 0.25, ((-100, 0), (0, 40), (30, 70), (70, 100)),
          "Net promoter score; above 0 more recommend than warn, 70 is reached by few."),
)  # fmt: skip
SUPPORT = (
    _rule("support", "tickets_per_person", "tickets of 90 days", 0.25, ((0, 100), (0.1, 90), (0.5, 60), (1, 30), (3,
     0)),
          "Volume per person of the account, since larger ones write more."),
    _rule("support", "p1_p2_tickets", "tickets of 90 days", 0.25, ((0, 100), (1, 75), (3, 35), (6, 0)),
          "Severity; more than two P1 raise the support_escalation risk."),
    _rule("support", "resolution_hours", "hours", 0.2, ((4, 100), (24, 80), (72, 40), (168, 0)),
          "Mean time to solve of 90 days: within a day is usual, a week is lost."),
    _rule("support", "csat", "0 to 100", 0.2, ((40, 0), (60, 30), (80, 75), (95, 100)),
          "Satisfied answers of 12 months; below 60 most complain."),
    _rule("support", "active_escalations", "tickets", 0.1, ((0, 100), (1, 25), (2, 0)),
          "One open escalation is enough to be noticed."),
)  # fmt: skip
COMMERCIAL = (
    _rule("commercial", "overdue_days", "days", 0.4, ((0, 100), (7, 80), (30, 40), (90, 0)),
          "The earliest missed due date; after 30 days the payment_issue risk is raised."),
    _rule("commercial", "payment_delay", "days", 0.2, ((0, 100), (7, 85), (15, 60), (45, 0)),
          "Mean days from due to paid; a week is post and weekends."),
    _rule("commercial", "failed_attempts", "attempts of 12 months", 0.1, ((0, 100), (1, 85), (3, 50), (8, 0)),
          "A card expires once a year; repeated failures are dunning."),
    _rule("commercial", "arr_change", "ratio", 0.1, ((-0.5, 0), (-0.1, 50), (0, 80), (0.2, 100)),
          "Recurring revenue against a year before; kept is good, grown is better."),
    _rule("commercial", "contract_continues", "1 or 0", 0.15, ((0, 0), (1, 100)),
          "0: every subscription is set to end, or has ended."),
    _rule("commercial", "seat_overuse", "ratio", 0.05, ((1, 100), (1.2, 50), (1.5, 0)),
          "Contract compliance: seats in use of those paid for."),
)  # fmt: skip
OUTCOME = (
    _rule("outcome", "goal_progress", "ratio", 0.5, ((0, 0), (0.5, 60), (0.9, 100)),
          "Progress of the goals in the success plan."),
    _rule("outcome", "goals_met", "ratio", 0.2, ((0, 30), (0.5, 75), (1, 100)),
          "Goals reached of those set; a young plan has reached none yet."),
    _rule("outcome", "days_since_review", "days", 0.15, ((30, 100), (90, 85), (180, 40), (365, 0)),
          "Reviews are quarterly."),
    _rule("outcome", "seats_in_use", "ratio", 0.15, ((0, 0), (0.5, 60), (0.85, 100)),
          "Value realised: what is paid for is used."),
)  # fmt: skip
SIGNALS: tuple[SignalRule, ...] = (*USAGE, *ENGAGEMENT, *SUPPORT, *COMMERCIAL, *OUTCOME)
