"""Zendesk's tickets, metrics, ratings, users and organizations; Intercom's conversations, contacts and companies."""

from __future__ import annotations

from customer360_pipeline.sample.files.file import File

_AT = "strftime({0}, '%Y-%m-%dT%H:%M:%SZ')"
_AGENT = "390000000000 + 1 + k % 3"
_TAGS = """list_filter([topic, CASE WHEN is_escalated THEN 'escalated' END, CASE WHEN state = 'merged' THEN
        'closed_by_merge' END], lambda x: x IS NOT NULL)"""
_SCORE = """CASE WHEN rating_state = 'offered' THEN 'offered' WHEN rating_state IS NULL THEN 'unoffered'
        WHEN rating >= 4 THEN 'good' ELSE 'bad' END"""
# The survey with numbers took the place of good and bad on this day.
_SURVEY_FROM = "TIMESTAMP '2026-03-01'"


def _ticket(status: str, updated_at: str, score: str) -> str:
    return f"""to_json({{
        'id': ticket_id::BIGINT, 'external_id': NULL::VARCHAR, 'via': {{'channel': channel}},
        'created_at': {_AT.format("opened_at")}, 'updated_at': {_AT.format(updated_at)},
        'generated_timestamp': epoch({updated_at})::BIGINT + 60, 'type': CASE topic WHEN 'bug' THEN 'incident'
            WHEN 'performance' THEN 'incident' ELSE 'question' END, 'subject': subject, 'priority': priority,
        'status': {status}, 'requester_id': CASE WHEN is_by_agent THEN {_AGENT} ELSE requester_id::BIGINT END,
        'assignee_id': {_AGENT}, 'organization_id': CASE WHEN u(k, 'has organization') < 0.9
            THEN 360000000000 + company_no * 11 END, 'group_id': 361000000001 + k % 2, 'tags': {_TAGS},
        'custom_fields': [{{'id': 27642, 'value': NULL::VARCHAR}}], 'satisfaction_rating': {{'score': {score}}}
    }})::VARCHAR AS line"""


_METRIC = f"""to_json({{
        'id': ticket_id::BIGINT + 7000000, 'ticket_id': ticket_id::BIGINT, 'reopens': reopens,
        'replies': 1 + k % 4, 'solved_at': CASE WHEN state IN ('solved', 'closed') THEN {_AT.format("solved_at")} END,
        'reply_time_in_minutes': {{'calendar': reply_minutes,
            'business': CASE WHEN business_minutes IS NOT NULL THEN least(reply_minutes, business_minutes) END}},
        'first_resolution_time_in_minutes': {{'calendar': CASE WHEN state IN ('solved', 'closed') THEN
            minutes // (1 + reopens) END, 'business': NULL::BIGINT}},
        'full_resolution_time_in_minutes': {{'calendar': CASE WHEN state IN ('solved', 'closed') THEN minutes END,
            'business': CASE WHEN state IN ('solved', 'closed') THEN business_minutes END}},
        'created_at': {_AT.format("opened_at")}, 'updated_at': {_AT.format("updated_at")}
    }})::VARCHAR AS line"""

_RATING = f"""to_json({{
        'id': ticket_id::BIGINT + 9000000, 'ticket_id': ticket_id::BIGINT, 'requester_id': requester_id::BIGINT,
        'score': {_SCORE}, 'created_at': {_AT.format("solved_at")}, 'updated_at': {_AT.format("rated_at")}
    }})::VARCHAR AS line"""

_SURVEY = f"""to_json({{
        'id': '01J' || upper(substr(md5(ticket_id), 1, 23)), 'responder_id': requester_id::BIGINT,
        'subject_zrns': ['zen:ticket:' || ticket_id], 'subjects': [{{'id': ticket_id, 'type': 'ticket',
            'zrn': 'zen:ticket:' || ticket_id}}],
        'answers': [{{'type': 'rating_scale', 'rating': rating, 'rating_category': CASE WHEN rating >= 4 THEN 'good'
            ELSE 'bad' END, 'created_at': {_AT.format("rated_at")}, 'updated_at': {_AT.format("rated_at")}}}]
    }})::VARCHAR AS line"""

