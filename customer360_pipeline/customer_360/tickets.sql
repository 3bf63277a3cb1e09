-- Every request to customer support as it stood at as_of, with its account and who asked. One row per ticket opened by
-- then; those merged into another or deleted in their source are left out.
-- depends: staging.tickets, metrics.tickets_as_of, identity.record_customers
-- column: source VARCHAR | Source.
-- column: ticket_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account: of the company the ticket names, else of who asked; NULL: neither is known.
-- column: customer_id VARCHAR | Who asked; NULL when nothing identifies the person.
-- column: title VARCHAR | Subject line.
-- column: category VARCHAR | What it is about.
-- column: severity VARCHAR | P1 (worst) to P4; NULL: the source does not say.
-- column: priority VARCHAR | The source's word for it.
-- column: status VARCHAR | open or resolved, at as_of.
-- column: source_status VARCHAR | The source's status today.
-- column: channel VARCHAR | How it came.
-- column: team VARCHAR | Group or team, id or name.
-- column: assignee VARCHAR | Who works on it, id or name.
-- column: is_escalated BOOLEAN | Escalated.
-- column: escalated_by VARCHAR | What says so: field, tag:<tag>, team:<team> or priority:<word>.
-- column: opened_at TIMESTAMP | Opened, UTC.
-- column: resolved_at TIMESTAMP | Resolved by as_of, UTC; NULL: open, or nothing says when.
-- column: days_open BIGINT | Days from opening to resolution, or to as_of while it is open.
-- column: first_reply_hours DECIMAL(9,2) | Hours to the first reply.
-- column: resolution_hours DECIMAL(9,2) | Hours from opening to resolution.
-- column: resolution_business_hours DECIMAL(9,2) | The same within business hours; NULL where the source has no schedule.
-- column: reopens BIGINT | Times it was opened again.
-- column: rating BIGINT | The requester's answer from 1 to 5; NULL without one, or where answers are good or bad.
-- column: csat_score BIGINT | 100 satisfied, 0 not; NULL without an answer.
-- column: rated_at TIMESTAMP | When it was given, UTC.
-- unique: source, ticket_id
-- not_null: source, ticket_id, status, is_escalated, opened_at
SELECT
    t.source,
    t.ticket_id,
    t.account_id,
    c.customer_id,
    s.subject AS title,
    t.topic AS category,
    t.severity,
    s.priority,
    CASE WHEN t.is_open THEN 'open' ELSE 'resolved' END AS status,
    s.status AS source_status,
    s.channel,
    s.team,
    s.assignee,
    t.is_escalated,
    s.escalated_by,
    t.opened_at,
    t.resolved_at,
    CASE
        WHEN t.is_open THEN t.opened_days
        WHEN t.resolved_at >= t.opened_at THEN t.opened_days - t.resolved_days
    END AS days_open,
    CAST(ROUND(CAST(t.first_reply_minutes AS DOUBLE) / 60, 2) AS DECIMAL(9, 2)) AS first_reply_hours,
    CAST(ROUND(CAST(t.resolution_minutes AS DOUBLE) / 60, 2) AS DECIMAL(9, 2)) AS resolution_hours,
    CAST(ROUND(CAST(t.resolution_business_minutes AS DOUBLE) / 60, 2) AS DECIMAL(9, 2)) AS resolution_business_hours,
    t.reopens,
    t.rating,
    t.csat_score,
    CASE WHEN t.csat_score IS NOT NULL THEN s.rated_at END AS rated_at
FROM metrics.tickets_as_of AS t
JOIN staging.tickets AS s ON s.source = t.source AND s.ticket_id = t.ticket_id
LEFT JOIN identity.record_customers AS c ON c.node = t.node
