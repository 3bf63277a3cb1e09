-- One row per account: a company, or a person who belongs to none. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.accounts, profile.sources, metrics.account_arr, metrics.account_contracts, metrics.account_revenue, metrics.account_billing, metrics.account_credits, metrics.account_support, metrics.account_activity, metrics.account_team, metrics.account_engagement, metrics.account_pipeline, metrics.account_contacts, staging.activities, staging.opportunities, metrics.account_usage, metrics.usage_window, health.summary, metrics.account_success, metrics.account_nps, metrics.goals_as_of, metrics.nps_answers
-- depends: metrics.account_lifetime
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: account_kind VARCHAR | company, or person (an account of one).
-- column: customer_name VARCHAR | Name of the company, or of the person.
-- column: domain VARCHAR | Web or mail domain.
-- column: industry VARCHAR | Industry.
-- column: region VARCHAR | State or region, else country.
-- column: city VARCHAR | City.
-- column: country VARCHAR | Country, as written.
-- column: address VARCHAR | Street and number.
-- column: phone VARCHAR | Phone.
-- column: employee_count BIGINT | Employees.
-- column: customer_since DATE | First payment or subscription; NULL for who never paid.
-- column: owner_id VARCHAR | Owner in the CRM, as it writes him.
-- column: people_count BIGINT | Customers with a record in the account.
-- column: current_arr DECIMAL(18,2) | A year's worth of its subscriptions at as_of; NULL when no billing was read.
-- column: current_mrr DECIMAL(18,2) | A twelfth of it.
-- column: prev_month_arr DECIMAL(18,2) | At the end of the month before.
-- column: arr_growth_mom DECIMAL(9,2) | Growth against it, in per cent; NULL from nothing.
-- column: arr_growth_yoy DECIMAL(9,2) | Growth against the end of the same month a year before, in per cent; NULL from nothing.
-- column: total_paid DECIMAL(18,2) | Charges less refunds less lost disputes; 0 without any; NULL when no payments were read or none has a rate.
-- column: first_payment_date DATE | First paid charge.
-- column: last_payment_date DATE | Latest paid charge.
-- column: ltv DECIMAL(18,2) | Lifetime value: total_paid plus ltv_expected; NULL when either is unknown.
-- column: ltv_expected DECIMAL(18,2) | What is expected to come within lifetime_value.horizon_months, discounted to as_of; NULL: see ltv_reason.
-- column: ltv_low DECIMAL(18,2) | Lower bound of ltv: lifetime_value.interval_ratio of such customers end between the two.
-- column: ltv_high DECIMAL(18,2) | Upper bound of ltv.
-- column: ltv_model VARCHAR | Where the expectation comes from: sbg (renewals of contracts), bg_nbd (repeat purchases) or none.
-- column: ltv_reason VARCHAR | Why there is none: no_payments_read, no_purchase, no_rate, too_few_contracts, too_few_buyers or spend_too_uneven; of 0: contract_ended.
-- column: total_invoices BIGINT | Final invoices, void ones left out; NULL when no billing was read.
-- column: outstanding_amount DECIMAL(18,2) | Still to be paid of invoices.
-- column: overdue_amount DECIMAL(18,2) | Of it, past the due date.
-- column: overdue_days BIGINT | Days since the earliest missed due date; NULL: none is overdue.
-- column: failed_attempts_12m BIGINT | Failed attempts to take money for invoices of the last 365 days.
-- column: avg_payment_delay DECIMAL(9,2) | Mean of days from due to paid, early ones negative.
-- column: payment_status VARCHAR | current, outstanding, overdue or written_off, the worst that holds; NULL without an invoice.
-- column: credit_amount DECIMAL(18,2) | Credit on the account that later invoices use up; negative: carried over to the next one.
-- column: cash_amount DECIMAL(18,2) | Money received that no payment has used yet.
-- column: active_subscriptions BIGINT | Subscriptions that count at as_of.
-- column: renewal_date DATE | The next of them that renews does so.
-- column: days_to_renewal BIGINT | Days until then.
-- column: contract_start_date DATE | The earliest of them began.
-- column: contract_end_date DATE | The latest of them ends, or its period does.
-- column: contract_term_months BIGINT | Months of the period of the one worth most.
-- column: has_auto_renew BOOLEAN | Not all of them end with their period.
-- column: active_products VARCHAR | Names of what is paid for, joined by comma and blank.
-- column: product_count BIGINT | How many.
-- column: support_ticket_count_30d BIGINT | Support tickets opened in the 30 days up to as_of; NULL when no help desk was read.
-- column: tickets_90d BIGINT | Opened in the last 90 days.
-- column: tickets_12m BIGINT | Opened in the last 365 days.
-- column: tickets_prev_12m BIGINT | Opened in the 365 days before those.
-- column: open_tickets BIGINT | Not resolved at as_of.
-- column: avg_resolution_time_hours DECIMAL(9,2) | Mean hours from opening to resolution of tickets resolved in the last 365 days.
-- column: csat_score DECIMAL(5,2) | Share of the satisfied among tickets rated in the last 365 days, 0 to 100; NULL without an answer.
-- column: csat_average DECIMAL(3,2) | Mean of the answers from 1 to 5 among them; NULL where answers are good or bad.
-- column: csat_responses BIGINT | Tickets rated in the last 365 days.
-- column: escalations_12m BIGINT | Escalated tickets opened in the last 365 days.
-- column: active_escalations BIGINT | Escalated tickets not resolved at as_of.
-- column: last_ticket_at TIMESTAMP | Latest ticket opened, UTC.
-- column: csm_id VARCHAR | Customer success manager: his id in the CRM.
-- column: csm_name VARCHAR | Name.
-- column: csm_email VARCHAR | E-mail address.
-- column: csm_phone VARCHAR | Phone.
-- column: csm_basis VARCHAR | field, team (both observed) or owner of the company (inferred).
-- column: ae_id VARCHAR | Account executive: his id in the CRM.
-- column: ae_name VARCHAR | Name.
-- column: ae_email VARCHAR | E-mail address.
-- column: ae_basis VARCHAR | team (observed), opportunity (its owner) or owner of the company (both inferred).
-- column: meetings_90d BIGINT | Meetings of the 90 days before as_of; NULL when no activities were read.
-- column: meeting_cadence VARCHAR | weekly, monthly, quarterly or rare; NULL without any activity.
-- column: responsiveness VARCHAR | high, medium or low, by the share of e-mails answered; NULL: cannot be told.
-- column: last_meeting_date DATE | Latest meeting.
-- column: next_meeting_date DATE | The next planned meeting.
-- column: last_contact_date DATE | Latest call, e-mail or meeting that reached somebody.
-- column: champion_id VARCHAR | Customer who champions us there.
-- column: champion_kind VARCHAR | observed (a CRM says so) or inferred (took part most).
-- column: executive_sponsor_id VARCHAR | Customer who is the executive sponsor.
-- column: executive_sponsor_kind VARCHAR | observed (a CRM says so) or inferred (the highest title that met us).
-- column: open_opportunities BIGINT | Open opportunities; NULL when no opportunities were read.
-- column: open_pipeline_value DECIMAL(18,2) | Their amounts; NULL when none can be told.
-- column: weighted_pipeline_value DECIMAL(18,2) | Amounts times probabilities.
-- column: win_rate DECIMAL(9,4) | Won of those won or lost in 365 days; NULL without any.
-- column: avg_deal_value DECIMAL(18,2) | Mean amount of those won in 365 days.
-- column: stale_opportunities BIGINT | Open ones that have not changed for long.
-- column: avg_feature_adoption DECIMAL(5,4) | Features used in the last 30 days of those they have.
-- column: features_used_30d BIGINT | Features used in the last 30 days; NULL without a catalogue.
-- column: features_available BIGINT | Features they have; NULL without a catalogue.
-- column: usage_depth DECIMAL(5,4) | Mean share of the working days on which its users are active.
-- column: dau BIGINT | Customers active in the product on the last whole day; NULL: product events do not tell.
-- column: wau BIGINT | In the last 7 days.
-- column: mau BIGINT | In the last 30 days.
-- column: dau_wau_ratio DECIMAL(5,4) | Mean daily users of the last 7 days / wau.
-- column: mau_change_ratio DECIMAL(18,4) | Growth of mau against the 30 days before.
-- column: usage_change_ratio DECIMAL(18,4) | Growth of product events against the 30 days before.
-- column: power_users BIGINT | Customers active on usage.power_user_days of the last 30 days or more.
-- column: at_risk_users BIGINT | Customers active on far fewer days than in the 30 before.
-- column: seats BIGINT | Seats of all products that have a limit; NULL: none has, or no sheet was read.
-- column: used_seats BIGINT | Of them, used.
-- column: seat_utilization DECIMAL(18,4) | Used of them.
-- column: last_login_at TIMESTAMP | Latest login, UTC.
-- column: nps_score DECIMAL(5,2) | Per cent of promoters less per cent of detractors, -100 to 100; NULL without enough answers of the last 365 days.
-- column: nps_responses BIGINT | People who answered in these days; NULL when no NPS survey was read.
-- column: last_nps_answer BIGINT | Score of the latest answer, 0 to 10.
-- column: last_nps_date DATE | When it was given.
-- column: plan_status VARCHAR | Of its success plans overdue, active, draft or closed, the first that holds.
-- column: goals BIGINT | Goals of the success plans; NULL when no customer success tool with goals was read.
-- column: goals_met BIGINT | Of them, reached.
-- column: goal_progress DECIMAL(5,4) | Mean progress of the goals, 0 to 1; NULL when it is not known.
-- column: last_review_date DATE | Latest business review (QBR, EBR) held.
-- column: next_review_date DATE | Next one planned, in the customer success tool or the CRM.
-- column: open_risk_ctas BIGINT | Open calls to action because of a risk; NULL as for goals.
-- column: vendor_health_score DECIMAL(9,2) | Health score of the customer success tool, as it says.
-- column: stage VARCHAR | Stage of the customer's life, as it says.
-- column: total_interactions BIGINT | Web sessions, marketing events and charges of its records, days of use, logins, help articles, and calls, e-mails and meetings with it.
-- column: last_interaction_date TIMESTAMP | The latest of them, UTC.
-- column: last_active_date DATE | Day of the latest use of the product; of the latest web session where there is none.
-- column: unconverted_count BIGINT | Charges, refunds, disputes, invoices, currencies and balances left out of the amounts, and opportunities: no exchange rate.
-- column: health_score DECIMAL(5,2) | Overall score.
-- column: health_status VARCHAR | critical, at_risk, healthy or unknown.
-- column: health_trend VARCHAR | improving, stable, declining or unknown.
-- column: health_delta DECIMAL(6,2) | Points of change.
-- column: health_coverage DECIMAL(5,4) | Share of the weights of all signals that is known.
-- column: health_confidence VARCHAR | high, medium or low.
-- column: churn_risk_score DECIMAL(5,2) | Risk of churn, 0 to 100.
-- column: churn_risk VARCHAR | high, medium, low or unknown.
-- column: exit_state VARCHAR | Where it is sent.
-- column: data_completeness DECIMAL(5,4) | Share of its expected fields that are known: every signal, and name, domain, industry, place, employees and owner.
-- column: key_narrative VARCHAR | Two or three sentences.
-- column: is_vip BOOLEAN | Among the health.vip_ratio of paying accounts that paid most.
-- column: is_at_risk BOOLEAN | Its score is critical or at risk; NULL: unknown.
-- column: is_renewal_due BOOLEAN | Its contract renews or ends within health.renewal_near_days.
-- column: has_open_escalation BOOLEAN | An escalated ticket is open; NULL: support was not read.
-- unique: account_id
-- not_null: account_id, account_kind, ltv_model, people_count, unconverted_count
-- assert: current_arr >= 0 | nobody pays less than nothing
-- assert: ltv_low <= ltv and ltv <= ltv_high | what is expected lies between its bounds
-- assert: ltv is not null or ltv_reason is not null | an unknown value has its reason
-- assert: overdue_amount <= outstanding_amount | what is overdue is outstanding
WITH known AS (
    SELECT
        MAX(CASE WHEN category = 'payments' AND is_present THEN 0 END) AS payments,
        MAX(CASE WHEN category = 'support' AND is_present THEN 0 END) AS support
    FROM profile.sources
),
worked AS (
    SELECT
        (SELECT MIN(0) FROM staging.activities) AS activities, (SELECT MIN(0) FROM staging.opportunities) AS opportunities
),
roles AS (
    SELECT
        account_id,
        MAX(CASE WHEN role = 'champion' THEN customer_id END) AS champion_id,
        MAX(CASE WHEN role = 'champion' THEN kind END) AS champion_kind,
        MAX(CASE WHEN role = 'executive_sponsor' THEN customer_id END) AS executive_sponsor_id,
        MAX(CASE WHEN role = 'executive_sponsor' THEN kind END) AS executive_sponsor_kind
    FROM metrics.account_contacts
    WHERE is_main
    GROUP BY account_id
),
-- Customer success tools differ in what they hold: goals that nobody's file tells of are not 0.
asked AS (
    SELECT MAX(goals) AS goals, MAX(surveys) AS surveys
    FROM (
        SELECT 0 AS goals, NULL AS surveys FROM metrics.goals_as_of
        UNION ALL
        SELECT NULL, 0 FROM metrics.nps_answers
    ) AS f
)
SELECT
    a.account_id,
    a.kind AS account_kind,
    a.name AS customer_name,
    a.domain,
    a.industry,
    COALESCE(a.region, a.country) AS region,
    a.city,
    a.country,
    a.street AS address,
    a.phone,
    a.employee_count,
    CASE WHEN v.first_payment_at < c.contract_start_date OR c.contract_start_date IS NULL
        THEN CAST(v.first_payment_at AS DATE) ELSE c.contract_start_date END AS customer_since,
    a.owner AS owner_id,
    a.people AS people_count,
    CAST(CASE WHEN r.account_id IS NULL THEN k.payments ELSE r.current_arr END AS DECIMAL(18, 2)) AS current_arr,
    CAST(CASE WHEN r.account_id IS NULL THEN k.payments ELSE r.current_mrr END AS DECIMAL(18, 2)) AS current_mrr,
    CAST(CASE WHEN r.account_id IS NULL THEN k.payments ELSE r.prev_month_arr END AS DECIMAL(18, 2)) AS prev_month_arr,
    CAST(CASE
        WHEN r.prev_month_arr > 0 AND r.current_arr < 10000 * r.prev_month_arr
            THEN ROUND(CAST(r.current_arr - r.prev_month_arr AS DOUBLE) * 100 / CAST(r.prev_month_arr AS DOUBLE), 2)
    END AS DECIMAL(9, 2)) AS arr_growth_mom,
    CAST(CASE
        WHEN r.prev_year_arr > 0 AND r.current_arr < 10000 * r.prev_year_arr
            THEN ROUND(CAST(r.current_arr - r.prev_year_arr AS DOUBLE) * 100 / CAST(r.prev_year_arr AS DOUBLE), 2)
    END AS DECIMAL(9, 2)) AS arr_growth_yoy,
    CAST(CASE WHEN v.account_id IS NULL THEN k.payments ELSE v.total_paid END AS DECIMAL(18, 2)) AS total_paid,
    CAST(v.first_payment_at AS DATE) AS first_payment_date,
    CAST(v.last_payment_at AS DATE) AS last_payment_date,
    CAST(CASE WHEN v.account_id IS NULL THEN k.payments ELSE v.total_paid END + l.expected AS DECIMAL(18, 2)) AS ltv,
    l.expected AS ltv_expected,
    CAST(CASE WHEN v.account_id IS NULL THEN k.payments ELSE v.total_paid END + l.expected_low AS DECIMAL(18, 2)) AS ltv_low,
    CAST(CASE WHEN v.account_id IS NULL THEN k.payments ELSE v.total_paid END + l.expected_high AS DECIMAL(18, 2)) AS ltv_high,
    COALESCE(l.ltv_model, 'none') AS ltv_model,
    CASE
        WHEN l.ltv_model IS NULL AND k.payments IS NULL THEN 'no_payments_read'
        WHEN v.account_id IS NOT NULL AND v.total_paid IS NULL THEN 'no_rate'
        WHEN l.ltv_model IS NULL THEN 'no_purchase'
        ELSE l.ltv_reason
    END AS ltv_reason,
    CAST(COALESCE(b.total_invoices, k.payments) AS BIGINT) AS total_invoices,
    CAST(CASE WHEN b.account_id IS NULL THEN k.payments ELSE b.outstanding_amount END AS DECIMAL(18, 2)) AS outstanding_amount,
    CAST(CASE WHEN b.account_id IS NULL THEN k.payments ELSE b.overdue_amount END AS DECIMAL(18, 2)) AS overdue_amount,
    b.overdue_days,
    CAST(COALESCE(b.failed_attempts_12m, k.payments) AS BIGINT) AS failed_attempts_12m,
    b.avg_payment_delay_days AS avg_payment_delay,
    CASE
        WHEN b.overdue_invoices > 0 THEN 'overdue'
        WHEN b.open_invoices > 0 THEN 'outstanding'
        WHEN b.written_off_amount > 0 THEN 'written_off'
        WHEN b.total_invoices > 0 THEN 'current'
    END AS payment_status,
    CAST(CASE WHEN h.account_id IS NULL THEN k.payments ELSE COALESCE(h.credit_amount, CASE WHEN h.unconverted_balances = 0 THEN 0 END) END
        AS DECIMAL(18, 2)) AS credit_amount,
    CAST(CASE WHEN h.account_id IS NULL THEN k.payments ELSE COALESCE(h.cash_amount, CASE WHEN h.unconverted_balances = 0 THEN 0 END) END
        AS DECIMAL(18, 2)) AS cash_amount,
    CAST(COALESCE(c.active_subscriptions, k.payments) AS BIGINT) AS active_subscriptions,
    c.renewal_date,
    CAST(DATE_DIFF('day', CAST($as_of AS DATE), CAST(c.renewal_date AS DATE)) AS BIGINT) AS days_to_renewal,
    c.contract_start_date,
    c.contract_end_date,
    c.contract_term_months,
    c.has_auto_renew,
    c.active_products,
    CAST(COALESCE(c.product_count, k.payments) AS BIGINT) AS product_count,
    CAST(COALESCE(s.tickets_30d, k.support) AS BIGINT) AS support_ticket_count_30d,
    CAST(COALESCE(s.tickets_90d, k.support) AS BIGINT) AS tickets_90d,
    CAST(COALESCE(s.tickets_12m, k.support) AS BIGINT) AS tickets_12m,
    CAST(COALESCE(s.tickets_prev_12m, k.support) AS BIGINT) AS tickets_prev_12m,
    CAST(COALESCE(s.open_tickets, k.support) AS BIGINT) AS open_tickets,
    s.avg_resolution_hours_12m AS avg_resolution_time_hours,
    s.csat_score,
    s.csat_average,
    CAST(COALESCE(s.csat_responses, k.support) AS BIGINT) AS csat_responses,
    CAST(COALESCE(s.escalations_12m, k.support) AS BIGINT) AS escalations_12m,
    CAST(COALESCE(s.active_escalations, k.support) AS BIGINT) AS active_escalations,
    s.last_ticket_at,
    m.csm_id,
    m.csm_name,
    m.csm_email,
    m.csm_phone,
    m.csm_basis,
    m.ae_id,
    m.ae_name,
    m.ae_email,
    m.ae_basis,
    CAST(COALESCE(g.meetings_90d, q.activities) AS BIGINT) AS meetings_90d,
    g.meeting_cadence,
    g.responsiveness,
    CAST(g.last_meeting_at AS DATE) AS last_meeting_date,
    CAST(g.next_meeting_at AS DATE) AS next_meeting_date,
    CAST(g.last_contact_at AS DATE) AS last_contact_date,
    o.champion_id,
    o.champion_kind,
    o.executive_sponsor_id,
    o.executive_sponsor_kind,
    CAST(COALESCE(p.open_opportunities, q.opportunities) AS BIGINT) AS open_opportunities,
    CAST(CASE WHEN p.account_id IS NULL THEN q.opportunities ELSE p.open_value END AS DECIMAL(18, 2)) AS open_pipeline_value,
    CAST(CASE WHEN p.account_id IS NULL THEN q.opportunities ELSE p.weighted_value END AS DECIMAL(18, 2))
        AS weighted_pipeline_value,
    p.win_rate,
    p.avg_deal_value,
    CAST(COALESCE(p.stale_opportunities, q.opportunities) AS BIGINT) AS stale_opportunities,
    u.feature_adoption AS avg_feature_adoption,
    u.features_used_30d,
    u.features_available,
    u.usage_depth,
    COALESCE(u.dau, CASE WHEN w.is_known THEN 0 END) AS dau,
    COALESCE(u.wau, CASE WHEN w.is_known THEN 0 END) AS wau,
    COALESCE(u.mau, CASE WHEN w.is_known THEN 0 END) AS mau,
    u.dau_wau_ratio,
    u.mau_change_ratio,
    u.usage_change_ratio,
    COALESCE(u.power_users, CASE WHEN w.is_known THEN 0 END) AS power_users,
    COALESCE(u.at_risk_users, CASE WHEN w.is_prev_known THEN 0 END) AS at_risk_users,
    u.seats,
    u.used_seats,
    u.seat_utilization,
    u.last_login_at,
    n.nps_score,
    CAST(f.surveys + COALESCE(n.nps_responses, 0) AS BIGINT) AS nps_responses,
    n.last_nps_answer,
    CAST(n.last_nps_at AS DATE) AS last_nps_date,
    z.plan_status,
    CAST(f.goals + COALESCE(z.goals, 0) AS BIGINT) AS goals,
    CAST(f.goals + COALESCE(z.goals_met, 0) AS BIGINT) AS goals_met,
    z.goal_progress,
    CAST(z.last_review_at AS DATE) AS last_review_date,
    CAST(CASE WHEN g.next_review_at < z.next_review_at OR z.next_review_at IS NULL THEN g.next_review_at
        ELSE z.next_review_at END AS DATE) AS next_review_date,
    CAST(f.goals + COALESCE(z.open_risk_ctas, 0) AS BIGINT) AS open_risk_ctas,
    z.vendor_health_score,
    z.vendor_stage AS stage,
    t.total_interactions,
    t.last_interaction_at AS last_interaction_date,
    CAST(COALESCE(u.last_active_at, t.last_session_at) AS DATE) AS last_active_date,
    COALESCE(v.unconverted_movements, 0) + COALESCE(b.unconverted_invoices, 0) + COALESCE(r.unconverted_currencies, 0)
        + COALESCE(h.unconverted_balances, 0) + COALESCE(p.unconverted_opportunities, 0) AS unconverted_count,
    y.health_score,
    y.health_status,
    y.health_trend,
    y.health_delta,
    y.health_coverage,
    y.health_confidence,
    y.churn_risk_score,
    y.churn_risk,
    y.exit_state,
    y.data_completeness,
    y.key_narrative,
    y.is_vip,
    y.is_at_risk,
    y.is_renewal_due,
    y.has_open_escalation
