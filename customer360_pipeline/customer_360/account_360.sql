-- One row per account: a company, or a person who belongs to none. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.accounts, profile.sources, metrics.account_arr, metrics.account_contracts, metrics.account_revenue, metrics.account_billing, metrics.account_credits, metrics.account_support, metrics.account_activity
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
-- column: total_interactions BIGINT | Web sessions, marketing events and charges of its records.
-- column: last_interaction_date TIMESTAMP | The latest of them, UTC.
-- column: last_active_date DATE | Day of the latest web session.
-- column: unconverted_count BIGINT | Charges, refunds, disputes, invoices, currencies and balances left out of the amounts: no exchange rate.
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
    t.total_interactions,
    t.last_interaction_at AS last_interaction_date,
    CAST(t.last_session_at AS DATE) AS last_active_date,
    COALESCE(v.unconverted_movements, 0) + COALESCE(b.unconverted_invoices, 0) + COALESCE(r.unconverted_currencies, 0)
        + COALESCE(h.unconverted_balances, 0) AS unconverted_count
FROM profile.accounts AS a
CROSS JOIN known AS k
LEFT JOIN metrics.account_arr AS r ON r.account_id = a.account_id
LEFT JOIN metrics.account_contracts AS c ON c.account_id = a.account_id
LEFT JOIN metrics.account_revenue AS v ON v.account_id = a.account_id
LEFT JOIN metrics.account_lifetime AS l ON l.account_id = a.account_id
LEFT JOIN metrics.account_billing AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_credits AS h ON h.account_id = a.account_id
LEFT JOIN metrics.account_support AS s ON s.account_id = a.account_id
LEFT JOIN metrics.account_activity AS t ON t.account_id = a.account_id
