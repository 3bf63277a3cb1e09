-- Agreements to pay again each period, with the record that pays and the time in which they count as recurring revenue.
-- One row per subscription. A trial does not count, nor does a time that was never paid for: an unpaid or paused
-- subscription stops with its last period, one that was never completed has none (Stripe's status of today says so; of
-- an earlier day only the dates can be known).
-- depends: staging.subscription_rows, staging.subscription_items, staging.contact_ids, staging.records
-- column: source VARCHAR | The source's name.
-- column: subscription_id VARCHAR | The subscription's id.
-- column: node INTEGER | The record that pays; NULL when the source no longer holds it.
-- column: status VARCHAR | trialing, active, past_due, unpaid, paused, incomplete, incomplete_expired or canceled.
-- column: currency VARCHAR | ISO 4217 code.
-- column: plan_name VARCHAR | Plan, where the export is flat.
-- column: is_cancel_at_period_end BOOLEAN | Ends with the current period.
-- column: collection_method VARCHAR | charge_automatically or send_invoice.
-- column: started_at TIMESTAMP | Began, trial included, UTC.
-- column: trial_end_at TIMESTAMP | Trial ends or ended, UTC.
-- column: period_start_at TIMESTAMP | Current period began, UTC.
-- column: period_end_at TIMESTAMP | Current period ends, UTC: the next renewal.
-- column: canceled_at TIMESTAMP | The end was asked for, UTC.
-- column: ends_at TIMESTAMP | Ended or will end, UTC; NULL: open.
-- column: counts_from TIMESTAMP | Counts as recurring revenue from then, UTC; NULL: never.
-- column: counts_until TIMESTAMP | Counts until then, UTC; NULL: still.
-- unique: source, subscription_id
-- not_null: source, subscription_id
WITH periods AS (
  SELECT source, subscription_id, min(period_start_at) AS period_start_at, min(period_end_at) AS period_end_at
  FROM staging.subscription_items
  GROUP BY source, subscription_id
), dated AS (
  SELECT
    s.*, lower(s.status) AS state,
    coalesce(s.current_period_start_at, p.period_start_at) AS period_start_at,
    coalesce(s.current_period_end_at, p.period_end_at) AS period_end_at,
    coalesce(s.started_at, s.created_at) AS begun_at
  FROM staging.subscription_rows AS s
  LEFT JOIN periods AS p ON p.source = s.source AND p.subscription_id = s.subscription_id
), ended AS (
  SELECT
    d.*,
    CASE
      WHEN d.ended_at IS NOT NULL THEN d.ended_at
      WHEN d.state = 'canceled' THEN coalesce(d.canceled_at, d.period_end_at)
      WHEN d.cancel_at IS NOT NULL THEN d.cancel_at
      WHEN d.is_cancel_at_period_end THEN d.period_end_at
    END AS ends_at
  FROM dated AS d
)
SELECT
  e.source, e.subscription_id, r.node, e.state AS status, e.currency, e.plan_name,
  coalesce(e.is_cancel_at_period_end, false) AS is_cancel_at_period_end,
  e.collection_method, e.begun_at AS started_at, e.trial_end_at, e.period_start_at, e.period_end_at, e.canceled_at,
  e.ends_at,
  CASE
    WHEN e.state IN ('incomplete', 'incomplete_expired') THEN NULL
    WHEN e.trial_end_at > e.begun_at THEN e.trial_end_at
    ELSE e.begun_at
  END AS counts_from,
  CASE
    WHEN e.state IN ('unpaid', 'paused') AND (e.ends_at IS NULL OR e.period_start_at < e.ends_at) THEN e.period_start_at
    ELSE e.ends_at
  END AS counts_until
FROM ended AS e
LEFT JOIN staging.contact_ids AS i ON i.source = e.source AND i.alias = e.customer_id
LEFT JOIN staging.records AS r
  ON r.source = e.source AND r.record_id = coalesce(i.record_id, e.customer_id)
