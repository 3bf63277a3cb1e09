-- The place of every record among those that give a value for a field, or for a group of fields that wins as one, of a
-- customer. One row per record and unit, of customers with several records. Apart from the values, because ranking beside
-- them would take memory several times over. docs/survivorship.md
-- depends: profile.field_values, profile.field_rules, profile.placeholders
-- setting: deduplication_strategy, identity_role_mailboxes
-- column: node INTEGER | The record.
-- column: unit_number INTEGER | The unit: a field or a group of fields, as in field_rules.
-- column: rank INTEGER | Place, 1 wins.
-- column: reason VARCHAR | Why: only_value, source_of_truth, most_recent, highest_value or merge for a winner; placeholder (or role mailbox) or outranked for the others.
-- not_null: node, unit_number, rank, reason
WITH candidates AS (
    SELECT
        v.node,
        v.customer_number,
        v.record_rank,
        f.unit_number,
        f.trust,
        MAX(CASE WHEN f.is_anchor AND p.value IS NULL THEN 1 ELSE 0 END) AS has_anchor,
        MAX(
            CASE
                WHEN f.unit <> v.field THEN 0
                WHEN v.is_invalid OR p.value IS NOT NULL THEN 1
                WHEN v.field = 'email' AND list_contains(
                    string_split($identity_role_mailboxes, ','), split_part(split_part(v.value_key, '@', 1), '+', 1)
                ) THEN 1
                ELSE 0
            END
        ) AS is_placeholder,
        MAX(CASE WHEN f.unit <> v.field THEN 1 ELSE 0 END) AS is_group,
        COUNT(*) AS fields
    FROM profile.field_values AS v
    JOIN profile.field_rules AS f ON f.field = v.field AND f.source = v.source
    LEFT JOIN profile.placeholders AS p ON p.value = v.value_key
    WHERE v.records > 1
    GROUP BY v.node, v.customer_number, v.record_rank, f.unit_number, f.trust
),
-- Of a single field: how many sources say the same.
agreement AS (
    SELECT customer_number, field, value_key, COUNT(DISTINCT source) AS sources
    FROM profile.field_values
    WHERE $deduplication_strategy = 'merge' AND records > 1
    GROUP BY customer_number, field, value_key
),
agreed AS (
    SELECT v.node, f.unit_number, a.sources
    FROM profile.field_values AS v
    JOIN profile.field_rules AS f ON f.field = v.field AND f.source = v.source AND f.unit = f.field
    JOIN agreement AS a
        ON a.customer_number = v.customer_number AND a.field = v.field AND a.value_key = v.value_key
    WHERE $deduplication_strategy = 'merge' AND v.records > 1
),
scored AS (
    SELECT
        c.node,
        c.customer_number,
        c.record_rank,
        c.unit_number,
        c.trust,
        c.is_placeholder,
        c.has_anchor * c.is_group AS has_anchor,
        CASE
            WHEN $deduplication_strategy <> 'merge' THEN 0
            WHEN c.is_group = 1 THEN c.fields
            ELSE a.sources
        END AS score
    FROM candidates AS c
    LEFT JOIN agreed AS a ON a.node = c.node AND a.unit_number = c.unit_number
),
ranked AS (
    SELECT
        node,
        unit_number,
        trust,
        is_placeholder,
        ROW_NUMBER() OVER (
            PARTITION BY customer_number, unit_number
            ORDER BY is_placeholder, trust, has_anchor DESC, score DESC, record_rank
        ) AS rank,
        COUNT(*) OVER (PARTITION BY customer_number, unit_number) AS candidates
    FROM scored
)
SELECT
    node,
    unit_number,
    CAST(rank AS INTEGER) AS rank,
    CASE
        WHEN rank > 1 AND is_placeholder = 1 THEN 'placeholder'
        WHEN rank > 1 THEN 'outranked'
        WHEN candidates = 1 THEN 'only_value'
        WHEN trust < 999 THEN 'source_of_truth'
        ELSE $deduplication_strategy
    END AS reason
FROM ranked
