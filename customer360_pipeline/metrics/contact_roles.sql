-- The parts that people play for an account, as the CRMs say (observed). One row per account, person, role and naming.
-- depends: staging.contact_role_rows, staging.contact_rows, staging.records, profile.item_accounts, profile.record_accounts, identity.record_customers
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The person.
-- column: role VARCHAR | champion, executive_sponsor, decision_maker, economic_buyer, evaluator, influencer, or the CRM's own word.
-- column: source VARCHAR | The source that says so.
-- column: basis VARCHAR | opportunity, company or contact: what the CRM says it of.
-- column: updated_at TIMESTAMP | Said last, UTC.
-- not_null: account_id, customer_id, role, source, basis
WITH said AS (
    SELECT
        i.account_id, i.node, r.source, CASE WHEN r.opportunity_id IS NULL THEN 'company' ELSE 'opportunity' END AS basis,
        r.updated_at, r.role AS roles
    FROM staging.contact_role_rows AS r
    JOIN profile.item_accounts AS i
        ON i.kind = 'contact_role' AND i.source = r.source AND i.entity = r.entity AND i.item_id = r.role_id
    WHERE NOT COALESCE(r.is_deleted, FALSE)
    UNION ALL
    SELECT a.account_id, r.node, c.source, 'contact', c.updated_at, c.buying_role
    FROM staging.contact_rows AS c
    JOIN staging.records AS r ON r.source = c.source AND r.entity = c.entity AND r.record_id = c.record_id
    JOIN profile.record_accounts AS a ON a.node = r.node
    WHERE c.buying_role IS NOT NULL
),
split AS (
    SELECT s.account_id, s.node, s.source, s.basis, s.updated_at, REPLACE(LOWER(TRIM(parts.role)), ' ', '_') AS word
    FROM said AS s, UNNEST(STRING_SPLIT(s.roles, ';')) AS parts(role)
    WHERE s.account_id IS NOT NULL AND s.node IS NOT NULL AND s.roles IS NOT NULL
)
SELECT DISTINCT
    s.account_id, c.customer_id,
    CASE
        WHEN s.word LIKE '%champion%' THEN 'champion'
        WHEN s.word LIKE '%executive%sponsor%' OR s.word = 'sponsor' THEN 'executive_sponsor'
        WHEN s.word LIKE 'economic%' OR s.word = 'budget_holder' THEN 'economic_buyer'
        WHEN s.word LIKE '%decision%maker%' THEN 'decision_maker'
        WHEN s.word LIKE '%evaluator%' OR s.word = 'technical_buyer' THEN 'evaluator'
        WHEN s.word LIKE '%influencer%' THEN 'influencer'
        ELSE s.word
    END AS role,
    s.source, s.basis, s.updated_at
FROM split AS s
JOIN identity.record_customers AS c ON c.node = s.node
WHERE s.word <> ''
