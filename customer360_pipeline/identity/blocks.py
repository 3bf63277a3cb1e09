"""Groups of records that have something in common that few others have, and their pairs. Pure: arrays in, arrays out.

What they have in common is a number here: the hash of a value by a blocking rule, or the number of a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.shapes import Pairs

# Pairs listed at a time: bounds the memory.
_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Blocks:
    """Blocks of two records and more.

    Args:
        node: the records, block by block, ascending in each.
        sizes: records of each block.
        value: what those of each block have in common.
    """

    node: NDArray[np.int32]
    sizes: NDArray[np.int32]
    value: NDArray[Any]

    def up_to(self, cap: int) -> Blocks:
        """The blocks of at most so many records."""
        import numpy as np

        small = self.sizes <= cap
        return Blocks(self.node[np.repeat(small, self.sizes)], self.sizes[small], self.value[small])

    def over(self, cap: int) -> tuple[NDArray[Any], NDArray[np.int32]]:
        """What the records of each block of more than so many have in common, and how many they are."""
        large = self.sizes > cap
        return self.value[large], self.sizes[large]

    def counted(self) -> list[tuple[int, int]]:
        """(records of a block, blocks of that size), ascending."""
        import numpy as np

        blocks = np.bincount(self.sizes)
        return [(int(size), int(blocks[size])) for size in np.flatnonzero(blocks)]

    def pairs(self, first: int, end: int) -> Iterator[Pairs]:
        """All pairs of records of one block whose smaller number is in [first, end), that one first; some at a time."""
        import numpy as np

        after = np.repeat(np.cumsum(self.sizes), self.sizes) - np.arange(len(self.node)) - 1
        chosen = np.flatnonzero((self.node >= first) & (self.node < end) & (after > 0))
        after = after[chosen]
        cut = np.cumsum(after) // _AT_ONCE
        for part in np.flatnonzero(np.bincount(cut)):
            here = slice(np.searchsorted(cut, part), np.searchsorted(cut, part, "right"))
            left = np.repeat(chosen[here], after[here])
            right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(after[here]) - after[here], after[here])
            yield self.node[left], self.node[right]


def blocks_of(value: NDArray[Any], node: NDArray[np.int32]) -> Blocks:
    """The blocks of records with one value, given in any order; a record may have several values."""
    import numpy as np

    order = np.argsort(value)
    starts = block_starts(value[order])
    sizes = np.diff(np.append(starts, len(value))).astype(np.int32)
    member = node[order][np.repeat(sizes > 1, sizes)].astype(np.int64)
    common, sizes = value[order[starts[sizes > 1]]], sizes[sizes > 1]
    # One sort of whole numbers is many times as fast as sorting by value and record.
    width = int(member.max(initial=0)) + 1
    code = np.sort(np.repeat(np.arange(len(sizes)), sizes) * width + member)
    return Blocks((code % width).astype(np.int32), sizes, common)


def block_starts(value: NDArray[np.generic]) -> NDArray[np.intp]:
    """Where each run of one value begins."""
    import numpy as np

    return np.flatnonzero(np.append(True, value[1:] != value[:-1])[: len(value)])


def pairs_within(members: NDArray[Any], sizes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """All pairs inside each run of `members`, the earlier one first."""
    import numpy as np

    place = np.arange(len(members))
    after = np.repeat(np.cumsum(sizes), sizes) - place - 1
    left = np.repeat(place, after)
    right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(after) - after, after)
    return members[left], members[right]
