-- The parts of a record that blocking rules are made of. One row per record that may be compared by likeness.
-- A browser or app has nothing but a user id or an address, which the key links compare; it is left out.
-- depends: staging.records, identity.key_values
-- materialized: view
-- column: node INTEGER | The record.
-- column: first VARCHAR | Given name, folded.
-- column: last VARCHAR | Family name, folded.
-- column: sound VARCHAR | How the family name sounds: its first letter and up to four classes of its further consonants.
-- column: birth_year VARCHAR | Year of birth.
-- column: birth_month VARCHAR | Month of birth.
-- column: birth_day VARCHAR | Day of birth.
-- column: mailbox VARCHAR | The e-mail address before its `@`; NULL of an address that links nobody.
-- column: house VARCHAR | The first number in the street.
-- column: street VARCHAR | The street from its first word of three letters on, lower case.
-- column: city VARCHAR | The city, lower case.
-- column: zip VARCHAR | The postal code without blanks and without what follows a hyphen, lower case.
-- unique: node
-- not_null: node
WITH addressed AS (
  SELECT
    node, nullif(first_name_key, '') AS first, nullif(last_name_key, '') AS last,
    CAST(birth_date AS VARCHAR) AS birth_date, email_key, lower(street) AS street,
    nullif(lower(trim(city)), '') AS city,
    nullif(lower(split_part(replace(postal_code, ' ', ''), '-', 1)), '') AS zip
  FROM staging.records
  WHERE record_type <> 'device'
)
SELECT
  r.node, r.first, r.last,
  substr(r.last, 1, 1) || substr(
    replace(replace(replace(replace(
      translate(substr(r.last, 2), 'bfpvcgjkqsxzdtlmnraeiouyhw -''', '111122222222334556'),
    '11', '1'), '22', '2'), '33', '3'), '55', '5'), 1, 4) AS sound,
  substr(r.birth_date, 1, 4) AS birth_year, substr(r.birth_date, 6, 2) AS birth_month,
  substr(r.birth_date, 9, 2) AS birth_day,
  CASE WHEN v.key_id IS NULL THEN nullif(split_part(split_part(r.email_key, '@', 1), '+', 1), '') END AS mailbox,
  nullif(regexp_extract(r.street, '[0-9]+'), '') AS house,
  nullif(regexp_extract(r.street, '[a-z]{3}.*'), '') AS street,
  r.city, r.zip
FROM addressed AS r
LEFT JOIN identity.key_values AS v ON v.kind = 'email' AND v.value = r.email_key AND v.reason IS NOT NULL
