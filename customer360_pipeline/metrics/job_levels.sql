-- How high people of an account stand, by their job title. One row per account and customer with a title that says so.
-- depends: profile.record_accounts, profile.records, profile.customers
-- setting: engagement_executive_titles
-- column: account_id VARCHAR | The account.
-- column: customer_id VARCHAR | The person.
-- column: job_title VARCHAR | Winning job title.
-- column: level BIGINT | The smaller, the higher: where the word stands in the setting.
-- unique: account_id, customer_id
-- not_null: account_id, customer_id, job_title, level
WITH words AS (
    SELECT STRING_SPLIT($engagement_executive_titles, ',') AS words
),
titles AS (
    SELECT LOWER(TRIM(parts.word)) AS word, STRPOS(',' || $engagement_executive_titles || ',', ',' || parts.word || ',') AS level
    FROM words AS w, UNNEST(w.words) AS parts(word)
),
people AS (
    SELECT DISTINCT a.account_id, c.customer_id, c.job_title
    FROM profile.record_accounts AS a
    JOIN profile.records AS r ON r.node = a.node
    JOIN profile.customers AS c ON c.customer_number = r.customer_number
    WHERE c.job_title IS NOT NULL AND a.basis <> 'self'
)
SELECT p.account_id, p.customer_id, p.job_title, CAST(MIN(t.level) AS BIGINT) AS level
FROM people AS p
JOIN titles AS t ON CONTAINS(' ' || LOWER(REPLACE(p.job_title, ',', ' ')) || ' ', ' ' || t.word || ' ')
GROUP BY p.account_id, p.customer_id, p.job_title