_USER = f"""to_json({{
        'id': record_id::BIGINT, 'external_id': user_id, 'name': name, 'email': email, 'phone': phone,
        'organization_id': 360000000000 + company_no * 11, 'role': 'end-user', 'active': true, 'locale': 'en-US',
        'created_at': {_AT.format("created_at")}, 'updated_at': {_AT.format("created_at")}
    }})::VARCHAR AS line"""

_STAFF = """to_json({'id': 390000000000 + i, 'external_id': NULL::VARCHAR, 'name': 'Agent ' || i,
        'email': 'agent' || i || '@helpdesk.example', 'phone': NULL::VARCHAR, 'organization_id': NULL::BIGINT,
        'role': CASE i WHEN 1 THEN 'admin' ELSE 'agent' END, 'active': true, 'locale': 'en-US',
        'created_at': '2022-12-01T09:00:00Z', 'updated_at': '2022-12-01T09:00:00Z'})::VARCHAR AS line"""

_CONVERSATION = """to_json({
        'type': 'conversation', 'id': ticket_id, 'created_at': epoch(opened_at)::BIGINT,
        'updated_at': epoch(updated_at)::BIGINT, 'title': NULL::VARCHAR,
        'source': {'type': 'conversation', 'subject': subject, 'author': {'type': 'user', 'id': requester_id}},
        'contacts': {'type': 'contact.list', 'contacts': [{'type': 'contact', 'id': requester_id}]},
        'state': CASE state WHEN 'open' THEN CASE WHEN k % 3 = 0 THEN 'snoozed' ELSE 'open' END ELSE 'closed' END,
        'priority': CASE WHEN priority IN ('high', 'urgent') THEN 'priority' ELSE 'not_priority' END,
        'tags': {'type': 'tag.list', 'tags': [{'type': 'tag', 'id': '1', 'name': topic}]},
        'team_assignee_id': '5100', 'conversation_rating': CASE WHEN rating_state = 'answered' THEN
            {'rating': rating, 'created_at': epoch(rated_at)::BIGINT} END,
        'statistics': {'type': 'conversation_statistics', 'time_to_admin_reply': reply_minutes * 40,
            'time_to_last_close': CASE WHEN state <> 'open' THEN minutes * 40 END,
            'first_admin_reply_at': epoch(opened_at)::BIGINT + reply_minutes * 60,
            'last_close_at': CASE WHEN state <> 'open' THEN epoch(solved_at)::BIGINT END, 'count_reopens': reopens}
    })::VARCHAR AS line"""

_CONTACT = """to_json({
        'type': 'contact', 'id': record_id, 'external_id': user_id, 'role': CASE WHEN user_id IS NULL THEN 'lead'
            ELSE 'user' END, 'email': email, 'name': name, 'created_at': epoch(created_at)::BIGINT,
        'updated_at': epoch(created_at)::BIGINT, 'companies': {'type': 'list', 'data': CASE WHEN company_no IS NULL
            THEN [] ELSE [{'id': md5('company' || company_no)[:24], 'type': 'company'}] END}
    })::VARCHAR AS line"""

_CSV = f"""SELECT '' AS "Summation column", ticket_id AS "Id", name AS "Requester", requester_id AS "Requester id",
             user_id AS "Requester external id", t.email AS "Requester email", subject AS "Subject",
             array_to_string({_TAGS}, ' ') AS "Tags", upper(left(status, 1)) || substr(status, 2) AS "Status",
             coalesce(upper(left(priority, 1)) || substr(priority, 2), '-') AS "Priority",
             CASE channel WHEN 'email' THEN 'Mail' WHEN 'web' THEN 'Web form' ELSE 'Web service' END AS "Via",
             strftime(opened_at, '%Y-%m-%d %H:%M') AS "Created at",
             strftime(updated_at, '%Y-%m-%d %H:%M') AS "Updated at",
             company AS "Organization", CASE WHEN state IN ('solved', 'closed') THEN
             strftime(solved_at, '%Y-%m-%d %H:%M') END AS "Solved at", CASE WHEN rating_state IS NULL THEN 'Not Offered'
             WHEN rating_state = 'offered' THEN 'Offered' WHEN rating >= 4 THEN 'Good' ELSE 'Bad' END
             AS "Satisfaction Score",
             reopens AS "Reopens", 1 + k % 4 AS "Replies", reply_minutes AS "First reply time in minutes",
             CASE WHEN state IN ('solved', 'closed') THEN minutes END AS "Full resolution time in minutes",
             CASE WHEN state IN ('solved', 'closed') THEN business_minutes END
             AS "Full resolution time in minutes within business hours\""""


