-- Which account each ticket, opportunity, document and other fact of work with a customer belongs to: the company it
-- names itself, else the account of the opportunity it names, else the account of the record it names. One row per source,
-- entity and fact.
-- depends: staging.account_items, staging.named_people, staging.records, profile.crm_accounts, profile.record_accounts
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: kind VARCHAR | The fact's shape: ticket, opportunity ...
-- column: item_id VARCHAR | The fact's id.
-- column: node INTEGER | The record it names; NULL when it names nobody.
-- column: account_id VARCHAR | The account; NULL when it names neither a known company nor a person.
-- column: basis VARCHAR | company (named by the fact), opportunity (its account), person (the account of the record), or nobody.
-- unique: source, entity, kind, item_id
-- not_null: source, entity, kind, item_id, basis
WITH named AS (
    SELECT
        i.source, i.entity, i.kind, i.item_id, i.opportunity_id, r.node, c.account_id AS company_account_id,
        a.account_id AS person_account_id
    FROM staging.account_items AS i
    LEFT JOIN profile.crm_accounts AS c ON c.source = i.source AND c.source_account_id = i.account_id
    LEFT JOIN staging.named_people AS p
        ON p.source = i.source
        AND p.named_record_id IS NOT DISTINCT FROM i.record_id
        AND p.user_id IS NOT DISTINCT FROM i.user_id
        AND p.email IS NOT DISTINCT FROM i.email
    LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
    LEFT JOIN profile.record_accounts AS a ON a.node = r.node
),
opportunities AS (
    SELECT source, item_id AS opportunity_id, MIN(COALESCE(company_account_id, person_account_id)) AS account_id
    FROM named
    WHERE kind = 'opportunity'
    GROUP BY source, item_id
)
SELECT
    n.source,
    n.entity,
    n.kind,
    n.item_id,
    n.node,
    COALESCE(n.company_account_id, o.account_id, n.person_account_id) AS account_id,
    CASE
        WHEN n.company_account_id IS NOT NULL THEN 'company'
        WHEN o.account_id IS NOT NULL THEN 'opportunity'
        WHEN n.person_account_id IS NOT NULL THEN 'person'
        ELSE 'nobody'
    END AS basis
FROM named AS n
LEFT JOIN opportunities AS o ON n.kind <> 'opportunity' AND o.source = n.source AND o.opportunity_id = n.opportunity_id
