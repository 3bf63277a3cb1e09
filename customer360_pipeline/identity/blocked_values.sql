-- Values that may not link anybody, why, and what that prevented. One row per kind and value.
-- depends: identity.key_values, identity.key_records, identity.record_customers, identity.nicknames, staging.records
-- setting: identity_placeholder_values
-- column: kind VARCHAR | email, email_mailbox, user_id, customer_id or phone.
-- column: value VARCHAR | The canonical value; of a placeholder that is no address or number, as written.
-- column: records BIGINT | Records that carry it.
-- column: distinct_names BIGINT | Distinct given names among them, a nickname as its formal name; 0: no record has one.
-- column: reason VARCHAR | placeholder, role_mailbox, too_many_records or shared.
-- column: merges_prevented BIGINT | Customers that carry it, less one: the merges it would have made.
-- unique: kind, value
-- not_null: kind, value, records, distinct_names, reason, merges_prevented
WITH no_keys AS (
  SELECT 'email' AS kind, lower(trim(email)) AS value, node
  FROM staging.records
  WHERE email_key IS NULL AND list_contains(string_split($identity_placeholder_values, ','), lower(trim(email)))
  UNION ALL
  SELECT 'phone' AS kind, lower(trim(phone)) AS value, node
  FROM staging.records
  WHERE phone_key IS NULL AND list_contains(string_split($identity_placeholder_values, ','), lower(trim(phone)))
), blocked AS (
  SELECT v.kind, v.value, v.reason, r.node
  FROM identity.key_values AS v
  INNER JOIN identity.key_records AS r ON r.key_id = v.key_id
  WHERE v.reason IS NOT NULL
  UNION ALL
  SELECT n.kind, n.value, 'placeholder' AS reason, n.node
  FROM no_keys AS n
  INNER JOIN (SELECT kind, value FROM no_keys GROUP BY kind, value HAVING count(*) > 1) AS r
    ON r.kind = n.kind AND r.value = n.value
)
SELECT
  b.kind, b.value, count(*) AS records,
  count(DISTINCT CASE WHEN length(s.first_name_key) > 1 THEN coalesce(f.formal, s.first_name_key) END) AS distinct_names,
  max(b.reason) AS reason, count(DISTINCT c.customer_id) - 1 AS merges_prevented
FROM blocked AS b
INNER JOIN identity.record_customers AS c ON c.node = b.node
INNER JOIN staging.records AS s ON s.node = b.node
LEFT JOIN identity.nicknames AS f ON f.name = s.first_name_key AND f.is_first
GROUP BY b.kind, b.value
