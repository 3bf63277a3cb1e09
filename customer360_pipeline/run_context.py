"""What one run knows besides its configuration: where it works, what it reads, and the one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customer360_pipeline.config import Config

if TYPE_CHECKING:
    from customer360_pipeline.sources.contract import Source


@dataclass(frozen=True)
class RunContext:
    """One run.

    Args:
        config: every business choice.
        sources: the source contracts in use, ordered by name.
        home: the data directory (CUSTOMER360_HOME).
        extracts: the folder the sources' file patterns are relative to.
        as_of: the run's clock, naive UTC. No other code asks what time it is.
        run_id: names the run in versions, logs and metadata.
        accept_drop: publish although a source lost most of its records, or customers changed their size, since the
            last version.
        read_again: read every source, although its files are those of the last reading.
        full_resolve: resolve all identities and learn anew, although the last results could be carried on.
        config_file: the file that the configuration was read from; None: the project's own.
        facts: what the run notes on its way for a later step; under the name of a table, what a person should know.
    """

    config: Config
    sources: tuple[Source, ...]
    home: Path
    extracts: Path
    as_of: datetime
    run_id: str = "local"
    accept_drop: bool = False
    read_again: bool = False
    full_resolve: bool = False
    config_file: Path | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def sql_parameters(self) -> dict[str, Any]:
        """The named parameters a table file may declare: every scalar setting, and `as_of`."""
        return self.config.sql_parameters() | {"as_of": self.as_of}

    @property
    def work_database(self) -> Path:
        """The pipeline's own database; readers never open it."""
        return self.home / "work.duckdb"

    @property
    def published(self) -> Path:
        """The folder of published versions."""
        return self.home / "published"
