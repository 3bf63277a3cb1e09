-- Which customer each record belongs to. One row per record.
-- depends: identity.record_clusters, identity.customer_ids
-- column: node INTEGER | The record.
-- column: customer_number INTEGER | Number of the customer, dense from 0, in order of customer_id; for joins inside one run.
-- column: customer_id VARCHAR | The customer. The id stays from run to run: see docs/identity.md.
-- unique: node
-- not_null: node, customer_number, customer_id
WITH customers AS (
    SELECT
        first_node,
        customer_id,
        CAST(ROW_NUMBER() OVER (ORDER BY customer_id) - 1 AS INTEGER) AS customer_number
    FROM identity.customer_ids
    WHERE first_node IS NOT NULL
)
SELECT c.node, n.customer_number, n.customer_id
FROM identity.record_clusters AS c
JOIN customers AS n ON n.first_node = c.first_node
ORDER BY c.node
