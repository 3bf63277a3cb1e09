-- What each customer does: visits, use of the product, requests to support, answers; and since when and until when. One row per
-- customer.
-- depends: profile.customers, metrics.engagement, metrics.support, metrics.activity, metrics.customer_usage, metrics.nps, metrics.zeros
-- setting: as_of, active_customer_days
-- column: customer_number INTEGER | The customer.
-- column: created_at TIMESTAMP | First seen: earliest creation of a record or interaction, in any source, UTC.
-- column: total_sessions BIGINT | Website sessions: distinct (device, session id) of all devices; NULL when no analytics was read.
-- column: total_page_views BIGINT | Page and screen views in those sessions; NULL when no analytics was read.
-- column: last_interaction_date TIMESTAMP | Latest web session, marketing event, use of the product, login, help article or paid charge up to as_of, UTC; NULL without one.
-- column: customer_lifetime_days BIGINT | Days from the first interaction to as_of; from created_at when there was none.
-- column: is_active BOOLEAN | The last interaction was at most active_customer_days days before as_of.
-- column: total_touches BIGINT | Marketing events; NULL when no marketing source was read.
-- column: total_tickets BIGINT | Support tickets the customer asked; NULL when no help desk was read.
-- column: open_tickets BIGINT | Of them, not resolved at as_of.
-- columns: metrics.support only csat_score, last_ticket_at
-- columns: metrics.activity only first_interaction_at, last_session_at, last_touch_at
-- columns: metrics.customer_usage only last_active_at
-- column: product_events_30d BIGINT | Product events of the last 30 whole days; NULL: product events do not tell.
-- column: product_days_30d BIGINT | Days with one.
-- column: features_used_30d BIGINT | Features used in them.
-- columns: metrics.customer_usage only last_login_at
-- column: logins_30d BIGINT | Logins of the last 30 whole days; NULL when no identity provider was read.
-- columns: metrics.nps only nps_answer, nps_answered_at
-- unique: customer_number
-- not_null: customer_number, is_active
-- assert: customer_lifetime_days >= 0 | nothing after as_of counts
-- assert: last_interaction_date >= first_interaction_at | the first cannot follow the last
WITH seen AS (
    SELECT
        c.customer_number,
        a.first_interaction_at, a.last_interaction_at, a.last_session_at, a.last_touch_at,
        CASE WHEN a.first_interaction_at < c.created_at OR c.created_at IS NULL THEN a.first_interaction_at
            ELSE c.created_at END AS created_at
    FROM profile.customers AS c
    LEFT JOIN metrics.activity AS a ON a.customer_number = c.customer_number
)
SELECT
    c.customer_number,
    c.created_at,
    -- A row says 0 sessions of who has marketing events alone, also where no analytics was read.
    COALESCE(NULLIF(e.total_sessions, 0), z.analytics) AS total_sessions,
    COALESCE(NULLIF(e.total_page_views, 0), z.analytics) AS total_page_views,
    c.last_interaction_at AS last_interaction_date,
    -- A record dated after as_of (a clock ahead, a replayed day) makes no negative age.
    CASE
        WHEN COALESCE(c.first_interaction_at, c.created_at) > $as_of THEN 0
        ELSE DATE_DIFF('day', CAST(COALESCE(c.first_interaction_at, c.created_at) AS DATE), CAST($as_of AS DATE))
    END AS customer_lifetime_days,
    COALESCE(
        DATE_DIFF('day', CAST(c.last_interaction_at AS DATE), CAST($as_of AS DATE)) <= $active_customer_days, FALSE
    ) AS is_active,
    COALESCE(NULLIF(e.total_touches, 0), z.marketing) AS total_touches,
    COALESCE(s.total_tickets, z.support) AS total_tickets,
    COALESCE(s.open_tickets, z.support) AS open_tickets,
    s.csat_score, s.last_ticket_at,
    c.first_interaction_at, c.last_session_at, c.last_touch_at,
    p.last_active_at,
    COALESCE(p.events_30d, z.product_events) AS product_events_30d,
    COALESCE(p.active_days_30d, z.product_events) AS product_days_30d,
    COALESCE(p.features_30d, z.product_events) AS features_used_30d,
    p.last_login_at,
    z.logins + COALESCE(p.logins_30d, 0) AS logins_30d,
    n.nps_answer, n.nps_answered_at
FROM seen AS c
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.engagement AS e ON e.customer_number = c.customer_number
LEFT JOIN metrics.support AS s ON s.customer_number = c.customer_number
LEFT JOIN metrics.customer_usage AS p ON p.customer_number = c.customer_number
LEFT JOIN metrics.nps AS n ON n.customer_number = c.customer_number
