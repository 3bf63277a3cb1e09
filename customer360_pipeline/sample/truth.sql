-- What a perfect pipeline would find. Nothing here is read by the pipeline.

-- Which person each record of the identity room is of: contacts, guests of charges, people of marketing events, the
-- devices that the rules give to one person, and each user of a shared device.
CREATE VIEW bigquery_session AS
SELECT device_id, session_id, max(user_id) AS user_id, any_value(n) AS n, min(occurred_at) AS started_at,
    count(*) FILTER (event_name = 'page_view') AS page_views
FROM web
WHERE device_id IS NOT NULL
    AND NOT (n % 20 = 5 AND user_id IS NOT NULL AND session_id IS NOT NULL AND occurred_at < TIMESTAMP '2025-01-01')
GROUP BY device_id, session_id;

CREATE TABLE session AS
WITH device AS (
    SELECT device_id, count(DISTINCT user_id) AS users, max(user_id) AS only_user FROM bigquery_session GROUP BY device_id
),
person_of AS (
    SELECT DISTINCT user_id, n FROM web WHERE user_id IS NOT NULL
)
SELECT s.device_id, s.session_id, s.user_id, s.n, s.page_views, p.n AS attributed_n, d.users
FROM bigquery_session AS s
JOIN device AS d ON d.device_id = s.device_id
LEFT JOIN person_of AS p ON p.user_id = coalesce(s.user_id, CASE WHEN d.users = 1 THEN d.only_user END)
UNION ALL BY NAME
SELECT NULL AS device_id, session_id, user_id, n, count(*) FILTER (event_name = 'page_view') AS page_views, n AS attributed_n,
    1 AS users
FROM web
WHERE n % 20 = 5 AND user_id IS NOT NULL AND session_id IS NOT NULL AND occurred_at < TIMESTAMP '2025-01-01'
GROUP BY session_id, n, user_id;

CREATE VIEW truth_truth AS
SELECT 'contact' AS record_type, source, record_id, n AS person FROM contact
UNION ALL
SELECT 'contact', source, record_id, n FROM help_user
UNION ALL
SELECT 'device', 'ga4', device_id, min(attributed_n) FROM session WHERE users = 1 AND device_id IS NOT NULL
GROUP BY device_id
UNION ALL
SELECT 'device', 'ga4', device_id || '|' || user_id, min(attributed_n) FROM session
WHERE users > 1 AND user_id IS NOT NULL
GROUP BY device_id, user_id
UNION ALL
SELECT 'device', 'ga4', 'user:' || user_id, min(attributed_n) FROM session WHERE device_id IS NULL
GROUP BY user_id
UNION ALL
SELECT 'guest', 'stripe', 'guest:' || lower(coalesce(billing_email, receipt_email)), min(n) FROM charge
WHERE customer_id IS NULL AND livemode
GROUP BY ALL
UNION ALL
SELECT 'mention', 'marketing', coalesce('user:' || user_id, 'email:' || lower(email)), min(n) FROM marketing
GROUP BY ALL
UNION ALL
SELECT 'mention', 'segment', 'user:' || user_id, min(n) FROM product_event WHERE user_id IS NOT NULL GROUP BY user_id
UNION ALL
SELECT 'mention', 'auth0', 'email:' || user_name, min(n) FROM login WHERE type = 's' GROUP BY user_name
UNION ALL
SELECT 'mention', 'knowledge_base', 'email:' || lower(email), min(n) FROM article GROUP BY lower(email);

