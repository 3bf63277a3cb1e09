-- Every link between two records, accepted or vetoed, whatever found it. One row per pair of records and rule.
-- depends: identity.key_links, identity.fuzzy_links
-- materialized: view
-- column: left_node INTEGER | The smaller record.
-- column: right_node INTEGER | The larger record.
-- column: rule VARCHAR | decision, the kind of key shared (source_merge, email, email_mailbox, user_id, customer_id, phone), or fuzzy.
-- column: pass INTEGER | 0: people's decisions and the source's own merges; 1: join_key; then secondary_join_keys in order; last fuzzy.
-- column: status VARCHAR | accepted, or vetoed: the two share the key and are still two customers.
-- column: reason VARCHAR | What vetoed it, or what corroborates it.
-- column: evidence VARCHAR | JSON: field -> how the two records compare on it, for the fields both have. No values.
-- column: score DOUBLE | Log-odds that the two are one person; NULL for a link by a key.
-- unique: left_node, right_node, rule
-- not_null: left_node, right_node, rule, pass, status, evidence
SELECT left_node, right_node, rule, pass, status, reason, evidence, CAST(NULL AS DOUBLE) AS score
FROM identity.key_links
UNION ALL
SELECT left_node, right_node, 'fuzzy' AS rule, pass, status, reason, evidence, score
FROM identity.fuzzy_links
WHERE status = 'accepted'
