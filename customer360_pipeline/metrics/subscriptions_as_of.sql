-- Until when each subscription runs and in what state it is, as it was known at as_of. One row per subscription. The source tells
-- of today only: an end that was asked for after as_of was not known then, and a period that began after as_of says nothing of
-- that day.
-- depends: staging.subscriptions
-- setting: as_of
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription.
-- column: status VARCHAR | Status at as_of, the source's word; NULL: it ran then, and today's status does not tell whether it was active or past due.
-- column: ends_at TIMESTAMP | Ended, or was known to end then, UTC; NULL: open.
-- column: period_start_at TIMESTAMP | Its period began, UTC; NULL when that of as_of is not known.
-- column: period_end_at TIMESTAMP | It ends, UTC.
-- column: renews_at TIMESTAMP | Open, and renews then, UTC; NULL when the period ended before as_of's day: the export is older.
-- unique: source, subscription_id
-- not_null: source, subscription_id
WITH known AS (
    SELECT
        source, subscription_id,
        CASE
            WHEN status IN ('incomplete', 'incomplete_expired') THEN status
            WHEN ends_at <= $as_of THEN 'canceled'
            WHEN trial_end_at > $as_of THEN 'trialing'
            -- Ended later, or the trial is over since: what came between is not told.
            WHEN status = 'canceled' AND ends_at > $as_of THEN NULL
            WHEN status = 'trialing' AND trial_end_at <= $as_of THEN NULL
            WHEN status <> 'canceled' AND period_start_at > $as_of THEN NULL
            ELSE status
        END AS status,
        CASE WHEN ends_at <= $as_of OR COALESCE(canceled_at <= $as_of, TRUE) THEN ends_at END AS ends_at,
        CASE WHEN period_start_at <= $as_of THEN period_start_at END AS period_start_at,
        CASE WHEN period_start_at <= $as_of THEN period_end_at END AS period_end_at
    FROM staging.subscriptions
)
SELECT
    source, subscription_id, status, ends_at, period_start_at, period_end_at,
    CASE WHEN ends_at IS NULL AND CAST(period_end_at AS DATE) >= CAST($as_of AS DATE) THEN period_end_at END AS renews_at
FROM known
