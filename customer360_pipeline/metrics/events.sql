-- Everything that happened, of all sources, up to as_of. One row per event and participant. A table: two timelines are made of
-- it, and as a view its size is misjudged, so that joins hold all of it in memory.
-- depends: metrics.payment_events, metrics.behaviour_events, metrics.crm_events, metrics.support_events, metrics.product_events, metrics.success_events
-- setting: as_of
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
WITH happened AS (
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.payment_events
    UNION ALL
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.behaviour_events
    UNION ALL
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.crm_events
    UNION ALL
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.support_events
    UNION ALL
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.product_events
    UNION ALL
    SELECT
        node, account_id, occurred_at, event_type, source, event_id, title, status, amount, currency, touch_source, medium, campaign,
        page_views, participant
    FROM metrics.success_events
)
SELECT
    h.node, h.account_id, h.occurred_at, h.event_type, h.source, h.event_id, h.title, h.status, h.amount, h.currency,
    h.touch_source, h.medium, h.campaign, h.page_views, h.participant
FROM happened AS h
WHERE h.occurred_at <= $as_of
