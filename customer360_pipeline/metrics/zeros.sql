-- What a figure is for whom nothing is known: 0 where its source was read, NULL (unknown) where it was not. One row. Tables
-- that show a row for everybody say COALESCE(figure, zeros.<source>), and no other place decides it.
-- depends: profile.sources, profile.shapes_read, staging.charges, staging.subscriptions, staging.invoices, staging.balance_changes, staging.activities, staging.opportunities, metrics.goals_as_of, metrics.nps_answers, metrics.usage_window
-- column: payments INTEGER | Charges were read, of anybody, or a file for them that holds none.
-- column: subscriptions INTEGER | Subscriptions were, likewise: recurring revenue and contracts follow from them alone.
-- column: invoices INTEGER | Invoices were, likewise.
-- column: balances INTEGER | Changes of credit or cash were, likewise.
-- column: analytics INTEGER | Analytics was read.
-- column: marketing INTEGER | A marketing tool was read.
-- column: support INTEGER | A help desk was read.
-- column: activities INTEGER | Calls, e-mails or meetings were read, of anybody.
-- column: opportunities INTEGER | Opportunities were read.
-- column: goals INTEGER | Goals or calls to action were read.
-- column: surveys INTEGER | Answers to an NPS survey were read.
-- column: product_events INTEGER | Product events tell of the last 30 days.
-- column: earlier_product_events INTEGER | They tell of the 30 days before too.
-- column: logins INTEGER | Logins were read.
WITH sources AS (
    SELECT
        MAX(CASE WHEN category = 'analytics' AND is_present THEN 0 END) AS analytics,
        MAX(CASE WHEN category = 'marketing' AND is_present THEN 0 END) AS marketing,
        MAX(CASE WHEN category = 'support' AND is_present THEN 0 END) AS support
    FROM profile.sources
),
-- A payment system may export charges, subscriptions or invoices alone: each says nothing of the others. A file without a row
-- says that there is none; rows without a file of today are those of the runs before.
facts AS (
    SELECT shape FROM profile.shapes_read
    UNION ALL
    SELECT MIN('charge') FROM staging.charges
    UNION ALL
    SELECT MIN('subscription') FROM staging.subscriptions
    UNION ALL
    SELECT MIN('invoice') FROM staging.invoices
    UNION ALL
    SELECT MIN('balance_transaction') FROM staging.balance_changes
)
SELECT
    (SELECT MIN(0) FROM facts WHERE shape = 'charge') AS payments,
    (SELECT MIN(0) FROM facts WHERE shape = 'subscription') AS subscriptions,
    (SELECT MIN(0) FROM facts WHERE shape = 'invoice') AS invoices,
    (SELECT MIN(0) FROM facts WHERE shape = 'balance_transaction') AS balances,
    s.analytics,
    s.marketing,
    s.support,
    -- CRMs and customer success tools differ in what they hold: what nobody's file tells of is not 0.
    (SELECT MIN(0) FROM staging.activities) AS activities,
    (SELECT MIN(0) FROM staging.opportunities) AS opportunities,
    (SELECT MIN(0) FROM metrics.goals_as_of) AS goals,
    (SELECT MIN(0) FROM metrics.nps_answers) AS surveys,
    CASE WHEN w.is_known THEN 0 END AS product_events,
    CASE WHEN w.is_prev_known THEN 0 END AS earlier_product_events,
    CASE WHEN w.has_logins THEN 0 END AS logins
FROM sources AS s
CROSS JOIN metrics.usage_window AS w
