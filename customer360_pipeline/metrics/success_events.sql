-- Answers to the NPS question, and business reviews planned and held, as events. One row per event.
-- depends: staging.survey_answers, metrics.nps_answers, metrics.reviews_as_of
-- materialized: view
-- column: node INTEGER | The record; NULL when it names nobody.
-- column: account_id VARCHAR | The account, where the fact itself names one; NULL: the record's.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | What happened.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it.
-- column: title VARCHAR | What it was about, in the source's words.
-- column: status VARCHAR | Its status.
-- column: amount DECIMAL(18,3) | Its amount, major units of currency.
-- column: currency VARCHAR | ISO 4217 code.
-- column: touch_source VARCHAR | Traffic source.
-- column: medium VARCHAR | Its medium.
-- column: campaign VARCHAR | Its campaign.
-- column: page_views BIGINT | Page views of a session.
-- column: participant BIGINT | 1; of an event with several people the second and later ones count on.
SELECT
    s.node, n.account_id, s.answered_at AS occurred_at, 'nps_answer' AS event_type, s.source, s.answer_id AS event_id,
    CAST(s.score AS VARCHAR) || ' of 10' || COALESCE(': ' || s.comment, '') AS title, s.nps_group AS status,
    CAST(NULL AS DECIMAL(18, 3)) AS amount, CAST(NULL AS VARCHAR) AS currency,
    CAST(NULL AS VARCHAR) AS touch_source, CAST(NULL AS VARCHAR) AS medium, CAST(NULL AS VARCHAR) AS campaign,
    CAST(NULL AS BIGINT) AS page_views, CAST(1 AS BIGINT) AS participant
FROM staging.survey_answers AS s
JOIN metrics.nps_answers AS n ON n.source = s.source AND n.entity = s.entity AND n.answer_id = s.answer_id
WHERE s.nps_group IS NOT NULL
UNION ALL
SELECT
    NULL, account_id, created_at, 'review_planned', source, event_id, title, state, NULL, NULL, NULL, NULL, NULL, NULL, 1
FROM metrics.reviews_as_of
WHERE is_review AND planned_at > created_at
UNION ALL
SELECT NULL, account_id, held_at, 'review_held', source, event_id, title, state, NULL, NULL, NULL, NULL, NULL, NULL, 1
FROM metrics.reviews_as_of
WHERE is_review
