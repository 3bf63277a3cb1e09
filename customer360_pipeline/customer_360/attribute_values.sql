-- Every value every source gave for every contact field, ranked, with the winner and why. One row per record and
-- field. docs/survivorship.md
-- depends: profile.attribute_values, profile.records
-- materialized: view
-- column: customer_id VARCHAR | The customer.
-- column: field VARCHAR | Contact field.
-- column: value VARCHAR | The value, as written.
-- column: source VARCHAR | Source that gave it.
-- column: record_id VARCHAR | The source's record that gave it.
-- column: rank INTEGER | Place, 1 wins. Fields of one group share the place of their record.
-- column: is_winner BOOLEAN | Whether this is the customer's value.
-- column: reason VARCHAR | only_value, source_of_truth, most_recent, highest_value or merge for a winner; placeholder or outranked for the others.
-- column: updated_at TIMESTAMP | When the record was last changed, UTC.
SELECT r.customer_id, v.field, v.value, r.source, r.record_id, v.rank, v.is_winner, v.reason, r.updated_at
FROM profile.attribute_values AS v
JOIN profile.records AS r ON r.node = v.node
