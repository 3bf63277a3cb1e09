-- Each record's contact values as they will be shown, and its place in the order of its customer's records. One row
-- per record. The order: records a source keeps of people, before those it merged away or deleted, before those known
-- only from a payment, an event or a device; then, with `highest_value`, what the record has paid; then the most recently updated; ties by source and id.
-- depends: staging.records, staging.accounts, identity.record_customers, profile.record_value
-- setting: deduplication_strategy, as_of
-- column: node INTEGER | The record.
-- column: customer_number INTEGER | The customer it belongs to.
-- column: customer_id VARCHAR | The customer's id.
-- column: source VARCHAR | Source.
-- column: category VARCHAR | payments, crm, marketing or analytics.
-- column: record_id VARCHAR | The source's id of the record.
-- column: created_at TIMESTAMP | Created in the source, UTC; NULL when the source says after as_of.
-- column: updated_at TIMESTAMP | Last changed in the source, UTC; when created, where the source does not say or says after as_of.
-- column: records BIGINT | Records of the customer.
-- column: record_rank BIGINT | Place in the order, from 1.
-- column: email VARCHAR | Main e-mail address, as written.
-- column: phone VARCHAR | Main phone as written, else the mobile phone.
-- column: user_id VARCHAR | Id of the person in the product.
-- column: first_name VARCHAR | Given name.
-- column: last_name VARCHAR | Family name.
-- column: company VARCHAR | Company; where the record names none, the name of its account in the same source.
-- column: account_id VARCHAR | Id of the company's account in the same source.
-- column: job_title VARCHAR | Job title.
-- column: street VARCHAR | Street and number.
-- column: city VARCHAR | City.
-- column: region VARCHAR | State or region.
-- column: postal_code VARCHAR | Postal code, as written.
-- column: country VARCHAR | Country, as written.
-- column: language VARCHAR | Preferred language.
-- column: birth_date VARCHAR | Birth date, YYYY-MM-DD.
-- column: marketing_status VARCHAR | subscribed, unsubscribed, cleaned or nonsubscribed.
-- column: email_key VARCHAR | Canonical e-mail; NULL when the address is none a person can be reached at.
-- column: phone_key VARCHAR | Canonical phone (E.164); NULL when the number is not valid.
-- unique: node
-- not_null: node, customer_number, customer_id, source, record_id, records, record_rank
WITH sizes AS (
    SELECT customer_number, COUNT(*) AS records FROM identity.record_customers GROUP BY customer_number
),
-- A clock that is ahead, or a run for a past day, must not make a record the newest one: what it says is not known yet.
dated AS (
    SELECT
        r.*,
        CASE WHEN created_at <= $as_of THEN created_at END AS begun_at,
        CASE WHEN updated_at <= $as_of THEN updated_at WHEN created_at <= $as_of THEN created_at END AS changed_at
    FROM staging.records AS r
),
-- Most customers have one record; only the others need an order.
ordered AS (
    SELECT
        r.node,
        ROW_NUMBER() OVER (
            PARTITION BY c.customer_number
            ORDER BY
                CASE
                    WHEN r.record_type <> 'contact' THEN 2
                    WHEN r.merged_into IS NOT NULL OR COALESCE(r.is_deleted, FALSE) THEN 1
                    ELSE 0
                END,
                CASE WHEN $deduplication_strategy = 'highest_value' THEN COALESCE(v.net_revenue, 0) ELSE 0 END DESC,
                r.changed_at DESC NULLS LAST,
                r.node
        ) AS record_rank
    FROM dated AS r
    JOIN identity.record_customers AS c ON c.node = r.node
    JOIN sizes AS s ON s.customer_number = c.customer_number
    LEFT JOIN profile.record_value AS v ON v.node = r.node
    WHERE s.records > 1
)
SELECT
    r.node,
    c.customer_number,
    c.customer_id,
    r.source,
    r.category,
    r.record_id,
    r.begun_at AS created_at,
    r.changed_at AS updated_at,
    s.records,
    COALESCE(o.record_rank, 1) AS record_rank,
    NULLIF(TRIM(r.email), '') AS email,
    COALESCE(NULLIF(TRIM(r.phone), ''), NULLIF(TRIM(r.mobile_phone), '')) AS phone,
    NULLIF(TRIM(r.user_id), '') AS user_id,
    NULLIF(TRIM(r.first_name), '') AS first_name,
    NULLIF(TRIM(r.last_name), '') AS last_name,
    COALESCE(NULLIF(TRIM(r.company), ''), a.name) AS company,
    NULLIF(TRIM(r.account_id), '') AS account_id,
    NULLIF(TRIM(r.job_title), '') AS job_title,
    NULLIF(TRIM(r.street), '') AS street,
    NULLIF(TRIM(r.city), '') AS city,
    NULLIF(TRIM(r.region), '') AS region,
    NULLIF(TRIM(r.postal_code), '') AS postal_code,
    NULLIF(TRIM(r.country), '') AS country,
    NULLIF(TRIM(r.language), '') AS language,
    CAST(r.birth_date AS VARCHAR) AS birth_date,
    NULLIF(TRIM(r.marketing_status), '') AS marketing_status,
    r.email_key,
    r.phone_key
FROM dated AS r
JOIN identity.record_customers AS c ON c.node = r.node
JOIN sizes AS s ON s.customer_number = c.customer_number
LEFT JOIN ordered AS o ON o.node = r.node
LEFT JOIN staging.accounts AS a ON a.source = r.source AND a.account_id = r.account_id
