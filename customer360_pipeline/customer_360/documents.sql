-- Files, proposals and contracts of customers that existed at as_of. One row per document.
-- depends: staging.documents, metrics.document_accounts, staging.owners, identity.record_customers, profile.clock
-- column: source VARCHAR | Source.
-- column: document_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when nothing it is attached to is known.
-- column: customer_id VARCHAR | The person; NULL when the source names none that it still holds.
-- column: basis VARCHAR | company, opportunity, person or nobody: what it is attached to.
-- column: title VARCHAR | Title or number.
-- column: document_type VARCHAR | proposal, contract or file.
-- column: file_type VARCHAR | Kind of file.
-- column: opportunity_id VARCHAR | The opportunity it belongs to, in the same source.
-- column: status VARCHAR | The source's status today.
-- column: amount DECIMAL(18,3) | Amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: owner_id VARCHAR | The colleague who owns it.
-- column: owner_name VARCHAR | His name.
-- column: url VARCHAR | Address.
-- column: valid_from_at TIMESTAMP | Holds from, UTC.
-- column: valid_until_at TIMESTAMP | Holds until, UTC.
-- column: created_at TIMESTAMP | Created, UTC; of a file its latest version.
-- unique: source, document_id
-- not_null: source, document_id, basis, document_type
SELECT
    d.source, d.document_id, a.account_id, c.customer_id, a.basis, d.title, d.document_type, d.file_type,
    COALESCE(d.opportunity_id, a.opportunity_id) AS opportunity_id, d.status, d.amount, d.currency, w.owner_id, w.owner_name,
    d.url, d.valid_from_at, d.valid_until_at, d.created_at
FROM staging.documents AS d
JOIN metrics.document_accounts AS a ON a.source = d.source AND a.document_id = d.document_id
JOIN profile.clock AS k ON COALESCE(d.created_at <= k.as_of, TRUE)
LEFT JOIN staging.owners AS w ON w.source = d.source AND w.word = d.owner_id
LEFT JOIN identity.record_customers AS c ON c.node = a.node
