"""Settings of which company a record belongs to."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group


class AccountsConfig(Group):
    """Which company a record belongs to."""

    public_mail_domains: tuple[str, ...] = Field(
        (),
        description="Further mail domains where anybody can have a mailbox, so that they are no company's: those of "
        "access providers, schools, resellers. The widely used ones are known (`profile.public_mail_domains`).",
    )
    max_companies_per_domain: int = Field(
        2,
        ge=1,
        description="A mail domain whose people one CRM files under more companies than this is no company's: two "
        "allow for a company and its sister, more say that anybody can have a mailbox there.",
    )
