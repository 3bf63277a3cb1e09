"""The files of each vendor, as SELECTs over the generator's tables. What a vendor's file looks like, and nothing else.

The forms are described, with the vendors' documentation, in docs/sources/.
"""

from __future__ import annotations

from customer360_pipeline.sample.files.billing import billing
from customer360_pipeline.sample.files.crm import crm
from customer360_pipeline.sample.files.crm_work import crm_work
from customer360_pipeline.sample.files.file import File
from customer360_pipeline.sample.files.marketing import mailchimp, marketing
from customer360_pipeline.sample.files.product import product
from customer360_pipeline.sample.files.stripe import stripe
from customer360_pipeline.sample.files.success import delighted, gainsight
from customer360_pipeline.sample.files.support import intercom, zendesk
from customer360_pipeline.sample.files.web import ga4

__all__ = ["EXCHANGE_RATES", "File", "files"]

# The rates of the sample's world, into dollars; its naira has none.
EXCHANGE_RATES = """currency,valid_from,rate
EUR,2022-01-01,1.06
EUR,2025-01-01,1.10
GBP,2022-01-01,1.25
JPY,2022-01-01,0.0070
KWD,2022-01-01,3.25
"""


def files(*, ga4_as_parquet: bool, accounts: bool = True) -> list[File]:
    """Every file of an extract.

    Args:
        ga4_as_parquet: all of GA4 as nested Parquet; else JSONL for the newest year.
        accounts: with what is known of companies besides their contacts.
    """
    of_people = [*stripe(), *crm(), *mailchimp(), *marketing(), *ga4(ga4_as_parquet)]
    if not accounts:
        return of_people
    of_companies = [
        *billing(), *crm_work(), *zendesk(), *intercom(), *product(as_parquet=ga4_as_parquet), *gainsight(),
        *delighted(),
    ]  # fmt: skip
    return [*of_people, *of_companies]
