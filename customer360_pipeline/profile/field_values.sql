-- Every value every record gives for every contact field. One row per record and field.
-- depends: profile.records
-- materialized: view
-- column: node INTEGER | The record that gives it.
-- column: customer_number INTEGER | The customer.
-- column: source VARCHAR | The record's source.
-- column: records BIGINT | Records of the customer.
-- column: record_rank BIGINT | The record's place among them, from 1.
-- column: field VARCHAR | Contact field.
-- column: value VARCHAR | The value, as written.
-- column: value_key VARCHAR | The value as it is compared: canonical for e-mail and phone, else lower case.
-- column: is_invalid BOOLEAN | No address a person can be reached at, or no valid number.
SELECT node, customer_number, source, records, record_rank, 'email' AS field, email AS value, COALESCE(email_key, LOWER(email)) AS value_key,
    email_key IS NULL AS is_invalid
FROM profile.records
WHERE email IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'phone', phone, COALESCE(phone_key, LOWER(phone)), phone_key IS NULL
FROM profile.records
WHERE phone IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'user_id', user_id, LOWER(user_id), FALSE
FROM profile.records
WHERE user_id IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'first_name', first_name, LOWER(first_name), FALSE
FROM profile.records
WHERE first_name IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'last_name', last_name, LOWER(last_name), FALSE
FROM profile.records
WHERE last_name IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'company', company, LOWER(company), FALSE
FROM profile.records
WHERE company IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'account_id', account_id, LOWER(account_id), FALSE
FROM profile.records
WHERE account_id IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'job_title', job_title, LOWER(job_title), FALSE
FROM profile.records
WHERE job_title IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'street', street, LOWER(street), FALSE
FROM profile.records
WHERE street IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'city', city, LOWER(city), FALSE
FROM profile.records
WHERE city IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'region', region, LOWER(region), FALSE
FROM profile.records
WHERE region IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'postal_code', postal_code, LOWER(postal_code), FALSE
FROM profile.records
WHERE postal_code IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'country', country, LOWER(country), FALSE
FROM profile.records
WHERE country IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'language', language, LOWER(language), FALSE
FROM profile.records
WHERE language IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'birth_date', birth_date, LOWER(birth_date), FALSE
FROM profile.records
WHERE birth_date IS NOT NULL
UNION ALL
SELECT node, customer_number, source, records, record_rank, 'marketing_status', marketing_status, LOWER(marketing_status), FALSE
FROM profile.records
WHERE marketing_status IS NOT NULL
