-- What may identify a person, canonical: every key of every record. One row per record, kind and value.
-- Placeholders and shared values are here too; the identity room keeps them from linking.
-- depends: staging.records, staging.odd_values, staging.payers, staging.named_people
-- setting: identity_fold_email_provider_rules
-- column: node INTEGER | The record.
-- column: kind VARCHAR | email, email_mailbox, user_id, customer_id, phone or source_merge.
-- column: value VARCHAR | The canonical value; of a source_merge the source, ':' and a record id.
-- unique: node, kind, value
-- not_null: node, kind, value
WITH written AS (
  SELECT r.node, trim(parts.part) AS part
  FROM staging.records AS r, unnest(string_split(r.additional_emails, ';')) AS parts(part)
  WHERE r.additional_emails IS NOT NULL AND trim(parts.part) <> ''
), addresses AS (
  SELECT node, email_key AS value FROM staging.records WHERE email_key IS NOT NULL
  UNION
  SELECT w.node, CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(w.part) END AS value
  FROM written AS w
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = w.part
  UNION
  SELECT r.node, p.email_key AS value
  FROM staging.payers AS p
  INNER JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
  WHERE NOT p.is_contact AND p.email_key IS NOT NULL
  UNION
  SELECT r.node, t.email_key AS value
  FROM staging.named_people AS t
  INNER JOIN staging.records AS r ON r.source = t.source AND r.record_id = t.record_id
  WHERE NOT t.is_contact AND t.email_key IS NOT NULL
), folded AS (
  SELECT
    node, value,
    CASE
      WHEN split_part(value, '@', 2) IN ('gmail.com', 'googlemail.com')
        THEN replace(split_part(split_part(value, '@', 1), '+', 1), '.', '') || '@gmail.com'
      ELSE split_part(split_part(value, '@', 1), '+', 1) || '@' || split_part(value, '@', 2)
    END AS mailbox
  FROM addresses
  WHERE value IS NOT NULL
), mailboxes AS (
  SELECT DISTINCT mailbox
  FROM folded
  WHERE mailbox <> value AND NOT STARTS_WITH(mailbox, '@') AND $identity_fold_email_provider_rules
), merges AS (
  SELECT node, source || ':' || record_id AS own_id, source || ':' || merged_into AS other_id
  FROM staging.records
  WHERE merged_into IS NOT NULL
  UNION
  SELECT r.node, r.source || ':' || r.record_id AS own_id, r.source || ':' || trim(parts.part) AS other_id
  FROM staging.records AS r, unnest(string_split(r.merged_ids, ';')) AS parts(part)
  WHERE r.merged_ids IS NOT NULL AND trim(parts.part) <> ''
), merge_targets AS (
  SELECT r.node, m.other_id AS value
  FROM (SELECT DISTINCT other_id FROM merges) AS m
  INNER JOIN staging.records AS r
    ON r.record_type = 'contact'
    AND r.source = split_part(m.other_id, ':', 1)
    AND r.record_id = substr(m.other_id, length(split_part(m.other_id, ':', 1)) + 2)
)
SELECT node, 'email' AS kind, value FROM folded
UNION ALL
SELECT DISTINCT f.node, 'email_mailbox' AS kind, f.mailbox AS value
FROM folded AS f
INNER JOIN mailboxes AS m ON m.mailbox = f.mailbox
UNION ALL
SELECT node, 'user_id' AS kind, trim(user_id) AS value FROM staging.records WHERE trim(user_id) <> ''
UNION ALL
SELECT node, 'customer_id' AS kind, trim(customer_id) AS value FROM staging.records WHERE trim(customer_id) <> ''
UNION ALL
SELECT node, 'phone' AS kind, phone_key AS value FROM staging.records WHERE phone_key IS NOT NULL
UNION ALL
SELECT node, 'phone' AS kind, mobile_key AS value FROM staging.records WHERE mobile_key <> phone_key
UNION ALL
SELECT node, 'source_merge' AS kind, value
FROM (
  SELECT node, own_id AS value FROM merges
  UNION
  SELECT node, other_id AS value FROM merges
  UNION
  SELECT node, value FROM merge_targets
) AS merge_ids
