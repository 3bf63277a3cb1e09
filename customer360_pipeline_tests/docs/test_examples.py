"""The configurations in docs/examples: each loads, and rows of the form it is for become customers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from customer360_pipeline import pipeline
from customer360_pipeline.config import load_config
from customer360_pipeline.engine.catalog import load_catalog
from customer360_pipeline.project import added_sources
from customer360_pipeline.run_context import RunContext

EXAMPLES = Path(__file__).parent.parent.parent / "docs" / "examples"
FILES = {
    "crm_contacts.csv": "crm_contact_id,first_name,last_name,email,phone,company_name,title,created_at,updated_at\n"
    "CRM_1,Ann,Lee,ann.lee@keller.example,202-555-0101,Keller,CTO,2024-01-02T00:00:00,2024-02-02T00:00:00\n",
    "billing_accounts.csv": "billing_account_id,account_name,email,company_name,billing_address,created_at\n"
    'BILL_1,Ann Lee,ann.lee@keller.example,Keller,"1 Main St, Austin, TX",2024-01-03T00:00:00\n',
    "billing_invoices.csv": "invoice_id,billing_account_id,amount_cents,currency,status,issued_at,paid_at\n"
    "INV_1,BILL_1,1250,usd,paid,2024-02-01T00:00:00,2024-02-05T00:00:00\n"
    "INV_2,BILL_1,9900,usd,void,2024-03-01T00:00:00,\n",
    "support_users.csv": "support_user_id,display_name,email,phone,company,created_at,last_seen_at\n"
    "SUP_1,ANN LEE,,202-555-0101,keller,2024-01-04T00:00:00,2024-05-04T00:00:00\n",
    "app_signups.csv": "app_user_id,email,first_name,last_name,signup_source,created_at,last_login_at\n"
    "APP_1,ann.lee@keller.example,,LEE,linkedin,2024-01-01T00:00:00,2024-06-01T00:00:00\n",
    "partner_leads.csv": "partner_lead_id,first_name,last_name,email,company,submitted_at\n"
    "PTR_1,Bob,Quist,bob@other.example,Other,2024-02-01T00:00:00\n",
    "partner_referrals.csv": "referral_id,partner_lead_id,referring_partner,referral_type,created_at\n"
    "REF_1,PTR_1,CloudFirst,inbound,2024-02-02T00:00:00\n",
}


def test_five_exports_become_customers_by_yaml_alone(tmp_path: Path) -> None:
    path = EXAMPLES / "kanoniv.yaml"
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    run = RunContext(load_config(path), added_sources(path), tmp_path / "home", tmp_path, datetime(2024, 7, 1))
    with pipeline.open_work(run) as engine:
        for source in run.sources:
            pipeline.ingest(engine, run, source)
        for table in load_catalog(run.sources):
            pipeline.build(engine, run, table)
        customers = engine.rows(
            "SELECT first_name, total_revenue, acquisition_source FROM customer_360.customer_360 ORDER BY 1"
        )
        quarantined = engine.row_count("sources.quarantine")
    # Ann is one customer by e-mail, and by phone with her name, as support wrote it last; a void invoice is no revenue.
    assert [(name, float(revenue or 0), source) for name, revenue, source in customers] == [
        ("ANN", 12.5, None),
        ("Bob", 0.0, "CloudFirst"),
    ]
    assert quarantined == 0
