"""What must hold of the health of all accounts before anything is published."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

HEALTH_AUDITS: tuple[Audit, ...] = (
    Audit(
        "health_weights_add_up",
        "The weights of the dimensions of each account that are known add up to 1, and so do the weights of the "
        "signals of each dimension.",
        "SELECT (SELECT COUNT(*) FROM (SELECT account_id FROM health.dimensions WHERE effective_weight IS NOT NULL "
        "GROUP BY account_id HAVING ABS(SUM(effective_weight) - 1) > 0.00001)) "
        "+ (SELECT COUNT(*) FROM (SELECT account_id, dimension FROM health.signals GROUP BY account_id, dimension "
        "HAVING ABS(SUM(weight) - 1) > 0.0001))",
        table="customer_360.health_dimensions",
    ),
    Audit(
        "health_score_has_one_account",
        "Every account that health looks at has one score, one exit state and one narrative.",
        "SELECT ABS((SELECT COUNT(*) FROM health.facts) - (SELECT COUNT(*) FROM health.summary)) "
        "+ (SELECT COUNT(*) FROM health.summary AS s LEFT JOIN profile.accounts AS a ON a.account_id = s.account_id "
        "WHERE a.account_id IS NULL)",
        table="customer_360.account_360",
    ),
    Audit(
        "no_score_without_coverage",
        "No account has a score of which less than health.min_coverage is known, and every score lies between those of "
        "its dimensions.",
        "SELECT COUNT(*) FROM health.scores AS s LEFT JOIN (SELECT account_id, MIN(score) AS low, MAX(score) AS high "
        "FROM health.dimensions GROUP BY account_id) AS d ON d.account_id = s.account_id "
        "WHERE s.coverage < $health_min_coverage AND s.score IS NOT NULL "
        "OR s.score < d.low - 0.01 OR s.score > d.high + 0.01",
        table="customer_360.health_dimensions",
    ),
    Audit(
        "at_most_five_actions",
        "No account has more recommended actions than health.max_actions.",
        "SELECT COUNT(*) FROM (SELECT account_id FROM customer_360.recommended_actions GROUP BY account_id "
        "HAVING COUNT(*) > $health_max_actions)",
        table="customer_360.recommended_actions",
    ),
)
