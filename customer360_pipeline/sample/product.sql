-- Who uses the product, on which of the last 75 days and for what; who logged in, who read help articles, and the seats that
-- companies have. Planted: use that ends, fades and begins; events that arrive days late, twice, or before a login; events
-- that servers send; seats without a limit, replaced, ended, of nobody; logins that fail, of strangers too.
CREATE TABLE product_user AS
SELECT
    n, user_id, email, company_no, 0.05 + 0.6 * pow(u(n, 'habit'), 2) AS habit, 0.4 + 0.6 * u(n, 'reach') AS reach,
    CASE WHEN u(n, 'use fate') < 0.1 THEN 'stops' WHEN u(n, 'use fate') < 0.2 THEN 'fades'
        WHEN u(n, 'use fate') < 0.3 THEN 'begins' ELSE 'stays' END AS fate
FROM person
WHERE with_accounts() AND user_id IS NOT NULL AND since < as_of() - INTERVAL 80 DAY
    AND u(n, 'product') < CASE WHEN company_no IS NULL THEN 0.12 ELSE 0.62 END
ORDER BY n;

CREATE TABLE product_day AS
SELECT *, n * 512 + d * 4 AS k, as_of() - to_days((d + 1)::INTEGER) AS day
FROM (SELECT *, unnest(range(75)) AS d FROM product_user)
WHERE u(n * 128 + d, 'active') < habit
    * CASE WHEN isodow(as_of() - to_days((d + 1)::INTEGER)) > 5 THEN 0.25 ELSE 1 END
    * CASE fate WHEN 'stops' THEN (d >= 33)::INTEGER WHEN 'fades' THEN CASE WHEN d >= 30 THEN 1 ELSE 0.3 END
        WHEN 'begins' THEN (d <= 20)::INTEGER ELSE 1 END
ORDER BY n, d;

CREATE MACRO product_events() AS ['Dashboard Viewed', 'Report Opened', 'Search Performed', 'Report Exported', 'Comment Added',
    'Automation Saved', 'Integration Connected', 'API Key Used'];

CREATE TABLE product_event AS
WITH used AS (
    SELECT
        n, k + e AS k, 'track' AS type, pick(product_events(), pow(u(k + e, 'event'), 1.6) * reach) AS event,
        user_id, company_no, NULL AS email,
        day + to_seconds((25200 + floor(u(k + e, 'time') * 46800))::BIGINT) AS occurred_at
    FROM (SELECT *, unnest(range(1 + floor(u(k, 'events') * 3)::BIGINT)) AS e FROM product_day)
),
first_days AS (
    SELECT n, min(day) AS day FROM product_day GROUP BY n
),
told AS (
    SELECT p.n, p.n * 512 + 500 AS k, 'identify' AS type, NULL AS event, p.user_id, p.company_no, p.email,
        f.day + INTERVAL 6 HOUR AS occurred_at
    FROM product_user AS p
    JOIN first_days AS f ON f.n = p.n
    UNION ALL
    SELECT min(p.n), min(p.n) * 512 + 501, 'group', NULL, min_by(p.user_id, p.n), p.company_no, NULL,
        min_by(f.day, p.n) + INTERVAL 361 MINUTE
    FROM product_user AS p
    JOIN first_days AS f ON f.n = p.n
    WHERE p.company_no IS NOT NULL
    GROUP BY p.company_no
    UNION ALL
    SELECT p.n, p.n * 512 + 502 + i, 'page', 'Pricing', NULL, NULL, NULL, f.day + to_seconds((18000 + i * 40)::BIGINT)
    FROM product_user AS p
    JOIN first_days AS f ON f.n = p.n
    CROSS JOIN (SELECT unnest(range(2)) AS i) AS pages
    WHERE u(p.n, 'visits first') < 0.4
    UNION ALL
    SELECT v.n, v.n * 512 + 504 + v.k % 4, 'track', 'Invoice Paid', p.user_id, p.company_no, NULL, v.paid_at
    FROM invoice AS v
    JOIN product_user AS p ON p.n = v.n
    WHERE v.paid_at >= as_of() - INTERVAL 75 DAY AND v.paid_at < as_of()
)
SELECT
    *, occurred_at + CASE WHEN u(k, 'late') < 0.02 THEN INTERVAL 3 DAY ELSE INTERVAL 2 SECOND END AS received_at,
    CASE WHEN u(k, 'twice') < 0.015 THEN 2 ELSE 1 END AS copies
