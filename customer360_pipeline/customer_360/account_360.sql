-- One row per account: a company, or a person who belongs to none. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.accounts, metrics.account_value, metrics.lifetime_values, metrics.account_obligations
-- depends: metrics.account_service, metrics.account_team, metrics.account_relations, metrics.account_use
-- depends: metrics.account_outcomes, metrics.account_unconverted, health.summary
-- column: account_id VARCHAR | The account.
-- column: account_kind VARCHAR | company, or person (an account of one).
-- column: customer_name VARCHAR | Name of the company, or of the person.
-- column: domain VARCHAR | Web or mail domain.
-- columns: profile.accounts only industry
-- column: region VARCHAR | State or region, else country.
-- column: city VARCHAR | City.
-- column: country VARCHAR | Country, as written.
-- column: address VARCHAR | Street and number.
-- columns: profile.accounts only phone, employee_count
-- columns: metrics.account_value only customer_since
-- column: owner_id VARCHAR | Owner in the CRM, as it writes him.
-- column: people_count BIGINT | Customers with a record in the account.
-- columns: metrics.account_value
-- columns: metrics.lifetime_values
-- columns: metrics.account_obligations
-- columns: metrics.account_service
-- columns: metrics.account_team only csm_id, csm_name, csm_email, csm_phone, csm_basis, ae_id, ae_name, ae_email, ae_basis
-- columns: metrics.account_relations
-- columns: metrics.account_use
-- columns: metrics.account_outcomes
-- columns: metrics.account_use only total_interactions, last_interaction_date, last_active_date
-- columns: metrics.account_unconverted
-- columns: health.summary
-- in_parts: account_id of profile.accounts
-- unique: account_id
-- not_null: account_id, account_kind, ltv_model, people_count, unconverted_count
-- assert: current_arr >= 0 | nobody pays less than nothing
SELECT
    a.account_id, a.kind AS account_kind, a.name AS customer_name, a.domain, a.industry,
    COALESCE(a.region, a.country) AS region, a.city, a.country, a.street AS address, a.phone, a.employee_count,
    v.customer_since, a.owner AS owner_id, a.people AS people_count,
    v.current_arr, v.current_mrr, v.prev_month_arr, v.arr_growth_mom, v.arr_growth_yoy,
    v.total_paid, v.first_payment_date, v.last_payment_date,
    l.ltv, l.ltv_expected, l.ltv_low, l.ltv_high, l.ltv_model, l.ltv_reason,
    b.total_invoices, b.outstanding_amount, b.overdue_amount, b.overdue_days, b.failed_attempts_12m,
    b.avg_payment_delay, b.payment_status, b.credit_amount, b.cash_amount,
    b.active_subscriptions, b.renewal_date, b.days_to_renewal, b.contract_start_date, b.contract_end_date,
    b.contract_term_months, b.has_auto_renew, b.active_products, b.product_count,
    s.support_ticket_count_30d, s.tickets_90d, s.tickets_12m, s.tickets_prev_12m, s.open_tickets,
    s.avg_resolution_time_hours, s.csat_score, s.csat_average, s.csat_responses, s.escalations_12m,
    s.active_escalations, s.last_ticket_at,
    m.csm_id, m.csm_name, m.csm_email, m.csm_phone, m.csm_basis, m.ae_id, m.ae_name, m.ae_email, m.ae_basis,
    r.meetings_90d, r.meeting_cadence, r.responsiveness, r.last_meeting_date, r.next_meeting_date, r.last_contact_date,
    r.champion_id, r.champion_kind, r.executive_sponsor_id, r.executive_sponsor_kind,
    r.open_opportunities, r.open_pipeline_value, r.weighted_pipeline_value, r.win_rate, r.avg_deal_value,
    r.stale_opportunities,
    u.avg_feature_adoption, u.features_used_30d, u.features_available, u.usage_depth, u.dau, u.wau, u.mau,
    u.dau_wau_ratio, u.mau_change_ratio, u.usage_change_ratio, u.power_users, u.at_risk_users,
    u.seats, u.used_seats, u.seat_utilization, u.last_login_at,
    o.nps_score, o.nps_responses, o.last_nps_answer, o.last_nps_date,
    o.plan_status, o.goals, o.goals_met, o.goal_progress, o.last_review_date, o.next_review_date, o.open_risk_ctas,
    o.vendor_health_score, o.stage,
    u.total_interactions, u.last_interaction_date, u.last_active_date,
    x.unconverted_count,
    h.health_score, h.health_status, h.health_trend, h.health_delta, h.health_coverage, h.health_confidence,
    h.churn_risk_score, h.churn_risk, h.exit_state, h.data_completeness, h.key_narrative,
    h.is_vip, h.is_at_risk, h.is_renewal_due, h.has_open_escalation
-- Everybody has a row in each. LEFT keeps it the side that is looked up: of inner joins the planner gathered all these
-- columns in hash tables, once for each join, which took three times as long.
FROM profile.accounts AS a
LEFT JOIN metrics.account_value AS v ON v.account_id = a.account_id
LEFT JOIN metrics.lifetime_values AS l ON l.unit = 'account' AND l.unit_id = a.account_id
LEFT JOIN metrics.account_obligations AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_service AS s ON s.account_id = a.account_id
LEFT JOIN metrics.account_team AS m ON m.account_id = a.account_id
LEFT JOIN metrics.account_relations AS r ON r.account_id = a.account_id
LEFT JOIN metrics.account_use AS u ON u.account_id = a.account_id
LEFT JOIN metrics.account_outcomes AS o ON o.account_id = a.account_id
LEFT JOIN metrics.account_unconverted AS x ON x.account_id = a.account_id
LEFT JOIN health.summary AS h ON h.account_id = a.account_id
