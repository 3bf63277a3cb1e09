-- What happened with each customer; published sorted by customer, newest first: payments, refunds, disputes, web sessions, marketing events,
-- days with a login, help articles, and when each source first knew them. One row per event up to as_of.
-- depends: staging.charges, staging.refunds, staging.disputes, staging.touches, staging.sessions, staging.tickets, staging.logins, staging.article_views, staging.records, identity.record_customers, profile.clock
-- materialized: view
-- column: customer_id VARCHAR | The customer.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | charge, refund, dispute, session, web_event (outside a session), login (the first of a day), article_view (vote_up, vote_down, search, comment), record_created, ticket_opened, ticket_resolved, ticket_rated, or the marketing event's own type.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it; of a session: device and session id.
-- column: title VARCHAR | What it was about, in the source's words: the description of a charge, the subject of a ticket, the title of an article; NULL where it says none.
-- column: status VARCHAR | The source's status of a charge, refund or dispute; of a ticket its severity, of its rating the answer.
-- column: amount DECIMAL(18,3) | Amount of a charge, refund or dispute, major units of `currency`.
-- column: currency VARCHAR | ISO 4217 code.
-- column: touch_source VARCHAR | Traffic source of a session or marketing event.
-- column: medium VARCHAR | Its medium.
-- column: campaign VARCHAR | Its campaign.
-- column: page_views BIGINT | Page views of a session.
-- not_null: customer_id, occurred_at, event_type, source, event_id
WITH happened AS (
    SELECT node, occurred_at, 'charge' AS event_type, source, charge_id AS event_id, description AS title, status, amount, currency,
        NULL AS touch_source, NULL AS medium, NULL AS campaign, NULL AS page_views
    FROM staging.charges
    UNION ALL
    SELECT node, occurred_at, 'refund', source, refund_id, NULL, status, amount, currency, NULL, NULL, NULL, NULL
    FROM staging.refunds
    UNION ALL
    SELECT node, occurred_at, 'dispute', source, dispute_id, NULL, status, amount, currency, NULL, NULL, NULL, NULL
    FROM staging.disputes
    UNION ALL
    SELECT node, occurred_at, COALESCE(event_type, 'touch'), source, event_id, NULL, NULL, NULL, NULL,
        touch_source, medium, campaign, NULL
    FROM staging.touches
    UNION ALL
    SELECT node, started_at, CASE WHEN session_id IS NULL THEN 'web_event' ELSE 'session' END, source,
        COALESCE(device_id, '') || ' ' || COALESCE(session_id, ''), NULL, NULL, NULL, NULL,
        touch_source, medium, campaign, page_views
    FROM staging.sessions
    UNION ALL
    SELECT node, opened_at, 'ticket_opened', source, ticket_id, subject, severity, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.tickets
    WHERE is_counted
    UNION ALL
    SELECT node, resolved_at, 'ticket_resolved', source, ticket_id, subject, severity, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.tickets
    WHERE is_counted
    UNION ALL
    SELECT node, rated_at, 'ticket_rated', source, ticket_id, subject,
        CASE WHEN rating IS NOT NULL THEN CAST(rating AS VARCHAR) || ' of 5' WHEN csat_score = 100 THEN 'good' ELSE 'bad' END,
        NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.tickets
    WHERE is_counted AND csat_score IS NOT NULL
    UNION ALL
    -- Who logs in ten times a day says no more than who does once; the logins are counted in account_360.
    SELECT node, MIN(occurred_at), 'login', source, MIN(event_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.logins
    WHERE is_login
    GROUP BY node, source, CAST(occurred_at AS DATE)
    UNION ALL
    SELECT node, occurred_at, CASE WHEN action = 'view' THEN 'article_view' ELSE action END, source, event_id, title, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL
    FROM staging.article_views
    UNION ALL
    SELECT node, created_at, 'record_created', source, record_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.records
    WHERE record_type = 'contact'
)
SELECT
    c.customer_id,
    h.occurred_at,
    h.event_type,
    h.source,
    h.event_id,
    h.title,
    h.status,
    CAST(h.amount AS DECIMAL(18, 3)) AS amount,
    h.currency,
    h.touch_source,
    h.medium,
    h.campaign,
    CAST(h.page_views AS BIGINT) AS page_views
FROM happened AS h
JOIN identity.record_customers AS c ON c.node = h.node
JOIN profile.clock AS k ON h.occurred_at <= k.as_of
