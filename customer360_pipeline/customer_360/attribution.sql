-- Which channels the revenue came from, by five models of multi-touch attribution. One row per acquisition month, channel and
-- model; the sum of each model is the revenue of all customers, to the cent. Orders that no touch led to stand with
-- the source (unattributed).
-- depends: metrics.attribution, metrics.acquisition_months
-- column: acquisition_month DATE | Month (UTC) of the customers' first interaction; NULL when no source says.
-- column: channel_source VARCHAR | Traffic source; (direct); (unattributed): no touch within the window.
-- column: channel_medium VARCHAR | Medium.
-- column: channel_campaign VARCHAR | Campaign.
-- column: model VARCHAR | first_touch, last_touch, linear, time_decay or position_based.
-- column: customers BIGINT | Customers with an order that the channel led to, alone or with others; the same for every model.
-- column: touches BIGINT | Touches that led to an order, once for each order; the same for every model.
-- column: attributed_revenue DECIMAL(18,2) | The channel's part of the revenue, in the reporting currency.
-- unique: acquisition_month, channel_source, channel_medium, channel_campaign, model
-- not_null: channel_source, model, customers, touches, attributed_revenue
WITH sums AS (
    SELECT
        m.acquisition_month, a.channel_source, a.channel_medium, a.channel_campaign,
        COUNT(*) AS customers, SUM(a.touches) AS touches,
        SUM(a.first_touch) AS first_touch, SUM(a.last_touch) AS last_touch, SUM(a.linear) AS linear,
        SUM(a.time_decay) AS time_decay, SUM(a.position_based) AS position_based
    FROM metrics.attribution AS a
    LEFT JOIN metrics.acquisition_months AS m ON m.customer_number = a.customer_number
    GROUP BY m.acquisition_month, a.channel_source, a.channel_medium, a.channel_campaign
),
models AS (
    SELECT 'first_touch' AS model
    UNION ALL SELECT 'last_touch'
    UNION ALL SELECT 'linear'
    UNION ALL SELECT 'time_decay'
    UNION ALL SELECT 'position_based'
)
SELECT
    s.acquisition_month, s.channel_source, s.channel_medium, s.channel_campaign, m.model, s.customers,
    CAST(s.touches AS BIGINT) AS touches,
    CAST(CASE m.model
        WHEN 'first_touch' THEN s.first_touch
        WHEN 'last_touch' THEN s.last_touch
        WHEN 'linear' THEN s.linear
        WHEN 'time_decay' THEN s.time_decay
        ELSE s.position_based
    END AS DECIMAL(18, 2)) AS attributed_revenue
FROM sums AS s
CROSS JOIN models AS m
