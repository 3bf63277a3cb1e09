-- What customer success knows: companies with what the tool itself says of their revenue and health, plans, goals, calls to
-- action, reviews, and who was asked whether they would recommend us. Planted: Salesforce ids of 15 characters, a company no
-- CRM has, revenue that differs from the subscriptions', progress nobody wrote, reviews planned and never held, notes without
-- an id, two kinds of survey in one file, people who answered twice.
CREATE TABLE success_company AS
WITH company AS (
    SELECT company_no, company, domain, bool_or(source = 'salesforce') AS has_salesforce
    FROM contact
    WHERE with_accounts() AND company_no IS NOT NULL AND source IN ('salesforce', 'hubspot')
    GROUP BY ALL
),
paid AS (
    SELECT p.company_no,
        sum(major(s.unit_amount * s.quantity * CASE s.interval_unit WHEN 'year' THEN 1 ELSE 12 END, s.currency)) AS arr
    FROM subscription AS s
    JOIN person AS p USING (n)
    WHERE s.status IN ('active', 'past_due') AND s.currency = 'USD' AND p.company_no IS NOT NULL
    GROUP BY p.company_no
)
SELECT
    c.*, '1P02' || upper(substr(md5('company ' || c.company_no), 1, 32)) AS gsid,
    CASE WHEN c.has_salesforce THEN salesforce_id('0015f' || code(c.company_no)) END AS crm_id,
    coalesce(p.arr, 0) + CASE WHEN u(c.company_no, 'stated arr') < 0.3 THEN 2400 ELSE 0 END AS arr,
    35 + floor(u(c.company_no, 'score') * 60)::BIGINT AS score,
    pick(['Onboarding', 'Adoption', 'Value', 'Renewal'], u(c.company_no, 'stage')) AS stage,
    as_of() - to_days((20 + floor(u(c.company_no, 'company changed') * 100))::INTEGER) AS changed_at
FROM company AS c
LEFT JOIN paid AS p ON p.company_no = c.company_no
WHERE u(c.company_no, 'managed') < CASE WHEN c.has_salesforce THEN 1 ELSE 0.5 END
ORDER BY c.company_no;

CREATE TABLE success_goal AS
SELECT
    c.gsid, c.company, c.company_no * 8 + k AS g, k,
    CASE k WHEN 0 THEN 'plan' WHEN 1 THEN 'Objective' WHEN 2 THEN 'Objective' WHEN 3 THEN 'goal' ELSE 'Risk' END AS kind,
    ['Success plan', 'Roll out to all teams', 'Report without spreadsheets', 'Halve the time to close',
        'Fewer active users than a quarter ago'][k + 1] AS name,
    u(c.company_no * 8 + k, 'goal fate') AS fate,
    date_trunc('day', as_of() - to_days((60 + floor(u(c.company_no * 8 + k, 'goal age') * 300))::INTEGER)) + INTERVAL 10 HOUR AS created_at
FROM success_company AS c, unnest(range(5)) AS r (k)
WHERE u(c.company_no, 'has plan') < 0.8 AND u(c.company_no * 8 + k, 'has goal') < CASE WHEN k < 3 THEN 1 WHEN k = 3 THEN 0.5 ELSE 0.4 END
ORDER BY g;

CREATE TABLE success_entry AS
WITH entry AS (
    SELECT c.gsid, c.company, c.company_no * 8 + k AS g, k, u(c.company_no * 8 + k, 'entry') AS fate
    FROM success_company AS c, unnest(range(4)) AS r (k)
    WHERE u(c.company_no * 8 + k, 'has entry') < 0.65
)
SELECT
    *,
    CASE WHEN k = 3 THEN 'Update' WHEN fate < 0.3 THEN 'EBR' ELSE 'QBR' END AS kind,
    CASE k WHEN 0 THEN as_of() + to_days((8 + floor(fate * 50))::INTEGER) WHEN 3 THEN as_of() - to_days((2 + floor(fate * 60))::INTEGER)
        ELSE as_of() - to_days((k * 95 + floor(fate * 40))::INTEGER) END + INTERVAL 15 HOUR AS planned_at
FROM entry
ORDER BY g;

CREATE TABLE nps_person AS
SELECT n, (24000000 + n * 7)::VARCHAR AS record_id, lower(email) AS email, first_name || ' ' || last_name AS name,
    CASE WHEN u(n, 'nps user') < 0.4 THEN user_id END AS user_id, company, u(n, 'nps mood') AS mood
FROM person
WHERE with_accounts() AND u(n, 'asked') < CASE WHEN company_no IS NULL THEN 0.1 ELSE 0.4 END
ORDER BY n;

CREATE TABLE nps_answer AS
SELECT
    p.*, k, (91000000 + p.n * 8 + k)::VARCHAR AS answer_id,
    CASE WHEN k = 2 THEN 'csat' ELSE 'nps' END AS survey_type,
    CASE WHEN k = 2 THEN 1 + floor(mood * 5)::BIGINT
        ELSE least(10, floor(11 * pow(u(p.n * 8 + k, 'nps score') * 0.5 + mood * 0.5, 0.35)))::BIGINT END AS score,
    as_of() - to_seconds((86400 * (3 + k * 200 + 330 * u(p.n * 8 + k, 'nps day')))::BIGINT) AS answered_at
FROM nps_person AS p, unnest(range(3)) AS r (k)
WHERE u(p.n * 8 + k, 'answers') < [0.75, 0.5, 0.2][k + 1]
ORDER BY p.n, k;
