-- One row per real customer: the table this project is for. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.customers, profile.customer_evidence, metrics.customer_value, metrics.lifetime_values
-- depends: metrics.customer_behaviour, metrics.acquisition, health.people
-- column: customer_id VARCHAR | The customer, one real person; ids stay the same from run to run.
-- columns: profile.customers only email, first_name, last_name
-- columns: metrics.customer_behaviour only created_at
-- columns: metrics.customer_value only total_revenue, total_orders, avg_order_value
-- columns: metrics.customer_behaviour only total_sessions, total_page_views
-- columns: metrics.acquisition only acquisition_source, acquisition_medium, acquisition_campaign
-- columns: metrics.customer_behaviour only last_interaction_date, customer_lifetime_days, is_active
-- columns: profile.customers only phone, user_id, account_id, account_source, company, job_title, street, city, region
-- columns: profile.customers only postal_code, country, language, birth_date, marketing_status
-- columns: metrics.customer_value
-- columns: metrics.lifetime_values
-- columns: metrics.customer_behaviour
-- columns: metrics.acquisition only acquired_at
-- columns: profile.customer_evidence
-- columns: health.people only health_score, exit_state
-- unique: customer_id
-- not_null: customer_id, ltv_model, is_active, record_count, source_count, has_payments, has_crm, has_marketing
-- not_null: has_analytics, data_completeness, conflict_count
SELECT
    c.customer_id, c.email, c.first_name, c.last_name, b.created_at,
    v.total_revenue, v.total_orders, v.avg_order_value,
    b.total_sessions, b.total_page_views,
    q.acquisition_source, q.acquisition_medium, q.acquisition_campaign,
    b.last_interaction_date, b.customer_lifetime_days, b.is_active,
    c.phone, c.user_id, c.account_id, c.account_source, c.company, c.job_title, c.street, c.city, c.region,
    c.postal_code, c.country, c.language, c.birth_date, c.marketing_status,
    v.gross_revenue, v.total_refunds, v.total_disputes_lost, v.open_disputes, v.unconverted_movements,
    v.first_order_at, v.last_order_at,
    l.ltv, l.ltv_expected, l.ltv_low, l.ltv_high, l.ltv_model, l.ltv_reason,
    b.total_touches, b.total_tickets, b.open_tickets, b.csat_score, b.last_ticket_at,
    b.first_interaction_at, b.last_session_at, b.last_touch_at, b.last_active_at,
    b.product_events_30d, b.product_days_30d, b.features_used_30d, b.last_login_at, b.logins_30d,
    b.nps_answer, b.nps_answered_at,
    q.acquired_at,
    k.record_count, k.source_count, k.payment_records, k.crm_records, k.marketing_records, k.analytics_records,
    k.support_records, k.product_records, k.success_records,
    k.has_payments, k.has_crm, k.has_marketing, k.has_analytics, k.has_support, k.has_product, k.has_success,
    k.data_completeness, k.conflict_count, k.updated_at,
    h.health_score, h.exit_state
-- LEFT as in account_360: everybody has a row in each.
FROM profile.customers AS c
LEFT JOIN profile.customer_evidence AS k ON k.customer_number = c.customer_number
LEFT JOIN metrics.customer_value AS v ON v.customer_number = c.customer_number
LEFT JOIN metrics.lifetime_values AS l ON l.unit = 'customer' AND l.unit_id = c.customer_id
LEFT JOIN metrics.customer_behaviour AS b ON b.customer_number = c.customer_number
LEFT JOIN metrics.acquisition AS q ON q.customer_number = c.customer_number
LEFT JOIN health.people AS h ON h.customer_number = c.customer_number
