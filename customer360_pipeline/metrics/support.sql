-- How each customer was supported up to as_of: the tickets they asked themselves. One row per customer with a ticket.
-- depends: metrics.tickets_as_of, identity.record_customers
-- column: customer_number INTEGER | The customer.
-- column: total_tickets BIGINT | Tickets.
-- column: tickets_12m BIGINT | Of them, opened in the 365 days up to as_of.
-- column: open_tickets BIGINT | Of them, not resolved at as_of.
-- column: csat_responses BIGINT | Tickets rated in the last 365 days.
-- column: csat_score DECIMAL(5,2) | Share of the satisfied among their tickets rated in the last 365 days, 0 to 100; NULL without an answer.
-- column: first_ticket_at TIMESTAMP | Earliest opened, UTC.
-- column: last_ticket_at TIMESTAMP | Latest ticket opened, UTC.
-- unique: customer_number
-- not_null: customer_number, total_tickets, tickets_12m, open_tickets, csat_responses, last_ticket_at
SELECT
    c.customer_number,
    COUNT(*) AS total_tickets,
    CAST(SUM(CASE WHEN t.opened_days < 365 THEN 1 ELSE 0 END) AS BIGINT) AS tickets_12m,
    CAST(SUM(CASE WHEN t.is_open THEN 1 ELSE 0 END) AS BIGINT) AS open_tickets,
    CAST(SUM(CASE WHEN t.rated_days < 365 AND t.csat_score IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS csat_responses,
    CAST(ROUND(AVG(CASE WHEN t.rated_days < 365 THEN CAST(t.csat_score AS DOUBLE) END), 2) AS DECIMAL(5, 2)) AS csat_score,
    MIN(t.opened_at) AS first_ticket_at,
    MAX(t.opened_at) AS last_ticket_at
FROM metrics.tickets_as_of AS t
JOIN identity.record_customers AS c ON c.node = t.node
GROUP BY c.customer_number
