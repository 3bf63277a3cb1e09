-- Key values that link nobody, and how many merges that prevented. One row per value.
-- depends: identity.blocked_values
-- materialized: view
-- column: kind VARCHAR | Kind of key: email, email_mailbox, user_id, phone, customer_id.
-- column: value VARCHAR | The canonical value.
-- column: records BIGINT | Records that carry it.
-- column: distinct_names BIGINT | Different first names on them.
-- column: reason VARCHAR | placeholder, role_mailbox, shared, too_many_records ...
-- column: merges_prevented BIGINT | Links that were not made.
SELECT kind, value, records, distinct_names, reason, merges_prevented FROM identity.blocked_values
