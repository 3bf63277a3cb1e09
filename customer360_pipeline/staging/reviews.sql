-- Business reviews with customers and other entries of their managers. One row per entry.
-- depends: staging.review_rows
-- setting: success_review_kinds, success_note_kinds, success_not_held_statuses, success_cancelled_statuses
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: event_id VARCHAR | The entry's id.
-- column: kind VARCHAR | The vendor's type, lower case.
-- column: is_review BOOLEAN | A review with the customer, by success.review_kinds.
-- column: is_note BOOLEAN | A note on how the customer is, by success.note_kinds.
-- column: is_cancelled BOOLEAN | Will not take place, by success.cancelled_statuses.
-- column: title VARCHAR | Subject.
-- column: status VARCHAR | The vendor's word, lower case.
-- column: owner VARCHAR | Who holds or wrote it.
-- column: planned_at TIMESTAMP | Planned for, UTC; of one that bears one date that date.
-- column: held_at TIMESTAMP | Held, UTC; one after as_of is only planned. NULL: not held, or nothing says so.
-- column: created_at TIMESTAMP | Entered, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- unique: source, entity, event_id
-- not_null: source, entity, event_id, is_review, is_note, is_cancelled
WITH worded AS (
  SELECT r.*, lower(trim(r.kind)) AS type_word, lower(trim(r.status)) AS word
  FROM staging.review_rows AS r
), meant AS (
  SELECT
    w.*,
    coalesce(list_contains(string_split($success_cancelled_statuses, ','), word), false) AS is_cancelled,
    coalesce(list_contains(string_split($success_not_held_statuses, ','), word), false) AS is_not_held
  FROM worded AS w
)
SELECT
  source, entity, event_id, type_word AS kind,
  coalesce(list_contains(string_split($success_review_kinds, ','), type_word), false) AS is_review,
  coalesce(list_contains(string_split($success_note_kinds, ','), type_word), false) AS is_note,
  is_cancelled, title, word AS status, owner,
  coalesce(planned_at, held_at) AS planned_at,
  CASE WHEN NOT is_cancelled AND NOT is_not_held THEN held_at END AS held_at,
  created_at, updated_at
FROM meant
