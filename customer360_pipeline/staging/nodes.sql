-- The number of every record that may be a person, and the keys of its telephones. One row per record: contacts, and
-- those whom only charges (payer), marketing events (touch) or web sessions (device) tell of. Apart from the records'
-- attributes because these are wide: numbering and looking up beside them would take memory many times over.
-- depends: staging.contact_rows, staging.stubs, staging.country_codes, staging.phone_keys
-- setting: identity_default_phone_region
-- column: node INTEGER | Number of the record, dense from 0, in order of source and record id.
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source: payments, crm, marketing or analytics.
-- column: entity VARCHAR | The source's entity.
-- column: record_id VARCHAR | The source's own id; of a record without one what stands for the person.
-- column: record_type VARCHAR | contact, payer, mention or device.
-- column: country_code VARCHAR | ISO 3166 code of the country.
-- column: phone_key VARCHAR | Main phone, else mobile phone, E.164; NULL when neither is valid.
-- column: mobile_key VARCHAR | Mobile phone, E.164.
-- unique: node
-- not_null: node, source, category, entity, record_id, record_type
WITH contacts AS (
  SELECT
    c.source, c.category, c.entity, c.record_id, k.country_code,
    coalesce(p.phone_key, m.phone_key) AS phone_key, m.phone_key AS mobile_key
  FROM staging.contact_rows AS c
  LEFT JOIN staging.country_codes AS k ON k.country = c.country
  LEFT JOIN staging.phone_keys AS p
    ON p.phone = c.phone AND p.region = coalesce(k.country_code, $identity_default_phone_region)
  LEFT JOIN staging.phone_keys AS m
    ON m.phone = c.mobile_phone AND m.region = coalesce(k.country_code, $identity_default_phone_region)
  WHERE (NOT coalesce(c.is_deleted, false) OR c.merged_into IS NOT NULL) AND coalesce(c.is_live, true)
    AND NOT coalesce(c.is_staff, false)
), records AS (
  SELECT source, category, entity, record_id, 'contact' AS record_type, country_code, phone_key, mobile_key
  FROM contacts
  UNION ALL
  SELECT source, category, entity, record_id, record_type, NULL, NULL, NULL
  FROM staging.stubs
), counts AS (
  SELECT source, count(*) AS records FROM staging.stubs GROUP BY source
  UNION ALL
  SELECT source, count(*) AS records
  FROM staging.contact_rows
  WHERE (NOT coalesce(is_deleted, false) OR merged_into IS NOT NULL) AND coalesce(is_live, true)
    AND NOT coalesce(is_staff, false)
  GROUP BY source
), sources AS (
  SELECT DISTINCT source FROM counts
), firsts AS (
  -- Each source is numbered by itself, from where the one before it ends: one sort of all would not fit in memory.
  SELECT s.source, coalesce(sum(c.records), 0) AS first_node
  FROM sources AS s
  LEFT JOIN counts AS c ON c.source < s.source
  GROUP BY s.source
)
SELECT
  CAST(f.first_node + row_number() OVER (PARTITION BY r.source ORDER BY r.record_id, r.entity) - 1 AS INTEGER) AS node,
  r.source, r.category, r.entity, r.record_id, r.record_type, r.country_code, r.phone_key, r.mobile_key
FROM records AS r
INNER JOIN firsts AS f ON f.source = r.source
