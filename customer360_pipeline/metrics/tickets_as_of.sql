-- Each counted ticket as it stood at as_of, with its account. One row per ticket that was opened by then, whether it
-- belongs to an account, or to nobody known. A ticket solved later was open then; what was answered later is not known yet.
-- depends: staging.tickets, profile.item_accounts
-- setting: as_of
-- column: source VARCHAR | Source.
-- column: ticket_id VARCHAR | The ticket.
-- column: node INTEGER | The record that asked; NULL when nothing identifies the person.
-- column: account_id VARCHAR | The account; NULL when neither its company nor its person is known.
-- column: topic VARCHAR | What it is about.
-- column: severity VARCHAR | P1 to P4; NULL: not said.
-- column: is_open BOOLEAN | Not resolved at as_of.
-- column: is_escalated BOOLEAN | Escalated.
-- column: opened_at TIMESTAMP | Opened, UTC.
-- column: resolved_at TIMESTAMP | Resolved by as_of, UTC.
-- column: opened_days BIGINT | Days from the day it was opened to the day of as_of.
-- column: resolved_days BIGINT | Days from the day it was resolved to the day of as_of.
-- column: rated_days BIGINT | Days from the day it was rated to the day of as_of.
-- column: first_reply_minutes BIGINT | Minutes to the first reply, where that came by as_of.
-- column: resolution_minutes BIGINT | Minutes to the resolution, where that came by as_of.
-- column: resolution_business_minutes BIGINT | The same within business hours.
-- column: reopens BIGINT | Times it was opened again.
-- column: rating BIGINT | 1 to 5, where it was given by as_of as a number.
-- column: csat_score BIGINT | 100 satisfied, 0 not, where it was rated by as_of.
-- unique: source, ticket_id
-- not_null: source, ticket_id, is_open, is_escalated, opened_at, opened_days
SELECT
    t.source,
    t.ticket_id,
    t.node,
    a.account_id,
    t.topic,
    t.severity,
    NOT t.is_resolved OR t.settled_at > $as_of AS is_open,
    t.is_escalated,
    t.opened_at,
    CASE WHEN t.resolved_at <= $as_of THEN t.resolved_at END AS resolved_at,
    CAST(DATE_DIFF('day', CAST(t.opened_at AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS opened_days,
    CAST(CASE
        WHEN t.resolved_at <= $as_of THEN DATE_DIFF('day', CAST(t.resolved_at AS DATE), CAST($as_of AS DATE))
    END AS BIGINT) AS resolved_days,
    CAST(CASE
        WHEN t.rated_at <= $as_of THEN DATE_DIFF('day', CAST(t.rated_at AS DATE), CAST($as_of AS DATE))
    END AS BIGINT) AS rated_days,
    CASE
        WHEN CAST(EPOCH(t.opened_at) AS BIGINT) + 60 * t.first_reply_minutes <= CAST(EPOCH($as_of) AS BIGINT)
            THEN t.first_reply_minutes
    END AS first_reply_minutes,
    CASE WHEN t.resolved_at <= $as_of THEN t.resolution_minutes END AS resolution_minutes,
    CASE WHEN t.resolved_at <= $as_of THEN t.resolution_business_minutes END AS resolution_business_minutes,
    t.reopens,
    CASE WHEN t.rated_at <= $as_of THEN t.rating END AS rating,
    CASE WHEN t.rated_at <= $as_of THEN t.csat_score END AS csat_score
FROM staging.tickets AS t
JOIN profile.item_accounts AS a ON a.source = t.source AND a.kind = 'ticket' AND a.item_id = t.ticket_id
WHERE t.is_counted AND t.opened_at <= $as_of
