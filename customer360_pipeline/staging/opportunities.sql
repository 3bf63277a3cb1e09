-- Sales that may come about, came about or did not, as the CRMs have them today. One row per source and opportunity;
-- deleted ones are left out.
-- depends: staging.opportunity_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: opportunity_id VARCHAR | The opportunity's id.
-- column: node INTEGER | The main person's record; NULL when the source names none, or one it no longer holds.
-- column: name VARCHAR | Its name.
-- column: owner_id VARCHAR | The colleague who owns it, as the source writes him.
-- column: pipeline VARCHAR | Pipeline.
-- column: stage VARCHAR | Present stage, as written.
-- column: status VARCHAR | Today: open, won or lost.
-- column: amount DECIMAL(18,3) | Amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: probability DECIMAL(9,6) | Probability of winning, 0 to 1.
-- column: opportunity_type VARCHAR | New or existing business, renewal.
-- column: lost_reason VARCHAR | Why it was lost.
-- column: is_copy BOOLEAN | Another CRM holds it too, and this row says which; that one counts.
-- column: close_at TIMESTAMP | Expected to close, or closed, UTC; a date is its midnight.
-- column: created_at TIMESTAMP | Created, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- unique: source, opportunity_id
-- not_null: source, entity, opportunity_id, status, is_copy
-- assert: status IN ('open', 'won', 'lost') | an opportunity is open, won or lost
WITH originals AS (
  SELECT o.source, o.opportunity_id, min(c.source) AS other_source
  FROM staging.opportunity_rows AS o
  INNER JOIN staging.opportunity_rows AS c ON c.opportunity_id = o.synced_id AND c.source <> o.source
  WHERE NOT coalesce(c.is_deleted, false)
  GROUP BY o.source, o.opportunity_id
)
SELECT
  o.source, o.entity, o.opportunity_id, r.node, o.name, o.owner_id, o.pipeline, o.stage,
  -- The flags are the source's own; the word is read from a stage that somebody may have renamed.
  CASE
    WHEN o.is_won THEN 'won'
    WHEN o.is_won IS NULL AND lower(o.status) = 'won' THEN 'won'
    WHEN o.is_closed THEN 'lost'
    WHEN o.is_closed IS NULL AND lower(o.status) = 'lost' THEN 'lost'
    ELSE 'open'
  END AS status,
  o.amount, o.currency, o.probability, o.opportunity_type, o.lost_reason,
  d.opportunity_id IS NOT NULL AS is_copy,
  o.close_at, o.created_at, o.updated_at
FROM staging.opportunity_rows AS o
LEFT JOIN originals AS d ON d.source = o.source AND d.opportunity_id = o.opportunity_id
LEFT JOIN staging.contact_ids AS i ON i.source = o.source AND i.alias = o.record_id
LEFT JOIN staging.records AS r ON r.source = i.source AND r.record_id = i.record_id
WHERE NOT coalesce(o.is_deleted, false)
