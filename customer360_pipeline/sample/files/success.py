"""Gainsight's companies, plans, calls to action, goals and timeline; Delighted's people and answers."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

_AT = "strftime({0}, '%Y-%m-%d %H:%M:%S')"
_MANAGER = "pick(['csm-east@vendor.example', 'csm-west@vendor.example'], u(g, 'manager'))"
_GSID = "'1S01' || upper(substr(md5('{0} ' || g), 1, 32))"
_PLAN = "'1S02' || upper(substr(md5('plan ' || (g - g % 8)), 1, 32))"
_DUE = "strftime(created_at + to_days(180), '%Y-%m-%d')"
_CLOSED = _AT.format("least(created_at + INTERVAL 120 DAY, as_of() - INTERVAL 1 DAY)")


def gainsight() -> list[File]:
    """Reports of five objects, as a tenant downloads them."""
    changed = f'{_AT.format("created_at + INTERVAL 30 DAY")} AS "Modified Date"'
    return [
        File("gainsight/Company_2026-11-01.csv", "csv", f"""
             SELECT gsid AS "GSID", company AS "Name",
                 CASE WHEN u(company_no, 'short id') < 0.5 THEN left(crm_id, 15) ELSE crm_id END AS "SFDC Account Id",
                 CASE WHEN crm_id IS NULL THEN domain END AS "Website",
                 '$' || replace(printf('%.2f', arr), '.00', '') AS "ARR", stage AS "Stage", 'Active' AS "Status",
                 CASE WHEN u(company_no, 'manager') < 0.5 THEN 'csm-east@vendor.example'
                 ELSE 'csm-west@vendor.example' END
                     AS "CSM", NULL AS "Renewal Date",
                 CASE WHEN u(company_no, 'graded') < 0.1 THEN 'Green' ELSE score::VARCHAR END AS "Current Score",
                 greatest(0, score - 8 + floor(u(company_no, 'score before') * 16)::BIGINT) AS "Previous Score",
                 '2024-02-01 08:00:00' AS "Created Date", {_AT.format("changed_at")} AS "Modified Date"
             FROM success_company
             UNION ALL BY NAME
             SELECT '1P02UNKNOWNTOTHECRM' AS "GSID", 'Forgotten Pilot' AS "Name", '0015fGONE000001'
                 AS "SFDC Account Id",
                 '$9,600' AS "ARR", 'Onboarding' AS "Stage", 'Active' AS "Status", '2024-02-01 08:00:00'
                 AS "Created Date",
                 '2024-03-01 08:00:00' AS "Modified Date"
             ORDER BY "GSID" """),
        File("gainsight/Success Plan_2026-11-01.csv", "csv", f"""
             SELECT {_PLAN} AS "GSID", name || ' ' || company AS "Name", gsid AS "Company GSID", company
                 AS "Company Name",
                 'Value' AS "Type", CASE WHEN fate < 0.1 THEN 'Draft' WHEN fate < 0.25 THEN 'Closed Success'
                 ELSE 'Active' END
                     AS "Status", {_MANAGER} AS "Owner", {_DUE} AS "Due Date",
                 CASE WHEN fate BETWEEN 0.1 AND 0.25 THEN {_CLOSED} END AS "Closed Date",
                 (floor(fate * 100))::BIGINT || '%' AS "% Complete", {_AT.format("created_at")} AS "Created Date",
                 {changed}
             FROM success_goal WHERE kind = 'plan' ORDER BY g"""),
        File("gainsight/Call To Action_2026-11-01.csv", "csv", f"""
             SELECT {_GSID.format("cta")} AS "GSID", name AS "Name", gsid AS "Company GSID", company
                 AS "Company Name",
                 kind AS "Type", CASE WHEN kind = 'Objective' THEN {_PLAN} END AS "Success Plan GSID",
                 CASE WHEN fate < 0.2 THEN 'New' WHEN fate < 0.6 THEN 'Work In Progress' WHEN fate < 0.85
                 THEN 'Closed Success'
                     WHEN fate < 0.95 THEN 'Closed Lost' ELSE 'Closed Invalid' END AS "Status",
                 CASE kind WHEN 'Risk' THEN 'Product usage' ELSE 'Customer goal' END AS "Reason", 'High'
                 AS "Priority",
                 {_MANAGER} AS "Owner", {_DUE} AS "Due Date", CASE WHEN fate >= 0.6 THEN {_CLOSED} END
                 AS "Closed Date",
                 CASE WHEN fate < 0.5 THEN floor(fate * 150)::BIGINT || '%' WHEN fate >= 0.85 THEN '40%' END
                 AS "% Complete",
                 0 AS "Due Date Variance", 'COMPANY' AS "Entity Type", {_AT.format("created_at")}
                 AS "Created Date", {changed}
             FROM success_goal WHERE kind IN ('Objective', 'Risk') ORDER BY g"""),
        File("gainsight/Customer Goal_2026-11-01.csv", "csv", f"""
             SELECT {_GSID.format("goal")} AS "GSID", name AS "Name", gsid AS "Company GSID", company
                 AS "Company Name",
                 'COMPANY' AS "Entity Type", CASE WHEN fate < 0.4 THEN 'In Progress' WHEN fate < 0.8 THEN 'Achieved'
                     ELSE 'Not Started' END AS "Status", {_DUE} AS "Due Date", {_AT.format("created_at")}
                     AS "Created Date",
                 {changed}
             FROM success_goal WHERE kind = 'goal' ORDER BY g"""),
        File("gainsight/Activity Timeline_2026-11-01.csv", "csv", f"""
             SELECT CASE WHEN k < 3 THEN {_GSID.format("entry")} END AS "GSID", gsid AS "Company GSID",
                 company AS "Company Name", kind AS "Activity Type",
                 CASE WHEN k = 3 THEN 'How it goes' ELSE kind || ' with ' || company END AS "Subject",
                 CASE WHEN k = 0 THEN 'Scheduled' WHEN k = 2 AND fate < 0.2 THEN 'No Show' WHEN k < 3
                 THEN 'Completed' END
                     AS "Status", {_MANAGER} AS "Author",
                 CASE WHEN k < 3 THEN {_AT.format("planned_at")} END AS "Planned Date",
                 CASE WHEN k = 3 THEN {_AT.format("planned_at")}
                     WHEN k > 0 THEN {_AT.format("planned_at + to_days(floor(fate * 9)::INTEGER)")} END
                     AS "Activity Date",
                 {_AT.format("least(planned_at - INTERVAL 21 DAY, as_of() - INTERVAL 2 DAY)")} AS "Created Date"
             FROM success_entry ORDER BY g"""),
    ]  # fmt: skip


def delighted() -> list[File]:
    """People and answers, as the API returns them."""
    return [
        File("delighted/people.jsonl", "line", """
             SELECT to_json({'id': record_id, 'name': name, 'email': email,
                 'created_at': epoch(as_of() - INTERVAL 900 DAY)::BIGINT,
                 'last_sent_at': NULL::BIGINT})::VARCHAR AS line
             FROM nps_person ORDER BY n"""),
        File("delighted/survey_responses.jsonl", "line", """
             SELECT to_json({'id': answer_id, 'person': record_id, 'survey_type': survey_type, 'score': score,
                 'comment': CASE WHEN score < 4 AND survey_type = 'nps' THEN 'Too many clicks for one report'
                 WHEN score = 10
                     THEN 'Saves us a day a week' END,
                 'permalink': 'https://app.delighted.com/r/' || md5(answer_id),
                 'created_at': epoch(answered_at)::BIGINT,
                 'updated_at': CASE WHEN k = 1 THEN epoch(answered_at)::BIGINT + 60 END,
                 'person_properties': CASE WHEN user_id IS NOT NULL THEN to_json({'user_id': user_id}) END,
                 'notes': []::VARCHAR[], 'tags': CASE WHEN score < 4 THEN ['follow-up'] ELSE []::VARCHAR[] END,
                 'additional_answers': []::VARCHAR[]})::VARCHAR AS line
             FROM nps_answer ORDER BY answered_at, answer_id"""),
    ]  # fmt: skip
