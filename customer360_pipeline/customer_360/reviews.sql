-- Business reviews (QBR, EBR) with customers as they stood at as_of. One row per review.
-- depends: metrics.reviews_as_of
-- materialized: view
-- column: source VARCHAR | Source.
-- column: review_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: kind VARCHAR | The source's type of it.
-- column: title VARCHAR | Subject.
-- column: owner VARCHAR | Who holds it.
-- column: state VARCHAR | held, planned (ahead of as_of), missed (its time has passed) or cancelled; NULL: no date at all.
-- column: planned_at TIMESTAMP | Planned for, UTC.
-- column: held_at TIMESTAMP | Held, UTC.
-- column: created_at TIMESTAMP | Entered, UTC.
-- not_null: source, review_id
SELECT source, event_id AS review_id, account_id, kind, title, owner, state, planned_at, held_at, created_at
FROM metrics.reviews_as_of
WHERE is_review
