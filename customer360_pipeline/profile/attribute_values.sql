-- Every value every record gave for every contact field of its customer, ranked. One row per record and field.
-- A field's winner is the first of its unit: real values before placeholders and role mailboxes, then sources named in
-- source_of_truth, then records that give the first field of the group, then (with `merge`) what most sources say,
-- then the order of the customer's records. docs/survivorship.md
-- depends: profile.records, profile.field_rules, profile.placeholders
-- setting: deduplication_strategy, identity_role_mailboxes
-- column: node INTEGER | The record that gave it.
-- column: customer_number INTEGER | The customer.
-- column: field VARCHAR | Contact field.
-- column: value VARCHAR | The value, as written.
-- column: rank INTEGER | Place, 1 wins. Fields of one group share the place of their record.
-- column: is_winner BOOLEAN | Whether this is the customer's value.
-- column: reason VARCHAR | Why: only_value, source_of_truth, most_recent, highest_value or merge for a winner; placeholder (or role mailbox) or outranked for the others.
-- unique: node, field
-- not_null: node, customer_number, field, value, rank, is_winner, reason
-- assert: is_winner = (rank = 1) | exactly the first place wins
WITH given AS (
    SELECT node, 'email' AS field, email AS value, COALESCE(email_key, LOWER(email)) AS value_key, (
        email_key IS NULL
        OR list_contains(string_split($identity_role_mailboxes, ','), split_part(split_part(email_key, '@', 1), '+', 1))
    ) AS is_unusable
    FROM profile.records
    WHERE email IS NOT NULL
    UNION ALL
    SELECT node, 'phone' AS field, phone AS value, COALESCE(phone_key, LOWER(phone)) AS value_key,
        phone_key IS NULL AS is_unusable
    FROM profile.records
    WHERE phone IS NOT NULL
    UNION ALL
    SELECT node, 'user_id' AS field, user_id AS value, LOWER(user_id) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE user_id IS NOT NULL
    UNION ALL
    SELECT node, 'first_name' AS field, first_name AS value, LOWER(first_name) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE first_name IS NOT NULL
    UNION ALL
    SELECT node, 'last_name' AS field, last_name AS value, LOWER(last_name) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE last_name IS NOT NULL
    UNION ALL
    SELECT node, 'company' AS field, company AS value, LOWER(company) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE company IS NOT NULL
    UNION ALL
    SELECT node, 'account_id' AS field, account_id AS value, LOWER(account_id) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE account_id IS NOT NULL
    UNION ALL
    SELECT node, 'job_title' AS field, job_title AS value, LOWER(job_title) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE job_title IS NOT NULL
    UNION ALL
    SELECT node, 'street' AS field, street AS value, LOWER(street) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE street IS NOT NULL
    UNION ALL
    SELECT node, 'city' AS field, city AS value, LOWER(city) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE city IS NOT NULL
    UNION ALL
    SELECT node, 'region' AS field, region AS value, LOWER(region) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE region IS NOT NULL
    UNION ALL
    SELECT node, 'postal_code' AS field, postal_code AS value, LOWER(postal_code) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE postal_code IS NOT NULL
    UNION ALL
    SELECT node, 'country' AS field, country AS value, LOWER(country) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE country IS NOT NULL
    UNION ALL
    SELECT node, 'language' AS field, language AS value, LOWER(language) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE language IS NOT NULL
    UNION ALL
    SELECT node, 'birth_date' AS field, birth_date AS value, LOWER(birth_date) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE birth_date IS NOT NULL
    UNION ALL
    SELECT node, 'marketing_status' AS field, marketing_status AS value, LOWER(marketing_status) AS value_key, FALSE AS is_unusable
    FROM profile.records
    WHERE marketing_status IS NOT NULL
),
contested AS (
    SELECT
        g.node,
        r.customer_number,
        r.source,
        r.record_rank,
        g.field,
        g.value,
        g.value_key,
        f.unit,
        f.trust,
        CASE WHEN f.is_anchor AND p.value IS NULL THEN 1 ELSE 0 END AS is_anchor,
        CASE WHEN f.unit = g.field AND (g.is_unusable OR p.value IS NOT NULL) THEN 1 ELSE 0 END AS is_placeholder
    FROM given AS g
    JOIN profile.records AS r ON r.node = g.node
    JOIN profile.field_rules AS f ON f.field = g.field AND f.source = r.source
    LEFT JOIN profile.placeholders AS p ON p.value = g.value_key
    WHERE r.records > 1
),
-- Of a group: does the record give its first field, and how many of them.
parts AS (
    SELECT node, unit, MAX(is_anchor) AS has_anchor, COUNT(*) AS fields
    FROM contested
    WHERE unit <> field
    GROUP BY node, unit
),
-- Of a single field: how many sources say the same.
agreement AS (
    SELECT customer_number, field, value_key, COUNT(DISTINCT source) AS sources
    FROM contested
    WHERE $deduplication_strategy = 'merge' AND unit = field
    GROUP BY customer_number, field, value_key
),
scored AS (
    SELECT
        c.*,
        COALESCE(p.has_anchor, 0) AS has_anchor,
        CASE WHEN $deduplication_strategy = 'merge' THEN COALESCE(a.sources, p.fields) ELSE 0 END AS score
    FROM contested AS c
    LEFT JOIN parts AS p ON p.node = c.node AND p.unit = c.unit
    LEFT JOIN agreement AS a
        ON a.customer_number = c.customer_number AND a.field = c.field AND a.value_key = c.value_key
),
ranked AS (
    SELECT
        node,
        customer_number,
        field,
        value,
        trust,
        is_placeholder,
        DENSE_RANK() OVER (
            PARTITION BY customer_number, unit
            ORDER BY is_placeholder, trust, has_anchor DESC, score DESC, record_rank
        ) AS rank,
        MIN(record_rank) OVER (PARTITION BY customer_number, unit) AS first_rank,
        MAX(record_rank) OVER (PARTITION BY customer_number, unit) AS last_rank
    FROM scored
)
SELECT
    node,
    customer_number,
    field,
    value,
    CAST(rank AS INTEGER) AS rank,
    rank = 1 AS is_winner,
    CASE
        WHEN rank > 1 AND is_placeholder = 1 THEN 'placeholder'
        WHEN rank > 1 THEN 'outranked'
        WHEN first_rank = last_rank THEN 'only_value'
        WHEN trust < 999 THEN 'source_of_truth'
        ELSE $deduplication_strategy
    END AS reason
FROM ranked
UNION ALL
SELECT g.node, r.customer_number, g.field, g.value, 1 AS rank, TRUE AS is_winner, 'only_value' AS reason
FROM given AS g
JOIN profile.records AS r ON r.node = g.node
WHERE r.records = 1
