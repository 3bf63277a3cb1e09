"""Pairs collapsed to level patterns: millions of pairs are thousands of patterns; the model sees only those. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.fuzzy.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Patterns:
    """Distinct patterns in order of their code.

    Args:
        levels: one row per pattern, one column per field (int8).
        stratum: the pair of sources of each pattern.
        pairs: how many pairs show each pattern.
        code: the packed pattern, sorted.
    """

    levels: NDArray[np.int8]
    stratum: NDArray[np.int32]
    pairs: NDArray[np.int64]
    code: NDArray[np.int64]

    def places(self, code: NDArray[np.int64]) -> NDArray[np.intp]:
        """The row of each packed pattern; every one of them must be there."""
        import numpy as np

        return np.searchsorted(self.code, code)


def pack(levels: NDArray[np.int8], stratum: NDArray[np.int32]) -> NDArray[np.int64]:
    """One number per pair: its stratum and its levels."""
    import numpy as np

    code = stratum.astype(np.int64)
    for place, field in enumerate(FIELDS):
        code = code * field.size + levels[:, place]
    return code


def collapse(codes: Sequence[NDArray[np.int64]]) -> Patterns:
    """The distinct patterns of packed pairs, given in batches of any size and order."""
    import numpy as np

    counted = [np.unique(batch, return_counts=True) for batch in codes]
    code, places = np.unique(np.concatenate([c for c, _ in counted]), return_inverse=True)
    pairs = np.zeros(len(code), dtype=np.int64)
    np.add.at(pairs, places, np.concatenate([n for _, n in counted]))
    return Patterns(*unpack(code), pairs, code)


def unpack(code: NDArray[np.int64]) -> tuple[NDArray[np.int8], NDArray[np.int32]]:
    """Levels and stratum of packed pairs."""
    import numpy as np

    levels = np.empty((len(code), len(FIELDS)), dtype=np.int8)
    for place in range(len(FIELDS) - 1, -1, -1):
        levels[:, place] = code % FIELDS[place].size
        code = code // FIELDS[place].size
    return levels, code.astype(np.int32)
