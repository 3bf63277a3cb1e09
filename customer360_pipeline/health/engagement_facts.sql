-- What health looks at of the relation with an account: contacts, reviews, recommendation. One row per account.
-- Reviews may be planned in the CRM or in the customer success tool; without both nobody can say that none is.
-- depends: health.facts, profile.sources, metrics.account_engagement, metrics.account_success, metrics.account_nps
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: days_since_meeting BIGINT | Days since the latest meeting; NULL: none is known.
-- column: days_since_contact BIGINT | Days since the latest call, e-mail or meeting.
-- column: meeting_gap_days DOUBLE | Median of days between meetings.
-- column: response_ratio DOUBLE | E-mails answered of those sent.
-- column: nps DOUBLE | Net promoter score.
-- column: days_to_review BIGINT | Days to the next planned business review; NULL: none is known.
-- column: days_since_review BIGINT | Days since the latest one.
-- column: is_contact_read BOOLEAN | A source of calls, e-mails and meetings was read, and gives any.
-- column: is_review_read BOOLEAN | A source of reviews was read.
-- unique: account_id
-- not_null: account_id, is_contact_read, is_review_read
WITH known AS (
    SELECT
        (SELECT COUNT(*) FROM metrics.account_engagement) > 0 AS has_contacts,
        COALESCE(MAX(CASE WHEN category = 'success' AND is_present THEN 1 END), 0) = 1 AS has_success
    FROM profile.sources
)
SELECT
    f.account_id,
    CAST(DATE_DIFF('day', CAST(e.last_meeting_at AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS days_since_meeting,
    CAST(DATE_DIFF('day', CAST(e.last_contact_at AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS days_since_contact,
    CAST(e.meeting_gap_days AS DOUBLE) AS meeting_gap_days,
    CAST(e.response_ratio AS DOUBLE) AS response_ratio,
    CAST(n.nps_score AS DOUBLE) AS nps,
    CAST(DATE_DIFF('day', CAST($as_of AS DATE), CAST(
        CASE WHEN s.next_review_at < e.next_review_at OR e.next_review_at IS NULL THEN s.next_review_at
            ELSE e.next_review_at END AS DATE)) AS BIGINT) AS days_to_review,
    CAST(DATE_DIFF('day', CAST(
        CASE WHEN s.last_review_at > e.last_review_at OR e.last_review_at IS NULL THEN s.last_review_at
            ELSE e.last_review_at END AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS days_since_review,
    k.has_contacts AS is_contact_read,
    k.has_contacts OR k.has_success AS is_review_read
FROM health.facts AS f
CROSS JOIN known AS k
LEFT JOIN metrics.account_engagement AS e ON e.account_id = f.account_id
LEFT JOIN metrics.account_success AS s ON s.account_id = f.account_id
LEFT JOIN metrics.account_nps AS n ON n.account_id = f.account_id
