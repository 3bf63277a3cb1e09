-- Calls, e-mails, meetings, tasks and notes about customers that were written down by as_of, also those that lie ahead. One
-- row per activity.
-- depends: metrics.account_activities, staging.activities, staging.opportunities, staging.owners, identity.record_customers
-- column: source VARCHAR | Source.
-- column: activity_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when neither a company, an opportunity nor a person is known.
-- column: customer_id VARCHAR | The main person; NULL when the source names none that it still holds.
-- column: activity_type VARCHAR | call, email, meeting, task, note, or the source's own word.
-- column: title VARCHAR | Subject.
-- column: direction VARCHAR | inbound or outbound; NULL: not said.
-- column: status VARCHAR | planned, completed, canceled, no_show, failed, or the source's own word; NULL: not said.
-- column: outcome VARCHAR | Of a call, as the source says.
-- column: is_contact BOOLEAN | Its time has come and somebody was reached.
-- column: is_planned BOOLEAN | A meeting or call that lies ahead.
-- column: is_review BOOLEAN | A meeting whose subject says that it is a business review.
-- column: opportunity_id VARCHAR | The opportunity it is about, in the same source.
-- column: owner_id VARCHAR | The colleague.
-- column: owner_name VARCHAR | His name.
-- column: duration_seconds BIGINT | How long it took, seconds.
-- column: occurred_at TIMESTAMP | When it took or takes place, UTC.
-- unique: source, activity_id
-- not_null: source, activity_id, activity_type, is_contact, is_planned, is_review
-- assert: NOT (is_contact AND is_planned) | what lies ahead has reached nobody yet
SELECT
    m.source, m.activity_id, m.account_id, c.customer_id, m.activity_type, a.subject AS title, m.direction, a.status,
    a.outcome, m.is_contact, m.is_planned, m.is_review, o.opportunity_id, w.owner_id, w.owner_name, a.duration_seconds,
    m.occurred_at
FROM metrics.account_activities AS m
JOIN staging.activities AS a ON a.source = m.source AND a.activity_id = m.activity_id
LEFT JOIN staging.opportunities AS o ON o.source = a.source AND o.opportunity_id = a.opportunity_id
LEFT JOIN staging.owners AS w ON w.source = a.source AND w.word = a.owner_id
LEFT JOIN identity.record_customers AS c ON c.node = m.node