-- Which trap each record is in. `scored` says what resolving it right means: `together` with the person's other
-- contacts, or `apart` from the other people of the same `shared_by`, who carry the same value or live together.
CREATE VIEW traps_truth AS
WITH mistake AS (
    SELECT source, record_id, n, unnest([
        record_kind, 'email_' || email_kind, 'phone_' || phone_kind, 'name_' || name_kind, 'birth_' || birth_kind,
        CASE WHEN has_moved THEN 'conflicting_address' END, CASE WHEN copies > 1 THEN 'same_row_twice' END
    ]) AS trap
    FROM contact
),
household AS (
    SELECT home, coalesce(bool_or(is_namesake), false) AS has_namesakes, bool_or(is_twin) AS has_twins,
        bool_or(phone_kind = 'family') AS has_one_phone, bool_or(email_kind = 'household') AS has_one_mailbox
    FROM contact
    WHERE home IS NOT NULL
    GROUP BY home
),
shared AS (
    SELECT c.source, c.record_id, c.n, 'home ' || home AS shared_by, unnest([
        CASE WHEN has_namesakes THEN 'home_parent_and_child_of_one_name' END, CASE WHEN has_twins THEN 'home_twins' END,
        -- People of one name are the harder trap, and counted in that one alone.
        CASE WHEN has_one_phone AND NOT has_namesakes AND (phone_kind = 'family' OR c.n = home AND phone_kind IS NULL)
            THEN 'phone_family' END,
        CASE WHEN has_one_mailbox AND NOT has_namesakes AND (email_kind = 'household' OR c.n = home)
            THEN 'email_household' END
    ]) AS trap
    FROM contact AS c
    JOIN household USING (home)
    UNION ALL
    SELECT source, record_id, n, email, 'email_' || email_kind FROM contact WHERE email_kind IN ('placeholder', 'role_mailbox')
    UNION ALL
    SELECT source, record_id, n, phone, 'phone_placeholder' FROM contact WHERE phone_kind = 'placeholder'
    UNION ALL
    SELECT 'ga4', device_id || '|' || user_id, min(attributed_n), device_id, 'shared_device' FROM session
    WHERE users > 1 AND user_id IS NOT NULL
    GROUP BY device_id, user_id
),
money_and_events AS (
    SELECT 'stripe' AS source, charge_id AS record_id, n, unnest([
        CASE WHEN NOT livemode THEN 'test_mode' END, 'refund_' || refund_kind, 'dispute_' || dispute_status,
        CASE WHEN customer_id IS NULL THEN 'guest_charge' END,
        CASE WHEN status = 'succeeded' AND NOT captured THEN 'uncaptured' END,
        CASE WHEN currency = 'NGN' THEN 'currency_without_rate' WHEN currency IN ('JPY', 'KWD') THEN 'currency_decimals' END,
        CASE WHEN form = 'dashboard_old' AND amount_refunded > 0 THEN 'refund_without_object' END
    ]) AS trap
    FROM charge
    UNION ALL
    SELECT 'marketing', coalesce(user_id, email), n, 'same_event_twice' FROM marketing WHERE copies > 1
),
planted AS (
    SELECT trap, source, record_id, n, 'apart' AS scored, shared_by FROM shared
    UNION ALL
    SELECT trap, source, record_id, n, CASE WHEN trap <> 'phone_missing' THEN 'together' END, NULL FROM mistake
    WHERE trap NOT IN ('email_household', 'email_placeholder', 'email_role_mailbox', 'phone_family', 'phone_placeholder')
    UNION ALL
    SELECT trap, source, record_id, n, NULL, NULL FROM money_and_events
)
SELECT trap, source, record_id, n AS person, CASE
    WHEN trap IN ('email_missing', 'email_placeholder', 'email_role_mailbox') THEN 'links only by another key; the e-mail links nobody'
    WHEN trap = 'email_typo' THEN 'separate unless another key links'
    WHEN trap IN ('email_case', 'email_plus_tag', 'email_gmail_dots') THEN 'one customer: the same mailbox'
    WHEN trap = 'email_alternative' THEN 'one customer where user id, phone with name, or the source says so'
    WHEN trap = 'second_user' THEN 'stays apart by keys: two user ids'
    WHEN trap IN ('merge_loser', 'merge_winner') THEN 'one customer: the CRM merged them itself'
    WHEN trap IN ('duplicate', 'second_account') THEN 'one customer, several records'
    WHEN trap IN ('name_nickname', 'name_typo', 'name_upper_case') THEN 'one customer: the same given name'
    WHEN trap IN ('name_swapped', 'name_renamed', 'birth_transposed') THEN 'one customer where another field outweighs it'
    WHEN trap IN ('phone_family', 'shared_device') OR trap LIKE 'home_%' THEN 'not merged by this alone'
    WHEN trap = 'email_household' THEN 'two people: the given names differ'
    WHEN trap = 'phone_placeholder' THEN 'the phone links nobody'
    WHEN trap = 'deleted' THEN 'charges stay with the payer'
    WHEN trap LIKE 'same_%' THEN 'counted once, deduplicated in the ledger'
    WHEN trap IN ('test_mode', 'uncaptured', 'refund_failed', 'dispute_won', 'dispute_needs_response', 'dispute_warning_closed')
    THEN 'no effect on revenue' || CASE WHEN trap = 'test_mode' OR trap = 'uncaptured' THEN ' or orders' ELSE '' END
    WHEN trap LIKE 'refund_%' OR trap = 'dispute_lost' THEN 'less revenue'
    WHEN trap = 'guest_charge' THEN 'belongs to the customer with that e-mail'
    WHEN trap = 'currency_without_rate' THEN 'reported, not converted'
    WHEN trap = 'currency_decimals' THEN 'exact amount'
    ELSE 'kept as evidence' END AS expected, scored, shared_by
FROM planted
WHERE trap IS NOT NULL;

-- Paid orders and money per person and currency, in major units: captured, less settled refunds, less lost disputes.
CREATE VIEW orders_truth AS
SELECT
    person, currency, count(*) AS orders,
    major(sum(amount), currency) AS gross,
    major(sum(amount_refunded), currency) AS refunded,
    major(sum(CASE WHEN dispute_status = 'lost' THEN amount ELSE 0 END), currency) AS lost,
    major(sum(amount - amount_refunded - CASE WHEN dispute_status = 'lost' THEN amount ELSE 0 END), currency) AS net
FROM (SELECT n AS person, * FROM charge WHERE livemode AND status = 'succeeded' AND captured)
GROUP BY person, currency;

