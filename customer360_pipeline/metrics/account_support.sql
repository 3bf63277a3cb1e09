-- How each account was supported up to as_of. One row per account with a ticket. Days are days of UTC; the last 30 days are
-- the day of as_of and the 29 before it.
-- depends: metrics.tickets_as_of
-- column: account_id VARCHAR | The account.
-- column: tickets_30d BIGINT | Tickets opened in the 30 days up to as_of, its day included.
-- column: tickets_90d BIGINT | In the last 90 days.
-- column: tickets_prev_90d BIGINT | In the 90 days before those.
-- column: tickets_12m BIGINT | In the last 365 days.
-- column: tickets_prev_12m BIGINT | In the 365 days before those.
-- column: total_tickets BIGINT | Ever.
-- column: open_tickets BIGINT | Not resolved at as_of, however old.
-- column: open_p1_tickets BIGINT | Of them, P1.
-- column: open_p2_tickets BIGINT | Of them, P2.
-- column: p1_tickets_90d BIGINT | P1 opened in the last 90 days.
-- column: p1_p2_tickets_90d BIGINT | P1 and P2 opened in the last 90 days.
-- column: avg_first_reply_hours_90d DECIMAL(9,2) | Mean hours to the first reply of tickets opened in the last 90 days; NULL without one.
-- column: avg_resolution_hours_90d DECIMAL(9,2) | Mean hours from opening to resolution of tickets resolved in the last 90 days.
-- column: avg_resolution_hours_12m DECIMAL(9,2) | The same of the last 365 days.
-- column: avg_resolution_business_hours_12m DECIMAL(9,2) | The same within business hours, of those for which the source says them.
-- column: csat_responses BIGINT | Tickets rated in the last 365 days.
-- column: csat_score DECIMAL(5,2) | Share of the satisfied among tickets rated in the last 365 days, 0 to 100; NULL without an answer.
-- column: csat_average DECIMAL(3,2) | Mean of the answers from 1 to 5 among them; NULL without one, also where answers are good or bad.
-- column: escalations_12m BIGINT | Escalated tickets opened in the last 365 days.
-- column: active_escalations BIGINT | Escalated tickets not resolved at as_of.
-- column: reopened_12m BIGINT | Tickets opened in the last 365 days that were opened again.
-- column: first_ticket_at TIMESTAMP | Earliest opened, UTC.
-- column: last_ticket_at TIMESTAMP | Latest ticket opened, UTC.
-- column: oldest_open_at TIMESTAMP | Earliest of the open ones, UTC.
-- unique: account_id
-- not_null: account_id, tickets_30d, tickets_90d, tickets_prev_90d, tickets_12m, tickets_prev_12m, total_tickets, open_tickets, open_p1_tickets, open_p2_tickets, p1_tickets_90d, p1_p2_tickets_90d, csat_responses, escalations_12m, active_escalations, reopened_12m
-- assert: open_p1_tickets + open_p2_tickets <= open_tickets | each open ticket has one severity
-- assert: active_escalations <= open_tickets | only an open ticket can be an active escalation
-- assert: tickets_30d <= tickets_90d and tickets_90d <= tickets_12m and tickets_12m <= total_tickets | a longer time holds the shorter
SELECT
    account_id,
    CAST(SUM(CASE WHEN opened_days < 30 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_30d,
    CAST(SUM(CASE WHEN opened_days < 90 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_90d,
    CAST(SUM(CASE WHEN opened_days BETWEEN 90 AND 179 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_prev_90d,
    CAST(SUM(CASE WHEN opened_days < 365 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_12m,
    CAST(SUM(CASE WHEN opened_days BETWEEN 365 AND 729 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_prev_12m,
    COUNT(*) AS total_tickets,
    CAST(SUM(CASE WHEN is_open THEN 1 ELSE 0 END) AS BIGINT) AS open_tickets,
    CAST(SUM(CASE WHEN is_open AND severity = 'P1' THEN 1 ELSE 0 END) AS BIGINT) AS open_p1_tickets,
    CAST(SUM(CASE WHEN is_open AND severity = 'P2' THEN 1 ELSE 0 END) AS BIGINT) AS open_p2_tickets,
    CAST(SUM(CASE WHEN opened_days < 90 AND severity = 'P1' THEN 1 ELSE 0 END) AS BIGINT) AS p1_tickets_90d,
    CAST(SUM(CASE WHEN opened_days < 90 AND severity IN ('P1', 'P2') THEN 1 ELSE 0 END) AS BIGINT) AS p1_p2_tickets_90d,
    CAST(ROUND(AVG(CASE WHEN opened_days < 90 THEN CAST(first_reply_minutes AS DOUBLE) END) / 60, 2) AS DECIMAL(9, 2)) AS avg_first_reply_hours_90d,
    CAST(ROUND(AVG(CASE WHEN resolved_days < 90 THEN CAST(resolution_minutes AS DOUBLE) END) / 60, 2) AS DECIMAL(9, 2)) AS avg_resolution_hours_90d,
    CAST(ROUND(AVG(CASE WHEN resolved_days < 365 THEN CAST(resolution_minutes AS DOUBLE) END) / 60, 2) AS DECIMAL(9, 2)) AS avg_resolution_hours_12m,
    CAST(ROUND(AVG(CASE WHEN resolved_days < 365 THEN CAST(resolution_business_minutes AS DOUBLE) END) / 60, 2) AS DECIMAL(9, 2)) AS avg_resolution_business_hours_12m,
    CAST(SUM(CASE WHEN rated_days < 365 AND csat_score IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS csat_responses,
    CAST(ROUND(AVG(CASE WHEN rated_days < 365 THEN CAST(csat_score AS DOUBLE) END), 2) AS DECIMAL(5, 2)) AS csat_score,
    CAST(ROUND(AVG(CASE WHEN rated_days < 365 THEN CAST(rating AS DOUBLE) END), 2) AS DECIMAL(3, 2)) AS csat_average,
    CAST(SUM(CASE WHEN opened_days < 365 AND is_escalated THEN 1 ELSE 0 END) AS BIGINT) AS escalations_12m,
    CAST(SUM(CASE WHEN is_open AND is_escalated THEN 1 ELSE 0 END) AS BIGINT) AS active_escalations,
    CAST(SUM(CASE WHEN opened_days < 365 AND reopens > 0 THEN 1 ELSE 0 END) AS BIGINT) AS reopened_12m,
    MIN(opened_at) AS first_ticket_at,
    MAX(opened_at) AS last_ticket_at,
    MIN(CASE WHEN is_open THEN opened_at END) AS oldest_open_at
FROM metrics.tickets_as_of
WHERE account_id IS NOT NULL
GROUP BY account_id
