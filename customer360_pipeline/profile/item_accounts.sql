-- Which account each ticket, opportunity, document and other fact of work with a customer belongs to: the company it
-- names itself, else the account of the record it names. One row per source, entity and fact.
-- depends: staging.account_items, staging.named_people, staging.records, profile.crm_accounts, profile.record_accounts
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: kind VARCHAR | The fact's shape: ticket, opportunity ...
-- column: item_id VARCHAR | The fact's id.
-- column: node INTEGER | The record it names; NULL when it names nobody.
-- column: account_id VARCHAR | The account; NULL when it names neither a known company nor a person.
-- column: basis VARCHAR | company (named by the fact), person (the account of the record), or nobody.
-- unique: source, entity, kind, item_id
-- not_null: source, entity, kind, item_id, basis
SELECT
    i.source,
    i.entity,
    i.kind,
    i.item_id,
    r.node,
    COALESCE(c.account_id, a.account_id) AS account_id,
    CASE
        WHEN c.account_id IS NOT NULL THEN 'company'
        WHEN a.account_id IS NOT NULL THEN 'person'
        ELSE 'nobody'
    END AS basis
FROM staging.account_items AS i
LEFT JOIN profile.crm_accounts AS c ON c.source = i.source AND c.source_account_id = i.account_id
LEFT JOIN staging.named_people AS p
    ON p.source = i.source
    AND p.named_record_id IS NOT DISTINCT FROM i.record_id
    AND p.user_id IS NOT DISTINCT FROM i.user_id
    AND p.email IS NOT DISTINCT FROM i.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
LEFT JOIN profile.record_accounts AS a ON a.node = r.node
