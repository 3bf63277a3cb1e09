-- Requests to customer support, with the record that asked and what the help desk's words mean. One row per ticket.
-- Only a ticket that is solved or closed has a time of resolution: one that was opened again has lost it. A ticket that
-- was merged into another or deleted stands here and counts nowhere.
-- depends: staging.ticket_rows, staging.ticket_measures, staging.ticket_ratings, staging.ticket_tags, staging.support_words, staging.named_people, staging.records
-- column: source VARCHAR | The source's name.
-- column: ticket_id VARCHAR | The ticket's id.
-- column: node INTEGER | The record that asked; NULL when nothing identifies the person, or it is staff.
-- column: subject VARCHAR | Subject line.
-- column: topic VARCHAR | What it is about: the field mapped to it, else the first of support.topic_tags it has.
-- column: channel VARCHAR | How it came: email, web, chat, phone ...
-- column: severity VARCHAR | P1 (worst) to P4, by support.severities; NULL: the source does not say.
-- column: priority VARCHAR | The source's word for it, lower case.
-- column: status VARCHAR | The source's status, lower case.
-- column: status_category VARCHAR | new, open, pending, hold, solved, closed or deleted, by support.statuses; NULL: a word that is not mapped.
-- column: team VARCHAR | Group or team, id or name.
-- column: assignee VARCHAR | Who works on it, id or name.
-- column: is_escalated BOOLEAN | By a field, a tag, the team or the priority, as configured.
-- column: escalated_by VARCHAR | Which of them said so: field, tag:<tag>, team:<team> or priority:<word>.
-- column: is_counted BOOLEAN | Neither merged into another ticket nor deleted.
-- column: is_resolved BOOLEAN | Solved or closed today.
-- column: opened_at TIMESTAMP | Opened, UTC.
-- column: first_replied_at TIMESTAMP | First reply, UTC, where the source gives the time; most give minutes.
-- column: resolved_at TIMESTAMP | Resolved, UTC; NULL: open, or nothing says when.
-- column: settled_at TIMESTAMP | Of a resolved ticket the time, else its last change: not open any more from then, UTC.
-- column: updated_at TIMESTAMP | Last changed, UTC.
-- column: first_reply_minutes BIGINT | Minutes from opening to the first reply.
-- column: first_reply_business_minutes BIGINT | The same within business hours.
-- column: resolution_minutes BIGINT | Minutes from opening to the last resolution; NULL while it is open.
-- column: resolution_business_minutes BIGINT | The same within business hours.
-- column: reopens BIGINT | Times it was opened again.
-- column: replies BIGINT | Public replies.
-- column: rating BIGINT | The requester's answer from 1 to 5; NULL where it is good or bad.
-- column: csat_score BIGINT | 100: satisfied, 0: not; NULL: no answer.
-- column: rated_at TIMESTAMP | When it was given, UTC.
-- unique: source, ticket_id
-- not_null: source, ticket_id, is_escalated, is_counted, is_resolved
-- assert: csat_score in (0, 100) or csat_score is null | an answer is satisfied or not
-- assert: rating between 1 and 5 or rating is null | a rating is of five
WITH merged AS (
  SELECT DISTINCT t.source, trim(parts.part) AS ticket_id
  FROM staging.ticket_rows AS t, unnest(string_split(t.merged_ids, ';')) AS parts(part)
  WHERE t.merged_ids IS NOT NULL
), tagged AS (
  SELECT
    t.source, t.ticket_id,
    min(CASE WHEN w.kind = 'tag_escalates' THEN t.tag END) AS escalation_tag,
    max(CASE WHEN w.kind = 'tag_merged' THEN 1 ELSE 0 END) AS is_merged,
    min(CASE WHEN w.kind = 'tag_topic' THEN w.place END) AS topic_place
  FROM staging.ticket_tags AS t
  INNER JOIN staging.support_words AS w ON w.word = t.tag
  WHERE w.kind IN ('tag_escalates', 'tag_merged', 'tag_topic')
  GROUP BY t.source, t.ticket_id
), worded AS (
  SELECT
    t.*, lower(trim(t.status)) AS status_word, lower(trim(t.priority)) AS priority_word,
    g.escalation_tag, g.topic_place,
    g.is_merged = 1 OR m.ticket_id IS NOT NULL AS is_merged
  FROM staging.ticket_rows AS t
  LEFT JOIN tagged AS g ON g.source = t.source AND g.ticket_id = t.ticket_id
  LEFT JOIN merged AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
), meant AS (
  SELECT
    w.*, s.meaning AS status_category, v.meaning AS severity, coalesce(nullif(trim(w.topic), ''), o.meaning) AS about,
    CASE
      WHEN w.is_escalated THEN 'field'
      WHEN w.escalation_tag IS NOT NULL THEN 'tag:' || w.escalation_tag
      WHEN e.word IS NOT NULL THEN 'team:' || e.word
      WHEN p.word IS NOT NULL THEN 'priority:' || p.word
    END AS escalated_by
  FROM worded AS w
  LEFT JOIN staging.support_words AS s ON s.kind = 'status' AND s.word = w.status_word
  LEFT JOIN staging.support_words AS v ON v.kind = 'severity' AND v.word = w.priority_word
  LEFT JOIN staging.support_words AS o ON o.kind = 'tag_topic' AND o.place = w.topic_place
  LEFT JOIN staging.support_words AS e ON e.kind = 'team_escalates' AND e.word = lower(trim(w.team))
  LEFT JOIN staging.support_words AS p ON p.kind = 'priority_escalates' AND p.word = w.priority_word
)
SELECT
  t.source, t.ticket_id, r.node, t.subject, t.about AS topic, lower(trim(t.channel)) AS channel, t.severity,
  t.priority_word AS priority, t.status_word AS status, t.status_category, t.team, t.assignee,
  t.escalated_by IS NOT NULL AS is_escalated, t.escalated_by,
  NOT coalesce(t.is_merged, false) AND coalesce(t.status_category <> 'deleted', true) AS is_counted,
  coalesce(t.status_category IN ('solved', 'closed'), false) AS is_resolved,
  t.created_at AS opened_at, t.first_replied_at,
  CASE WHEN t.status_category IN ('solved', 'closed') THEN m.resolved_at END AS resolved_at,
  CASE WHEN t.status_category IN ('solved', 'closed') THEN coalesce(m.resolved_at, t.updated_at, t.created_at) END
    AS settled_at,
  t.updated_at, m.first_reply_minutes, m.first_reply_business_minutes,
  CASE WHEN t.status_category IN ('solved', 'closed') THEN m.resolution_minutes END AS resolution_minutes,
  CASE WHEN t.status_category IN ('solved', 'closed') THEN m.resolution_business_minutes END
    AS resolution_business_minutes,
  m.reopens, m.replies, a.rating,
  CAST(CASE WHEN a.is_satisfied THEN 100 WHEN NOT a.is_satisfied THEN 0 END AS BIGINT) AS csat_score,
  a.rated_at
FROM meant AS t
INNER JOIN staging.ticket_measures AS m ON m.source = t.source AND m.ticket_id = t.ticket_id
LEFT JOIN staging.ticket_ratings AS a ON a.source = t.source AND a.ticket_id = t.ticket_id
LEFT JOIN staging.named_people AS n
  ON n.source = t.source
  AND n.named_record_id IS NOT DISTINCT FROM t.record_id
  AND n.user_id IS NOT DISTINCT FROM t.user_id
  AND n.email IS NOT DISTINCT FROM t.email
LEFT JOIN staging.records AS r ON r.source = n.source AND r.record_id = n.record_id
