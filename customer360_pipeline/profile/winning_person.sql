-- The winning values of the fields that describe the person. One row per customer of several records; a customer of one
-- record is that record. Apart from the fields of firm and address, because one table of all took twice the memory.
-- depends: profile.records, profile.attribute_values
-- column: customer_number INTEGER | The customer.
-- column: email VARCHAR | Winning e-mail address, as written.
-- column: phone VARCHAR | Winning phone number, as written.
-- column: user_id VARCHAR | Winning id in the product.
-- column: first_name VARCHAR | Winning given name.
-- column: last_name VARCHAR | Winning family name.
-- column: language VARCHAR | Winning preferred language.
-- column: birth_date VARCHAR | Winning birth date, YYYY-MM-DD.
-- column: marketing_status VARCHAR | Winning consent: subscribed, unsubscribed, cleaned or nonsubscribed.
-- unique: customer_number
-- not_null: customer_number
SELECT
    v.customer_number,
    MAX(CASE WHEN v.field = 'email' THEN v.value END) AS email,
    MAX(CASE WHEN v.field = 'phone' THEN v.value END) AS phone,
    MAX(CASE WHEN v.field = 'user_id' THEN v.value END) AS user_id,
    MAX(CASE WHEN v.field = 'first_name' THEN v.value END) AS first_name,
    MAX(CASE WHEN v.field = 'last_name' THEN v.value END) AS last_name,
    MAX(CASE WHEN v.field = 'language' THEN v.value END) AS language,
    MAX(CASE WHEN v.field = 'birth_date' THEN v.value END) AS birth_date,
    MAX(CASE WHEN v.field = 'marketing_status' THEN v.value END) AS marketing_status
FROM profile.attribute_values AS v
JOIN profile.records AS r ON r.node = v.node
WHERE v.is_winner AND r.records > 1 AND v.field IN ('email', 'phone', 'user_id', 'first_name', 'last_name', 'language', 'birth_date', 'marketing_status')
GROUP BY v.customer_number
