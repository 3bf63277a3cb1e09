-- The spine: one row per customer, with the winning value of every contact field. Every later table has at most one
-- row per customer and joins to this one.
-- depends: profile.records, profile.winning_person, profile.winning_place
-- column: customer_number INTEGER | The customer, dense from 0 in the order of customer_id; joins inside one run.
-- column: customer_id VARCHAR | The customer's id, stable across runs.
-- column: email VARCHAR | Winning e-mail address, as written.
-- column: phone VARCHAR | Winning phone number, as written.
-- column: user_id VARCHAR | Winning id in the product.
-- column: first_name VARCHAR | Winning given name.
-- column: last_name VARCHAR | Winning family name.
-- column: company VARCHAR | Winning company.
-- column: account_id VARCHAR | Winning account id, of the source `account_source`.
-- column: job_title VARCHAR | Winning job title.
-- column: street VARCHAR | Street and number of the winning address.
-- column: city VARCHAR | City of the winning address.
-- column: region VARCHAR | State or region of the winning address.
-- column: postal_code VARCHAR | Postal code of the winning address.
-- column: country VARCHAR | Country of the winning address, as written.
-- column: language VARCHAR | Winning preferred language.
-- column: birth_date DATE | Winning birth date.
-- column: marketing_status VARCHAR | Winning consent: subscribed, unsubscribed, cleaned or nonsubscribed.
-- column: account_source VARCHAR | Source of `account_id`.
-- column: created_at TIMESTAMP | Earliest creation of any of the customer's records, UTC.
-- column: updated_at TIMESTAMP | Latest change of any of the customer's records, UTC.
-- column: record_count BIGINT | Source records that are this customer.
-- column: source_count BIGINT | Sources that know the customer.
-- column: payment_records BIGINT | Of them, records of payment systems.
-- column: crm_records BIGINT | Of them, records of CRMs.
-- column: marketing_records BIGINT | Of them, records of marketing tools.
-- column: analytics_records BIGINT | Of them, devices and users of analytics.
-- column: support_records BIGINT | Of them, records of help desks.
-- column: product_records BIGINT | Of them, records of the product itself: its users, logins.
-- column: success_records BIGINT | Of them, records of customer success tools.
-- unique: customer_number
-- unique: customer_id
-- not_null: customer_number, customer_id, record_count, source_count
-- assert: record_count = payment_records + crm_records + marketing_records + analytics_records + support_records + product_records + success_records | every record is of one category
WITH totals AS (
    SELECT
        customer_number,
        MIN(created_at) AS created_at,
        MAX(updated_at) AS updated_at,
        COUNT(*) AS record_count,
        COUNT(DISTINCT source) AS source_count,
        SUM(CASE WHEN category = 'payments' THEN 1 ELSE 0 END) AS payment_records,
        SUM(CASE WHEN category = 'crm' THEN 1 ELSE 0 END) AS crm_records,
        SUM(CASE WHEN category = 'marketing' THEN 1 ELSE 0 END) AS marketing_records,
        SUM(CASE WHEN category = 'analytics' THEN 1 ELSE 0 END) AS analytics_records,
        SUM(CASE WHEN category = 'support' THEN 1 ELSE 0 END) AS support_records,
        SUM(CASE WHEN category = 'product' THEN 1 ELSE 0 END) AS product_records,
        SUM(CASE WHEN category = 'success' THEN 1 ELSE 0 END) AS success_records
    FROM profile.records
    WHERE records > 1
    GROUP BY customer_number
),
-- A customer of one record is that record; only the others need their winners gathered.
customers AS (
    SELECT
        customer_number, customer_id,
        email, phone, user_id, first_name, last_name, company, account_id,
        job_title, street, city, region, postal_code, country, language,
        birth_date, marketing_status,
        CASE WHEN account_id IS NOT NULL THEN source END AS account_source,
        created_at, updated_at, 1 AS record_count, 1 AS source_count,
        CASE WHEN category = 'payments' THEN 1 ELSE 0 END AS payment_records,
        CASE WHEN category = 'crm' THEN 1 ELSE 0 END AS crm_records,
        CASE WHEN category = 'marketing' THEN 1 ELSE 0 END AS marketing_records,
        CASE WHEN category = 'analytics' THEN 1 ELSE 0 END AS analytics_records,
        CASE WHEN category = 'support' THEN 1 ELSE 0 END AS support_records,
        CASE WHEN category = 'product' THEN 1 ELSE 0 END AS product_records,
        CASE WHEN category = 'success' THEN 1 ELSE 0 END AS success_records
    FROM profile.records
    WHERE records = 1
    UNION ALL
    SELECT
        r.customer_number, r.customer_id,
        p.email, p.phone, p.user_id, p.first_name, p.last_name, w.company, w.account_id,
        w.job_title, w.street, w.city, w.region, w.postal_code, w.country, p.language,
        p.birth_date, p.marketing_status,
        w.account_source,
        t.created_at, t.updated_at, t.record_count, t.source_count,
        t.payment_records, t.crm_records, t.marketing_records, t.analytics_records,
        t.support_records, t.product_records, t.success_records
    FROM totals AS t
    JOIN profile.records AS r ON r.customer_number = t.customer_number AND r.record_rank = 1
    LEFT JOIN profile.winning_person AS p ON p.customer_number = t.customer_number
    LEFT JOIN profile.winning_place AS w ON w.customer_number = t.customer_number
)
SELECT
    customer_number,
    customer_id,
    email,
    phone,
    user_id,
    first_name,
    last_name,
    company,
    account_id,
    job_title,
    street,
    city,
    region,
    postal_code,
    country,
    language,
    CAST(birth_date AS DATE) AS birth_date,
    marketing_status,
    account_source,
    created_at,
    updated_at,
    CAST(record_count AS BIGINT) AS record_count,
    CAST(source_count AS BIGINT) AS source_count,
    CAST(payment_records AS BIGINT) AS payment_records,
    CAST(crm_records AS BIGINT) AS crm_records,
    CAST(marketing_records AS BIGINT) AS marketing_records,
    CAST(analytics_records AS BIGINT) AS analytics_records,
    CAST(support_records AS BIGINT) AS support_records,
    CAST(product_records AS BIGINT) AS product_records,
    CAST(success_records AS BIGINT) AS success_records
FROM customers
