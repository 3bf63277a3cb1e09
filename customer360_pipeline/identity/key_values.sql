-- Values that several records carry, and why some of them may not link. One row per kind and value.
-- A value that more records, or people of more names, carry than one person or household can is shared.
-- depends: staging.identifiers, staging.records, identity.nicknames
-- setting: identity_placeholder_values
-- setting: identity_role_mailboxes
-- setting: identity_max_names_per_value
-- setting: identity_max_records_per_email
-- setting: identity_max_records_per_user_id
-- setting: identity_max_records_per_customer_id
-- setting: identity_max_records_per_phone
-- column: key_id INTEGER | Number of the value, dense from 0.
-- column: kind VARCHAR | email, email_mailbox, user_id, customer_id, phone or source_merge.
-- column: value VARCHAR | The canonical value.
-- column: records BIGINT | Records that carry it.
-- column: distinct_names BIGINT | Distinct given names among them, a nickname as its formal name; 0 where there are too few records to ask.
-- column: reason VARCHAR | Why it links nobody: placeholder, role_mailbox, too_many_records or shared; NULL: it links.
-- unique: key_id
-- unique: kind, value
-- not_null: key_id, kind, value, records, distinct_names
WITH counted AS (
  SELECT kind, value, count(*) AS records
  FROM staging.identifiers
  GROUP BY kind, value
  HAVING count(*) > 1
), names AS (
  SELECT i.kind, i.value, count(DISTINCT coalesce(n.formal, r.first_name_key)) AS distinct_names
  FROM staging.identifiers AS i
  INNER JOIN counted AS c ON c.kind = i.kind AND c.value = i.value
  INNER JOIN staging.records AS r ON r.node = i.node
  LEFT JOIN identity.nicknames AS n ON n.name = r.first_name_key AND n.is_first
  WHERE c.records > $identity_max_names_per_value AND length(r.first_name_key) > 1
  GROUP BY i.kind, i.value
)
SELECT
  CAST(row_number() OVER (ORDER BY c.kind, c.value) - 1 AS INTEGER) AS key_id,
  c.kind, c.value, c.records,
  coalesce(n.distinct_names, 0) AS distinct_names,
  CASE
    WHEN c.kind = 'source_merge' THEN NULL
    WHEN list_contains(string_split($identity_placeholder_values, ','), lower(c.value)) THEN 'placeholder'
    WHEN c.kind IN ('email', 'email_mailbox')
      AND list_contains(string_split($identity_role_mailboxes, ','), split_part(split_part(c.value, '@', 1), '+', 1))
      THEN 'role_mailbox'
    WHEN c.records > CASE c.kind
      WHEN 'user_id' THEN $identity_max_records_per_user_id
      WHEN 'customer_id' THEN $identity_max_records_per_customer_id
      WHEN 'phone' THEN $identity_max_records_per_phone
      ELSE $identity_max_records_per_email
    END THEN 'too_many_records'
    WHEN n.distinct_names > $identity_max_names_per_value THEN 'shared'
  END AS reason
FROM counted AS c
LEFT JOIN names AS n ON n.kind = c.kind AND n.value = c.value
