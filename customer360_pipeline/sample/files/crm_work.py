"""What HubSpot, Salesforce and Dynamics export of the work with companies."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

_LOCAL = "strftime(({0} AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York', '%Y-%m-%d %H:%M')"
_ISO = "strftime({0}, '%Y-%m-%dT%H:%M:%SZ')"
_GMT = "strftime({0}, '%Y-%m-%d %H:%M:%S')"
_OWNER = "(50100000 + {0})::VARCHAR"
_USER = "salesforce_id('0055f00000' || lpad({0}::VARCHAR, 5, '0'))"
_PEOPLE = "concat_ws(';', record_id, CASE WHEN k % 3 = 0 THEN next_id END)"
_VIEW = "@OData.Community.Display.V1.FormattedValue"

# HubSpot's own id of each outcome of a call, the same in every portal.
_DISPOSITION = """CASE WHEN fate < 0.55 THEN 'Connected' WHEN fate < 0.8 THEN 'No answer'
    WHEN fate < 0.95 THEN 'Left voicemail' ELSE 'Busy' END"""
_OUTCOME = """CASE WHEN is_ahead THEN 'SCHEDULED' WHEN fate < 0.06 THEN 'CANCELED' WHEN fate < 0.1 THEN 'NO_SHOW'
    WHEN fate < 0.5 THEN 'COMPLETED' ELSE 'SCHEDULED' END"""


def _changed(entered_at: str) -> str:
    """SQL of when a deal was changed last, which may be after it came into its stage."""
    return f"CASE WHEN status = 'open' THEN greatest({entered_at}, tended_at) ELSE {entered_at} END"


def _hubspot() -> list[File]:
    work = "FROM crm_activity WHERE source = 'hubspot' AND kind = '{0}' ORDER BY k"
    common = f"""'{{0}}' || k AS "Record ID", {_LOCAL.format("occurred_at")} AS "Activity date",
        (SELECT first_name || ' ' || last_name FROM colleague WHERE i = colleague_no) AS "Activity assigned to",
        {_PEOPLE} AS "Associated Contact IDs", account_id AS "Associated Company IDs",
        account_id AS "Associated Company IDs (Primary)", {_LOCAL.format("written_at")} AS "Create date" """
    return [
        File("hubspot/owners.jsonl", "line", f"""
             SELECT to_json({{'id': {_OWNER.format("i")}, 'email': email, 'type': 'PERSON', 'firstName': first_name,
                 'lastName': last_name, 'userId': 880000 + i, 'archived': false,
                 'updatedAt': '2026-01-05T09:00:00.000Z'}})::VARCHAR AS line FROM colleague ORDER BY i"""),
        File("hubspot/hubspot-crm-exports-all-calls-2026-11-01.csv", "csv", f"""
             SELECT {common.format("7")}, subject AS "Call Title",
                 CASE WHEN is_inbound THEN 'INBOUND' ELSE 'OUTBOUND' END AS "Call direction",
                 CASE WHEN fate < 0.55 THEN minutes * 60000 + k % 1000 ELSE 0 END AS "Call duration",
                 {_DISPOSITION} AS "Call outcome", 'COMPLETED' AS "Call status" {work.format("call")}"""),
        File("hubspot/hubspot-crm-exports-all-emails-2026-11-01.csv", "csv", f"""
             SELECT {common.format("8")}, subject AS "Email subject",
                 CASE WHEN is_inbound THEN 'INCOMING_EMAIL' ELSE 'EMAIL' END AS "Email direction",
                 CASE WHEN is_inbound THEN NULL WHEN fate < 0.04 THEN 'BOUNCED' ELSE 'SENT' END AS "Email send status"
             {work.format("email")}"""),
        File("hubspot/meetings.jsonl", "line", f"""
             SELECT to_json({{'id': '9' || k, 'properties': {{'hs_timestamp': {_ISO.format("occurred_at")},
                 'hs_meeting_title': subject, 'hs_meeting_start_time': {_ISO.format("occurred_at")},
                 'hs_meeting_end_time': {_ISO.format("occurred_at + to_minutes(minutes)")},
                 'hs_meeting_outcome': {_OUTCOME}, 'hubspot_owner_id': {_OWNER.format("colleague_no")}}},
                 'associations': {{'contacts': {{'results': list_transform(string_split({_PEOPLE}, ';'),
                     lambda x: {{'id': x, 'type': 'meeting_event_to_contact'}})}},
                     'companies': {{'results': [{{'id': account_id, 'type': 'meeting_event_to_company'}}]}}}},
                 'createdAt': {_ISO.format("written_at")}, 'updatedAt': {_ISO.format("written_at")},
                 'archived': false}})::VARCHAR AS line {work.format("meeting")}"""),
        _deals(),
    ]  # fmt: skip


def _deals() -> File:
    history = f"""(SELECT list({{'value': hubspot_stage, 'timestamp': {_ISO.format("entered_at")},
        'sourceType': 'CRM_UI'}} ORDER BY s DESC) FROM crm_stage AS h WHERE h.k = d.k)"""
    last = "(SELECT max({0}) FROM crm_stage AS h WHERE h.k = d.k AND h.s = d.stage)"
    # HubSpot keeps a number as text, and a share where Salesforce has a percentage.
    return File("hubspot/deals.jsonl", "line", f"""
        SELECT to_json({{'id': number, 'properties': {{'dealname': company || ' ' || (1 + k % 4), 'pipeline': 'default',
            'dealstage': {last.format("hubspot_stage")}, 'amount': amount::VARCHAR, 'deal_currency_code': currency,
            'hs_deal_stage_probability': ({last.format("probability")} / 100.0)::VARCHAR,
            'hs_is_closed': (status <> 'open')::VARCHAR, 'hs_is_closed_won': (status = 'won')::VARCHAR,
            'hubspot_owner_id': {_OWNER.format("ae")},
            'closedate': {_ISO.format("created_at + to_seconds((86400 * pace * 4)::BIGINT)")},
            'hs_salesforceopportunityid': CASE WHEN is_synced THEN
                (SELECT min(o.salesforce_key) FROM crm_deal AS o WHERE o.code = 2 AND o.company_no = d.company_no)
                END}},
            'propertiesWithHistory': {{'dealstage': {history}}},
            'associations': {{'companies': {{'results': [{{'id': account_id, 'type': 'deal_to_company'}}]}},
                'contacts': {{'results': [{{'id': (SELECT min(record_id) FROM crm_person AS p WHERE p.code = 1
                    AND p.company_no = d.company_no AND p.i = 1), 'type': 'deal_to_contact'}}]}}}},
            'createdAt': {_ISO.format("created_at")}, 'updatedAt': {_ISO.format(_changed(last.format("entered_at")))},
            'archived': false}})::VARCHAR AS line
        FROM crm_deal AS d WHERE code = 1 ORDER BY k""")  # fmt: skip


def _salesforce() -> list[File]:
    work = "FROM crm_activity WHERE source = 'salesforce' AND {0} ORDER BY k"
    key = "salesforce_id('{0}5f' || code(k))"
    # One call in eight is with a lead, whom no account is known of.
    who = "CASE WHEN k % 8 = 5 THEN salesforce_id('00Q5f' || code(k)) ELSE record_id END"
    return [
        File("salesforce/User.csv", "csv", f"""
             SELECT {_USER.format("i")} AS "Id", first_name || ' ' || last_name AS "Name", first_name AS "FirstName",
                 last_name AS "LastName", email AS "Email", phone AS "Phone", 1 AS "IsActive",
                 '2026-01-05 09:00:00' AS "SystemModstamp" FROM colleague ORDER BY i"""),
        File("salesforce/AccountTeamMember.csv", "csv", f"""
             SELECT salesforce_id('01M5f' || code(company_no)) AS "Id", account_id AS "AccountId",
                 {_USER.format("csm")} AS "UserId", 'Customer Success Manager' AS "TeamMemberRole", 0 AS "IsDeleted",
                 '2026-01-05 09:00:00' AS "SystemModstamp"
             FROM crm_company WHERE code = 2 AND u(company_no, 'team') < 0.8 ORDER BY company_no"""),
        File("salesforce/Task.csv", "csv", f"""
             SELECT {key.format("00T")} AS "Id", {who} AS "WhoId",
                 CASE WHEN k % 8 <> 5 THEN account_id END AS "WhatId",
                 CASE WHEN k % 8 <> 5 THEN account_id END AS "AccountId",
                 CASE kind WHEN 'call' THEN 'Call' ELSE 'Email' END AS "TaskSubtype", NULL AS "Type",
                 subject AS "Subject", 'Completed' AS "Status", {_USER.format("colleague_no")} AS "OwnerId",
                 CASE WHEN kind = 'call' THEN CASE WHEN is_inbound THEN 'Inbound' ELSE 'Outbound' END END AS "CallType",
                 CASE WHEN kind = 'call' THEN minutes * 60 END AS "CallDurationInSeconds",
                 CASE WHEN kind = 'call' AND fate > 0.8 THEN 'Left Voicemail' END AS "CallDisposition",
                 strftime(occurred_at, '%Y-%m-%d') AS "ActivityDate",
                 {_GMT.format("occurred_at")} AS "CompletedDateTime",
                 0 AS "IsRecurrence", 0 AS "IsDeleted", {_GMT.format("written_at")} AS "CreatedDate",
                 {_GMT.format("written_at")} AS "SystemModstamp"
             {work.format("kind <> 'meeting'")}"""),
        File("salesforce/Event.csv", "csv", f"""
             SELECT salesforce_id(CASE copy WHEN 0 THEN '00U5f' ELSE '00U5g' END || code(k)) AS "Id",
                 record_id AS "WhoId", account_id AS "AccountId", subject AS "Subject",
                 {_USER.format("colleague_no")} AS "OwnerId", {_GMT.format("occurred_at")} AS "StartDateTime",
                 {_GMT.format("occurred_at + to_minutes(minutes)")} AS "EndDateTime", minutes AS "DurationInMinutes",
                 copy AS "IsChild", CASE WHEN fate < 0.08 THEN 1 ELSE 0 END AS "IsDeleted",
                 {_GMT.format("written_at")} AS "CreatedDate", {_GMT.format("written_at")} AS "SystemModstamp"
             FROM (SELECT *, unnest(range(CASE WHEN k % 5 = 0 THEN 2 ELSE 1 END)) AS copy
                 {work.format("kind = 'meeting'")}) ORDER BY k, copy"""),
        *_opportunities(),
    ]  # fmt: skip


def _opportunities() -> list[File]:
    stage = "(SELECT max({0}) FROM crm_stage AS h WHERE h.k = d.k AND h.s = d.stage)"
    person = "(SELECT min(record_id) FROM crm_person AS p WHERE p.code = 2 AND p.company_no = d.company_no AND i = {0})"
    file = "salesforce_id('0695f' || code(k))"
    modified = _GMT.format(_changed(stage.format("entered_at")))
    return [
        File("salesforce/Opportunity.csv", "csv", f"""
             SELECT salesforce_key AS "Id", 0 AS "IsDeleted", account_id AS "AccountId",
                 company || ' ' || (1 + k % 4) AS "Name", {stage.format("salesforce_stage")} AS "StageName",
                 amount::DOUBLE AS "Amount", {stage.format("probability")} AS "Probability",
                 strftime(created_at + to_seconds((86400 * pace * 4)::BIGINT), '%Y-%m-%d') AS "CloseDate",
                 (status <> 'open')::INTEGER AS "IsClosed", (status = 'won')::INTEGER AS "IsWon",
                 currency AS "CurrencyIsoCode", {_USER.format("ae")} AS "OwnerId",
                 {_GMT.format("created_at")} AS "CreatedDate", {modified} AS "SystemModstamp"
             FROM crm_deal AS d WHERE code = 2 ORDER BY k"""),
        # A picture at every change: one of an amount repeats the stage.
        File("salesforce/OpportunityHistory.csv", "csv", f"""
             SELECT salesforce_id('0085f' || code(k * 16 + s * 2 + again)) AS "Id", salesforce_key AS "OpportunityId",
                 salesforce_stage AS "StageName",
                 CASE WHEN again = 1 THEN amount ELSE amount // 2 END::DOUBLE AS "Amount",
                 probability AS "Probability", currency AS "CurrencyIsoCode",
                 {_GMT.format("entered_at + to_hours(again)")} AS "CreatedDate"
             FROM (SELECT *, unnest(range(CASE WHEN s = 0 THEN 2 ELSE 1 END)) AS again FROM crm_stage WHERE code = 2)
             ORDER BY k, s, again"""),
        File("salesforce/OpportunityContactRole.csv", "csv", f"""
             SELECT salesforce_id('00K5f' || code(k * 4 + part)) AS "Id", salesforce_key AS "OpportunityId",
                 who AS "ContactId",
                 ['Decision Maker', 'Champion'][1 + part] AS "Role", 1 - part AS "IsPrimary", 0 AS "IsDeleted",
                 {_GMT.format("created_at")} AS "SystemModstamp"
             FROM (SELECT *, CASE part WHEN 0 THEN {person.format(1)} ELSE {person.format(2)} END AS who
                 FROM (SELECT *, unnest(range(2)) AS part FROM crm_deal WHERE code = 2) AS d)
             WHERE who IS NOT NULL ORDER BY k, part"""),
        File("salesforce/ContentVersion.csv", "csv", f"""
             SELECT salesforce_id('0685f' || code(k * 4 + v)) AS "Id", {file} AS "ContentDocumentId",
                 (1 + v) AS "VersionNumber", 'Proposal ' || company AS "Title", 'PDF' AS "FileType",
                 {_USER.format("ae")} AS "OwnerId", 0 AS "IsDeleted",
                 {_GMT.format("created_at + to_days(6 + v)")} AS "ContentModifiedDate"
             FROM (SELECT *, unnest(range(1 + k % 2)) AS v FROM crm_deal WHERE code = 2 AND stage > 0)
             ORDER BY k, v"""),
        File("salesforce/ContentDocumentLink.csv", "csv", f"""
             SELECT salesforce_id('06A5f' || code(k * 4 + part)) AS "Id", {file} AS "ContentDocumentId",
                 CASE part WHEN 0 THEN salesforce_key ELSE {_USER.format("ae")} END AS "LinkedEntityId",
                 'V' AS "ShareType", 0 AS "IsDeleted"
             FROM (SELECT *, unnest(range(2)) AS part FROM crm_deal WHERE code = 2 AND stage > 0) ORDER BY k, part"""),
        File("salesforce/Contract.csv", "csv", f"""
             SELECT salesforce_id('8005f' || code(k)) AS "Id", lpad(k::VARCHAR, 8, '0') AS "ContractNumber",
                 account_id AS "AccountId", {_USER.format("ae")} AS "OwnerId", 'Activated' AS "Status",
                 strftime(created_at, '%Y-%m-%d') AS "StartDate",
                 strftime(created_at + INTERVAL 12 MONTH, '%Y-%m-%d') AS "EndDate", 0 AS "IsDeleted",
                 {modified} AS "CreatedDate", {modified} AS "SystemModstamp"
             FROM crm_deal AS d WHERE code = 2 AND status = 'won' ORDER BY k"""),
    ]  # fmt: skip


def _dynamics() -> list[File]:
    user, row = "guid('user', {0})", "FROM crm_activity WHERE source = 'dynamics' AND kind = '{0}' ORDER BY k"
    common = f"""'activityid': guid('activity', k), 'subject': subject, '_regardingobjectid_value': record_id,
        '_ownerid_value': {user.format("colleague_no")}, 'createdon': {_ISO.format("written_at")},
        'modifiedon': {_ISO.format("written_at")}"""
    return [
        File("dynamics/systemusers.jsonl", "line", f"""
             SELECT to_json({{'systemuserid': {user.format("i")}, 'fullname': first_name || ' ' || last_name,
                 'internalemailaddress': email, 'isdisabled': false,
                 'modifiedon': '2026-01-05T09:00:00Z'}})::VARCHAR AS line FROM colleague ORDER BY i"""),
        # Every third company was once filed twice, and merged.
        File("dynamics/accounts.jsonl", "line", f"""
             SELECT to_json({{'accountid': CASE loser WHEN 0 THEN account_id ELSE guid('former', company_no) END,
                 'name': company, 'websiteurl': 'https://' || domain, 'numberofemployees':
                 (5 + floor(u(company_no, 'size') * 900))::BIGINT, 'statecode': loser, 'merged': loser = 1,
                 '_masterid_value': CASE loser WHEN 1 THEN account_id END, '_ownerid_value': {user.format("ae")},
                 '_new_customersuccessmanagerid_value': CASE WHEN company_no % 2 = 0 THEN {user.format("csm")} END,
                 'createdon': '2022-01-05T14:00:00Z', 'modifiedon': '2026-06-01T14:00:00Z'}})::VARCHAR AS line
             FROM (SELECT *, unnest(range(CASE WHEN company_no % 3 = 0 THEN 2 ELSE 1 END)) AS loser FROM crm_company
                 WHERE code = 3) ORDER BY company_no, loser"""),
        File("dynamics/contacts_view.csv", "csv", """
             SELECT record_id AS "(Do Not Modify) Contact",
                 left(md5(record_id), 12) || '==' AS "(Do Not Modify) Row Checksum",
                 strftime(updated_at, '%Y-%m-%d %H:%M:%S') AS "(Do Not Modify) Modified On", first_name AS "First Name",
                 last_name AS "Last Name", email AS "Email", phone AS "Business Phone", company AS "Company Name",
                 job_title AS "Job Title", city AS "Address 1: City", country AS "Address 1: Country/Region",
                 strftime(created_at, '%Y-%m-%d %H:%M:%S') AS "Created On"
             FROM contact WHERE source = 'dynamics' ORDER BY n"""),
        File("dynamics/opportunities.jsonl", "line", f"""
             SELECT to_json({{'opportunityid': upper(guid), 'name': company || ' ' || (1 + k % 4),
                 '_parentaccountid_value': CASE WHEN company_no % 3 = 0 THEN guid('former', company_no)
                     ELSE account_id END,
                 'stepname': (1 + stage) || '-' || ['Qualify', 'Develop', 'Propose', 'Close', 'Close'][1 + stage],
                 'statecode': CASE status WHEN 'open' THEN 0 WHEN 'won' THEN 1 ELSE 2 END, 'estimatedvalue': amount,
                 'actualvalue': CASE status WHEN 'won' THEN amount * 9 // 10 END,
                 'closeprobability': [10, 20, 50, 75, 100][1 + stage],
                 '_transactioncurrencyid_value{_VIEW}': CASE currency WHEN 'USD' THEN 'US Dollar' WHEN 'EUR' THEN 'Euro'
                     ELSE currency END,
                 '_ownerid_value': {user.format("ae")}, 'createdon': {_ISO.format("created_at")},
                 'modifiedon': {_ISO.format(_changed("created_at + to_seconds((86400 * pace * stage)::BIGINT)"))},
                 'estimatedclosedate': strftime(created_at + to_seconds((86400 * pace * 4)::BIGINT), '%Y-%m-%d')
                 }})::VARCHAR AS line FROM crm_deal WHERE code = 3 ORDER BY k"""),
        File("dynamics/phonecalls.jsonl", "line", f"""
             SELECT to_json({{{common}, 'directioncode': NOT is_inbound, 'statecode': 1,
                 'actualdurationminutes': minutes,
                 'actualend': {_ISO.format("occurred_at")}}})::VARCHAR AS line {row.format("call")}"""),
        File("dynamics/appointments.jsonl", "line", f"""
             SELECT to_json({{{common}, 'statecode': CASE WHEN is_ahead THEN 3 WHEN fate < 0.06 THEN 2 ELSE 1 END,
                 'scheduledstart': {_ISO.format("occurred_at")}, 'scheduleddurationminutes': minutes}})::VARCHAR AS line
             {row.format("meeting")}"""),
    ]  # fmt: skip


def crm_work() -> list[File]:
    """Colleagues, activities, opportunities and documents of the CRMs, and all of Dynamics."""
    return [*_hubspot(), *_salesforce(), *_dynamics()]
