"""Settings of how a run works: where versions go, who is told, how much of the machine it takes."""

from __future__ import annotations

from pydantic import Field

from customer360_pipeline.config.group import Group, Names


class PublishConfig(Group):
    """Where versions go and how many stay."""

    keep_versions: int = Field(
        7, ge=1, description="Published versions kept for rollback; those that a rollback left behind go first."
    )
    destinations: Names = Field(
        (), description="Targets of dbt_profiles/profiles.yml that receive each version by dlt."
    )
    profiles_dir: str = Field("dbt_profiles", description="Folder with profiles.yml, relative to the project.")


class AlertsConfig(Group):
    """Who is told."""

    urls_env: Names = Field(
        ("CUSTOMER360_ALERT_URLS",),
        description="Environment variables that hold apprise URLs, separated by spaces; unset means nobody is told.",
    )
    ui_url: str = Field("http://127.0.0.1:3000", description="Base address of the UI, for links in messages.")


# Bytes; some 50,000 rows, of packed files ten times as many.
SMALL_EXTRACTS = 8_000_000


class EngineConfig(Group):
    """How much of the machine a run may take."""

    memory_limit: str = Field(
        "2GB",
        pattern=r"^(\d+(\.\d+)?\s?(KB|MB|GB|TB))?$",
        description="DuckDB memory limit; a run takes up to 1 GB more. Beyond it tables spill to disk, so a large "
        "server wants more. Five million records by keys alone were built with 1500MB. Empty: 80 % of the machine.",
    )
    threads: int = Field(
        0,
        ge=0,
        description="Threads of DuckDB, and up to 4 of them for comparing records; 0: one per core, and one in all for "
        "less than 8 MB of extracts.",
    )

    def for_extracts(self, size: int) -> EngineConfig:
        """These settings for `size` bytes of extracts.

        DuckDB shares out a table by pieces of 122,880 rows. Where there is one piece, a second thread only wakes, asks
        and sleeps, which was a tenth of a run of the sample.
        """
        return self if self.threads or size >= SMALL_EXTRACTS else self.model_copy(update={"threads": 1})
