-- The winning values of the fields that describe firm and address. One row per customer of several records; a customer
-- of one record is that record.
-- depends: profile.records, profile.attribute_values
-- column: customer_number INTEGER | The customer.
-- column: company VARCHAR | Winning company.
-- column: account_id VARCHAR | Winning account id, of the source `account_source`.
-- column: job_title VARCHAR | Winning job title.
-- column: street VARCHAR | Street and number of the winning address.
-- column: city VARCHAR | City of the winning address.
-- column: region VARCHAR | State or region of the winning address.
-- column: postal_code VARCHAR | Postal code of the winning address.
-- column: country VARCHAR | Country of the winning address, as written.
-- column: account_source VARCHAR | Source of `account_id`.
-- unique: customer_number
-- not_null: customer_number
SELECT
    v.customer_number,
    MAX(CASE WHEN v.field = 'company' THEN v.value END) AS company,
    MAX(CASE WHEN v.field = 'account_id' THEN v.value END) AS account_id,
    MAX(CASE WHEN v.field = 'job_title' THEN v.value END) AS job_title,
    MAX(CASE WHEN v.field = 'street' THEN v.value END) AS street,
    MAX(CASE WHEN v.field = 'city' THEN v.value END) AS city,
    MAX(CASE WHEN v.field = 'region' THEN v.value END) AS region,
    MAX(CASE WHEN v.field = 'postal_code' THEN v.value END) AS postal_code,
    MAX(CASE WHEN v.field = 'country' THEN v.value END) AS country,
    MAX(CASE WHEN v.field = 'account_id' THEN r.source END) AS account_source
FROM profile.attribute_values AS v
JOIN profile.records AS r ON r.node = v.node
WHERE v.is_winner AND r.records > 1 AND v.field IN ('company', 'account_id', 'job_title', 'street', 'city', 'region', 'postal_code', 'country')
GROUP BY v.customer_number
