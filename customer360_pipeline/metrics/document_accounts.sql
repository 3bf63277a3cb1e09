-- Which account and person each document belongs to: those it names itself, else those of what its source says it is
-- attached to. One row per document.
-- depends: staging.documents, staging.document_link_rows, profile.item_accounts
-- column: source VARCHAR | The source's name.
-- column: document_id VARCHAR | The document's id.
-- column: account_id VARCHAR | The account; NULL when nothing it is attached to is known.
-- column: node INTEGER | The person's record.
-- column: basis VARCHAR | company, opportunity, person or nobody.
-- column: opportunity_id VARCHAR | The opportunity, where it is attached to one.
-- unique: source, document_id
-- not_null: source, document_id, basis
WITH attached AS (
    SELECT d.source, d.document_id, i.account_id, i.node, i.basis, d.opportunity_id, 0 AS rank, '' AS tie
    FROM staging.documents AS d
    JOIN profile.item_accounts AS i
        ON i.kind = 'document' AND i.source = d.source AND i.entity = d.entity AND i.item_id = d.document_id
    UNION ALL
    SELECT l.source, l.document_id, i.account_id, i.node, i.basis, l.opportunity_id, 1, l.link_id
    FROM staging.document_link_rows AS l
    JOIN profile.item_accounts AS i
        ON i.kind = 'document_link' AND i.source = l.source AND i.entity = l.entity AND i.item_id = l.link_id
    WHERE NOT COALESCE(l.is_deleted, FALSE)
),
ranked AS (
    SELECT
        a.*,
        ROW_NUMBER() OVER (
            PARTITION BY source, document_id
            ORDER BY account_id IS NULL, rank,
                CASE basis WHEN 'company' THEN 0 WHEN 'opportunity' THEN 1 ELSE 2 END, tie
        ) AS place
    FROM attached AS a
),
people AS (
    SELECT source, document_id, MIN(node) AS node FROM attached GROUP BY source, document_id
)
SELECT d.source, d.document_id, r.account_id, p.node, COALESCE(r.basis, 'nobody') AS basis, r.opportunity_id
FROM staging.documents AS d
LEFT JOIN ranked AS r ON r.source = d.source AND r.document_id = d.document_id AND r.place = 1
LEFT JOIN people AS p ON p.source = d.source AND p.document_id = d.document_id