FROM profile.accounts AS a
CROSS JOIN known AS k
CROSS JOIN worked AS q
CROSS JOIN metrics.usage_window AS w
CROSS JOIN asked AS f
LEFT JOIN metrics.account_arr AS r ON r.account_id = a.account_id
LEFT JOIN metrics.account_contracts AS c ON c.account_id = a.account_id
LEFT JOIN metrics.account_revenue AS v ON v.account_id = a.account_id
LEFT JOIN metrics.account_lifetime AS l ON l.account_id = a.account_id
LEFT JOIN metrics.account_billing AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_credits AS h ON h.account_id = a.account_id
LEFT JOIN metrics.account_support AS s ON s.account_id = a.account_id
LEFT JOIN metrics.account_success AS z ON z.account_id = a.account_id
LEFT JOIN metrics.account_nps AS n ON n.account_id = a.account_id
LEFT JOIN metrics.account_activity AS t ON t.account_id = a.account_id
LEFT JOIN metrics.account_team AS m ON m.account_id = a.account_id
LEFT JOIN metrics.account_engagement AS g ON g.account_id = a.account_id
LEFT JOIN metrics.account_pipeline AS p ON p.account_id = a.account_id
LEFT JOIN roles AS o ON o.account_id = a.account_id
LEFT JOIN metrics.account_usage AS u ON u.account_id = a.account_id
LEFT JOIN health.summary AS y ON y.account_id = a.account_id
