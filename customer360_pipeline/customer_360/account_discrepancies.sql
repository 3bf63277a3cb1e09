-- Where sources disagree on a field of an account: each source speaks by the row it changed last. A difference of case,
-- blanks and punctuation or the way a country is written is none; owners are ids of their source and not compared. One row
-- per account and field.
-- depends: profile.account_values, staging.country_codes
-- setting: as_of
-- column: account_id VARCHAR | The account.
-- column: field VARCHAR | name, domain, industry, employee_count, phone, street, city, region, postal_code or country.
-- column: winner_value VARCHAR | The value that won, as written.
-- column: winner_source VARCHAR | Its source.
-- column: other_values VARCHAR | What the other sources say: `source: value`, joined by ` | `, latest first.
-- column: sources BIGINT | Sources involved, the winner's included.
-- column: severity VARCHAR | low: one value begins as the other does; medium: any other disagreement.
-- column: since_at TIMESTAMP | It stands at least since then: latest change of the rows involved, UTC.
-- column: age_days BIGINT | Days (UTC dates) from since_at to as_of.
-- unique: account_id, field
-- not_null: account_id, field, winner_value, winner_source, other_values, sources, severity
-- assert: sources > 1 | one source cannot disagree with itself
WITH spoken AS (
    SELECT
        v.account_id, v.field, v.value, v.source, v.updated_at, v.value_rank,
        COALESCE(c.country_code, TRANSLATE(LOWER(v.value), ' .,-_/()', '')) AS value_key,
        ROW_NUMBER() OVER (PARTITION BY v.account_id, v.field, v.source ORDER BY v.value_rank) AS place
    FROM profile.account_values AS v
    LEFT JOIN staging.country_codes AS c ON v.field = 'country' AND c.country = v.value
    WHERE v.field <> 'owner'
),
unequal AS (
    SELECT
        w.account_id, w.field, w.value AS winner_value, w.source AS winner_source, o.source, o.value, o.value_rank,
        NOT (STARTS_WITH(w.value_key, o.value_key) OR STARTS_WITH(o.value_key, w.value_key)) AS is_medium,
        CASE WHEN o.updated_at > w.updated_at THEN o.updated_at ELSE COALESCE(w.updated_at, o.updated_at) END AS since_at
    FROM spoken AS w
    JOIN spoken AS o ON o.account_id = w.account_id AND o.field = w.field AND o.source <> w.source
    WHERE w.value_rank = 1 AND o.place = 1 AND o.value_key <> w.value_key
)
SELECT
    account_id,
    field,
    winner_value,
    winner_source,
    STRING_AGG(source || ': ' || value, ' | ' ORDER BY value_rank) AS other_values,
    COUNT(*) + 1 AS sources,
    CASE WHEN MAX(CASE WHEN is_medium THEN 1 ELSE 0 END) = 1 THEN 'medium' ELSE 'low' END AS severity,
    MAX(since_at) AS since_at,
    CAST(DATE_DIFF('day', CAST(MAX(since_at) AS DATE), CAST($as_of AS DATE)) AS BIGINT) AS age_days
FROM unequal
GROUP BY account_id, field, winner_value, winner_source
