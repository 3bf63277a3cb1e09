-- Every opportunity as it stood at as_of. One row per opportunity. Amount, owner and close date are those of today.
-- depends: metrics.opportunities, staging.opportunities, staging.owners, identity.record_customers
-- column: source VARCHAR | Source.
-- column: opportunity_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when neither a company nor a person is known.
-- column: customer_id VARCHAR | The main person; NULL when the source names none that it still holds.
-- column: name VARCHAR | Its name.
-- column: pipeline VARCHAR | Pipeline.
-- column: stage VARCHAR | Stage at as_of, as written; names repeat across pipelines.
-- column: stage_entered_at TIMESTAMP | In it since, UTC.
-- column: status VARCHAR | At as_of: open, won or lost.
-- column: amount DECIMAL(18,3) | Amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: reporting_amount DECIMAL(18,2) | In the reporting currency; NULL without an amount or a rate.
-- column: probability DECIMAL(9,6) | Probability of winning, 0 to 1, as the source says.
-- column: opportunity_type VARCHAR | New or existing business, renewal.
-- column: lost_reason VARCHAR | Why it was lost.
-- column: owner_id VARCHAR | The colleague who owns it.
-- column: owner_name VARCHAR | His name.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: close_at TIMESTAMP | Expected to close, UTC; of a closed one the day the source gives.
-- column: closed_at TIMESTAMP | Won or lost, UTC; NULL while open.
-- column: last_changed_at TIMESTAMP | Last changed by as_of, UTC.
-- column: is_stale BOOLEAN | Open, and unchanged for as many days as make it stale.
-- column: is_copy BOOLEAN | Another CRM holds it too; that one counts in every sum.
-- unique: source, opportunity_id
-- not_null: source, opportunity_id, status, is_stale, is_copy
-- assert: status <> 'open' OR closed_at IS NULL | an open one is not closed
SELECT
    m.source, m.opportunity_id, m.account_id, c.customer_id, o.name, o.pipeline, m.stage, m.stage_entered_at, m.status,
    o.amount, CASE WHEN o.amount IS NOT NULL THEN o.currency END AS currency, m.reporting_amount, o.probability,
    o.opportunity_type, CASE WHEN m.status = 'lost' THEN o.lost_reason END AS lost_reason, w.owner_id, w.owner_name,
    o.created_at, o.close_at, m.closed_at, m.last_changed_at, m.is_stale, m.is_copy
FROM metrics.opportunities AS m
JOIN staging.opportunities AS o ON o.source = m.source AND o.opportunity_id = m.opportunity_id
LEFT JOIN staging.owners AS w ON w.source = o.source AND w.word = o.owner_id
LEFT JOIN identity.record_customers AS c ON c.node = o.node
