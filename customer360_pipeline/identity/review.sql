-- Pairs of records that may be one person and are two customers: for a person to judge. One row per pair of records.
-- depends: identity.fuzzy_links, identity.record_customers
-- column: left_node INTEGER | The smaller record.
-- column: right_node INTEGER | The larger record.
-- column: score DOUBLE | Mean log-odds that the two customers are one person.
-- column: probability DOUBLE | The same as a probability.
-- column: reason VARCHAR | What speaks for one person most, besides the names.
-- column: evidence VARCHAR | JSON: field -> how the two compare and its weight, for the fields both have. No values.
-- unique: left_node, right_node
-- not_null: left_node, right_node, score, probability, evidence
SELECT
  f.left_node, f.right_node, f.cluster_score AS score,
  CAST(1 / (1 + exp(-f.cluster_score)) AS DOUBLE) AS probability,
  f.reason, f.evidence
FROM identity.fuzzy_links AS f
INNER JOIN identity.record_customers AS a ON a.node = f.left_node
INNER JOIN identity.record_customers AS b ON b.node = f.right_node
WHERE f.status = 'review' AND a.customer_number <> b.customer_number
