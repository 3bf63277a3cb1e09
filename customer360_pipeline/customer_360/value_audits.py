"""What must hold between revenue, the channels it is credited to and the months it is counted in."""

from __future__ import annotations

from customer360_pipeline.customer_360.audit import Audit

_REVENUE = "SELECT COALESCE(CAST(SUM(total_revenue) AS DECIMAL(18, 2)), 0) AS revenue FROM customer_360.customer_360"

VALUE_AUDITS: tuple[Audit, ...] = (
    Audit(
        "attribution_conserves_revenue",
        "Every model of attribution shares out the revenue of all customers, to the cent.",
        "SELECT COUNT(*) FROM (SELECT model, SUM(attributed_revenue) AS revenue FROM customer_360.attribution "
        f"GROUP BY model) AS m CROSS JOIN ({_REVENUE}) AS t WHERE m.revenue <> t.revenue",
        table="customer_360.attribution",
    ),
    Audit(
        "attribution_conserves_each_customer",
        "Every model of attribution shares out the revenue of each customer, to the cent.",
        "SELECT COUNT(*) FROM metrics.revenue AS r LEFT JOIN (SELECT customer_number, SUM(first_touch) AS a, "
        "SUM(last_touch) AS b, SUM(linear) AS c, SUM(time_decay) AS d, SUM(position_based) AS e "
        "FROM metrics.attribution GROUP BY customer_number) AS t ON t.customer_number = r.customer_number "
        "WHERE r.total_revenue IS NOT NULL AND NOT COALESCE(a = r.total_revenue AND b = a AND c = a AND d = a "
        "AND e = a, FALSE)",
        table="customer_360.attribution",
    ),
    Audit(
        "cohorts_conserve_revenue",
        "What all cohorts brought in all months is the revenue of all customers, to the cent.",
        "SELECT CASE WHEN c.revenue = t.revenue THEN 0 ELSE 1 END FROM (SELECT COALESCE(CAST(SUM(revenue) "
        f"AS DECIMAL(18, 2)), 0) AS revenue FROM customer_360.cohorts) AS c CROSS JOIN ({_REVENUE}) AS t",
        table="customer_360.cohorts",
    ),
)
