-- Files, proposals and contracts of customers, as the CRMs have them. One row per source and document; deleted ones are
-- left out.
-- depends: staging.document_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: document_id VARCHAR | The document's id.
-- column: node INTEGER | The person's record; NULL when the source names none, or one it no longer holds.
-- column: title VARCHAR | Title or number.
-- column: document_type VARCHAR | proposal, contract or file.
-- column: file_type VARCHAR | Kind of file.
-- column: opportunity_id VARCHAR | The opportunity it belongs to, in the same source.
-- column: owner_id VARCHAR | The colleague who owns it, as the source writes him.
-- column: status VARCHAR | The source's status.
-- column: amount DECIMAL(18,3) | Amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: url VARCHAR | Address.
-- column: valid_from_at TIMESTAMP | Holds from, UTC.
-- column: valid_until_at TIMESTAMP | Holds until, UTC.
-- column: created_at TIMESTAMP | Created, UTC; of a file its latest version.
-- unique: source, document_id
-- not_null: source, entity, document_id, document_type
WITH ranked AS (
  SELECT
    *, row_number() OVER (PARTITION BY source, document_id ORDER BY coalesce(updated_at, created_at) DESC, entity) AS place,
    min(created_at) OVER (PARTITION BY source, document_id) AS first_at
  FROM staging.document_rows
  WHERE NOT coalesce(is_deleted, false)
)
SELECT
  d.source, d.entity, d.document_id, r.node, d.title,
  -- A file's kind stands in its name, if anywhere.
  CASE
    WHEN lower(d.document_type) <> 'file' THEN lower(d.document_type)
    WHEN lower(d.title) LIKE '%proposal%' OR lower(d.title) LIKE '%quote%' THEN 'proposal'
    WHEN lower(d.title) LIKE '%contract%' OR lower(d.title) LIKE '%agreement%' THEN 'contract'
    ELSE 'file'
  END AS document_type,
  d.file_type, d.opportunity_id, d.owner_id, d.status, d.amount, CASE WHEN d.amount IS NOT NULL THEN d.currency END AS currency,
  d.url, d.valid_from_at, d.valid_until_at, d.first_at AS created_at
FROM ranked AS d
LEFT JOIN staging.contact_ids AS i ON i.source = d.source AND i.alias = d.record_id
LEFT JOIN staging.records AS r ON r.source = i.source AND r.record_id = i.record_id
WHERE d.place = 1
