"""What is learned of a set of records and used again on later ones: the model, and how common values are. Pure.

Training does not belong here (`model.py`), nor where this is kept (`fuzzy_state.py` of the room).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from customer360_pipeline.identity.fuzzy.model import Model

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.prepare import Coded, People

# A mailbox name that more addresses than this carry is common ("john"), and no strong key.
RARE_LOCAL_PART = 3


@dataclass(frozen=True)
class Rarity:
    """Log of the average chance agreement over that of each value.

    Args:
        values: text of the values that several records had.
        log_odds: one for each of them.
        single: that of a value that one record had, or none.
    """

    values: pa.Array
    log_odds: NDArray[np.float64]
    single: float

    def of(self, coded: Coded) -> NDArray[np.float64]:
        """Per value of a column's dictionary."""
        import numpy as np

        places = _places(coded.dictionary, self.values)
        return np.append(self.log_odds, self.single)[places]


@dataclass(frozen=True)
class Learned:
    """All that scores need besides the records.

    Args:
        sources: names of the sources; their places are the codes of `People.source`.
        records: how many records it was learned of.
        rarity: of first_name, last_name and postal_code.
        common_local_parts: mailbox names that are no strong key.
    """

    model: Model
    sources: tuple[str, ...]
    records: int
    rarity: dict[str, Rarity]
    common_local_parts: pa.Array

    def is_common(self, local_part: Coded) -> NDArray[np.bool_]:
        """Per value of the column's dictionary: whether it is common."""
        places = _places(local_part.dictionary, self.common_local_parts)
        found: NDArray[np.bool_] = places < len(self.common_local_parts)
        return found

    def facts(self) -> dict[str, Any]:
        """Everything but the frequencies, as plain values that JSON keeps exactly."""
        return {
            "classes": [[share.tolist() for share in shares] for shares in self.model.classes],
            "log_pairs": self.model.log_pairs.tolist(),
            "is_trained": self.model.is_trained,
            "sources": list(self.sources),
            "records": self.records,
            "single": {name: rarity.single for name, rarity in self.rarity.items()},
        }


def model_of(facts: dict[str, Any]) -> Model:
    """The model of `Learned.facts`."""
    import numpy as np

    classes = tuple(tuple(np.array(share) for share in shares) for shares in facts["classes"])
    return Model(classes, np.array(facts["log_pairs"]), facts["is_trained"])


def learned_of(people: People, model: Model, sources: tuple[str, ...]) -> Learned:
    """A trained model with how common the values of the same records are."""
    columns = {"first_name": people.first, "last_name": people.last, "postal_code": people.postal_code}
    local = people.local_part
    return Learned(
        model,
        sources,
        people.size,
        {name: _rarity(coded) for name, coded in columns.items()},
        local.dictionary.filter(_mask(local.counts > RARE_LOCAL_PART)),
    )


def _rarity(coded: Coded) -> Rarity:
    import numpy as np

    counts = coded.counts
    total = max(1, int(counts.sum()))
    average = max(float((coded.shares**2).sum()), 1e-12)
    several = counts > 1
    return Rarity(
        coded.dictionary.filter(_mask(several)),
        np.log(average * total / counts[several]),
        float(np.log(average * total)),
    )


def _places(values: pa.Array, known: pa.Array) -> NDArray[np.int64]:
    """Where each value stands in `known`; its length where it does not."""
    import numpy as np
    import pyarrow.compute as pc

    found = pc.fill_null(pc.index_in(values, known), len(known))
    return found.to_numpy(zero_copy_only=False).astype(np.int64)


def _mask(chosen: NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa

    return pa.array(chosen)
