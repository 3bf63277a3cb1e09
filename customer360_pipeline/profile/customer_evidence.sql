-- What is known of each customer: from whose records, how completely, how contradictorily. One row per customer.
-- depends: profile.customers, profile.data_conflicts
-- column: customer_number INTEGER | The customer.
-- columns: profile.customers only record_count, source_count, payment_records, crm_records, marketing_records
-- columns: profile.customers only analytics_records, support_records, product_records, success_records
-- column: has_payments BOOLEAN | Known to a payment system.
-- column: has_crm BOOLEAN | Known to a CRM.
-- column: has_marketing BOOLEAN | Known to a marketing tool.
-- column: has_analytics BOOLEAN | Known to analytics.
-- column: has_support BOOLEAN | Known to a help desk.
-- column: has_product BOOLEAN | Known to the product itself.
-- column: has_success BOOLEAN | Known to a customer success tool.
-- column: data_completeness DECIMAL(5,4) | Share of eight values that are known: e-mail, phone, first name, last name, company, city, country, user id.
-- column: conflict_count BIGINT | Fields on which sources disagree; spelling variants are not counted.
-- columns: profile.customers only updated_at
-- unique: customer_number
-- not_null: customer_number, data_completeness, conflict_count
WITH conflicts AS (
    SELECT customer_number, COUNT(*) AS conflict_count
    FROM profile.data_conflicts
    WHERE kind = 'disagreement'
    GROUP BY customer_number
)
SELECT
    c.customer_number,
    c.record_count, c.source_count, c.payment_records, c.crm_records, c.marketing_records,
    c.analytics_records, c.support_records, c.product_records, c.success_records,
    c.payment_records > 0 AS has_payments,
    c.crm_records > 0 AS has_crm,
    c.marketing_records > 0 AS has_marketing,
    c.analytics_records > 0 AS has_analytics,
    c.support_records > 0 AS has_support,
    c.product_records > 0 AS has_product,
    c.success_records > 0 AS has_success,
    CAST(
        (
            CASE WHEN c.email IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.phone IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.first_name IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.last_name IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.company IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.city IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.country IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.user_id IS NULL THEN 0 ELSE 1 END
        ) / 8.0 AS DECIMAL(5, 4)
    ) AS data_completeness,
    COALESCE(x.conflict_count, 0) AS conflict_count,
    c.updated_at
FROM profile.customers AS c
LEFT JOIN conflicts AS x ON x.customer_number = c.customer_number
