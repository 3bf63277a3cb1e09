-- Charges, refunds and disputes as events. One row per event.
-- depends: staging.charges, staging.refunds, staging.disputes
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
    node, CAST(NULL AS VARCHAR) AS account_id, occurred_at, 'charge' AS event_type, source, charge_id AS event_id,
    description AS title, status, CAST(amount AS DECIMAL(18, 3)) AS amount, currency,
    CAST(NULL AS VARCHAR) AS touch_source, CAST(NULL AS VARCHAR) AS medium, CAST(NULL AS VARCHAR) AS campaign,
    CAST(NULL AS BIGINT) AS page_views, CAST(1 AS BIGINT) AS participant
FROM staging.charges
UNION ALL
SELECT node, NULL, occurred_at, 'refund', source, refund_id, NULL, status, amount, currency, NULL, NULL, NULL, NULL, 1
FROM staging.refunds
UNION ALL
SELECT node, NULL, occurred_at, 'dispute', source, dispute_id, NULL, status, amount, currency, NULL, NULL, NULL, NULL, 1
FROM staging.disputes
