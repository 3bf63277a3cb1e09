-- What people did in the knowledge base, and the record of each. One row per event.
-- depends: staging.article_view_rows, staging.named_people, staging.records
-- column: source VARCHAR | The source's name.
-- column: event_id VARCHAR | The event's id.
-- column: node INTEGER | The reader's record; NULL: nobody can be named.
-- column: action VARCHAR | view, vote_up, vote_down, search, comment, or the source's own word.
-- column: article_id VARCHAR | The article; NULL of a search.
-- column: title VARCHAR | Its title.
-- column: occurred_at TIMESTAMP | When, UTC.
-- unique: source, event_id
-- not_null: source, event_id, action
SELECT v.source, v.event_id, r.node, coalesce(v.action, 'view') AS action, v.article_id, v.title, v.occurred_at
FROM staging.article_view_rows AS v
LEFT JOIN staging.named_people AS p
  ON p.source = v.source
  AND p.named_record_id IS NOT DISTINCT FROM v.record_id
  AND p.user_id IS NOT DISTINCT FROM v.user_id
  AND p.email IS NOT DISTINCT FROM v.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
