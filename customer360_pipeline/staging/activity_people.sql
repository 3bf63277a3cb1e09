-- Who took part in each activity, as far as they are contacts of the source. One row per activity and record.
-- depends: staging.activity_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: activity_id VARCHAR | The activity's id.
-- column: node INTEGER | The record.
-- unique: source, activity_id, node
-- not_null: source, activity_id, node
WITH listed AS (
  SELECT a.source, a.activity_id, trim(parts.part) AS alias
  FROM staging.activity_rows AS a, unnest(string_split(a.participant_ids, ';')) AS parts(part)
  WHERE a.participant_ids IS NOT NULL
), named AS (
  SELECT source, activity_id, alias FROM listed
  UNION
  SELECT source, activity_id, record_id FROM staging.activity_rows WHERE record_id IS NOT NULL
)
SELECT DISTINCT n.source, n.activity_id, r.node
FROM named AS n
INNER JOIN staging.contact_ids AS i ON i.source = n.source AND i.alias = n.alias
INNER JOIN staging.records AS r ON r.source = i.source AND r.record_id = i.record_id
