-- Which account each record belongs to. One row per record. In this order: the company its CRM files it under; the one
-- under which a CRM files another record of the same person with the same e-mail, user id or billing id; the company of
-- its e-mail domain; for a record without an address of its own the person's latest company; else an account of one.
-- A record with a private address stays out of a company unless a CRM says otherwise, so that nobody who looks at work
-- sees private life.
-- depends: profile.records, staging.identifiers, profile.crm_accounts, profile.company_domains
-- column: node INTEGER | The record.
-- column: account_id VARCHAR | The account.
-- column: basis VARCHAR | crm, identifier, domain, person (the person's company) or self (an account of one).
-- column: domain VARCHAR | The company's mail domain, when the basis is domain.
-- unique: node
-- not_null: node, account_id, basis
WITH filed AS (
    SELECT r.node, r.customer_number, c.account_id, r.updated_at, r.source, r.record_id
    FROM profile.records AS r
    JOIN profile.crm_accounts AS c ON c.source = r.source AND c.source_account_id = r.account_id
),
known_by AS (
    SELECT
        f.customer_number, i.kind, i.value, f.account_id,
        ROW_NUMBER() OVER (
            PARTITION BY f.customer_number, i.kind, i.value ORDER BY f.updated_at DESC NULLS LAST, f.source, f.record_id
        ) AS place
    FROM filed AS f
    JOIN staging.identifiers AS i ON i.node = f.node AND i.kind IN ('email', 'user_id', 'customer_id')
),
by_identifier AS (
    SELECT
        i.node, k.account_id,
        ROW_NUMBER() OVER (PARTITION BY i.node ORDER BY i.kind, k.account_id) AS place
    FROM known_by AS k
    JOIN profile.records AS r ON r.customer_number = k.customer_number
    JOIN staging.identifiers AS i ON i.node = r.node AND i.kind = k.kind AND i.value = k.value
    WHERE k.place = 1
),
placed AS (
    SELECT
        r.node, r.customer_number, r.customer_id, r.updated_at, r.source, r.record_id, r.email_key,
        COALESCE(f.account_id, i.account_id, c.account_id) AS account_id,
        CASE WHEN f.account_id IS NOT NULL THEN 'crm' WHEN i.account_id IS NOT NULL THEN 'identifier'
            WHEN c.domain IS NOT NULL THEN 'domain' END AS basis,
        CASE WHEN f.account_id IS NULL AND i.account_id IS NULL THEN c.domain END AS domain
    FROM profile.records AS r
    LEFT JOIN filed AS f ON f.node = r.node
    LEFT JOIN by_identifier AS i ON i.node = r.node AND i.place = 1
    LEFT JOIN profile.company_domains AS c ON c.domain = SPLIT_PART(r.email_key, '@', 2)
),
people AS (
    SELECT
        customer_number, account_id,
        ROW_NUMBER() OVER (
            PARTITION BY customer_number
            ORDER BY CASE basis WHEN 'crm' THEN 0 WHEN 'identifier' THEN 1 ELSE 2 END, updated_at DESC NULLS LAST, source, record_id
        ) AS place
    FROM placed
    WHERE account_id IS NOT NULL
)
SELECT
    r.node,
    COALESCE(
        r.account_id,
        CASE WHEN r.email_key IS NULL THEN p.account_id END,
        'acc_' || SUBSTR(MD5('customer:' || r.customer_id), 1, 16)
    ) AS account_id,
    CASE
        WHEN r.basis IS NOT NULL THEN r.basis
        WHEN r.email_key IS NULL AND p.account_id IS NOT NULL THEN 'person'
        ELSE 'self'
    END AS basis,
    r.domain
FROM placed AS r
LEFT JOIN people AS p ON p.customer_number = r.customer_number AND p.place = 1
