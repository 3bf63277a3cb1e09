-- Answers to surveys, with the record that gave each. One row per answer. Only answers to a question of the type nps make
-- the net promoter score: the other surveys of the same tool have scales of their own, and `enps` asks employees.
-- depends: staging.survey_answer_rows, staging.named_people, staging.records
-- column: source VARCHAR | The source's name.
-- column: entity VARCHAR | The source's entity.
-- column: answer_id VARCHAR | The answer's id.
-- column: node INTEGER | The record that answered; NULL when nothing identifies the person.
-- column: survey_type VARCHAR | nps, csat, ces ..., lower case.
-- column: score BIGINT | The number given, on that survey's scale.
-- column: nps_group VARCHAR | promoter (9, 10), passive (7, 8) or detractor (0 to 6); NULL: no answer to an NPS question.
-- column: comment VARCHAR | What the person wrote.
-- column: tags VARCHAR | Tags, joined by semicolons.
-- column: answered_at TIMESTAMP | Answered, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- unique: source, entity, answer_id
-- not_null: source, entity, answer_id
-- assert: nps_group is null or score between 0 and 10 | the scale of NPS
SELECT
  s.source, s.entity, s.answer_id, r.node, lower(trim(s.survey_type)) AS survey_type, s.score,
  CASE
    WHEN coalesce(lower(trim(s.survey_type)), '') <> 'nps' THEN NULL
    WHEN s.score BETWEEN 9 AND 10 THEN 'promoter'
    WHEN s.score BETWEEN 7 AND 8 THEN 'passive'
    WHEN s.score BETWEEN 0 AND 6 THEN 'detractor'
  END AS nps_group,
  s.comment, s.tags, s.answered_at, s.updated_at
FROM staging.survey_answer_rows AS s
LEFT JOIN staging.named_people AS p
  ON p.source = s.source
  AND p.named_record_id IS NOT DISTINCT FROM s.record_id
  AND p.user_id IS NOT DISTINCT FROM s.user_id
  AND p.email IS NOT DISTINCT FROM s.email
LEFT JOIN staging.records AS r ON r.source = p.source AND r.record_id = p.record_id
