-- Whom marketing events, tickets and other facts name. One row per source, record id, user id and address as they carry
-- them.
-- A person who is no contact of the source makes a record of their own, unless the source says that they work for it.
-- depends: staging.fact_people, staging.contact_ids, staging.contact_rows, staging.odd_values
-- setting: identity_placeholder_values
-- column: source VARCHAR | The source's name.
-- column: named_record_id VARCHAR | Record id on the facts.
-- column: user_id VARCHAR | User id on the facts.
-- column: email VARCHAR | Address on the facts, as written.
-- column: email_key VARCHAR | The address, canonical.
-- column: record_id VARCHAR | The record meant; NULL when nothing identifies the person.
-- column: is_contact BOOLEAN | The record is a contact of the source; false: facts alone tell of it.
-- column: category VARCHAR | Kind of source.
-- column: entity VARCHAR | The source's entity.
-- column: created_at TIMESTAMP | First fact, UTC.
-- column: updated_at TIMESTAMP | Last fact, UTC.
-- column: source_file VARCHAR | The first file, by name, with one of its facts.
-- column: source_row BIGINT | The smallest row number of its facts.
-- unique: source, named_record_id, user_id, email
-- not_null: source
WITH people AS (
  SELECT
    source, record_id AS named_record_id, user_id, email, min(category) AS category, min(entity) AS entity,
    min(occurred_at) AS created_at, max(occurred_at) AS updated_at,
    min(source_file) AS source_file, min(source_row) AS source_row
  FROM staging.fact_people
  GROUP BY source, record_id, user_id, email
), keyed AS (
  SELECT
    p.*,
    nullif(trim(p.user_id), '') AS user_key,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(p.email) END AS email_key
  FROM people AS p
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = p.email
), ids AS (
  -- Contacts of the few sources that have facts; those of the others are many times more.
  SELECT i.source, i.alias, i.record_id
  FROM staging.contact_ids AS i
  INNER JOIN (SELECT DISTINCT source FROM staging.fact_people) AS t ON t.source = i.source
), contacts AS (
  SELECT
    c.source, c.record_id, nullif(trim(c.user_id), '') AS user_key,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(c.email) END AS email_key
  FROM staging.contact_rows AS c
  INNER JOIN ids AS i ON i.source = c.source AND i.alias = c.record_id AND i.record_id = c.record_id
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = c.email
), staff AS (
  -- Agents of a help desk and owners in a CRM write and are written to; they are nobody's customer.
  SELECT
    c.source, c.record_id, nullif(trim(c.user_id), '') AS user_key,
    CASE WHEN o.value IS NOT NULL THEN o.key ELSE lower(c.email) END AS email_key
  FROM staging.contact_rows AS c
  LEFT JOIN staging.odd_values AS o ON o.kind = 'email' AND o.value = c.email
  WHERE c.is_staff
), staff_keys AS (
  SELECT source, 'id:' || record_id AS staff_key FROM staff
  UNION
  SELECT source, 'user:' || user_key FROM staff WHERE user_key IS NOT NULL
  UNION
  SELECT source, 'email:' || email_key FROM staff WHERE email_key IS NOT NULL
), by_user AS (
  SELECT source, user_key, min(record_id) AS record_id
  FROM contacts
  GROUP BY source, user_key
), by_email AS (
  SELECT source, email_key, min(record_id) AS record_id
  FROM contacts
  GROUP BY source, email_key
), meant AS (
  SELECT
    k.*,
    coalesce(i.record_id, u.record_id, CASE WHEN k.user_key IS NULL THEN e.record_id END) AS contact_id,
    coalesce(si.staff_key, su.staff_key, se.staff_key) IS NOT NULL AS is_staff,
    list_contains(string_split($identity_placeholder_values, ','), k.email_key) AS is_placeholder
  FROM keyed AS k
  LEFT JOIN ids AS i ON i.source = k.source AND i.alias = k.named_record_id
  LEFT JOIN by_user AS u ON u.source = k.source AND u.user_key = k.user_key
  LEFT JOIN by_email AS e ON e.source = k.source AND e.email_key = k.email_key
  LEFT JOIN staff_keys AS si ON si.source = k.source AND si.staff_key = 'id:' || k.named_record_id
  LEFT JOIN staff_keys AS su ON su.source = k.source AND su.staff_key = 'user:' || k.user_key
  LEFT JOIN staff_keys AS se ON se.source = k.source AND se.staff_key = 'email:' || k.email_key
)
SELECT
  source, named_record_id, user_id, email, email_key,
  coalesce(
    contact_id,
    CASE WHEN NOT is_staff THEN 'user:' || user_key END,
    CASE WHEN NOT is_staff AND NOT is_placeholder THEN 'email:' || email_key END
  ) AS record_id,
  contact_id IS NOT NULL AS is_contact,
  category, entity, created_at, updated_at, source_file, source_row
FROM meant
