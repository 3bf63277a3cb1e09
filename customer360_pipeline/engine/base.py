"""What an engine offers. Table files, the catalogue and its checks need no more than this.

Python tables that use one engine's own functions name that engine in their signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

Parameters = Mapping[str, Any]


class Engine(Protocol):
    """Makes tables and reads them. A table is replaced whole: readers see the old one or the new one."""

    name: str

    def execute(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a statement for its effect."""

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    def scalar(self, sql: str, parameters: Parameters | None = None) -> Any:
        """The single value of a query of one row and one column."""

    def arrow(self, sql: str, parameters: Parameters | None = None) -> pa.Table:
        """A query's result as an Arrow table."""

    def batches(self, sql: str, parameters: Parameters | None = None, rows: int = 122_880) -> pa.RecordBatchReader:
        """A query's result as Arrow batches of about `rows` rows."""

    def create_schema(self, schema: str) -> None:
        """Make sure a schema is there."""

    def create_table(
        self, name: str, select: str, parameters: Parameters | None = None, *, view: bool = False,
        parts: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Replace `schema.table` by the rows of a SELECT; `parts`: conditions that part them, done one by one."""

    def create_table_from_arrow(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Replace `schema.table` by Arrow data."""

    def exists(self, name: str) -> bool:
        """Whether `schema.table` is there."""

    def columns(self, name: str) -> list[tuple[str, str]]:
        """(column, DuckDB type) of `schema.table`, in order."""

    def row_count(self, name: str) -> int:
        """Rows of `schema.table`."""

    def close(self) -> None:
        """Give everything back."""
