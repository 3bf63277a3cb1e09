-- Every colleague whom a CRM names for an account in a way that makes him its customer success manager (csm) or its account
-- executive (ae), best first. One row per account, role and naming.
-- depends: staging.account_rows, staging.account_member_rows, staging.owners, staging.opportunities, metrics.opportunities, profile.crm_accounts
-- setting: engagement_csm_owner_sources, engagement_csm_words, engagement_ae_words
-- column: account_id VARCHAR | The account.
-- column: role VARCHAR | csm or ae.
-- column: source VARCHAR | The source that names him.
-- column: word VARCHAR | Id, name or address, as written.
-- column: basis VARCHAR | field (of its own), team, opportunity (its owner) or owner (of the company).
-- column: place BIGINT | 1 is the one that counts.
-- unique: account_id, role, place
-- not_null: account_id, role, source, word, basis, place
WITH companies AS (
    SELECT
        c.account_id, a.source, a.account_id AS source_account_id, NULLIF(TRIM(a.owner), '') AS owner,
        NULLIF(TRIM(a.success_manager), '') AS success_manager, COALESCE(a.updated_at, a.created_at) AS said_at,
        LIST_CONTAINS(STRING_SPLIT($engagement_csm_owner_sources, ','), a.source) AS owner_is_csm
    FROM staging.account_rows AS a
    JOIN profile.crm_accounts AS c ON c.source = a.source AND c.source_account_id = a.account_id
    WHERE a.merged_into IS NULL AND NOT COALESCE(a.is_deleted, FALSE)
),
csm_words AS (
    SELECT TRIM(parts.word) AS word FROM UNNEST(STRING_SPLIT($engagement_csm_words, ',')) AS parts(word)
),
ae_words AS (
    SELECT TRIM(parts.word) AS word FROM UNNEST(STRING_SPLIT($engagement_ae_words, ',')) AS parts(word)
),
members AS (
    SELECT c.account_id, m.source, m.owner_id, m.role, m.member_id, m.updated_at
    FROM staging.account_member_rows AS m
    JOIN profile.crm_accounts AS c ON c.source = m.source AND c.source_account_id = m.account_id
    WHERE NOT COALESCE(m.is_deleted, FALSE)
),
named AS (
    SELECT account_id, 'csm' AS role, source, success_manager AS word, 'field' AS basis, 0 AS rank, said_at,
        source_account_id AS tie
    FROM companies
    UNION ALL
    SELECT m.account_id, 'csm', m.source, m.owner_id, 'team', 1, m.updated_at, m.member_id
    FROM members AS m
    JOIN csm_words AS w ON CONTAINS(LOWER(m.role), LOWER(w.word))
    UNION ALL
    SELECT m.account_id, 'ae', m.source, m.owner_id, 'team', 1, m.updated_at, m.member_id
    FROM members AS m
    JOIN ae_words AS w ON CONTAINS(LOWER(m.role), LOWER(w.word))
    UNION ALL
    SELECT o.account_id, 'ae', o.source, s.owner_id, 'opportunity', CASE o.status WHEN 'open' THEN 2 ELSE 3 END,
        o.last_changed_at, o.opportunity_id
    FROM metrics.opportunities AS o
    JOIN staging.opportunities AS s ON s.source = o.source AND s.opportunity_id = o.opportunity_id
    WHERE o.status IN ('open', 'won') AND NOT o.is_copy
    UNION ALL
    SELECT account_id, CASE WHEN owner_is_csm THEN 'csm' ELSE 'ae' END, source, owner, 'owner', 4, said_at, source_account_id
    FROM companies
)
SELECT
    n.account_id, n.role, n.source, n.word, n.basis,
    -- Who has left comes after everybody who has not.
    ROW_NUMBER() OVER (
        PARTITION BY n.account_id, n.role
        ORDER BY COALESCE(o.is_active, TRUE) DESC, n.rank, n.said_at DESC NULLS LAST, n.source, n.tie, n.word
    ) AS place
FROM named AS n
LEFT JOIN staging.owners AS o ON o.source = n.source AND o.word = n.word
WHERE TRIM(n.word) <> '' AND n.account_id IS NOT NULL
