"""Settings of when to warn and when to keep the previous version."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group


class QualityConfig(Group):
    """When to warn and when to keep the previous version."""

    max_conflict_ratio: float = Field(
        0.02, ge=0, le=1, description="Share of customers with a conflict above which the check warns."
    )
    spelling_similarity: float = Field(
        0.65,
        ge=0.5,
        le=1,
        description="1 - edit distance / longer length; values with one first letter this alike are one spelling.",
    )
    max_quarantine_ratio: float = Field(
        0.05, ge=0, le=1, description="Share of a source's records refused above which nothing is published."
    )
    min_quarantined_records: int = Field(
        10, ge=1, description="Refused records below which a source never stops a run, however small it is."
    )
    warn_quarantine_ratio: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Share of a file's records refused above which it warns: more than the footer and the odd cut line "
        "of a sound export.",
    )
    warn_quarantined_records: int = Field(
        3, ge=1, description="Refused records below which a file never warns: one broken line of ten is no pattern."
    )
    max_duplicate_ratio: float = Field(
        0.9,
        gt=0,
        le=1,
        description="Share of an entity's records that are copies of others above which nothing is published; some "
        "overlap of daily files is usual, hardly more than nine in ten.",
    )
    max_volume_drop_ratio: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of a source's records missing against the last version that blocks.",
    )
    warn_volume_drop_ratio: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of a source's records missing against the last version that warns.",
    )
    max_share_change: float = Field(
        0.1,
        gt=0,
        le=1,
        description="Change of a share (filled fields, linked records) against the last version that warns.",
    )
    warn_customer_records: int = Field(
        100,
        ge=2,
        description="Records of the largest customer above which it warns: more than a person's accounts and devices.",
    )
    max_customer_records: int = Field(
        1000,
        ge=2,
        description="Records of a customer above which nothing is published: twice what one user id may have means "
        "that people were mixed.",
    )
    large_customer_records: int = Field(
        20, ge=2, description="Records; a customer with more is a large one, whose share of all is watched."
    )
    warn_large_customer_ratio: float = Field(
        0.01, ge=0, le=1, description="Share of large customers above which it warns."
    )
    max_large_customer_ratio: float = Field(
        0.1, ge=0, le=1, description="Share of large customers above which nothing is published: a key went wrong."
    )
    max_customer_size_change: float = Field(
        0.5,
        gt=0,
        description="Change of records per customer against the last version that blocks: a key went wrong.",
    )
    warn_review_ratio: float = Field(
        0.05,
        ge=0,
        description="Pairs in review per record above which it warns: more than people can look at.",
    )
    max_trap_merge_ratio: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Share of the people in a planted trap of generated extracts merged wrongly above which it warns.",
    )
    max_age_days: int = Field(2, ge=1, description="Days; a published version older than this is stale.")
