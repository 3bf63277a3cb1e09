-- Every value every record gave for every contact field of its customer, ranked. One row per record and field.
-- A field's winner is the first of its unit: real values before placeholders and role mailboxes, then sources named in
-- source_of_truth, then records that give the first field of the group, then (with `merge`) what most sources say,
-- then the order of the customer's records. docs/survivorship.md
-- depends: profile.field_values, profile.field_rules, profile.unit_ranks
-- column: node INTEGER | The record that gave it.
-- column: customer_number INTEGER | The customer.
-- column: field VARCHAR | Contact field.
-- column: value VARCHAR | The value, as written.
-- column: rank INTEGER | Place, 1 wins. Fields of one group share the place of their record.
-- column: is_winner BOOLEAN | Whether this is the customer's value.
-- column: reason VARCHAR | Why: only_value, source_of_truth, most_recent, highest_value or merge for a winner; placeholder (or role mailbox) or outranked for the others.
-- unique: node, field
-- not_null: node, customer_number, field, value, rank, is_winner, reason
-- assert: is_winner = (rank = 1) | exactly the first place wins
SELECT v.node, v.customer_number, v.field, v.value, k.rank, k.rank = 1 AS is_winner, k.reason
FROM profile.field_values AS v
JOIN profile.field_rules AS f ON f.field = v.field AND f.source = v.source
-- Every value has a rank. LEFT keeps the values from being gathered in a hash table, as inner joins had it.
LEFT JOIN profile.unit_ranks AS k ON k.node = v.node AND k.unit_number = f.unit_number
WHERE v.records > 1
UNION ALL
SELECT node, customer_number, field, value, 1, TRUE, 'only_value'
FROM profile.field_values
WHERE records = 1
