-- Business reviews and notes as they stood at as_of, with their account. One row per entry known by then: held by then, or
-- entered by then.
-- depends: staging.reviews, profile.item_accounts, profile.clock
-- column: source VARCHAR | The source's name.
-- column: event_id VARCHAR | The entry's id.
-- column: entity VARCHAR | The source's entity.
-- column: account_id VARCHAR | The account; NULL when the company it names is not known.
-- column: kind VARCHAR | The vendor's type, lower case.
-- column: is_review BOOLEAN | A review with the customer.
-- column: is_note BOOLEAN | A note on how the customer is.
-- column: title VARCHAR | Subject.
-- column: owner VARCHAR | Who holds or wrote it.
-- column: state VARCHAR | held, planned (ahead of as_of), missed (its time has passed) or cancelled; NULL: no date at all.
-- column: planned_at TIMESTAMP | Planned for, UTC.
-- column: held_at TIMESTAMP | Held, UTC.
-- column: created_at TIMESTAMP | Entered, UTC.
-- unique: source, entity, event_id
-- not_null: source, entity, event_id, is_review, is_note
-- assert: (state = 'held') = (held_at is not null) or state is null | held has a date
SELECT
    r.source, r.event_id, r.entity, a.account_id, r.kind, r.is_review, r.is_note, r.title, r.owner,
    CASE
        WHEN r.held_at <= k.as_of THEN 'held'
        WHEN r.is_cancelled THEN 'cancelled'
        WHEN r.planned_at > k.as_of OR r.held_at > k.as_of THEN 'planned'
        WHEN r.planned_at <= k.as_of THEN 'missed'
    END AS state,
    -- Of one that was held later than planned only the later day lies ahead.
    CASE WHEN r.held_at > k.as_of AND r.planned_at <= k.as_of THEN r.held_at ELSE r.planned_at END AS planned_at,
    CASE WHEN r.held_at <= k.as_of THEN r.held_at END AS held_at,
    r.created_at
FROM staging.reviews AS r
JOIN profile.clock AS k ON r.held_at <= k.as_of OR r.created_at <= k.as_of OR r.created_at IS NULL
LEFT JOIN profile.item_accounts AS a
    ON a.source = r.source AND a.entity = r.entity AND a.kind = 'review' AND a.item_id = r.event_id