CREATE VIEW sessions_truth AS
SELECT attributed_n AS person, count(*) AS sessions, sum(page_views)::BIGINT AS page_views FROM session
GROUP BY attributed_n;

CREATE VIEW ledger_truth AS
WITH file AS (
    SELECT split_part(path, '/', 1) AS source, rows, malformed,
        CASE WHEN path LIKE 'stripe/customers%' THEN 'customers' WHEN path LIKE 'stripe/refunds%' THEN 'refunds'
            WHEN path LIKE 'stripe/disputes%' THEN 'disputes' WHEN path LIKE 'stripe/subscriptions%' THEN 'subscriptions'
            WHEN path LIKE 'stripe/invoices%' THEN 'invoices' WHEN path LIKE 'stripe/products%' THEN 'products'
            WHEN path LIKE 'stripe/prices%' THEN 'prices' WHEN path LIKE 'stripe/credit%' THEN 'credit_notes'
            WHEN path LIKE 'stripe/customer_balance%' THEN 'balance_transactions' WHEN path LIKE 'stripe/%' THEN 'charges'
            WHEN path LIKE 'zendesk/ticket_metrics%' THEN 'ticket_metrics' WHEN path LIKE 'zendesk/satis%' THEN 'satisfaction_ratings'
            WHEN path LIKE 'zendesk/survey%' THEN 'survey_responses' WHEN path LIKE 'zendesk/users%' THEN 'users'
            WHEN path LIKE 'zendesk/organizations%' THEN 'organizations' WHEN path LIKE 'zendesk/%' THEN 'tickets'
            WHEN path LIKE 'intercom/conversations%' THEN 'conversations'
            WHEN path LIKE '%companies%' THEN 'companies' WHEN path LIKE '%Account%' THEN 'accounts'
            WHEN path LIKE 'mailchimp/granular%' THEN 'activity' WHEN path LIKE 'mailchimp/%' THEN 'members'
            WHEN path LIKE 'marketing/%' OR path LIKE 'ga4/%' OR path LIKE 'segment/%' THEN 'events'
            WHEN path LIKE 'auth0/%' THEN 'logs' WHEN path LIKE 'knowledge_base/%' THEN 'interactions'
            WHEN path LIKE 'entitlements/%' THEN 'seats' WHEN path LIKE 'feature_catalogue/%' THEN 'features'
            ELSE 'contacts' END AS entity,
        -- A list object or a page of an API is one line that holds many records.
        CASE WHEN path LIKE '%page_1.json' THEN (SELECT count(*) FROM contact WHERE source = 'stripe' AND n <= 60)
            WHEN path = 'zendesk/incremental_tickets_1.json' THEN (SELECT count(*) FROM ticket
                WHERE source = 'zendesk' AND NOT is_in_csv AND (k % 2 = 0 OR is_repeated))
            ELSE rows END AS records
    FROM written
),
extra AS (
    SELECT source, 'contacts' AS entity, sum(copies - 1)::BIGINT AS twice, 0 AS test FROM contact GROUP BY source
    UNION ALL
    SELECT 'marketing', 'events', sum(copies - 1)::BIGINT, 0 FROM marketing
    UNION ALL
    SELECT 'zendesk', 'tickets', count(*) FILTER (is_repeated), 0 FROM ticket
    UNION ALL
    SELECT 'segment', 'events', sum(copies - 1)::BIGINT, 0 FROM product_event
    UNION ALL
    SELECT 'stripe', 'charges', 0, count(*) FILTER (NOT livemode) FROM charge
)
SELECT
    f.source, f.entity, sum(f.records)::BIGINT AS physical_records,
    (sum(f.records) - sum(f.malformed) - coalesce(any_value(e.twice), 0) - coalesce(any_value(e.test), 0))::BIGINT AS accepted,
    sum(f.malformed)::BIGINT AS quarantined, coalesce(any_value(e.twice), 0)::BIGINT AS deduplicated,
    coalesce(any_value(e.test), 0)::BIGINT AS test_mode
FROM file AS f
LEFT JOIN extra AS e ON e.source = f.source AND e.entity = f.entity
GROUP BY f.source, f.entity;

CREATE VIEW totals_truth AS
SELECT 'people' AS figure, people()::VARCHAR AS value
UNION ALL SELECT 'people_with_orders', count(DISTINCT person)::VARCHAR FROM orders_truth
UNION ALL SELECT 'orders', sum(orders)::VARCHAR FROM orders_truth
UNION ALL SELECT 'net_revenue_' || currency, sum(net)::DECIMAL(18, 3)::VARCHAR FROM orders_truth GROUP BY currency
UNION ALL SELECT 'sessions', count(*)::VARCHAR FROM session
UNION ALL SELECT 'sessions_unattributed', count(*)::VARCHAR FROM session WHERE attributed_n IS NULL
UNION ALL SELECT 'page_views', sum(page_views)::VARCHAR FROM session
UNION ALL SELECT 'events_without_device', count(*)::VARCHAR FROM web WHERE device_id IS NULL
UNION ALL SELECT 'records', count(*)::VARCHAR FROM truth_truth;
