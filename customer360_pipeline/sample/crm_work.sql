-- What the CRMs know of the work with companies: who looks after them, calls, e-mails and meetings with their people, and
-- what may be sold. Planted: calls that reached nobody, meetings called off, missed and never marked as held, reviews that lie
-- ahead, companies gone quiet, a lead without a company, a deal that two CRMs hold, amounts missing and without a rate, deals
-- that nobody touches, a company that Dynamics merged into another.
CREATE TABLE colleague AS
SELECT i, CASE WHEN i <= 3 THEN 'Success Manager' ELSE 'Account Executive' END AS first_name,
    ['One', 'Two', 'Three'][1 + (i - 1) % 3] AS last_name, i <= 3 AS is_csm,
    lower(replace(CASE WHEN i <= 3 THEN 'success' ELSE 'sales' END || '.' || ['One', 'Two', 'Three'][1 + (i - 1) % 3], ' ', '.'))
        || '@vendor.example' AS email,
    '+1202555010' || i AS phone
FROM range(1, 7) AS t(i);

-- One in four companies is in Dynamics too, with half of its people.
INSERT INTO contact BY NAME
SELECT
    n, home, is_namesake, is_twin, 'dynamics' AS source, 0 AS copy, false AS has_moved, 1 AS copies,
    guid('contact', n) AS record_id, email, CASE WHEN u(n, 'dynamics phone') < 0.5 THEN phone END AS phone, first_name,
    last_name, company, domain, company_no, job_title, currency, street, city, region, postal_code, country,
    false AS is_deleted, date_trunc('second', since) AS created_at, as_of() - INTERVAL 30 DAY AS updated_at
FROM person
WHERE with_accounts() AND company_no IS NOT NULL AND u(company_no, 'in dynamics') < 0.25 AND u(n, 'in dynamics') < 0.5
ORDER BY n;

CREATE TABLE crm_person AS
SELECT
    source, CASE source WHEN 'hubspot' THEN 1 WHEN 'salesforce' THEN 2 ELSE 3 END AS code, company_no, record_id, n,
    row_number() OVER (PARTITION BY source, company_no ORDER BY n, copy) AS i,
    lead(record_id) OVER (PARTITION BY source, company_no ORDER BY n, copy) AS next_id
FROM contact
WHERE with_accounts() AND source IN ('hubspot', 'salesforce', 'dynamics') AND company_no IS NOT NULL
    AND record_kind IS DISTINCT FROM 'merge_loser' AND copy = 0;

CREATE TABLE crm_company AS
SELECT
    source, code, company_no, company_name(company_no) AS company, company_domain(company_no) AS domain,
    CASE source WHEN 'hubspot' THEN (8000000000 + company_no * 3)::VARCHAR
        WHEN 'salesforce' THEN salesforce_id('0015f' || code(company_no)) ELSE guid('account', company_no) END AS account_id,
    u(company_no, 'engaged') AS engaged, u(company_no, 'quiet') < 0.2 AS is_quiet, u(company_no, 'plans') < 0.4 AS plans,
    1 + floor(u(company_no, 'csm') * 3)::BIGINT AS csm, 4 + floor(u(company_no, 'ae') * 3)::BIGINT AS ae,
    CASE WHEN u(company_no, 'money') < 0.7 THEN 'USD' WHEN u(company_no, 'money') < 0.92 THEN 'EUR' ELSE 'NGN' END AS currency
FROM (SELECT DISTINCT source, code, company_no FROM crm_person)
ORDER BY code, company_no;

