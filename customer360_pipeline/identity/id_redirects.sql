-- Where every customer id ever given leads now. One row per id.
-- depends: identity.customer_ids, identity.left_ids
-- materialized: view
-- column: customer_id VARCHAR | The id.
-- column: current_customer_id VARCHAR | Itself, or what it was merged into, followed to the end.
-- column: is_living BOOLEAN | The current id names a customer; false: it retired, no record of it is left.
-- unique: customer_id
-- not_null: customer_id, current_customer_id, is_living
SELECT customer_id, customer_id AS current_customer_id, TRUE AS is_living
FROM identity.customer_ids
WHERE first_node IS NOT NULL
UNION ALL
SELECT customer_id, current_customer_id, is_living
FROM identity.left_ids
