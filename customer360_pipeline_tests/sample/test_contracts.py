"""The contracts load, and every field name of the component's README is read without configuration."""

from pathlib import Path

import pytest

import customer360_pipeline
from customer360_pipeline.sources.contract import load_sources, source_from
from customer360_pipeline.yaml_file import read_yaml

FOLDER = Path(customer360_pipeline.__file__).parent / "defs" / "sources"
SOURCES = {source.source: source for source in load_sources(FOLDER)}

# requirements "Input Requirements": source, entity, the README's field name, the canonical field it must reach.
README_FIELDS = [
    ("stripe", "customers", "customer_id", "record_id"),
    ("stripe", "customers", "id", "record_id"),
    ("stripe", "customers", "email", "email"),
    ("stripe", "customers", "name", "full_name"),
    ("stripe", "customers", "first_name", "first_name"),
    ("stripe", "customers", "last_name", "last_name"),
    ("stripe", "customers", "created", "created_at"),
    ("marketing", "events", "user_id", "user_id"),
    ("marketing", "events", "email", "email"),
    ("marketing", "events", "source", "touch_source"),
    ("marketing", "events", "medium", "medium"),
    ("marketing", "events", "campaign", "campaign"),
    ("marketing", "events", "timestamp", "occurred_at"),
    ("ga4", "events", "user_id", "user_id"),
    ("ga4", "events", "email", "email"),
    ("ga4", "events", "session_id", "session_id"),
    ("ga4", "events", "page_views", "page_views"),
    ("ga4", "events", "event_timestamp", "occurred_at"),
    ("crm", "contacts", "contact_id", "record_id"),
    ("crm", "contacts", "email", "record_id"),
    ("crm", "contacts", "email", "email"),
    ("crm", "contacts", "first_name", "first_name"),
    ("crm", "contacts", "last_name", "last_name"),
    ("crm", "contacts", "phone", "phone"),
    ("crm", "contacts", "company", "company"),
]


def test_the_sources_have_the_entities_that_later_rooms_expect() -> None:
    found = {(name, entity): e.shape for name, source in SOURCES.items() for entity, e in source.entities.items()}
    assert found == {
        ("stripe", "customers"): "contact",
        ("stripe", "charges"): "charge",
        ("stripe", "refunds"): "refund",
        ("stripe", "disputes"): "dispute",
        ("stripe", "subscriptions"): "subscription",
        ("stripe", "invoices"): "invoice",
        ("stripe", "products"): "product",
        ("stripe", "prices"): "price",
        ("stripe", "credit_notes"): "credit_note",
        ("stripe", "balance_transactions"): "balance_transaction",
        ("hubspot", "contacts"): "contact",
        ("hubspot", "companies"): "account",
        ("hubspot", "owners"): "owner",
        ("hubspot", "deals"): "opportunity",
        ("hubspot", "calls"): "activity",
        ("hubspot", "emails"): "activity",
        ("hubspot", "meetings"): "activity",
        ("hubspot", "quotes"): "document",
        ("salesforce", "contacts"): "contact",
        ("salesforce", "accounts"): "account",
        ("salesforce", "leads"): "contact",
        ("salesforce", "users"): "owner",
        ("salesforce", "account_team_members"): "account_member",
        ("salesforce", "opportunities"): "opportunity",
        ("salesforce", "opportunity_history"): "opportunity_stage",
        ("salesforce", "opportunity_field_history"): "opportunity_stage",
        ("salesforce", "opportunity_contact_roles"): "contact_role",
        ("salesforce", "account_contact_relations"): "contact_role",
        ("salesforce", "tasks"): "activity",
        ("salesforce", "events"): "activity",
        ("salesforce", "email_messages"): "activity",
        ("salesforce", "content_versions"): "document",
        ("salesforce", "content_document_links"): "document_link",
        ("salesforce", "quotes"): "document",
        ("salesforce", "contracts"): "document",
        ("dynamics", "accounts"): "account",
        ("dynamics", "contacts"): "contact",
        ("dynamics", "users"): "owner",
        ("dynamics", "opportunities"): "opportunity",
        ("dynamics", "activities"): "activity",
        ("dynamics", "quotes"): "document",
        ("dynamics", "annotations"): "document",
        ("crm", "contacts"): "contact",
        ("mailchimp", "members"): "contact",
        ("mailchimp", "activity"): "touch",
        ("marketing", "events"): "touch",
        ("ga4", "events"): "web_event",
        ("zendesk", "tickets"): "ticket",
        ("zendesk", "ticket_metrics"): "ticket_metric",
        ("zendesk", "satisfaction_ratings"): "ticket_rating",
        ("zendesk", "survey_responses"): "ticket_rating",
        ("zendesk", "users"): "contact",
        ("zendesk", "organizations"): "account",
        ("intercom", "conversations"): "ticket",
        ("intercom", "contacts"): "contact",
        ("intercom", "companies"): "account",
        ("segment", "events"): "product_event",
        ("feature_catalogue", "features"): "feature",
        ("entitlements", "seats"): "entitlement",
        ("auth0", "users"): "contact",
        ("auth0", "logs"): "login",
        ("okta", "logs"): "login",
        ("knowledge_base", "interactions"): "article_view",
        ("gainsight", "companies"): "account",
        ("gainsight", "success_plans"): "success_plan",
        ("gainsight", "calls_to_action"): "goal",
        ("gainsight", "goals"): "goal",
        ("gainsight", "timeline"): "review",
        ("delighted", "people"): "contact",
        ("delighted", "survey_responses"): "survey_answer",
    }


@pytest.mark.parametrize(("source", "entity", "name", "field"), README_FIELDS)
def test_readme_field_names_work_by_default(source: str, entity: str, name: str, field: str) -> None:
    layouts = SOURCES[source].entities[entity].layouts.values()
    assert any(
        name == alias.lower() for layout in layouts if field in layout.fields for alias in layout.fields[field].aliases
    )


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_files_of_a_source_are_looked_for_in_its_own_folder(name: str) -> None:
    patterns = [p for e in SOURCES[name].entities.values() for layout in e.layouts.values() for p in layout.files]
    assert patterns
    assert all(pattern.startswith(f"{name}/") for pattern in patterns)


def test_stripe_api_counts_in_minor_units_and_dashboard_in_major() -> None:
    layouts = SOURCES["stripe"].entities["charges"].layouts
    assert layouts["api"].fields["amount"].type == "amount_minor"
    assert layouts["dashboard"].fields["amount"].type == "amount_major"


def test_a_custom_field_is_one_line() -> None:
    document = read_yaml(FOLDER / "salesforce" / "defs.yaml")["attributes"]
    document["entities"]["contacts"]["fields"]["user_id"] = ["My_Field__c"]
    changed = source_from(document, "salesforce")
    assert changed.entities["contacts"].layouts["default"].fields["user_id"].aliases == ("My_Field__c",)
