-- How each account and we deal with each other: meetings, the people who carry the relation, what may be sold. One row per
-- account.
-- depends: profile.accounts, metrics.account_engagement, metrics.account_contacts, metrics.account_pipeline, metrics.zeros
-- column: account_id VARCHAR | The account.
-- column: meetings_90d BIGINT | Meetings of the 90 days before as_of; NULL when no activities were read.
-- columns: metrics.account_engagement only meeting_cadence, responsiveness
-- column: last_meeting_date DATE | Latest meeting.
-- column: next_meeting_date DATE | The next planned meeting.
-- column: last_contact_date DATE | Latest call, e-mail or meeting that reached somebody.
-- column: champion_id VARCHAR | Customer who champions us there.
-- column: champion_kind VARCHAR | observed (a CRM says so) or inferred (took part most).
-- column: executive_sponsor_id VARCHAR | Customer who is the executive sponsor.
-- column: executive_sponsor_kind VARCHAR | observed (a CRM says so) or inferred (the highest title that met us).
-- column: open_opportunities BIGINT | Open opportunities; NULL when no opportunities were read.
-- column: open_pipeline_value DECIMAL(18,2) | Their amounts; NULL when none can be told.
-- column: weighted_pipeline_value DECIMAL(18,2) | Amounts times probabilities.
-- columns: metrics.account_pipeline only win_rate, avg_deal_value
-- column: stale_opportunities BIGINT | Open ones that have not changed for long.
-- unique: account_id
-- not_null: account_id
WITH roles AS (
    SELECT
        account_id,
        MAX(CASE WHEN role = 'champion' THEN customer_id END) AS champion_id,
        MAX(CASE WHEN role = 'champion' THEN kind END) AS champion_kind,
        MAX(CASE WHEN role = 'executive_sponsor' THEN customer_id END) AS executive_sponsor_id,
        MAX(CASE WHEN role = 'executive_sponsor' THEN kind END) AS executive_sponsor_kind
    FROM metrics.account_contacts
    WHERE is_main
    GROUP BY account_id
)
SELECT
    a.account_id,
    COALESCE(g.meetings_90d, z.activities) AS meetings_90d,
    g.meeting_cadence,
    g.responsiveness,
    CAST(g.last_meeting_at AS DATE) AS last_meeting_date,
    CAST(g.next_meeting_at AS DATE) AS next_meeting_date,
    CAST(g.last_contact_at AS DATE) AS last_contact_date,
    o.champion_id, o.champion_kind, o.executive_sponsor_id, o.executive_sponsor_kind,
    COALESCE(p.open_opportunities, z.opportunities) AS open_opportunities,
    COALESCE(p.open_value, without_opportunity.opportunities) AS open_pipeline_value,
    COALESCE(p.weighted_value, without_opportunity.opportunities) AS weighted_pipeline_value,
    p.win_rate,
    p.avg_deal_value,
    COALESCE(p.stale_opportunities, z.opportunities) AS stale_opportunities
FROM profile.accounts AS a
CROSS JOIN metrics.zeros AS z
LEFT JOIN metrics.account_engagement AS g ON g.account_id = a.account_id
LEFT JOIN roles AS o ON o.account_id = a.account_id
LEFT JOIN metrics.account_pipeline AS p ON p.account_id = a.account_id
-- Opportunities whose amounts are not known are worth NULL, not 0.
LEFT JOIN metrics.zeros AS without_opportunity ON p.account_id IS NULL
