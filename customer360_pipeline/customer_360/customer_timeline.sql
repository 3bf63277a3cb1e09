-- What happened with each customer; published sorted by customer, newest first: payments, refunds, disputes, web sessions, marketing events,
-- calls, e-mails and meetings that the customer took part in, opportunities and their stages, documents, and when each source first knew them. One row per event up to as_of.
-- depends: staging.charges, staging.refunds, staging.disputes, staging.touches, staging.sessions, staging.tickets, staging.records, staging.activities, staging.activity_people, staging.opportunities, staging.opportunity_stages, staging.documents, metrics.document_accounts, identity.record_customers, profile.clock
-- materialized: view
-- column: customer_id VARCHAR | The customer.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | charge, refund, dispute, session, web_event (outside a session), record_created, ticket_opened, ticket_resolved, ticket_rated, call, email, meeting, opportunity_created, opportunity_stage, opportunity_won, opportunity_lost, document, or the marketing event's own type.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it; of a session: device and session id; of a stage: the opportunity's id and its place.
-- column: title VARCHAR | What it was about, in the source's words: the description of a charge, the subject of a ticket or activity, the name of an opportunity or document; NULL where it says none.
-- column: status VARCHAR | The source's status of a charge, refund, dispute, activity or document; the stage of an opportunity; of a ticket its severity, of its rating the answer.
-- column: amount DECIMAL(18,3) | Amount of a charge, refund, dispute, opportunity or document, major units of `currency`.
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
    SELECT node, created_at, 'record_created', source, record_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.records
    WHERE record_type = 'contact'
    UNION ALL
    SELECT p.node, a.occurred_at, a.activity_type, a.source, a.activity_id, a.subject, a.status, NULL, NULL, NULL, NULL, NULL, NULL
    FROM staging.activities AS a
    JOIN staging.activity_people AS p ON p.source = a.source AND p.activity_id = a.activity_id
    WHERE a.is_contact
    UNION ALL
    SELECT node, created_at, 'opportunity_created', source, opportunity_id, name, NULL, amount, currency, NULL, NULL, NULL, NULL
    FROM staging.opportunities
    UNION ALL
    SELECT o.node, s.entered_at, CASE WHEN s.is_closing THEN 'opportunity_' || o.status ELSE 'opportunity_stage' END, s.source,
        s.opportunity_id || ' ' || CAST(s.place AS VARCHAR), o.name, s.stage, o.amount, o.currency, NULL, NULL, NULL, NULL
    FROM staging.opportunity_stages AS s
    JOIN staging.opportunities AS o ON o.source = s.source AND o.opportunity_id = s.opportunity_id
    UNION ALL
    SELECT m.node, d.created_at, 'document', d.source, d.document_id, d.title, d.status, d.amount, d.currency, NULL, NULL, NULL, NULL
    FROM staging.documents AS d
    JOIN metrics.document_accounts AS m ON m.source = d.source AND m.document_id = d.document_id
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
