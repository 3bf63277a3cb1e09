-- Every record that may be a person, with its attributes as written and its canonical keys. One row per record.
-- Contacts, and those whom only charges (payer), events, tickets and other facts (mention) or web sessions (device) tell of.
-- depends: staging.nodes, staging.contact_rows, staging.stubs, staging.odd_values
-- setting: identity_placeholder_values
-- column: node INTEGER | Number of the record, dense from 0, in order of source and record id.
-- column: source VARCHAR | The source's name.
-- column: category VARCHAR | Kind of source: payments, crm, marketing, analytics, support, product or success.
-- column: entity VARCHAR | The source's entity.
-- column: record_id VARCHAR | The source's own id; of a record without one what stands for the person.
-- column: record_type VARCHAR | contact, payer, mention or device.
-- column: user_id VARCHAR | Id of the person in the product.
-- column: customer_id VARCHAR | Id of the person in the billing system.
-- column: email VARCHAR | Main e-mail address, as written.
-- column: additional_emails VARCHAR | Further addresses, joined by semicolons.
-- column: phone VARCHAR | Main phone, as written.
-- column: mobile_phone VARCHAR | Mobile phone, as written.
-- column: full_name VARCHAR | Whole name, where the source does not split it.
-- column: first_name VARCHAR | Given name; split from full_name where the source gives only that.
-- column: last_name VARCHAR | Family name; split from full_name where the source gives only that.
-- column: company VARCHAR | Name of the company.
-- column: account_id VARCHAR | Id of the company's account in the same source.
-- column: job_title VARCHAR | Job title.
-- column: street VARCHAR | Street and number.
-- column: city VARCHAR | City.
-- column: region VARCHAR | State or region.
-- column: postal_code VARCHAR | Postal code, as written.
-- column: country VARCHAR | Country, name or code, as written.
-- column: language VARCHAR | Preferred language.
-- column: birth_date DATE | Birth date.
-- column: marketing_status VARCHAR | subscribed, unsubscribed, cleaned or nonsubscribed.
-- column: merged_into VARCHAR | Record id this record was merged into, by the source itself.
-- column: merged_ids VARCHAR | Record ids merged into this record by the source itself, joined by semicolons.
-- column: is_deleted BOOLEAN | Deleted in the source.
-- column: country_code VARCHAR | ISO 3166 code of the country.
-- column: email_key VARCHAR | Main address, canonical; NULL when it is no address.
-- column: phone_key VARCHAR | Main phone, else mobile phone, E.164; NULL when neither is valid.
-- column: mobile_key VARCHAR | Mobile phone, E.164.
-- column: first_name_key VARCHAR | Given name, folded; NULL where it is a word for none.
-- column: last_name_key VARCHAR | Family name, folded; NULL where it is a word for none.
-- column: created_at TIMESTAMP | Created in the source, or first seen, UTC.
-- column: updated_at TIMESTAMP | Last changed in the source, or last seen, UTC.
-- column: source_file VARCHAR | The extract the record stands in; NULL for a device, which many tell of.
-- column: source_row BIGINT | Its row there, from 1.
-- unique: node
-- unique: source, record_id
-- not_null: node, source, category, entity, record_id, record_type
WITH joined AS (
  SELECT
    n.node, n.source, n.category, n.entity, n.record_id, n.record_type,
    n.country_code, n.phone_key, n.mobile_key,
    c.user_id, coalesce(c.customer_id, CASE WHEN n.category = 'payments' THEN c.record_id END) AS customer_id,
    c.email, c.additional_emails, c.phone, c.mobile_phone, c.full_name, nullif(trim(c.first_name), '') AS given_first,
    nullif(trim(c.last_name), '') AS given_last, c.company, c.account_id, c.job_title, c.street, c.city, c.region,
    c.postal_code, c.country, c.language, c.birth_date, c.marketing_status, c.merged_into, c.merged_ids,
    c.is_deleted, c.created_at, c.updated_at, c.source_file, c.source_row
  FROM staging.nodes AS n
  INNER JOIN staging.contact_rows AS c
    ON c.source = n.source AND c.entity = n.entity AND c.record_id = n.record_id
  WHERE n.record_type = 'contact'
  UNION ALL
  SELECT
    n.node, n.source, n.category, n.entity, n.record_id, n.record_type,
    n.country_code, n.phone_key, n.mobile_key,
    s.user_id, s.customer_id,
    s.email, NULL, NULL, NULL, s.full_name, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, s.created_at, s.updated_at, s.source_file, s.source_row
  FROM staging.nodes AS n
  INNER JOIN staging.stubs AS s ON s.source = n.source AND s.record_id = n.record_id
  WHERE n.record_type <> 'contact'
), named AS (
  SELECT
    j.*,
    CASE
      WHEN j.given_first IS NOT NULL OR j.given_last IS NOT NULL THEN j.given_first
      WHEN o.value IS NOT NULL THEN o.key
      ELSE split_part(j.full_name, ' ', 1)
    END AS first_name,
    CASE
      WHEN j.given_first IS NOT NULL OR j.given_last IS NOT NULL THEN j.given_last
      WHEN o.value IS NOT NULL THEN o.family_name
      ELSE split_part(j.full_name, ' ', 2)
    END AS last_name
  FROM joined AS j
  LEFT JOIN staging.odd_values AS o ON o.kind = 'full_name' AND o.value = j.full_name
)
SELECT
  r.node, r.source, r.category, r.entity, r.record_id, r.record_type,
  r.user_id, r.customer_id, r.email, r.additional_emails, r.phone, r.mobile_phone, r.full_name, r.first_name,
  r.last_name, r.company, r.account_id, r.job_title, r.street, r.city, r.region, r.postal_code, r.country,
  r.language, r.birth_date, r.marketing_status, r.merged_into, r.merged_ids, r.is_deleted,
  r.country_code,
  CASE WHEN e.value IS NOT NULL THEN e.key ELSE lower(r.email) END AS email_key,
  r.phone_key, r.mobile_key,
  CASE
    WHEN list_contains(string_split($identity_placeholder_values, ','), lower(trim(r.first_name))) THEN NULL
    WHEN f.value IS NOT NULL THEN f.key
    ELSE lower(r.first_name)
  END AS first_name_key,
  CASE
    WHEN list_contains(string_split($identity_placeholder_values, ','), lower(trim(r.last_name))) THEN NULL
    WHEN l.value IS NOT NULL THEN l.key
    ELSE lower(r.last_name)
  END AS last_name_key,
  r.created_at, r.updated_at, r.source_file, r.source_row
FROM named AS r
LEFT JOIN staging.odd_values AS e ON e.kind = 'email' AND e.value = r.email
LEFT JOIN staging.odd_values AS f ON f.kind = 'given_name' AND f.value = r.first_name
LEFT JOIN staging.odd_values AS l ON l.kind = 'family_name' AND l.value = r.last_name
