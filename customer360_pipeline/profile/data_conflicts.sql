-- Where sources disagree on a field of a customer. Each source speaks by its best placed value; a difference of case,
-- blanks, punctuation, phone format or the way a country is written is none, nor is a placeholder or role mailbox, nor an
-- address that the other source itself has of the person besides the one it prefers. One row per customer and field.
-- depends: profile.attribute_values, profile.records, staging.country_codes, staging.records, staging.identifiers, identity.nicknames
-- setting: as_of, quality_spelling_similarity
-- column: customer_number INTEGER | The customer.
-- column: customer_id VARCHAR | The customer's id.
-- column: field VARCHAR | Contact field.
-- column: winner_value VARCHAR | The value that won, as written.
-- column: winner_source VARCHAR | Its source.
-- column: rule VARCHAR | The rule by which it won (`reason` of attribute_values).
-- column: other_values VARCHAR | What the other sources say: `source: value`, joined by ` | `, best placed first.
-- column: sources BIGINT | Sources involved, the winner's included.
-- column: kind VARCHAR | spelling_variant (the values are one, spelled differently) or disagreement.
-- column: severity VARCHAR | low: spelling variant; high: a disagreement that may mean two people (name, birth date, user id); medium: any other.
-- column: similarity DECIMAL(5,4) | 1 - Levenshtein distance / longer length, of the most different value.
-- column: since_at TIMESTAMP | The disagreement stands at least since then: latest change of the records involved, UTC.
-- column: age_days BIGINT | Days (UTC dates) from since_at to as_of.
-- unique: customer_number, field
-- not_null: customer_number, customer_id, field, winner_value, winner_source, other_values, sources, kind, severity
WITH
-- Values written otherwise than the winner come first: they are few, and only they are worth a look at their records.
unequal AS (
    SELECT
        o.customer_number,
        o.field,
        o.value,
        o.rank,
        o.node,
        w.value AS winner_value,
        w.node AS winner_node,
        w.reason AS rule,
        TRANSLATE(LOWER(w.value), ' .,-_/()', '') AS winner_key,
        TRANSLATE(LOWER(o.value), ' .,-_/()', '') AS value_key
    FROM profile.attribute_values AS o
    JOIN profile.attribute_values AS w
        ON w.customer_number = o.customer_number AND w.field = o.field AND w.is_winner AND w.reason <> 'only_value'
    -- An account id means something within its source only.
    WHERE o.reason = 'outranked' AND o.field <> 'account_id' AND w.value <> o.value
),
contested AS (
    SELECT DISTINCT customer_number, field FROM unequal WHERE winner_key <> value_key
),
spoken AS (
    SELECT o.customer_number, o.field, r.source, MIN(o.rank) AS rank
    FROM contested AS c
    JOIN profile.attribute_values AS o ON o.customer_number = c.customer_number AND o.field = c.field
    JOIN profile.records AS r ON r.node = o.node
    WHERE o.reason = 'outranked'
    GROUP BY o.customer_number, o.field, r.source
),
keyed AS (
    SELECT
        u.*,
        wr.customer_id,
        wr.source AS winner_source,
        wr.updated_at AS winner_updated_at,
        lr.source,
        lr.updated_at,
        lr.record_id,
        CASE u.field WHEN 'email' THEN wr.email_key WHEN 'phone' THEN wr.phone_key WHEN 'country' THEN wc.country_code
        END AS winner_canonical,
        CASE u.field WHEN 'email' THEN lr.email_key WHEN 'phone' THEN lr.phone_key WHEN 'country' THEN lc.country_code
        END AS canonical
    FROM unequal AS u
    JOIN profile.records AS wr ON wr.node = u.winner_node
    JOIN profile.records AS lr ON lr.node = u.node
    JOIN spoken AS s
        ON s.customer_number = u.customer_number AND s.field = u.field AND s.source = lr.source AND s.rank = u.rank
    LEFT JOIN staging.country_codes AS wc ON wc.country = u.winner_value
    LEFT JOIN staging.country_codes AS lc ON lc.country = u.value
    WHERE wr.source <> lr.source AND u.winner_key <> u.value_key
),
-- Given names that share a formal name: Bob and Robert.
same_name AS (
    SELECT DISTINCT a.name AS name, b.name AS other_name
    FROM identity.nicknames AS a
    JOIN identity.nicknames AS b ON b.formal = a.formal
),
-- A contact's additional addresses, and that of one which its source merged into another: what a source has written
-- down of a person it does not contradict, whichever address it prefers.
also_known AS (
    SELECT p.customer_number, p.source, i.value
    FROM staging.records AS r
    JOIN staging.identifiers AS i ON i.node = r.node AND i.kind = 'email'
    JOIN profile.records AS p ON p.node = r.node
    WHERE r.additional_emails IS NOT NULL OR r.merged_into IS NOT NULL
),
compared AS (
    SELECT
        k.*,
        n.name IS NOT NULL AS is_nickname,
        -- The mailboxes of two addresses as `staging.identifiers` has them: without tags, for Gmail without points.
        CASE
            WHEN SPLIT_PART(winner_canonical, '@', 2) IN ('gmail.com', 'googlemail.com')
                THEN REPLACE(SPLIT_PART(SPLIT_PART(winner_canonical, '@', 1), '+', 1), '.', '') || '@gmail.com'
            ELSE SPLIT_PART(SPLIT_PART(winner_canonical, '@', 1), '+', 1) || '@' || SPLIT_PART(winner_canonical, '@', 2)
        END AS winner_mailbox,
        CASE
            WHEN SPLIT_PART(canonical, '@', 2) IN ('gmail.com', 'googlemail.com')
                THEN REPLACE(SPLIT_PART(SPLIT_PART(canonical, '@', 1), '+', 1), '.', '') || '@gmail.com'
            ELSE SPLIT_PART(SPLIT_PART(canonical, '@', 1), '+', 1) || '@' || SPLIT_PART(canonical, '@', 2)
        END AS mailbox,
        1.0 - CAST(LEVENSHTEIN(winner_key, value_key) AS DOUBLE)
            / CASE WHEN LENGTH(winner_key) > LENGTH(value_key) THEN LENGTH(winner_key) ELSE LENGTH(value_key) END
            AS similarity
    FROM keyed AS k
    LEFT JOIN same_name AS n ON k.field = 'first_name' AND n.name = k.winner_key AND n.other_name = k.value_key
    WHERE COALESCE(winner_canonical <> canonical, TRUE)
        AND NOT EXISTS (
            SELECT 1
            FROM also_known AS a
            WHERE k.field = 'email' AND a.customer_number = k.customer_number
                AND (
                    (a.source = k.winner_source AND a.value = k.canonical)
                    OR (a.source = k.source AND a.value = k.winner_canonical)
                )
        )
),
judged AS (
    SELECT
        c.*,
        CASE
            WHEN is_nickname THEN 0
            -- One mailbox written in two ways, or a slip of the keyboard.
            WHEN field = 'email' AND (winner_mailbox = mailbox OR LEVENSHTEIN(winner_canonical, canonical) <= 2) THEN 0
            WHEN field IN ('email', 'phone', 'user_id', 'birth_date', 'marketing_status', 'country') THEN 1
            WHEN STARTS_WITH(winner_key, value_key) OR STARTS_WITH(value_key, winner_key) THEN 0
            WHEN similarity >= $quality_spelling_similarity
                AND SUBSTRING(winner_key, 1, 1) = SUBSTRING(value_key, 1, 1) THEN 0
            ELSE 1
        END AS is_disagreement
    FROM compared AS c
),
conflicts AS (
    SELECT
        customer_number,
        customer_id,
        field,
        winner_value,
        winner_source,
        rule,
        STRING_AGG(source || ': ' || value, ' | ' ORDER BY rank, source, record_id) AS other_values,
        COUNT(*) + 1 AS sources,
        MAX(is_disagreement) AS is_disagreement,
        MIN(similarity) AS similarity,
        MAX(CASE WHEN updated_at > winner_updated_at OR winner_updated_at IS NULL THEN updated_at
            ELSE winner_updated_at END) AS since_at
    FROM judged
    GROUP BY customer_number, customer_id, field, winner_value, winner_source, rule
)
SELECT
    customer_number,
    customer_id,
    field,
    winner_value,
    winner_source,
    rule,
    other_values,
    sources,
    CASE WHEN is_disagreement = 1 THEN 'disagreement' ELSE 'spelling_variant' END AS kind,
    CASE
        WHEN is_disagreement = 0 THEN 'low'
        WHEN field IN ('first_name', 'last_name', 'birth_date', 'user_id') THEN 'high'
        ELSE 'medium'
    END AS severity,
    CAST(similarity AS DECIMAL(5, 4)) AS similarity,
    since_at,
    DATE_DIFF('day', CAST(since_at AS DATE), CAST($as_of AS DATE)) AS age_days
FROM conflicts
