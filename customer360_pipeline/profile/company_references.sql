-- Which account a group of the product or a line of a sheet means, in this order: by an id of a CRM's company, by a
-- billing id, by its web domain, a sheet's line by the group it names, and by a name that exactly one company has. An id
-- shorter than 8 characters is a number that every system counts anew, and stands for nobody. One row per reference.
-- depends: staging.company_references, profile.crm_accounts, profile.record_accounts, profile.company_domains, profile.accounts, staging.identifiers
-- column: source VARCHAR | The source's name.
-- column: kind VARCHAR | group or entitlement.
-- column: reference_id VARCHAR | The group's id, or the line's.
-- column: account_id VARCHAR | The account; NULL: none is meant for certain.
-- column: basis VARCHAR | id, billing, domain, group or name.
-- unique: source, kind, reference_id
-- not_null: source, kind, reference_id
WITH by_id AS (
    SELECT source_account_id AS company, MIN(account_id) AS account_id
    FROM profile.crm_accounts
    WHERE LENGTH(source_account_id) >= 8
    GROUP BY source_account_id
    HAVING COUNT(DISTINCT account_id) = 1
),
by_billing AS (
    SELECT i.value AS company, MIN(a.account_id) AS account_id
    FROM staging.identifiers AS i
    JOIN profile.record_accounts AS a ON a.node = i.node
    WHERE i.kind = 'customer_id' AND LENGTH(i.value) >= 8
    GROUP BY i.value
    HAVING COUNT(DISTINCT a.account_id) = 1
),
by_name AS (
    SELECT LOWER(TRIM(name)) AS company, MIN(account_id) AS account_id
    FROM profile.accounts
    WHERE kind = 'company' AND name IS NOT NULL
    GROUP BY LOWER(TRIM(name))
    HAVING COUNT(*) = 1
),
direct AS (
    SELECT
        r.source, r.kind, r.reference_id, r.company,
        COALESCE(i.account_id, b.account_id, a.account_id) AS account_id,
        CASE WHEN i.account_id IS NOT NULL THEN 'id' WHEN b.account_id IS NOT NULL THEN 'billing'
            WHEN a.account_id IS NOT NULL THEN 'domain' END AS basis
    FROM staging.company_references AS r
    LEFT JOIN by_id AS i ON i.company = r.company
    LEFT JOIN by_billing AS b ON b.company = r.company
    LEFT JOIN profile.company_domains AS d ON d.domain = r.domain_key
    LEFT JOIN profile.accounts AS a ON a.account_id = d.account_id
),
groups AS (
    SELECT company, MIN(account_id) AS account_id
    FROM direct
    WHERE kind = 'group' AND account_id IS NOT NULL AND LENGTH(company) >= 8
    GROUP BY company
    HAVING COUNT(DISTINCT account_id) = 1
)
SELECT
    d.source,
    d.kind,
    d.reference_id,
    COALESCE(d.account_id, g.account_id, n.account_id) AS account_id,
    CASE WHEN d.account_id IS NOT NULL THEN d.basis WHEN g.account_id IS NOT NULL THEN 'group'
        WHEN n.account_id IS NOT NULL THEN 'name' END AS basis
FROM direct AS d
LEFT JOIN groups AS g ON d.kind = 'entitlement' AND g.company = d.company
LEFT JOIN by_name AS n ON d.kind = 'entitlement' AND n.company = LOWER(d.company)