CREATE TABLE crm_activity AS
WITH slot AS (
    SELECT
        p.source, p.code, p.record_id, p.next_id, p.i, p.company_no, c.account_id, c.engaged, c.is_quiet, c.plans,
        CASE WHEN u(p.n, 'deals with') < 0.5 THEN c.csm ELSE c.ae END AS colleague_no,
        (p.n * 4 + p.code) * 16 + unnest(range(1 + floor(c.engaged * 7 * u(p.n, 'takes part'))::BIGINT)) AS k
    FROM crm_person AS p
    JOIN crm_company AS c ON c.source = p.source AND c.company_no = p.company_no
),
drawn AS (
    SELECT
        *, plans AND i = 1 AND k % 16 = 0 AS is_ahead,
        CASE WHEN plans AND i = 1 AND k % 16 = 0 THEN 'meeting' WHEN u(k, 'what') < 0.45 THEN 'email'
            WHEN u(k, 'what') < 0.75 THEN 'call' ELSE 'meeting' END AS kind,
        u(k, 'came of it') AS fate, u(k, 'inbound') < 0.45 AS is_inbound,
        date_trunc('minute', as_of() - to_seconds((86400 * (1 + CASE WHEN is_quiet THEN 95 ELSE 0 END
            + 480 * pow(u(k, 'when'), 1.4)))::BIGINT)) AS past_at,
        date_trunc('hour', as_of() + to_seconds((86400 * (2 + 40 * u(k, 'when')))::BIGINT)) AS future_at
    FROM slot
)
SELECT
    *, CASE WHEN is_ahead THEN future_at ELSE past_at END AS occurred_at,
    CASE WHEN is_ahead THEN as_of() - INTERVAL 6 DAY ELSE past_at END AS written_at,
    1 + floor(u(k, 'long') * 55)::BIGINT AS minutes,
    CASE kind WHEN 'meeting' THEN CASE WHEN u(k, 'review') < 0.3 THEN 'Quarterly business review' ELSE 'Check-in' END
        WHEN 'email' THEN CASE WHEN is_inbound THEN 'Re: next steps' ELSE 'Next steps' END ELSE 'Call' END AS subject
FROM drawn
ORDER BY k;

CREATE TABLE crm_deal AS
WITH slot AS (
    SELECT c.*, (c.company_no * 4 + c.code) * 4 + unnest(range(floor(u(c.company_no, 'deals') * 3.4)::BIGINT)) AS k
    FROM crm_company AS c
),
dated AS (
    SELECT
        *, date_trunc('second', as_of() - to_seconds((86400 * (15 + 480 * u(k, 'deal since')))::BIGINT)) AS created_at,
        4 + 30 * u(k, 'pace') AS pace, u(k, 'deal fate') AS fate,
        -- Somebody looks at half of the open ones every few weeks.
        CASE WHEN u(k, 'tended') < 0.5 THEN date_trunc('second', as_of() - to_seconds((86400 * (1 + 24 * u(k, 'looks'))::BIGINT)))
            ELSE TIMESTAMP '2000-01-01' END AS tended_at,
        CASE WHEN u(k, 'no amount') < 0.08 THEN NULL ELSE 1000 * (2 + floor(u(k, 'amount') * 58)::BIGINT) END AS amount
    FROM slot
),
reached AS (
    SELECT
        *, floor(date_diff('second', created_at, as_of()) / (86400 * pace))::BIGINT AS possible,
        guid('deal', k) AS guid, (330000000 + k * 7)::VARCHAR AS number, salesforce_id('0065f' || code(k)) AS salesforce_key
    FROM dated
)
SELECT
    *, CASE WHEN possible >= 4 AND fate < 0.4 THEN 'won' WHEN possible >= 4 AND fate < 0.65 THEN 'lost' ELSE 'open' END AS status,
    CASE WHEN possible >= 4 AND fate < 0.65 THEN 4 ELSE least(3, possible, floor(u(k, 'stands') * 4)::BIGINT) END AS stage,
    -- The same deal in both: HubSpot's connector keeps the two in step.
    code = 1 AND k % 4 = 0 AND EXISTS (SELECT 1 FROM crm_company AS o WHERE o.code = 2 AND o.company_no = reached.company_no)
        AS is_synced
FROM reached
ORDER BY k;

-- When a deal came into each of its stages, from 0.
CREATE TABLE crm_stage AS
SELECT
    *, created_at + to_seconds((86400 * pace * s)::BIGINT) AS entered_at,
    ['appointmentscheduled', 'qualifiedtobuy', 'presentationscheduled', 'contractsent',
        CASE status WHEN 'won' THEN 'closedwon' ELSE 'closedlost' END][1 + s] AS hubspot_stage,
    ['Prospecting', 'Qualification', 'Proposal/Price Quote', 'Negotiation/Review',
        CASE status WHEN 'won' THEN 'Closed Won' ELSE 'Closed Lost' END][1 + s] AS salesforce_stage,
    [10, 20, 50, 75, CASE status WHEN 'won' THEN 100 ELSE 0 END][1 + s] AS probability
FROM (SELECT *, unnest(range(stage + 1)) AS s FROM crm_deal)
ORDER BY k, s;
