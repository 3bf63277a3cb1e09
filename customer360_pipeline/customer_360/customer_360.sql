-- One row per real customer: the table this project is for. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.customers, profile.data_conflicts, profile.sources, metrics.revenue, metrics.engagement, metrics.acquisition, metrics.activity, metrics.support, metrics.customer_usage, metrics.usage_window, health.people, metrics.nps
-- depends: metrics.customer_lifetime
-- setting: as_of, active_customer_days
-- column: customer_id VARCHAR | The customer, one real person; ids stay the same from run to run.
-- column: email VARCHAR | Winning e-mail address, as its source wrote it.
-- column: first_name VARCHAR | Winning given name.
-- column: last_name VARCHAR | Winning family name.
-- column: created_at TIMESTAMP | First seen: earliest creation of a record or interaction, in any source, UTC.
-- column: total_revenue DECIMAL(18,2) | Lifetime revenue: captured charges less settled refunds less lost disputes. 0 without any; NULL when no payment source was read, or nothing paid has an exchange rate.
-- column: total_orders BIGINT | Succeeded, captured charges, refunded ones included; NULL when no payment source was read.
-- column: avg_order_value DECIMAL(18,2) | total_revenue / orders that have an exchange rate; NULL without one.
-- column: total_sessions BIGINT | Website sessions: distinct (device, session id) of all devices; NULL when no analytics was read.
-- column: total_page_views BIGINT | Page and screen views in those sessions; NULL when no analytics was read.
-- column: acquisition_source VARCHAR | Traffic source of the earliest event of all sources; (direct) when it names none; NULL without an event.
-- column: acquisition_medium VARCHAR | Medium of that same event.
-- column: acquisition_campaign VARCHAR | Campaign of that same event.
-- column: last_interaction_date TIMESTAMP | Latest web session, marketing event, use of the product, login, help article or paid charge up to as_of, UTC; NULL without one.
-- column: customer_lifetime_days BIGINT | Days from the first interaction to as_of; from created_at when there was none.
-- column: is_active BOOLEAN | The last interaction was at most active_customer_days days before as_of.
-- column: phone VARCHAR | Winning phone, as written.
-- column: user_id VARCHAR | Winning id in the product.
-- column: account_id VARCHAR | Winning account id, as `account_source` names it.
-- column: account_source VARCHAR | Source of account_id.
-- column: company VARCHAR | Winning company.
-- column: job_title VARCHAR | Winning job title.
-- column: street VARCHAR | Street of the winning address.
-- column: city VARCHAR | City of the winning address.
-- column: region VARCHAR | State or region of the winning address.
-- column: postal_code VARCHAR | Postal code of the winning address.
-- column: country VARCHAR | Country of the winning address, as written.
-- column: language VARCHAR | Winning preferred language.
-- column: birth_date DATE | Winning birth date.
-- column: marketing_status VARCHAR | Winning consent: subscribed, unsubscribed, cleaned or nonsubscribed.
-- column: gross_revenue DECIMAL(18,2) | Captured charges, before refunds and disputes.
-- column: total_refunds DECIMAL(18,2) | Settled refunds, positive.
-- column: total_disputes_lost DECIMAL(18,2) | Lost disputes, positive.
-- column: open_disputes BIGINT | Disputes not decided; still part of total_revenue.
-- column: unconverted_movements BIGINT | Charges, refunds and lost disputes left out of the money columns: no exchange rate on their day.
-- column: first_order_at TIMESTAMP | First succeeded charge, UTC.
-- column: last_order_at TIMESTAMP | Latest succeeded charge, UTC.
-- column: ltv DECIMAL(18,2) | Lifetime value: total_revenue plus ltv_expected; NULL when either is unknown.
-- column: ltv_expected DECIMAL(18,2) | What is expected to come within lifetime_value.horizon_months, discounted to as_of; NULL: see ltv_reason.
-- column: ltv_low DECIMAL(18,2) | Lower bound of ltv: lifetime_value.interval_ratio of such customers end between the two.
-- column: ltv_high DECIMAL(18,2) | Upper bound of ltv.
-- column: ltv_model VARCHAR | Where the expectation comes from: sbg (renewals of contracts), bg_nbd (repeat purchases) or none.
-- column: ltv_reason VARCHAR | Why there is none: no_payments_read, no_purchase, no_rate, too_few_contracts, too_few_buyers or spend_too_uneven; of 0: contract_ended.
-- column: total_touches BIGINT | Marketing events; NULL when no marketing source was read.
-- column: total_tickets BIGINT | Support tickets the customer asked; NULL when no help desk was read.
-- column: open_tickets BIGINT | Of them, not resolved at as_of.
-- column: csat_score DECIMAL(5,2) | Share of the satisfied among those rated in the last 365 days, 0 to 100; NULL without an answer.
-- column: last_ticket_at TIMESTAMP | Latest ticket opened, UTC.
-- column: first_interaction_at TIMESTAMP | Earliest web session, marketing event, use of the product, login, help article or paid charge, UTC.
-- column: last_session_at TIMESTAMP | Latest web session, UTC.
-- column: last_touch_at TIMESTAMP | Latest marketing event, UTC.
-- column: last_active_at TIMESTAMP | Latest use of the product, UTC.
-- column: product_events_30d BIGINT | Product events of the last 30 whole days; NULL: product events do not tell.
-- column: product_days_30d BIGINT | Days with one.
-- column: features_used_30d BIGINT | Features used in them.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: logins_30d BIGINT | Logins of the last 30 whole days; NULL when no identity provider was read.
-- column: nps_answer BIGINT | Latest answer to the NPS question, 0 to 10; NULL without one.
-- column: nps_answered_at TIMESTAMP | When it was given, UTC.
-- column: acquired_at TIMESTAMP | When the event of the acquisition columns happened, UTC.
-- column: record_count BIGINT | Source records that are this customer.
-- column: source_count BIGINT | Sources that know the customer.
-- column: payment_records BIGINT | Of them, records of payment systems.
-- column: crm_records BIGINT | Of them, records of CRMs.
-- column: marketing_records BIGINT | Of them, records of marketing tools.
-- column: analytics_records BIGINT | Of them, devices and users of analytics.
-- column: support_records BIGINT | Of them, records of help desks.
-- column: product_records BIGINT | Of them, records of the product: its users, logins.
-- column: success_records BIGINT | Of them, records of customer success tools.
-- column: has_payments BOOLEAN | Known to a payment system.
-- column: has_crm BOOLEAN | Known to a CRM.
-- column: has_marketing BOOLEAN | Known to a marketing tool.
-- column: has_analytics BOOLEAN | Known to analytics.
-- column: has_support BOOLEAN | Known to a help desk.
-- column: has_product BOOLEAN | Known to the product itself.
-- column: has_success BOOLEAN | Known to a customer success tool.
-- column: data_completeness DECIMAL(5,4) | Share of eight values that are known: e-mail, phone, first name, last name, company, city, country, user id.
-- column: conflict_count BIGINT | Fields on which sources disagree; spelling variants are not counted.
-- column: updated_at TIMESTAMP | Latest change of any of the customer's records, UTC.
-- column: health_score DECIMAL(5,2) | Health of the account shown for the customer: their own where it has a score, else their company's; NULL: unknown.
-- column: exit_state VARCHAR | Where that account is sent; NULL: no account that health looks at.
-- unique: customer_id
-- not_null: customer_id, ltv_model, is_active, record_count, source_count, has_payments, has_crm, has_marketing, has_analytics, data_completeness, conflict_count
-- assert: total_revenue >= 0 or total_refunds > 0 or total_disputes_lost > 0 | only money given back makes a sum negative
-- assert: ltv_low <= ltv and ltv <= ltv_high | what is expected lies between its bounds
-- assert: ltv is not null or ltv_reason is not null | an unknown value has its reason
-- assert: customer_lifetime_days >= 0 | nothing after as_of counts
-- assert: last_interaction_date >= first_interaction_at | the first cannot follow the last
-- assert: total_orders > 0 or coalesce(avg_order_value, 0) = 0 | an average needs an order
WITH conflicts AS (
    SELECT customer_number, COUNT(*) AS conflict_count
    FROM profile.data_conflicts
    WHERE kind = 'disagreement'
    GROUP BY customer_number
),
-- A source that was not read leaves its figures unknown; one that was read and knows nothing makes them 0.
known AS (
    SELECT
        MAX(CASE WHEN category = 'payments' AND is_present THEN 0 END) AS payments,
        MAX(CASE WHEN category = 'analytics' AND is_present THEN 0 END) AS analytics,
        MAX(CASE WHEN category = 'marketing' AND is_present THEN 0 END) AS marketing,
        MAX(CASE WHEN category = 'support' AND is_present THEN 0 END) AS support
    FROM profile.sources
),
joined AS (
    SELECT
        c.*,
        k.payments,
        k.analytics,
        k.marketing,
        k.support,
        COALESCE(r.total_revenue IS NULL AND r.unconverted_movements > 0, FALSE) AS is_money_unknown,
        r.total_revenue,
        r.total_orders,
        r.avg_order_value,
        r.gross_revenue,
        r.total_refunds,
        r.total_disputes_lost,
        r.open_disputes,
        r.unconverted_movements,
        r.first_order_at,
        r.last_order_at,
        l.expected,
        l.expected_low,
        l.expected_high,
        l.ltv_model,
        l.ltv_reason,
        e.total_sessions,
        e.total_page_views,
        e.total_touches,
        s.total_tickets,
        s.open_tickets,
        s.csat_score,
        s.last_ticket_at,
        q.acquisition_source,
        q.acquisition_medium,
        q.acquisition_campaign,
        q.acquired_at,
        a.first_interaction_at,
        a.last_interaction_at,
        a.last_session_at,
        a.last_touch_at,
        n.nps_answer,
        n.nps_answered_at,
        CASE WHEN a.first_interaction_at < c.created_at OR c.created_at IS NULL THEN a.first_interaction_at
            ELSE c.created_at END AS first_seen_at,
        p.last_active_at,
        CASE WHEN w.is_known THEN COALESCE(p.events_30d, 0) END AS product_events_30d,
        CASE WHEN w.is_known THEN COALESCE(p.active_days_30d, 0) END AS product_days_30d,
        CASE WHEN w.is_known THEN COALESCE(p.features_30d, 0) END AS features_used_30d,
        p.last_login_at,
        CASE WHEN w.has_logins THEN COALESCE(p.logins_30d, 0) END AS logins_30d,
        x.conflict_count,
        h.health_score,
        h.exit_state
    FROM profile.customers AS c
    CROSS JOIN known AS k
    CROSS JOIN metrics.usage_window AS w
    LEFT JOIN metrics.revenue AS r ON r.customer_number = c.customer_number
    LEFT JOIN metrics.customer_lifetime AS l ON l.customer_number = c.customer_number
    LEFT JOIN metrics.engagement AS e ON e.customer_number = c.customer_number
    LEFT JOIN metrics.acquisition AS q ON q.customer_number = c.customer_number
    LEFT JOIN metrics.activity AS a ON a.customer_number = c.customer_number
    LEFT JOIN metrics.support AS s ON s.customer_number = c.customer_number
    LEFT JOIN metrics.customer_usage AS p ON p.customer_number = c.customer_number
    LEFT JOIN health.people AS h ON h.customer_number = c.customer_number
    LEFT JOIN metrics.nps AS n ON n.customer_number = c.customer_number
    LEFT JOIN conflicts AS x ON x.customer_number = c.customer_number
)
SELECT
    customer_id,
    email,
    first_name,
    last_name,
    first_seen_at AS created_at,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_revenue, payments) AS DECIMAL(18, 2)) END AS total_revenue,
    CAST(COALESCE(total_orders, payments) AS BIGINT) AS total_orders,
    avg_order_value,
    CAST(COALESCE(NULLIF(total_sessions, 0), analytics) AS BIGINT) AS total_sessions,
    CAST(COALESCE(NULLIF(total_page_views, 0), analytics) AS BIGINT) AS total_page_views,
    acquisition_source,
    acquisition_medium,
    acquisition_campaign,
    last_interaction_at AS last_interaction_date,
    -- A record dated after as_of (a clock ahead, a replayed day) makes no negative age.
    CASE
        WHEN COALESCE(first_interaction_at, first_seen_at) > $as_of THEN 0
        ELSE DATE_DIFF('day', CAST(COALESCE(first_interaction_at, first_seen_at) AS DATE), CAST($as_of AS DATE))
    END AS customer_lifetime_days,
    COALESCE(
        DATE_DIFF('day', CAST(last_interaction_at AS DATE), CAST($as_of AS DATE)) <= $active_customer_days, FALSE
    ) AS is_active,
    phone,
    user_id,
    account_id,
    account_source,
    company,
    job_title,
    street,
    city,
    region,
    postal_code,
    country,
    language,
    birth_date,
    marketing_status,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(gross_revenue, payments) AS DECIMAL(18, 2)) END AS gross_revenue,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_refunds, payments) AS DECIMAL(18, 2)) END AS total_refunds,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_disputes_lost, payments) AS DECIMAL(18, 2)) END AS total_disputes_lost,
    CAST(COALESCE(open_disputes, payments) AS BIGINT) AS open_disputes,
    CAST(COALESCE(unconverted_movements, payments) AS BIGINT) AS unconverted_movements,
    first_order_at,
    last_order_at,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_revenue, payments) + expected AS DECIMAL(18, 2)) END AS ltv,
    expected AS ltv_expected,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_revenue, payments) + expected_low AS DECIMAL(18, 2)) END AS ltv_low,
    CASE WHEN NOT is_money_unknown THEN CAST(COALESCE(total_revenue, payments) + expected_high AS DECIMAL(18, 2)) END AS ltv_high,
    COALESCE(ltv_model, 'none') AS ltv_model,
    CASE
        WHEN ltv_model IS NULL AND payments IS NULL THEN 'no_payments_read'
        WHEN is_money_unknown THEN 'no_rate'
        WHEN ltv_model IS NULL THEN 'no_purchase'
        ELSE ltv_reason
    END AS ltv_reason,
    CAST(COALESCE(NULLIF(total_touches, 0), marketing) AS BIGINT) AS total_touches,
    CAST(COALESCE(total_tickets, support) AS BIGINT) AS total_tickets,
    CAST(COALESCE(open_tickets, support) AS BIGINT) AS open_tickets,
    csat_score,
    last_ticket_at,
    first_interaction_at,
    last_session_at,
    last_touch_at,
    last_active_at,
    product_events_30d,
    product_days_30d,
    features_used_30d,
    last_login_at,
    logins_30d,
    nps_answer,
    nps_answered_at,
    acquired_at,
    record_count,
    source_count,
    payment_records,
    crm_records,
    marketing_records,
    analytics_records,
    support_records,
    product_records,
    success_records,
    payment_records > 0 AS has_payments,
    crm_records > 0 AS has_crm,
    marketing_records > 0 AS has_marketing,
    analytics_records > 0 AS has_analytics,
    support_records > 0 AS has_support,
    product_records > 0 AS has_product,
    success_records > 0 AS has_success,
    CAST(
        (
            CASE WHEN email IS NULL THEN 0 ELSE 1 END
            + CASE WHEN phone IS NULL THEN 0 ELSE 1 END
            + CASE WHEN first_name IS NULL THEN 0 ELSE 1 END
            + CASE WHEN last_name IS NULL THEN 0 ELSE 1 END
            + CASE WHEN company IS NULL THEN 0 ELSE 1 END
            + CASE WHEN city IS NULL THEN 0 ELSE 1 END
            + CASE WHEN country IS NULL THEN 0 ELSE 1 END
            + CASE WHEN user_id IS NULL THEN 0 ELSE 1 END
        ) / 8.0 AS DECIMAL(5, 4)
    ) AS data_completeness,
    CAST(COALESCE(conflict_count, 0) AS BIGINT) AS conflict_count,
    updated_at,
    health_score,
    exit_state
FROM joined
