-- What each CRM says of each account, ranked: the value of the row that was changed last wins, and street, city, region,
-- postal code and country win together. One row per account, field and CRM row.
-- depends: staging.accounts, profile.crm_accounts
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: field VARCHAR | name, domain, industry, employee_count, phone, street, city, region, postal_code, country or owner.
-- column: value VARCHAR | The value, as text.
-- column: source VARCHAR | The source that gives it.
-- column: source_account_id VARCHAR | The source's own id.
-- column: updated_at TIMESTAMP | Row last changed, UTC; when created, where the CRM does not say or says after as_of.
-- column: value_rank BIGINT | 1 wins.
-- unique: account_id, field, source, source_account_id
-- not_null: account_id, field, value, source, source_account_id, value_rank
WITH rows AS (
    SELECT
        c.account_id, a.source, a.account_id AS source_account_id,
        CASE WHEN a.updated_at <= $as_of THEN a.updated_at WHEN a.created_at <= $as_of THEN a.created_at END AS updated_at,
        a.name, a.domain_key, a.industry, CAST(a.employee_count AS VARCHAR) AS employee_count, a.phone, a.street, a.city,
        a.region, a.postal_code, a.country, a.owner,
        COALESCE(a.street, a.city, a.region, a.postal_code, a.country) AS address
    FROM staging.accounts AS a
    JOIN profile.crm_accounts AS c ON c.source = a.source AND c.source_account_id = a.account_id
    WHERE a.merged_into IS NULL
),
named AS (
    SELECT account_id, source, source_account_id, updated_at, 'name' AS field, name AS value, name AS unit FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'domain', domain_key, domain_key FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'industry', industry, industry FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'employee_count', employee_count, employee_count FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'phone', phone, phone FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'owner', owner, owner FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'street', street, address FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'city', city, address FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'region', region, address FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'postal_code', postal_code, address FROM rows
    UNION ALL
    SELECT account_id, source, source_account_id, updated_at, 'country', country, address FROM rows
),
ranked AS (
    SELECT
        n.*,
        ROW_NUMBER() OVER (
            PARTITION BY account_id, field ORDER BY updated_at DESC NULLS LAST, source, source_account_id
        ) AS value_rank
    FROM named AS n
    WHERE unit IS NOT NULL
)
SELECT account_id, field, value, source, source_account_id, updated_at, value_rank
FROM ranked
WHERE value IS NOT NULL
