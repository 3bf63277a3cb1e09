"""Health, risks, opportunities and churn: weights, curves and thresholds, each with its unit and reason."""

from __future__ import annotations

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group, Names
from customer360_pipeline.config.health_curves import DIMENSIONS, SIGNALS, SignalRule
from customer360_pipeline.config.health_playbook import ACTIONS, ActionRule


def _days(default: int, words: str, *, least: int = 1) -> int:
    return Field(default, ge=least, description=f"Days; {words}")


class HealthConfig(Group):
    """How healthy an account is, what threatens it and what to do about it."""

    usage_weight: float = Field(30, gt=0, lt=100, description="Per cent of the score: use of the product.")
    engagement_weight: float = Field(25, gt=0, lt=100, description="Per cent of the score: meetings, answers, NPS.")
    support_weight: float = Field(20, gt=0, lt=100, description="Per cent of the score: tickets and satisfaction.")
    commercial_weight: float = Field(15, gt=0, lt=100, description="Per cent of the score: payment and contract.")
    outcome_weight: float = Field(10, gt=0, lt=100, description="Per cent of the score: goals and value realised.")
    usage_max_age_hours: int = Field(
        48, ge=1, description="Hours since the newest fact after which usage is stale: analytics come daily."
    )
    engagement_max_age_hours: int = Field(168, ge=1, description="Hours; engagement is stale after 7 days.")
    support_max_age_hours: int = Field(24, ge=1, description="Hours; support is stale after a day.")
    commercial_max_age_hours: int = Field(
        840, ge=1, description="Hours; billing is stale after 35 days, when a monthly bill is missing."
    )
    outcome_max_age_hours: int = Field(
        2400, ge=1, description="Hours; outcome is stale after 100 days, when a quarterly review is missing."
    )
    signals: tuple[SignalRule, ...] = Field(
        SIGNALS, description="What each dimension is computed from: unit, weight and curve of every signal."
    )
    min_coverage: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of the weights of all signals that must be known, or the score is unknown: fewer say more "
        "of the feeds than of the customer.",
    )
    required_dimensions: Names = Field(
        ("usage", "support"),
        description="Dimensions without which a score has low confidence, however much else is known.",
    )
    max_missing_ratio: float = Field(
        0.2, ge=0, le=1, description="Share of a dimension's signals that may be unknown before it is incomplete."
    )
    stale_confidence: float = Field(
        0.5, ge=0, le=1, description="What a dimension whose newest fact is stale counts in the confidence, of 1."
    )
    confidence_high: float = Field(0.8, ge=0, le=1, description="Confidence from which it is called high.")
    confidence_medium: float = Field(0.5, ge=0, le=1, description="Confidence from which it is called medium.")
    inferred_confidence: float = Field(
        0.6, ge=0, le=1, description="Confidence in what is inferred rather than counted, such as who the champion is."
    )
    critical_score: float = Field(50, ge=0, le=100, description="Points; a score below is critical.")
    at_risk_score: float = Field(70, ge=0, le=100, description="Points; a score below is at risk.")
    route_at_risk_score: float = Field(
        60, ge=0, le=100, description="Points; an account below is routed to at_risk, whatever else is true."
    )
    expansion_score: float = Field(75, ge=0, le=100, description="Points; an account above may be asked to expand.")
    trend_points: float = Field(
        5, gt=0, le=100, description="Points of change from which a score is improving or declining, not stable."
    )
    trend_days: int = _days(30, "a score is compared with the known day nearest to this long before as_of.")
    min_trend_days: int = _days(7, "a known day nearer to as_of than this is no comparison: a week has its own ups.")
    max_trend_days: int = _days(100, "a known day further away than this is no comparison either.")
    snapshot_daily_days: int = _days(40, "every published day of an account is kept this long.")
    snapshot_monthly_days: int = _days(800, "after that the first known day of a month is kept this long.")
    usage_decline_ratio: float = Field(
        0.2,
        gt=0,
        lt=1,
        description="Share of the events of 30 days lost against the 30 before, above which it is a risk.",
    )
    usage_collapse_ratio: float = Field(0.5, gt=0, lt=1, description="The same share above which the risk is high.")
    no_meeting_days: int = _days(45, "without a meeting for longer, engagement has dropped.")
    meeting_gap_factor: float = Field(
        1.5, gt=1, description="Usual gaps between meetings; a longer silence is a decline before the days above pass."
    )
    max_p1_tickets: int = Field(2, ge=0, description="P1 tickets of 90 days; more are a risk.")
    champion_min_events: int = Field(
        20,
        ge=1,
        description="Events of 30 days; who has the most of an account, and as many, is taken for its champion.",
    )
    champion_decline_ratio: float = Field(
        0.5, gt=0, lt=1, description="Share of their events that a champion lost against the 30 days before."
    )
    overdue_days: int = _days(30, "an invoice overdue for longer is a payment issue.")
    overdue_critical_days: int = _days(90, "an invoice overdue for longer is a critical one.")
    payment_delay_days: int = _days(15, "an account that pays later than this on average pays with delay.")
    renewal_near_days: int = _days(90, "a renewal is approaching.")
    renewal_urgent_days: int = _days(30, "a renewal is urgent.")
    renewal_preparation_days: int = _days(240, "a renewal is worth preparing: two quarterly reviews before it.")
    min_renewal_months: int = Field(
        3, ge=1, description="Months of a contract's term; shorter ones that renew by themselves need no preparation."
    )
    inactivity_days: int = _days(60, "nothing at all was heard of the account.")
    churn_high_score: float = Field(70, ge=0, le=100, description="Points; a churn risk from here is high.")
    churn_medium_score: float = Field(40, ge=0, le=100, description="Points; a churn risk from here is medium.")
    churn_horizon_days: int = _days(90, "churn is foreseen this far: the time before a renewal in which one can act.")
    churn_min_churned: int = Field(
        30,
        ge=5,
        description="Account-months that ended in churn, and as many that did not, from which a model is trained; "
        "ten for each of its strongest three features. With fewer a heuristic is used, and says so.",
    )
    churn_ridge: float = Field(
        1.0, gt=0, description="Penalty on the square of each standardised coefficient, against few observations."
    )
    churn_ending_points: float = Field(
        90, ge=0, le=100, description="Heuristic risk of an account whose contract is set to end within the horizon."
    )
    churn_unpaid_points: float = Field(
        70, ge=0, le=100, description="Heuristic risk of an account with a critically overdue invoice."
    )
    vip_ratio: float = Field(0.1, gt=0, lt=1, description="Share of the paying accounts, by revenue, that are VIP.")
    expansion_seat_ratio: float = Field(
        0.9, gt=0, le=1, description="Share of the seats in use from which more may be needed."
    )
    upsell_min_depth: float = Field(
        0.5, gt=0, le=1, description="Usage depth from which an unused valuable feature is worth offering."
    )
    actions: tuple[ActionRule, ...] = Field(
        ACTIONS, description="What may be recommended: who does it until when, and how much it matters."
    )
    max_actions: int = Field(5, ge=1, le=5, description="Actions recommended at most for an account.")

    @model_validator(mode="after")
    def _consistent(self) -> HealthConfig:
        weights = [getattr(self, f"{name}_weight") for name in DIMENSIONS]
        if abs(sum(weights) - 100) > 1e-6:
            raise ValueError(f"the weights of the dimensions are {sum(weights):g} per cent together; they must be 100")
        names = [rule.signal for rule in self.signals]
        strange = sorted({*names} - {rule.signal for rule in SIGNALS})
        if strange:
            raise ValueError(f"signals: {', '.join(strange)} is no signal that is measured")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"signals: {', '.join(twice)} is given twice; keep one")
        for dimension in DIMENSIONS:
            total = sum(rule.weight for rule in self.signals if rule.dimension == dimension)
            if abs(total - 1) > 1e-6:
                raise ValueError(f"signals: the weights of {dimension} are {total:g} together; they must be 1")
        unknown = sorted({*self.required_dimensions} - {*DIMENSIONS})
        if unknown:
            raise ValueError(f"required_dimensions: {', '.join(unknown)} is none of {', '.join(DIMENSIONS)}")
        if not self.critical_score <= self.at_risk_score:
            raise ValueError("critical_score: is above at_risk_score")
        if not self.min_trend_days <= self.trend_days <= self.max_trend_days:
            raise ValueError("trend_days: must lie between min_trend_days and max_trend_days")
        return self
