"""What can be recommended for an account: the action, whose it is, until when, and how much it matters."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from customer360_pipeline.config.group import Group

OwnerRole = Literal["CSM", "AE", "Support", "Finance", "CSM + AE", "Support + CSM"]


class ActionRule(Group):
    """One action."""

    action: str = Field(pattern="^[a-z][a-z0-9_]*$", description="Name.")
    text: str = Field(description="What to do.")
    owner_role: OwnerRole = Field(description="Whose it is; the first named leads.")
    due_days: int = Field(ge=0, description="Days from as_of until it should be done.")
    impact: int = Field(ge=1, le=5, description="How much of the account depends on it, 1 to 5.")
    trigger: str | None = Field(None, description="The playbook that it starts, by its name.")


def _action(action: str, text: str, owner: OwnerRole, due: int, impact: int, trigger: str | None = None) -> ActionRule:
    return ActionRule(action=action, text=text, owner_role=owner, due_days=due, impact=impact, trigger=trigger)


ACTIONS: tuple[ActionRule, ...] = (
    _action("resolve_escalation", "Resolve the active escalation", "Support + CSM", 2, 5,
            "support_ops/escalation_predictor"),
    _action("save_contract", "Ask why the contract is set to end and make an offer", "CSM + AE", 3, 5,
            "customer_success/risk_mitigation_playbook"),
    _action("mitigate_risk", "Agree on a plan to win the account back", "CSM", 3, 5,
            "customer_success/red_flag_detector"),
    _action("collect_payment", "Settle the overdue invoice", "Finance", 3, 4, "billing/dunning_automation"),
    _action("review_severe_tickets", "Go through the severe tickets with engineering", "Support + CSM", 3, 4,
            "support_ops/escalation_predictor"),
    _action("prepare_renewal", "Prepare the renewal and hold a business review", "CSM + AE", 7, 4,
            "customer_success/quarterly_business_review"),
    _action("schedule_check_in", "Schedule a check-in", "CSM", 5, 3),
    _action("recover_usage", "Find out why use declined and train again", "CSM", 7, 3,
     "customer_success/adoption_score"),
    _action("find_champion", "Meet the champion, and find a second one", "CSM", 7, 3,
            "customer_success/stakeholder_mapper"),
    _action("reactivate", "Reach out: nothing was heard of the account", "CSM", 7, 3),
    _action("propose_expansion", "Propose more seats", "CSM + AE", 14, 2, "customer_success/success_plan_generator"),
    _action("review_opportunity", "Update or close the stale opportunity", "AE", 7, 2),
    _action("present_features", "Present the valuable features that are not used", "CSM + AE", 21, 1,
            "customer_success/success_plan_generator"),
    _action("agree_on_payment", "Agree on payment terms that are kept", "Finance", 14, 2, "billing/dunning_automation"),
)  # fmt: skip
