-- Answers to the NPS question up to as_of, with account and person, and which of them is a person's latest. One row per answer.
-- Somebody nothing identifies is a person of their own with each answer.
-- depends: staging.survey_answers, profile.item_accounts, identity.record_customers, profile.clock
-- setting: success_nps_days
-- column: source VARCHAR | The source's name.
-- column: answer_id VARCHAR | The answer's id.
-- column: entity VARCHAR | The source's entity.
-- column: account_id VARCHAR | The account; NULL when neither company nor person is known.
-- column: customer_number INTEGER | The customer who answered; NULL when nothing identifies them.
-- column: score BIGINT | 0 to 10.
-- column: nps_group VARCHAR | promoter, passive or detractor.
-- column: answered_at TIMESTAMP | Answered, UTC.
-- column: period BIGINT | 0: in the success.nps_days up to as_of, 1: in as many days before, and so on.
-- column: is_latest BOOLEAN | The person's latest for the account within that period.
-- column: is_last BOOLEAN | The latest answer for the account, whoever gave it; of one without an account the person's.
-- unique: source, entity, answer_id
-- not_null: source, entity, answer_id, score, nps_group, answered_at, period, is_latest, is_last
WITH placed AS (
    SELECT
        s.source, s.answer_id, s.entity, a.account_id, c.customer_number, s.score, s.nps_group, s.answered_at,
        COALESCE(CAST(c.customer_number AS VARCHAR), s.source || ' ' || s.entity || ' ' || s.answer_id) AS person,
        CAST(FLOOR(CAST(CASE WHEN CAST(s.answered_at AS DATE) = CAST(k.as_of AS DATE) THEN 0
            ELSE DATE_DIFF('day', CAST(s.answered_at AS DATE), CAST(k.as_of AS DATE)) - 1 END AS DOUBLE)
            / $success_nps_days) AS BIGINT) AS period
    FROM staging.survey_answers AS s
    JOIN profile.clock AS k ON s.answered_at <= k.as_of
    LEFT JOIN profile.item_accounts AS a
        ON a.source = s.source AND a.entity = s.entity AND a.kind = 'survey_answer' AND a.item_id = s.answer_id
    LEFT JOIN identity.record_customers AS c ON c.node = s.node
    WHERE s.nps_group IS NOT NULL
),
ranked AS (
    SELECT
        p.*,
        ROW_NUMBER() OVER (
            PARTITION BY account_id, person, period ORDER BY answered_at DESC, source, entity, answer_id
        ) AS place,
        ROW_NUMBER() OVER (
            PARTITION BY account_id, CASE WHEN account_id IS NULL THEN person END
            ORDER BY answered_at DESC, source, entity, answer_id
        ) AS last_place
    FROM placed AS p
)
SELECT
    source, answer_id, entity, account_id, customer_number, score, nps_group, answered_at, period,
    place = 1 AS is_latest, last_place = 1 AS is_last
FROM ranked
