-- Whom companies, opportunities, activities and documents name as their colleague. One row per source and word. A word
-- that no colleague of the source has stands for itself.
-- depends: staging.owner_words, staging.account_rows, staging.account_member_rows, staging.opportunity_rows, staging.activity_rows, staging.document_rows
-- column: source VARCHAR | The source's name.
-- column: word VARCHAR | Id, name or address, as written.
-- column: owner_id VARCHAR | The colleague's id; the word itself where it is nobody's.
-- column: owner_name VARCHAR | Name; of a word that is nobody's the word, unless it looks like an id.
-- column: owner_email VARCHAR | E-mail address.
-- column: owner_phone VARCHAR | Phone.
-- column: is_known BOOLEAN | The source's colleagues were read, and this is one of them.
-- column: is_active BOOLEAN | Still works with the source; NULL: not said.
-- unique: source, word
-- not_null: source, word, owner_id, is_known
WITH named AS (
  SELECT source, owner AS word FROM staging.account_rows
  UNION
  SELECT source, success_manager FROM staging.account_rows
  UNION
  SELECT source, owner_id FROM staging.account_member_rows
  UNION
  SELECT source, owner_id FROM staging.opportunity_rows
  UNION
  SELECT source, owner_id FROM staging.activity_rows
  UNION
  SELECT source, owner_id FROM staging.document_rows
)
SELECT
  n.source, n.word,
  coalesce(i.owner_id, w.owner_id, n.word) AS owner_id,
  CASE
    WHEN coalesce(i.owner_id, w.owner_id) IS NOT NULL THEN coalesce(i.owner_name, w.owner_name)
    WHEN n.word LIKE '% %' OR n.word LIKE '%@%' THEN n.word
  END AS owner_name,
  coalesce(i.owner_email, w.owner_email) AS owner_email,
  coalesce(i.owner_phone, w.owner_phone) AS owner_phone,
  coalesce(i.owner_id, w.owner_id) IS NOT NULL AS is_known,
  coalesce(i.is_active, w.is_active) AS is_active
FROM named AS n
LEFT JOIN staging.owner_words AS i ON i.source = n.source AND i.word = n.word
LEFT JOIN staging.owner_words AS w ON w.source = n.source AND w.word = lower(n.word) AND i.word IS NULL
WHERE trim(n.word) <> ''
