-- Calls, e-mails, meetings, tasks and notes about customers, as the CRMs have them. One row per source and activity:
-- copies for further invited colleagues, patterns of repeated meetings and deleted ones are left out, and an e-mail that
-- the source also keeps as a task is one.
-- depends: staging.activity_rows, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: activity_id VARCHAR | The activity's id.
-- column: node INTEGER | The main person's record; NULL when the source names none, or one it no longer holds.
-- column: activity_type VARCHAR | call, email, meeting, task, note, or the source's own word.
-- column: opportunity_id VARCHAR | The opportunity it is about, in the same source.
-- column: owner_id VARCHAR | The colleague it is assigned to, as the source writes him.
-- column: subject VARCHAR | Subject or title.
-- column: direction VARCHAR | inbound or outbound; NULL: not said.
-- column: status VARCHAR | planned, completed, canceled, no_show, failed, or the source's own word; NULL: not said.
-- column: outcome VARCHAR | Of a call, as the source says.
-- column: is_contact BOOLEAN | Somebody was reached, provided that its time has come.
-- column: duration_seconds BIGINT | How long it took, seconds.
-- column: occurred_at TIMESTAMP | When it took or takes place, UTC.
-- column: created_at TIMESTAMP | Written down, UTC.
-- unique: source, activity_id
-- not_null: source, entity, activity_id, activity_type, is_contact
WITH ranked AS (
  SELECT
    *,
    lower(activity_type) AS first_word,
    lower(activity_subtype) AS second_word,
    replace(lower(outcome), ' ', '_') AS outcome_key,
    row_number() OVER (
      PARTITION BY source, activity_id ORDER BY direction IS NULL, coalesce(updated_at, created_at) DESC, entity
    ) AS place,
    min(created_at) OVER (PARTITION BY source, activity_id) AS written_at
  FROM staging.activity_rows
  WHERE NOT coalesce(is_deleted, false) AND NOT coalesce(is_copy, false) AND NOT coalesce(is_series, false)
), typed AS (
  SELECT
    *,
    CASE
      WHEN first_word IN ('call', 'email', 'meeting', 'note') THEN first_word
      WHEN second_word IN ('call', 'email', 'meeting', 'note') THEN second_word
      ELSE coalesce(first_word, second_word, 'other')
    END AS kind
  FROM ranked
  WHERE place = 1
)
SELECT
  t.source, t.entity, t.activity_id, r.node, t.kind AS activity_type, t.opportunity_id, t.owner_id, t.subject,
  t.direction, t.status, t.outcome,
  CASE
    -- Nobody writes down that a meeting took place: once its time has passed it did, unless somebody says otherwise.
    WHEN t.kind = 'meeting' THEN coalesce(t.status IN ('planned', 'completed'), true)
    WHEN t.kind = 'email' THEN coalesce(t.status = 'completed', true)
    WHEN t.kind = 'call' THEN coalesce(t.status = 'completed', true)
      AND coalesce(t.outcome_key NOT IN ('no_answer', 'busy', 'voicemail', 'left_voicemail', 'wrong_number'), true)
    ELSE false
  END AS is_contact,
  coalesce(
    t.duration_seconds,
    CASE WHEN t.ended_at >= t.occurred_at THEN CAST(epoch(t.ended_at) AS BIGINT) - CAST(epoch(t.occurred_at) AS BIGINT) END
  ) AS duration_seconds,
  coalesce(t.occurred_at, t.written_at) AS occurred_at, t.written_at AS created_at
FROM typed AS t
LEFT JOIN staging.contact_ids AS i ON i.source = t.source AND i.alias = t.record_id
LEFT JOIN staging.records AS r ON r.source = i.source AND r.record_id = i.record_id
