"""What must hold of goals, reviews and answers before anything is published: each is counted once, in one account."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

SUCCESS_AUDITS: tuple[Audit, ...] = (
    Audit(
        "goals_conserved",
        "Goals of all accounts, those that count and those that do not, are the goals of the sources that have one.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(goals + goals_dropped) AS BIGINT), 0) FROM metrics.account_success) "
        "+ (SELECT COUNT(*) FROM customer_360.goals WHERE account_id IS NULL) "
        "- (SELECT COUNT(*) FROM staging.goals WHERE is_goal AND (created_at IS NULL OR created_at <= $as_of)))",
        table="customer_360.goals",
    ),
    Audit(
        "reviews_conserved",
        "Reviews of all accounts are the reviews of the sources that have one.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(reviews) AS BIGINT), 0) FROM metrics.account_success) "
        "+ (SELECT COUNT(*) FROM customer_360.reviews WHERE account_id IS NULL) "
        "- (SELECT COUNT(*) FROM staging.reviews WHERE is_review "
        "AND (held_at <= $as_of OR created_at IS NULL OR created_at <= $as_of)))",
        table="customer_360.reviews",
    ),
    Audit(
        "nps_answers_conserved",
        "NPS answers of all accounts are those of the sources, of every other survey none.",
        "SELECT ABS((SELECT COALESCE(CAST(SUM(nps_answers) AS BIGINT), 0) FROM metrics.account_nps) "
        "+ (SELECT COUNT(*) FROM metrics.nps_answers WHERE account_id IS NULL) "
        "- (SELECT COUNT(*) FROM staging.survey_answers "
        "WHERE survey_type = 'nps' AND score BETWEEN 0 AND 10 AND answered_at <= $as_of))",
        table="customer_360.survey_answers",
    ),
    Audit(
        "nps_person_counts_once",
        "No customer has two answers in an account's score.",
        "SELECT COUNT(*) FROM (SELECT account_id, customer_number FROM metrics.nps_answers "
        "WHERE is_latest AND period = 0 AND account_id IS NOT NULL AND customer_number IS NOT NULL "
        "GROUP BY account_id, customer_number HAVING COUNT(*) > 1) AS t",
        table="customer_360.survey_answers",
    ),
)
