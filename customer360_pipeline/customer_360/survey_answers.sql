-- Answers to surveys up to as_of. One row per answer. Those with an nps_group make the net promoter score.
-- depends: staging.survey_answers, profile.item_accounts, identity.record_customers, profile.clock
-- materialized: view
-- column: source VARCHAR | Source.
-- column: answer_id VARCHAR | The source's own id.
-- column: account_id VARCHAR | The account; NULL when neither company nor person is known.
-- column: customer_id VARCHAR | The customer who answered; NULL when nothing identifies them.
-- column: survey_type VARCHAR | nps, csat, ces ...: each has a scale of its own.
-- column: score BIGINT | The number given, on that scale.
-- column: nps_group VARCHAR | promoter (9, 10), passive (7, 8) or detractor (0 to 6); NULL: no answer to an NPS question.
-- column: comment VARCHAR | What the person wrote.
-- column: tags VARCHAR | Tags, joined by semicolons.
-- column: answered_at TIMESTAMP | Answered, UTC.
-- not_null: source, answer_id
SELECT
    s.source, s.answer_id, a.account_id, c.customer_id, s.survey_type, s.score, s.nps_group, s.comment, s.tags, s.answered_at
FROM staging.survey_answers AS s
JOIN profile.clock AS k ON s.answered_at <= k.as_of
LEFT JOIN profile.item_accounts AS a
    ON a.source = s.source AND a.entity = s.entity AND a.kind = 'survey_answer' AND a.item_id = s.answer_id
LEFT JOIN identity.record_customers AS c ON c.node = s.node
