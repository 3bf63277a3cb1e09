-- How old the newest fact of each source is. One row per source and kind of fact.
-- depends: staging.records, staging.touches, staging.sessions, staging.tickets, staging.activities, staging.survey_answers, staging.product_event_rows, staging.logins, staging.article_views, profile.money
-- setting: as_of
-- column: source VARCHAR | Source.
-- column: fact VARCHAR | records, payments, touches, sessions, tickets, activities, survey_answers, product_events, logins or articles.
-- column: facts BIGINT | Facts of the kind.
-- column: first_at TIMESTAMP | Earliest one up to as_of, UTC.
-- column: last_at TIMESTAMP | Newest one up to as_of, UTC; of a record or ticket, when it was created or changed.
-- column: age_days BIGINT | Days (UTC dates) from last_at to as_of.
-- column: after_as_of BIGINT | Facts dated after as_of: ignored in every figure.
-- unique: source, fact
-- not_null: source, fact, facts, after_as_of
-- assert: age_days >= 0 | nothing after as_of counts
WITH facts AS (
    SELECT source, 'records' AS fact, created_at AS begin_at, COALESCE(updated_at, created_at) AS known_at
    FROM staging.records
    WHERE record_type = 'contact'
    UNION ALL
    SELECT source, 'payments', occurred_at, occurred_at FROM profile.money
    UNION ALL
    SELECT source, 'touches', occurred_at, occurred_at FROM staging.touches
    UNION ALL
    SELECT source, 'sessions', started_at, started_at FROM staging.sessions
    UNION ALL
    SELECT source, 'tickets', opened_at, COALESCE(updated_at, opened_at) FROM staging.tickets
    UNION ALL
    SELECT source, 'activities', occurred_at, occurred_at FROM staging.activities
    UNION ALL
    SELECT source, 'survey_answers', answered_at, answered_at FROM staging.survey_answers
    UNION ALL
    SELECT source, 'product_events', occurred_at, occurred_at FROM staging.product_event_rows
    UNION ALL
    SELECT source, 'logins', occurred_at, occurred_at FROM staging.logins
    UNION ALL
    SELECT source, 'articles', occurred_at, occurred_at FROM staging.article_views
),
summed AS (
    SELECT
        source,
        fact,
        COUNT(*) AS facts,
        MIN(CASE WHEN begin_at <= $as_of THEN begin_at END) AS first_at,
        MAX(CASE WHEN known_at <= $as_of THEN known_at END) AS last_at,
        SUM(CASE WHEN known_at > $as_of THEN 1 ELSE 0 END) AS after_as_of
    FROM facts
    GROUP BY source, fact
)
SELECT
    source,
    fact,
    facts,
    first_at,
    last_at,
    DATE_DIFF('day', CAST(last_at AS DATE), CAST($as_of AS DATE)) AS age_days,
    CAST(after_as_of AS BIGINT) AS after_as_of
FROM summed