def zendesk() -> list[File]:
    """The newest tickets as two answers of the incremental export, the oldest as the account's CSV export."""
    api = "FROM ticket WHERE source = 'zendesk' AND NOT is_in_csv"
    # The first page knows each repeated ticket as it was before it was solved.
    first = _ticket(
        "CASE WHEN is_repeated THEN 'open' ELSE status END",
        "CASE WHEN is_repeated THEN opened_at + to_minutes(reply_minutes) ELSE updated_at END",
        f"CASE WHEN is_repeated THEN 'unoffered' ELSE {_SCORE} END",
    )
    users = f"SELECT {_USER} FROM help_user WHERE source = 'zendesk' ORDER BY n"
    return [
        File("zendesk/incremental_tickets_1.json", "line", f"""
             SELECT '{{"after_cursor":"MTc2","end_of_stream":false,"tickets":['
             || coalesce(string_agg(line, ',' ORDER BY k), '') || ']}}' AS line
             FROM (SELECT k, {first} {api} AND (k % 2 = 0 OR is_repeated))"""),
        File("zendesk/incremental_tickets_2.jsonl", "line",
             f"SELECT {_ticket('status', 'updated_at', _SCORE)} {api} AND (k % 2 = 1 OR is_repeated) ORDER BY k"),
        File("zendesk/export-2025-tickets.csv", "csv", f"""{_CSV} FROM ticket AS t
             JOIN help_user AS h ON h.source = t.source AND h.record_id = t.requester_id WHERE is_in_csv ORDER BY k"""),
        File("zendesk/ticket_metrics.jsonl", "line", f"SELECT {_METRIC} {api} AND status <> 'deleted' ORDER BY k"),
        File("zendesk/satisfaction_ratings.jsonl", "line", f"""
             SELECT {_RATING} {api} AND rating_state IS NOT NULL AND rated_at < {_SURVEY_FROM} ORDER BY k"""),
        File("zendesk/survey_responses.jsonl", "line", f"""
             SELECT {_SURVEY} {api} AND rating_state = 'answered' AND rated_at >= {_SURVEY_FROM} ORDER BY k"""),
        File("zendesk/users.jsonl", "line", f"SELECT {_STAFF} FROM range(1, 4) AS r(i) UNION ALL ({users})"),
        File("zendesk/organizations.jsonl", "line", """
             SELECT to_json({'id': 360000000000 + company_no * 11, 'name': company, 'domain_names': [domain],
                 'external_id': NULL::VARCHAR, 'created_at': '2023-01-09T09:00:00Z', 'updated_at':
                 '2023-01-09T09:00:00Z'})::VARCHAR AS line
             FROM (SELECT DISTINCT company_no, company, domain FROM help_user
                 WHERE source = 'zendesk' AND company_no IS NOT NULL) ORDER BY company_no"""),
    ]  # fmt: skip


def intercom() -> list[File]:
    """Conversations, and the contacts and companies they are with."""
    return [
        File("intercom/conversations.jsonl", "line",
             f"SELECT {_CONVERSATION} FROM ticket WHERE source = 'intercom' ORDER BY k"),
        File("intercom/contacts.jsonl", "line",
             f"SELECT {_CONTACT} FROM help_user WHERE source = 'intercom' ORDER BY n"),
        File("intercom/companies.jsonl", "line", """
             SELECT to_json({'type': 'company', 'id': md5('company' || company_no)[:24], 'company_id':
                 'c' || company_no, 'name': company, 'website': 'https://' || domain, 'size': NULL::BIGINT,
                 'created_at': 1735689600,
                 'updated_at': 1735689600})::VARCHAR AS line
             FROM (SELECT DISTINCT company_no, company, domain FROM help_user
                 WHERE source = 'intercom' AND company_no IS NOT NULL) ORDER BY company_no"""),
    ]  # fmt: skip
