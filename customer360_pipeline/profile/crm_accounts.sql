-- Which account each company of a CRM is: after the CRM's own merges, and across CRMs by a web domain that each of them
-- has once. Companies of one CRM are never joined by us. One row per source and company, merged ones included.
-- depends: staging.accounts, profile.company_domains
-- column: source VARCHAR | The source's name.
-- column: source_account_id VARCHAR | The source's own id.
-- column: kept_account_id VARCHAR | The company of the same source that it is now, after merges.
-- column: account_id VARCHAR | The account.
-- unique: source, source_account_id
-- not_null: source, source_account_id, kept_account_id, account_id
WITH merged AS (
    -- A winner may itself have lost a later merge: four steps, since no CRM is known to write longer chains.
    SELECT
        a.source, a.account_id,
        COALESCE(d.account_id, c.account_id, b.account_id, a.account_id) AS kept_account_id
    FROM staging.accounts AS a
    LEFT JOIN staging.accounts AS b ON b.source = a.source AND b.account_id = a.merged_into
    LEFT JOIN staging.accounts AS c ON c.source = b.source AND c.account_id = b.merged_into
    LEFT JOIN staging.accounts AS d ON d.source = c.source AND d.account_id = c.merged_into
)
SELECT
    m.source,
    m.account_id AS source_account_id,
    m.kept_account_id,
    COALESCE(d.account_id, 'acc_' || SUBSTR(MD5('crm:' || m.source || ':' || m.kept_account_id), 1, 16)) AS account_id
FROM merged AS m
JOIN staging.accounts AS k ON k.source = m.source AND k.account_id = m.kept_account_id
LEFT JOIN profile.company_domains AS d ON d.domain = k.domain_key
