-- Calls, e-mails and meetings that took place, opportunities and their stages, documents, as events. One row per event and
-- participant.
-- depends: metrics.account_activities, staging.activities, staging.activity_people, identity.record_customers, metrics.opportunities, staging.opportunities, staging.opportunity_stages, staging.documents, metrics.document_accounts
-- materialized: view
-- column: node INTEGER | The record; NULL when it names nobody.
-- column: account_id VARCHAR | The account, where the fact itself names one; NULL: the record's.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | What happened.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it.
-- column: title VARCHAR | What it was about, in the source's words.
-- column: status VARCHAR | Its status.
-- column: amount DECIMAL(18,3) | Its amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: touch_source VARCHAR | Traffic source.
-- column: medium VARCHAR | Its medium.
-- column: campaign VARCHAR | Its campaign.
-- column: page_views BIGINT | Page views of a session.
-- column: participant BIGINT | 1; of an event with several people the second and later ones count on.
SELECT
    p.node, m.account_id, a.occurred_at, a.activity_type AS event_type, a.source, a.activity_id AS event_id,
    a.subject AS title, a.status, CAST(NULL AS DECIMAL(18, 3)) AS amount, CAST(NULL AS VARCHAR) AS currency,
    CAST(NULL AS VARCHAR) AS touch_source, CAST(NULL AS VARCHAR) AS medium, CAST(NULL AS VARCHAR) AS campaign,
    CAST(NULL AS BIGINT) AS page_views,
    ROW_NUMBER() OVER (PARTITION BY a.source, a.activity_id ORDER BY p.node) AS participant
FROM staging.activities AS a
JOIN metrics.account_activities AS m ON m.source = a.source AND m.activity_id = a.activity_id
LEFT JOIN (
    -- One record of each customer who took part: two contacts may be one person.
    SELECT p.source, p.activity_id, MIN(p.node) AS node
    FROM staging.activity_people AS p
    LEFT JOIN identity.record_customers AS c ON c.node = p.node
    GROUP BY p.source, p.activity_id, COALESCE(c.customer_number, -1 - p.node)
) AS p ON p.source = a.source AND p.activity_id = a.activity_id
WHERE a.is_contact
UNION ALL
SELECT
    o.node, m.account_id, o.created_at, 'opportunity_created', o.source, o.opportunity_id, o.name, NULL, o.amount, o.currency,
    NULL, NULL, NULL, NULL, 1
FROM staging.opportunities AS o
LEFT JOIN metrics.opportunities AS m ON m.source = o.source AND m.opportunity_id = o.opportunity_id
UNION ALL
SELECT
    o.node, m.account_id, s.entered_at, CASE WHEN s.is_closing THEN 'opportunity_' || o.status ELSE 'opportunity_stage' END,
    s.source, s.opportunity_id || ' ' || CAST(s.place AS VARCHAR), o.name, s.stage, o.amount, o.currency,
    NULL, NULL, NULL, NULL, 1
FROM staging.opportunity_stages AS s
JOIN staging.opportunities AS o ON o.source = s.source AND o.opportunity_id = s.opportunity_id
LEFT JOIN metrics.opportunities AS m ON m.source = o.source AND m.opportunity_id = o.opportunity_id
UNION ALL
SELECT
    m.node, m.account_id, d.created_at, 'document', d.source, d.document_id, d.title, d.status, d.amount, d.currency,
    NULL, NULL, NULL, NULL, 1
FROM staging.documents AS d
JOIN metrics.document_accounts AS m ON m.source = d.source AND m.document_id = d.document_id
