-- Marketing events and the record each names. One row per event.
-- depends: staging.touch_rows, staging.named_people, staging.records
-- column: source VARCHAR | The source's name.
-- column: event_id VARCHAR | The event's id.
-- column: node INTEGER | The record meant; NULL when nothing identifies the person.
-- column: event_type VARCHAR | What happened: open, click, visit, signup ...
-- column: touch_source VARCHAR | Traffic source.
-- column: medium VARCHAR | Traffic medium.
-- column: campaign VARCHAR | Campaign.
-- column: url VARCHAR | Address visited or clicked.
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, event_id
-- not_null: source, event_id
SELECT
  t.source, t.event_id, r.node, t.event_type, t.touch_source, t.medium, t.campaign, t.url, t.occurred_at
FROM staging.touch_rows AS t
LEFT JOIN staging.named_people AS p
  ON p.source = t.source
  AND p.named_record_id IS NOT DISTINCT FROM t.record_id
  AND p.user_id IS NOT DISTINCT FROM t.user_id
  AND p.email IS NOT DISTINCT FROM t.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
