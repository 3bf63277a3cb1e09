-- How each account is served by customer support. One row per account.
-- depends: profile.accounts, metrics.account_support, metrics.zeros
-- column: account_id VARCHAR | The account.
-- column: support_ticket_count_30d BIGINT | Support tickets opened in the 30 days up to as_of; NULL when no help desk was read.
-- column: tickets_90d BIGINT | Opened in the last 90 days.
-- column: tickets_12m BIGINT | Opened in the last 365 days.
-- column: tickets_prev_12m BIGINT | Opened in the 365 days before those.
-- column: open_tickets BIGINT | Not resolved at as_of.
-- column: avg_resolution_time_hours DECIMAL(9,2) | Mean hours from opening to resolution of tickets resolved in the last 365 days.
-- columns: metrics.account_support only csat_score, csat_average
-- column: csat_responses BIGINT | Tickets rated in the last 365 days.
-- column: escalations_12m BIGINT | Escalated tickets opened in the last 365 days.
-- column: active_escalations BIGINT | Escalated tickets not resolved at as_of.
-- columns: metrics.account_support only last_ticket_at
-- unique: account_id
-- not_null: account_id
SELECT
    a.account_id,
    COALESCE(s.tickets_30d, z.support) AS support_ticket_count_30d,
    COALESCE(s.tickets_90d, z.support) AS tickets_90d,
    COALESCE(s.tickets_12m, z.support) AS tickets_12m,
    COALESCE(s.tickets_prev_12m, z.support) AS tickets_prev_12m,
    COALESCE(s.open_tickets, z.support) AS open_tickets,
    s.avg_resolution_hours_12m AS avg_resolution_time_hours,
    s.csat_score,
    s.csat_average,
    COALESCE(s.csat_responses, z.support) AS csat_responses,
    COALESCE(s.escalations_12m, z.support) AS escalations_12m,
    COALESCE(s.active_escalations, z.support) AS active_escalations,
    s.last_ticket_at
FROM profile.accounts AS a
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.account_support AS s ON s.account_id = a.account_id
