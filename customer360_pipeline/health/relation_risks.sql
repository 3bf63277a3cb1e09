-- What is wrong with the relation to an account: meetings, contact before a renewal, reviews. One row per account and risk.
-- depends: health.facts, health.engagement_facts
-- setting: health_no_meeting_days, health_meeting_gap_factor, health_renewal_near_days, health_renewal_preparation_days
-- column: account_id VARCHAR | The account.
-- column: risk VARCHAR | engagement_drop, engagement_decline, contract_concern or renewal_preparation.
-- column: severity VARCHAR | critical, high, medium or low.
-- column: value DOUBLE | What was measured.
-- column: threshold DOUBLE | What it was compared with.
-- column: signal VARCHAR | In words.
-- unique: account_id, risk
-- not_null: account_id, risk, severity, value, threshold, signal
WITH related AS (
    SELECT f.account_id, f.arr, f.days_to_renewal, e.days_since_meeting, e.days_since_contact, e.meeting_gap_days,
        e.days_to_review, e.is_contact_read, e.is_review_read
    FROM health.facts AS f
    JOIN health.engagement_facts AS e ON e.account_id = f.account_id
)
SELECT account_id, 'engagement_drop' AS risk, 'medium' AS severity, CAST(days_since_meeting AS DOUBLE) AS value,
    CAST($health_no_meeting_days AS DOUBLE) AS threshold,
    'No meeting in ' || CAST(days_since_meeting AS VARCHAR) || ' days' AS signal
FROM related
WHERE days_since_meeting > $health_no_meeting_days
UNION ALL
SELECT account_id, 'engagement_decline', 'low', CAST(days_since_meeting AS DOUBLE), $health_meeting_gap_factor * meeting_gap_days,
    'No meeting in ' || CAST(days_since_meeting AS VARCHAR) || ' days, usually every '
        || CAST(CAST(ROUND(meeting_gap_days, 0) AS BIGINT) AS VARCHAR)
FROM related
WHERE days_since_meeting <= $health_no_meeting_days AND days_since_meeting > $health_meeting_gap_factor * meeting_gap_days
UNION ALL
SELECT account_id, 'contract_concern', 'high', CAST(days_to_renewal AS DOUBLE), CAST($health_renewal_near_days AS DOUBLE),
    CAST(days_to_renewal AS VARCHAR) || ' days to renewal and '
        || CASE WHEN days_since_contact IS NULL THEN 'no contact on record'
            ELSE 'no contact in ' || CAST(days_since_contact AS VARCHAR) || ' days' END
FROM related
WHERE days_to_renewal >= 0 AND days_to_renewal <= $health_renewal_near_days AND is_contact_read
    AND (days_since_contact IS NULL OR days_since_contact > $health_no_meeting_days)
UNION ALL
SELECT account_id, 'renewal_preparation', CASE WHEN days_to_renewal <= $health_renewal_near_days THEN 'medium' ELSE 'low' END,
    CAST(days_to_renewal AS DOUBLE), CAST($health_renewal_preparation_days AS DOUBLE),
    CAST(days_to_renewal AS VARCHAR) || ' days to renewal, no business review scheduled'
FROM related
WHERE days_to_renewal >= 0 AND days_to_renewal <= $health_renewal_preparation_days
    AND is_review_read AND days_to_review IS NULL
