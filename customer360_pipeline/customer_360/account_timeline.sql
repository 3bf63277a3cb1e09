-- What happened with each company; published sorted by account, newest first. One row per account and event up to as_of, also
-- of those that name no person. What happened with a person who is an account of one stands in customer_timeline.
-- depends: metrics.events, identity.record_customers, profile.record_accounts, profile.accounts
-- materialized: view
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The customer, of several participants one; NULL: it names nobody.
-- column: occurred_at TIMESTAMP | When, UTC.
-- column: event_type VARCHAR | charge, refund, dispute, session, web_event (outside a session), record_created, call, email, meeting, opportunity_created, opportunity_stage, opportunity_won, opportunity_lost, document, ticket_opened, ticket_resolved, ticket_rated, login (the first of a day), article_view (vote_up, vote_down, search, comment), nps_answer, review_planned, review_held, or the marketing event's own type.
-- column: source VARCHAR | Source.
-- column: event_id VARCHAR | The source's id of it; of a session: device and session id; of a stage: the opportunity's id and its place.
-- column: title VARCHAR | What it was about, in the source's words: the description of a charge, the subject of a ticket or activity, the name of an opportunity or document, the title of an article; NULL where it says none.
-- column: status VARCHAR | The source's status of a charge, refund, dispute, activity or document; the stage of an opportunity; of a ticket its severity, of its rating the answer.
-- column: amount DECIMAL(18,3) | Amount of a charge, refund, dispute, opportunity or document, major units of `currency`.
-- column: currency VARCHAR | ISO 4217 code.
-- column: touch_source VARCHAR | Traffic source of a session or marketing event.
-- column: medium VARCHAR | Its medium.
-- column: campaign VARCHAR | Its campaign.
-- column: page_views BIGINT | Page views of a session.
-- not_null: account_id, occurred_at, event_type, source, event_id
SELECT
    t.account_id,
    c.customer_id,
    e.occurred_at,
    e.event_type,
    e.source,
    e.event_id,
    e.title,
    e.status,
    e.amount,
    e.currency,
    e.touch_source,
    e.medium,
    e.campaign,
    e.page_views
FROM metrics.events AS e
LEFT JOIN profile.record_accounts AS a ON a.node = e.node
JOIN profile.accounts AS t ON t.account_id = COALESCE(e.account_id, a.account_id) AND t.kind = 'company'
LEFT JOIN identity.record_customers AS c ON c.node = e.node
WHERE e.participant = 1
