-- Which account each company of a source is: after the source's own merges, by the id of a CRM's company that it names, else
-- across sources by a web domain that each of them has once. Companies of one source are never joined by us. One row per
-- source and company, merged ones included.
-- depends: staging.accounts, profile.company_domains
-- column: source VARCHAR | The source's name.
-- column: source_account_id VARCHAR | The source's own id.
-- column: kept_account_id VARCHAR | The company of the same source that it is now, after merges.
-- column: account_id VARCHAR | The account.
-- column: basis VARCHAR | crm_id (it names exactly one company of the CRMs), domain, or own (an account of its own).
-- unique: source, source_account_id
-- not_null: source, source_account_id, kept_account_id, account_id, basis
WITH merged AS (
    -- A winner may itself have lost a later merge: four steps, since no CRM is known to write longer chains.
    SELECT
        a.source, a.account_id,
        COALESCE(d.account_id, c.account_id, b.account_id, a.account_id) AS kept_account_id
    FROM staging.accounts AS a
    LEFT JOIN staging.accounts AS b ON b.source = a.source AND b.account_id = a.merged_into
    LEFT JOIN staging.accounts AS c ON c.source = b.source AND c.account_id = b.merged_into
    LEFT JOIN staging.accounts AS d ON d.source = c.source AND d.account_id = c.merged_into
),
placed AS (
    SELECT
        m.source, m.account_id AS source_account_id, m.kept_account_id, k.category, k.crm_account_id,
        d.account_id IS NOT NULL AS has_domain,
        COALESCE(d.account_id, 'acc_' || SUBSTR(MD5('crm:' || m.source || ':' || m.kept_account_id), 1, 16)) AS account_id
    FROM merged AS m
    JOIN staging.accounts AS k ON k.source = m.source AND k.account_id = m.kept_account_id
    LEFT JOIN profile.company_domains AS d ON d.domain = k.domain_key
),
named AS (
    -- An id that two CRMs have says neither.
    SELECT p.source, p.source_account_id, MIN(c.account_id) AS account_id
    FROM placed AS p
    JOIN placed AS c ON c.source_account_id = p.crm_account_id AND c.source <> p.source
    WHERE c.category = 'crm'
    GROUP BY p.source, p.source_account_id
    HAVING COUNT(*) = 1
)
SELECT
    p.source,
    p.source_account_id,
    p.kept_account_id,
    COALESCE(n.account_id, p.account_id) AS account_id,
    CASE WHEN n.account_id IS NOT NULL THEN 'crm_id' WHEN p.has_domain THEN 'domain' ELSE 'own' END AS basis
FROM placed AS p
LEFT JOIN named AS n ON n.source = p.source AND n.source_account_id = p.source_account_id
