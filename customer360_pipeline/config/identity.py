"""Settings of who is who."""

from __future__ import annotations

from pydantic import Field, model_validator

from customer360_pipeline.config.group import Group, Names


class IdentityConfig(Group):
    """Which records are one person."""

    default_phone_region: str = Field(
        "US",
        pattern="^[A-Z]{2}$",
        description="ISO 3166 region of a phone number whose record names no country.",
    )
    fold_email_provider_rules: bool = Field(
        True,
        description="Also link on the mailbox behind a Gmail dot or a plus tag; the address itself is kept.",
    )
    max_records_per_email: int = Field(
        20, ge=2, description="Records; an e-mail on more records than this links nobody."
    )
    max_records_per_user_id: int = Field(
        500,
        ge=2,
        description="Records, devices included; a user id on more records than this links nobody.",
    )
    max_records_per_customer_id: int = Field(
        50, ge=2, description="Records; a billing id on more records than this links nobody."
    )
    max_records_per_phone: int = Field(
        8, ge=2, description="Records; a phone on more records than this is a switchboard and links nobody."
    )
    max_names_per_value: int = Field(
        3,
        ge=1,
        description="Distinct first names; a value carried by more people than a household is shared and links nobody.",
    )
    name_similarity: float = Field(
        0.85,
        ge=0.5,
        le=1,
        description="Jaro-Winkler; first names at least this alike are one name with a typing error.",
    )
    fuzzy: bool = Field(
        True,
        description="Also compare records that share no key, by how alike they are. Off: keys alone decide.",
    )
    fuzzy_merge_probability: float = Field(
        0.9,
        ge=0.5,
        lt=1,
        description="Probability of being one person from which records that share no key are merged. High, because "
        "a mixed customer is worse than a split one; what is just below stands in identity_review.",
    )
    fuzzy_review_probability: float = Field(
        0.5,
        gt=0,
        lt=1,
        description="Probability from which a pair that is not merged is listed for review: more likely than not.",
    )
    fuzzy_max_component_records: int = Field(
        400,
        ge=2,
        description="Records; a chain of alike records longer than this is cut at its weaker links before all its "
        "pairs are compared, which costs the square of it.",
    )
    fuzzy_max_customer_records: int = Field(
        50,
        ge=2,
        description="Records; likeness alone never makes a customer of more than this: nobody has so many records, "
        "and a name shared by many does.",
    )
    incremental_min_records: int = Field(
        50_000,
        ge=0,
        description="Records; with fewer every run compares all pairs and learns anew, which takes seconds. With more "
        "a run compares what changed, with what was learned in the last full run.",
    )
    incremental_max_change_ratio: float = Field(
        0.2,
        ge=0,
        le=1,
        description="Share of the records; where more changed since the last run, or they became so many more or "
        "fewer since the last training, all pairs are compared and the weights learned anew.",
    )
    block_pairs_per_record: int = Field(
        15,
        ge=1,
        description="Pairs; a blocking rule keeps its smaller blocks up to this many pairs for each record, since what "
        "a large block costs grows with its square and the chance of a match falls with its size.",
    )
    min_block_size: int = Field(
        60, ge=2, description="Records; a block up to this size is always compared: it is at most 1,770 pairs."
    )
    max_block_size: int = Field(
        1000, ge=2, description="Records; a larger block is never compared: so many people have that in common."
    )
    max_candidate_pairs: int = Field(
        10_000_000,
        ge=1,
        description="Pairs of all blocking rules together, above which the largest blocks are left out: about the "
        "number that a laptop compares in a minute.",
    )
    max_candidate_pairs_per_record: int = Field(
        10,
        ge=1,
        description="Pairs for each record that a run of more than a million records may compare: its time grows with "
        "the records, not with their square.",
    )
    pairs_per_pass: int = Field(
        20_000_000,
        ge=1,
        description="Pairs whose repeats are dropped at a time; each 20 million take about 1 GB of memory.",
    )
    role_mailboxes: Names = Field(
        ("info", "sales", "support", "admin", "billing", "contact", "hello", "office", "team", "accounts",
         "noreply", "no-reply", "donotreply", "postmaster", "webmaster", "help", "service", "marketing"),
        description="Mailbox names that belong to a function, not a person; they link nobody.",
    )  # fmt: skip
    placeholder_values: Names = Field(
        ("n/a", "na", "none", "null", "unknown", "test", "test@test.com", "test@example.com", "a@a.com",
         "none@none.com", "no@email.com", "noemail@noemail.com", "x@x.com", "-", "0", "0000000000", "1111111111",
         "1234567890", "9999999999", "undefined", "anonymous"),
        description="Values typed to get past a form; they link nobody. As a given or family name they are none.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _review_below_merge(self) -> IdentityConfig:
        if self.fuzzy_review_probability > self.fuzzy_merge_probability:
            raise ValueError("fuzzy_review_probability: is above fuzzy_merge_probability; nothing would be reviewed")
        return self
