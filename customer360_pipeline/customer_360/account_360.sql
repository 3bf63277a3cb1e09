-- One row per account: a company, or a person who belongs to none. Money is in the reporting currency, times are UTC, days
-- are UTC dates. NULL means unknown; 0 is a known nothing.
-- depends: profile.accounts, profile.sources, metrics.account_arr, metrics.account_contracts, metrics.account_revenue, metrics.account_billing, metrics.account_credits, metrics.account_success, metrics.account_nps, metrics.goals_as_of, metrics.nps_answers, metrics.account_activity
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
-- column: nps_score DECIMAL(5,2) | Per cent of promoters less per cent of detractors, -100 to 100; NULL without enough answers of the last 365 days.
-- column: nps_responses BIGINT | People who answered in these days; NULL when no NPS survey was read.
-- column: last_nps_answer BIGINT | Score of the latest answer, 0 to 10.
-- column: last_nps_date DATE | When it was given.
-- column: plan_status VARCHAR | Of its success plans overdue, active, draft or closed, the first that holds.
-- column: goals BIGINT | Goals of the success plans; NULL when no customer success tool with goals was read.
-- column: goals_met BIGINT | Of them, reached.
-- column: goal_progress DECIMAL(5,4) | Mean progress of the goals, 0 to 1; NULL when it is not known.
-- column: last_review_date DATE | Latest business review (QBR, EBR) held.
-- column: next_review_date DATE | Next one planned.
-- column: open_risk_ctas BIGINT | Open calls to action because of a risk; NULL as for goals.
-- column: vendor_health_score DECIMAL(9,2) | Health score of the customer success tool, as it says.
-- column: stage VARCHAR | Stage of the customer's life, as it says.
-- column: total_interactions BIGINT | Web sessions, marketing events and charges of its records.
-- column: last_interaction_date TIMESTAMP | The latest of them, UTC.
-- column: last_active_date DATE | Day of the latest web session.
-- column: unconverted_count BIGINT | Charges, refunds, disputes, invoices, currencies and balances left out of the amounts: no exchange rate.
-- unique: account_id
-- not_null: account_id, account_kind, people_count, unconverted_count
-- assert: current_arr >= 0 | nobody pays less than nothing
-- assert: overdue_amount <= outstanding_amount | what is overdue is outstanding
WITH known AS (
    SELECT MAX(CASE WHEN category = 'payments' AND is_present THEN 0 END) AS payments FROM profile.sources
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
    n.nps_score,
    CAST(f.surveys + COALESCE(n.nps_responses, 0) AS BIGINT) AS nps_responses,
    n.last_nps_answer,
    CAST(n.last_nps_at AS DATE) AS last_nps_date,
    u.plan_status,
    CAST(f.goals + COALESCE(u.goals, 0) AS BIGINT) AS goals,
    CAST(f.goals + COALESCE(u.goals_met, 0) AS BIGINT) AS goals_met,
    u.goal_progress,
    CAST(u.last_review_at AS DATE) AS last_review_date,
    CAST(u.next_review_at AS DATE) AS next_review_date,
    CAST(f.goals + COALESCE(u.open_risk_ctas, 0) AS BIGINT) AS open_risk_ctas,
    u.vendor_health_score,
    u.vendor_stage AS stage,
    t.total_interactions,
    t.last_interaction_at AS last_interaction_date,
    CAST(t.last_session_at AS DATE) AS last_active_date,
    COALESCE(v.unconverted_movements, 0) + COALESCE(b.unconverted_invoices, 0) + COALESCE(r.unconverted_currencies, 0)
        + COALESCE(h.unconverted_balances, 0) AS unconverted_count
FROM profile.accounts AS a
CROSS JOIN known AS k
CROSS JOIN asked AS f
LEFT JOIN metrics.account_arr AS r ON r.account_id = a.account_id
LEFT JOIN metrics.account_contracts AS c ON c.account_id = a.account_id
LEFT JOIN metrics.account_revenue AS v ON v.account_id = a.account_id
LEFT JOIN metrics.account_billing AS b ON b.account_id = a.account_id
LEFT JOIN metrics.account_credits AS h ON h.account_id = a.account_id
LEFT JOIN metrics.account_success AS u ON u.account_id = a.account_id
LEFT JOIN metrics.account_nps AS n ON n.account_id = a.account_id
LEFT JOIN metrics.account_activity AS t ON t.account_id = a.account_id
