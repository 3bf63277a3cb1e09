-- Logins and failed ones, and the record of who logged in. One row per entry of an identity provider's log.
-- depends: staging.login_rows, staging.named_people, staging.records
-- column: source VARCHAR | The source's name.
-- column: event_id VARCHAR | The entry's id.
-- column: node INTEGER | The user's record; NULL: nobody can be named.
-- column: event_type VARCHAR | login, failed, or the provider's own word for what is neither.
-- column: is_login BOOLEAN | Somebody logged in. Tokens renewed in the background and failures are no login.
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, event_id
-- not_null: source, event_id, is_login
SELECT
  l.source, l.event_id, r.node, l.event_type,
  coalesce(l.event_type = 'login' AND coalesce(l.outcome, 'success') = 'success', false) AS is_login,
  l.occurred_at
FROM staging.login_rows AS l
LEFT JOIN staging.named_people AS p
  ON p.source = l.source
  AND p.named_record_id IS NOT DISTINCT FROM l.record_id
  AND p.user_id IS NULL
  AND p.email IS NOT DISTINCT FROM l.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
