-- Activities that were written down by as_of, each with its account. One row per activity.
-- depends: staging.activities, profile.item_accounts
-- setting: as_of, engagement_review_words
-- column: source VARCHAR | The source's name.
-- column: activity_id VARCHAR | The activity's id.
-- column: account_id VARCHAR | The account; NULL when neither a company, an opportunity nor a person is known.
-- column: node INTEGER | The main person's record.
-- column: activity_type VARCHAR | call, email, meeting, task, note, or the source's own word.
-- column: direction VARCHAR | inbound or outbound; NULL: not said.
-- column: occurred_at TIMESTAMP | When it took or takes place, UTC.
-- column: is_contact BOOLEAN | Its time has come and somebody was reached.
-- column: is_planned BOOLEAN | A meeting or call that lies ahead.
-- column: is_review BOOLEAN | A meeting whose subject says that it is a business review.
-- column: days_ago BIGINT | Days from it to as_of; negative: ahead.
-- unique: source, activity_id
-- not_null: source, activity_id, activity_type, is_contact, is_planned, is_review
WITH words AS (
    SELECT TRIM(parts.word) AS word FROM UNNEST(STRING_SPLIT($engagement_review_words, ',')) AS parts(word)
),
reviews AS (
    SELECT DISTINCT a.source, a.activity_id
    FROM staging.activities AS a
    JOIN words AS w ON CONTAINS(LOWER(a.subject), LOWER(w.word))
    WHERE a.activity_type = 'meeting'
)
SELECT
    a.source, a.activity_id, i.account_id, a.node, a.activity_type, a.direction, a.occurred_at,
    COALESCE(a.is_contact AND a.occurred_at <= $as_of, FALSE) AS is_contact,
    COALESCE(a.occurred_at > $as_of AND a.activity_type IN ('meeting', 'call')
        AND COALESCE(a.status IN ('planned', 'completed'), TRUE), FALSE) AS is_planned,
    r.activity_id IS NOT NULL AS is_review,
    CAST(DATE_DIFF('day', CAST(a.occurred_at AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS days_ago
FROM staging.activities AS a
LEFT JOIN profile.item_accounts AS i
    ON i.kind = 'activity' AND i.source = a.source AND i.entity = a.entity AND i.item_id = a.activity_id
LEFT JOIN reviews AS r ON r.source = a.source AND r.activity_id = a.activity_id
WHERE COALESCE(a.created_at <= $as_of, TRUE)
