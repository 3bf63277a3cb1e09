-- What health looks at of support. One row per account that support was read for; one that never wrote has 0 tickets.
-- depends: health.facts, profile.sources, metrics.account_support
-- column: account_id VARCHAR | The account.
-- column: tickets BIGINT | Tickets opened in 90 days.
-- column: tickets_per_person DOUBLE | Of them, for each customer of the account.
-- column: p1_tickets BIGINT | P1 opened in 90 days.
-- column: p1_p2_tickets BIGINT | P1 and P2 opened in 90 days.
-- column: open_tickets BIGINT | Open at as_of.
-- column: open_p1_tickets BIGINT | Of them, P1.
-- column: resolution_hours DOUBLE | Mean hours to resolution, 90 days.
-- column: csat DOUBLE | Satisfied answers of 12 months, 0 to 100.
-- column: active_escalations BIGINT | Escalated and open.
-- unique: account_id
-- not_null: account_id, tickets, open_tickets, active_escalations
SELECT
    f.account_id,
    COALESCE(s.tickets_90d, 0) AS tickets,
    CAST(COALESCE(s.tickets_90d, 0) AS DOUBLE) / CAST(CASE WHEN f.people > 0 THEN f.people ELSE 1 END AS DOUBLE)
        AS tickets_per_person,
    COALESCE(s.p1_tickets_90d, 0) AS p1_tickets,
    COALESCE(s.p1_p2_tickets_90d, 0) AS p1_p2_tickets,
    COALESCE(s.open_tickets, 0) AS open_tickets,
    COALESCE(s.open_p1_tickets, 0) AS open_p1_tickets,
    CAST(s.avg_resolution_hours_90d AS DOUBLE) AS resolution_hours,
    CAST(s.csat_score AS DOUBLE) AS csat,
    COALESCE(s.active_escalations, 0) AS active_escalations
FROM health.facts AS f
LEFT JOIN metrics.account_support AS s ON s.account_id = f.account_id
WHERE EXISTS (SELECT 1 FROM profile.sources AS p WHERE p.category = 'support' AND p.is_present)
