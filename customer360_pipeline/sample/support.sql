-- Who asks for help, and what became of it: users, organizations and tickets of a help desk (zendesk), contacts and
-- conversations of a messenger (intercom). Planted: agents, tickets that agents opened, blank priorities, repeats of the
-- incremental export, deleted and merged tickets, tickets opened again, ratings asked for and not given, two kinds of
-- surveys, measures without business hours, leads without an address.
CREATE TABLE help_user AS
SELECT
    n, 'zendesk' AS source, (390000000000 + n * 7)::VARCHAR AS record_id, email, first_name || ' ' || last_name AS name,
    CASE WHEN u(n, 'desk phone') < 0.3 THEN phone END AS phone, CASE WHEN u(n, 'desk user') < 0.4 THEN user_id END AS user_id,
    company_no, company, domain, greatest(since, TIMESTAMP '2023-01-01') AS created_at
FROM person
WHERE with_accounts() AND u(n, 'desk') < CASE WHEN in_source(n, 0) AND u(n, 'subscribes') < 0.18 THEN 0.85 ELSE 0.16 END
UNION ALL
SELECT
    n, 'intercom', substr(md5('intercom' || n), 1, 24), CASE WHEN u(n, 'lead') > 0.15 THEN email END,
    first_name || ' ' || last_name, NULL, CASE WHEN u(n, 'lead') > 0.35 THEN user_id END, company_no, company, domain,
    greatest(since, TIMESTAMP '2025-01-01')
FROM person
WHERE with_accounts() AND u(n, 'messenger') < 0.09
ORDER BY source, n;

CREATE TABLE ticket AS
WITH asked AS (
    SELECT
        h.source, h.n, h.n * 8 + j AS k, h.record_id AS requester_id, h.email, h.company_no, h.created_at AS since,
        date_trunc('second', greatest(
            h.created_at, as_of() - to_seconds((pow(u(h.n * 8 + j, 'asked'), 1.8) * 62000000)::BIGINT) - INTERVAL 40 MINUTE
        )) AS opened_at
    FROM (SELECT *, unnest(range(1 + floor(u(n, 'asks') * u(n, 'asks more') * 5)::BIGINT)) AS j FROM help_user) AS h
),
drawn AS (
    SELECT
        *, 30 + (8600 * pow(u(k, 'solves'), 3))::BIGINT AS minutes, u(k, 'ticket fate') AS fate,
        CASE WHEN u(k, 'priority') < 0.15 THEN NULL WHEN u(k, 'priority') < 0.33 THEN 'low' WHEN u(k, 'priority') < 0.7
            THEN 'normal' WHEN u(k, 'priority') < 0.93 THEN 'high' ELSE 'urgent' END AS priority,
        pick(['billing', 'login', 'bug', 'how_to', 'integration', 'performance'], u(k, 'topic')) AS topic
    FROM asked
),
dated AS (
    SELECT *, opened_at + to_minutes(minutes) AS solved_at, least(minutes, 4 + (700 * pow(u(k, 'replies'), 3))::BIGINT) AS reply_minutes
    FROM drawn
),
placed AS (
    SELECT
        *,
        CASE WHEN fate < 0.02 THEN 'deleted' WHEN fate < 0.05 THEN 'merged'
            WHEN solved_at > as_of() OR fate > 0.955 AND opened_at > as_of() - INTERVAL 90 DAY THEN 'open'
            WHEN solved_at > as_of() - INTERVAL 28 DAY THEN 'solved' ELSE 'closed' END AS state
    FROM dated
)
SELECT
    * EXCLUDE (since),
    (100000 + k)::VARCHAR AS ticket_id,
    CASE topic WHEN 'billing' THEN 'Question about invoice' WHEN 'login' THEN 'Cannot sign in' WHEN 'bug' THEN 'Export stops half-way'
        WHEN 'how_to' THEN 'How do I add a colleague?' WHEN 'integration' THEN 'Webhook is not called'
        ELSE 'Dashboard loads slowly' END AS subject,
    pick(['email', 'web', 'chat', 'api'], u(k, 'channel')) AS channel,
    u(k, 'escalates') < CASE priority WHEN 'urgent' THEN 0.6 WHEN 'high' THEN 0.15 ELSE 0.02 END AS is_escalated,
    CASE WHEN u(k, 'reopens') < 0.1 AND state IN ('solved', 'closed') THEN 1 ELSE 0 END AS reopens,
    source = 'zendesk' AND u(k, 'by agent') < 0.03 AS is_by_agent,
    -- Business minutes only where the desk has a schedule.
    CASE WHEN u(n, 'schedule') < 0.7 THEN minutes * 6 // 10 END AS business_minutes,
    CASE WHEN state NOT IN ('solved', 'closed') OR u(k, 'asked to rate') > 0.75 THEN NULL WHEN u(k, 'rates') < 0.45 OR solved_at + INTERVAL 5 HOUR > as_of() THEN 'offered'
        ELSE 'answered' END AS rating_state,
    CASE WHEN minutes < 2000 THEN pick([3, 4, 5, 5, 5], u(k, 'rating')) ELSE pick([1, 2, 3, 4], u(k, 'rating')) END AS rating,
    solved_at + INTERVAL 5 HOUR AS rated_at,
    CASE state WHEN 'open' THEN pick(['new', 'open', 'open', 'pending', 'hold'], u(k, 'open state')) WHEN 'merged' THEN 'closed' ELSE state END AS status,
    CASE WHEN state = 'open' THEN least(as_of() - INTERVAL 1 MINUTE, opened_at + to_minutes(reply_minutes)) ELSE solved_at END AS updated_at,
    opened_at < TIMESTAMP '2025-05-01' AND source = 'zendesk' AS is_in_csv,
    -- Solved after the first page was written, which has the ticket as it was then.
    source = 'zendesk' AND state IN ('solved', 'closed') AND u(k, 'repeats') < 0.08 AND opened_at >= TIMESTAMP '2025-05-01' AS is_repeated
FROM placed
ORDER BY source, k;
