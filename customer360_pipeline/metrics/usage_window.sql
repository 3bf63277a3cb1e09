-- From when to when product events tell of days, as of now. One row. The windows end with the day before as_of's day (UTC),
-- the last whole one: of a day that has just begun nobody can say how many will have been active.
-- depends: staging.usage_days, staging.logins
-- setting: as_of, usage_max_silent_days
-- column: first_day DATE | First day with an event, of anybody; NULL: no product events were read.
-- column: last_day DATE | Last day with one.
-- column: is_known BOOLEAN | Events were read, and the last of them is at most usage.max_silent_days older than the window's end.
-- column: is_prev_known BOOLEAN | So, and they reach back over the 30 days before the 30 days too.
-- column: has_logins BOOLEAN | Logins were read.
-- not_null: is_known, is_prev_known, has_logins
WITH days AS (
    SELECT MIN(day) AS first_day, MAX(day) AS last_day FROM staging.usage_days
),
ages AS (
    SELECT
        first_day, last_day,
        DATE_DIFF('day', CAST(first_day AS DATE), CAST($as_of AS DATE)) AS first_age,
        DATE_DIFF('day', CAST(last_day AS DATE), CAST($as_of AS DATE)) AS last_age
    FROM days
)
SELECT
    first_day,
    last_day,
    COALESCE(last_age <= 1 + $usage_max_silent_days, FALSE) AS is_known,
    COALESCE(last_age <= 1 + $usage_max_silent_days AND first_age >= 60, FALSE) AS is_prev_known,
    EXISTS (SELECT 1 FROM staging.logins WHERE is_login AND occurred_at <= $as_of) AS has_logins
FROM ages