FROM (SELECT * FROM used UNION ALL SELECT * FROM told)
ORDER BY received_at, k;

CREATE TABLE login AS
WITH tried AS (
    SELECT
        n, k, email, user_id, day + to_seconds((24000 + floor(u(k, 'login time') * 20000))::BIGINT) AS occurred_at,
        unnest(CASE WHEN u(k, 'login fails') < 0.06 THEN ['fp', 's', 'seacft'] ELSE ['s', 'seacft'] END) AS type
    FROM product_day
    WHERE d < 30 AND u(k, 'logs in') < 0.35
)
SELECT n, k, type, 'auth0|' || user_id AS user_id, lower(email) AS user_name,
    occurred_at + CASE type WHEN 'fp' THEN INTERVAL 0 SECOND WHEN 's' THEN INTERVAL 20 SECOND ELSE INTERVAL 21 SECOND END
        AS occurred_at
FROM tried
UNION ALL
SELECT n, k, 'fu', '', 'stranger' || k || '@nowhere.example', occurred_at - INTERVAL 1 HOUR
FROM tried
WHERE type = 's' AND u(k, 'stranger') < 0.02
ORDER BY occurred_at, k, type;

CREATE TABLE article AS
SELECT
    n, n * 8 + j AS k, email,
    ['view', 'view', 'view', 'upvote', 'downvote'][1 + floor(u(n * 8 + j, 'article act') * 5)::BIGINT] AS action,
    1 + floor(u(n * 8 + j, 'article') * 6)::BIGINT AS article,
    date_trunc('second', as_of() - to_seconds((u(n * 8 + j, 'article time') * 9000000)::BIGINT)) AS occurred_at
FROM (
    SELECT n, email, unnest(range(1 + floor(u(n, 'articles') * 3)::BIGINT)) AS j
    FROM person
    WHERE with_accounts() AND user_id IS NOT NULL AND u(n, 'reads help') < 0.16
)
ORDER BY n, k;

CREATE TABLE seat AS
WITH company AS (
    SELECT company_no, count(*) AS users FROM product_user WHERE company_no IS NOT NULL GROUP BY company_no
),
told AS (
    SELECT
        *, u(company_no, 'seat fate') AS fate,
        CASE WHEN u(company_no, 'as written') < 0.7 THEN company_domain(company_no) ELSE company_name(company_no) END AS account,
        CASE WHEN u(company_no, 'bought') < 0.4 THEN 'business' ELSE 'team' END AS plan,
        greatest(1, round(users * (0.7 + 1.8 * u(company_no, 'seat count'))))::BIGINT AS seats
    FROM company
    WHERE u(company_no, 'has seats') < 0.85
)
SELECT company_no, 0 AS line, account, 'Workspace' AS product, plan, CASE WHEN fate < 0.08 THEN 'unlimited' WHEN fate < 0.14 THEN '-1'
    ELSE seats::VARCHAR END AS seats, NULL AS add_on, DATE '2026-01-01' AS valid_from, NULL AS valid_to
FROM told
UNION ALL
-- A larger contract since September, and nobody ended the line before.
SELECT company_no, 1, account, 'Workspace', 'business', (seats + 5)::VARCHAR, NULL, DATE '2026-09-01', NULL
FROM told WHERE fate > 0.85
UNION ALL
SELECT company_no, 2, account, 'Workspace', plan, '2', 'More seats', DATE '2026-06-01', NULL
FROM told WHERE fate BETWEEN 0.4 AND 0.55
UNION ALL
SELECT company_no, 3, account, 'Gateway', 'business', '3', NULL, DATE '2025-01-01', CASE WHEN fate < 0.5 THEN DATE '2026-03-31' END
FROM told WHERE u(company_no, 'gateway') < 0.5
UNION ALL
SELECT people() + 1, 0, 'Globex Holding', 'Workspace', 'team', '12', NULL, DATE '2026-01-01', NULL
ORDER BY company_no, line;
