"""Log-odds of pairs: the weights of the model, how common the agreeing values are, and what overrules them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from customer360_pipeline.identity.fuzzy.fields import FIELDS, NAMES
from customer360_pipeline.identity.fuzzy.levels import compare
from customer360_pipeline.identity.fuzzy.linkage import UNIT
from customer360_pipeline.identity.fuzzy.model import strata
from customer360_pipeline.identity.fuzzy.patterns import pack, unpack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.learned import Learned
    from customer360_pipeline.identity.fuzzy.model import Model
    from customer360_pipeline.identity.fuzzy.prepare import People

#: A pair says at most this much for or against, in log-odds: one pair never outvotes a whole cluster.
CLIP = 12.0
# How far the frequency of a value may move a weight (design).
MAX_FREQUENCY = 2.5
# Log-odds that a rare mailbox name with an agreeing name is worth at least (design: strong-key boost).
STRONG_KEY = 3.0
_FIRST, _LAST, _, _BIRTH, _, _PLACE, _, _EMAIL, _, _JOB = range(len(FIELDS))
_NAME_LEVEL, _DATE_LEVEL = 5, 5


@dataclass(frozen=True)
class Scores:
    """Of each pair its log-odds, clipped, and what it says in the mean of two groups.

    Args:
        in_mean: the log-odds of a pair that reaches the review threshold; of one whose levels speak against one person
            what they say, without what was believed before any comparison: that counts once, not for every pair.
        counts: False for a pair that speaks for one person, but not enough: it is no argument against the group.
        code: the packed levels.
    """

    log_odds: NDArray[np.float64]
    in_mean: NDArray[np.float64]
    counts: NDArray[np.bool_]
    code: NDArray[np.int64]


class Scorer:
    """Scores pairs of one set of records with one model.

    Args:
        people: the records.
        learned: what was learned, of these records or of earlier ones.
        merge, review: log-odds from which records are merged, and from which a pair is in doubt.
    """

    def __init__(self, people: People, learned: Learned, merge: float, review: float) -> None:
        self._people, self._model, self._sources = people, learned.model, len(learned.sources)
        self._merge, self._review = merge, review
        self._rarity = [
            (place, coded, learned.rarity[name].of(coded))
            for place, coded, name in (
                (_FIRST, people.first, "first_name"),
                (_LAST, people.last, "last_name"),
                (_PLACE, people.postal_code, "postal_code"),
            )
        ]
        self._common_local_part = learned.is_common(people.local_part)

    def score(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> Scores:
        """Score pairs of positions."""
        import numpy as np

        people = self._people
        stratum = strata(people.source[left], people.source[right], self._sources)
        code, places = np.unique(pack(compare(people, left, right), stratum), return_inverse=True)
        levels, strata_of = unpack(code)
        logs = self._model.log_classes(levels, strata_of)
        log_odds = _odds(logs[places] - self._rarer(left, right, levels[places]))
        log_odds = self._overruled(log_odds, left, levels, places)
        evidence = (_odds(logs) - _odds(self._model.log_pairs[strata_of]))[places]
        against = (log_odds < self._review) & (evidence < 0)
        counts = (log_odds >= self._review) | against
        in_mean = np.where(against, np.maximum(log_odds, evidence), log_odds)
        return Scores(np.clip(log_odds, -CLIP, CLIP), np.clip(in_mean, -CLIP, CLIP), counts, code[places])

    def _rarer(
        self, left: NDArray[np.int32], right: NDArray[np.int32], levels: NDArray[np.int8]
    ) -> NDArray[np.float64]:
        """Of pairs and classes: how much rarer than the average the values are that chance made agree, in log-odds."""
        import numpy as np

        found = np.zeros((len(left), 6))
        for place, coded, rarity in self._rarity:
            a = coded.codes[left]
            equal = (a == coded.codes[right]) & (a >= 0) & (levels[:, place] <= 2)
            rarer = np.where(equal, rarity[a] if len(rarity) else 0.0, 0.0)
            for kind, share in enumerate((*FIELDS[place].shared, 0.0), 1):
                if share < 1:
                    found[:, kind] += rarer
        return np.clip(found, -MAX_FREQUENCY, MAX_FREQUENCY)

    def _overruled(
        self, log_odds: NDArray[np.float64], left: NDArray[np.int32], levels: NDArray[np.int8], places: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """The strong key, and names that nothing supports."""
        import numpy as np

        first, last, birth = levels[:, _FIRST], levels[:, _LAST], levels[:, _BIRTH]
        conflict = (first == _NAME_LEVEL) | (birth >= _DATE_LEVEL)
        agrees = ((first >= 1) & (first <= 3)) | ((last >= 1) & (last <= 2))
        strong = ((levels[:, _EMAIL] == 2) & agrees & ~conflict)[places]
        local = self._people.local_part.codes[left]
        strong &= ~self._common_local_part[local] if len(self._common_local_part) else False
        log_odds = np.where(strong, np.maximum(log_odds, STRONG_KEY), log_odds)
        only_names = ~self._supported(levels)[places]
        return np.where(only_names, np.minimum(log_odds, self._merge - 1 / UNIT), log_odds)

    def _supported(self, levels: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Whether anything but given name, last name and job speaks for one person. A third name does."""
        import numpy as np

        weights = self._model.weights()
        found = np.zeros(len(levels), np.bool_)
        for place in range(len(FIELDS)):
            if place not in {_FIRST, _LAST, _JOB}:
                found |= weights[place][levels[:, place]] > 0
        return found


def _odds(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of the first class against the others together."""
    import numpy as np

    found: NDArray[np.float64] = logs[:, 0] - np.logaddexp.reduce(logs[:, 1:], axis=1)
    return found


def evidence(model: Model, code: NDArray[np.int64]) -> tuple[list[str], list[str | None]]:
    """Of packed pairs: JSON of field -> level and weight for the fields both records have, and what speaks most for
    one person besides the names."""
    import numpy as np

    distinct, places = np.unique(code, return_inverse=True)
    levels, _ = unpack(distinct)
    weights = model.weights()
    texts, reasons = [], []
    for row in levels.tolist():
        known = [(NAMES[p], FIELDS[p].levels[level - 1], weights[p][level]) for p, level in enumerate(row) if level]
        texts.append("{" + ", ".join(f'"{name}": "{level} {weight:+.1f}"' for name, level, weight in known) + "}")
        best = max((item for item in known if not item[0].endswith("_name")), key=lambda item: item[2], default=None)
        reasons.append(f"{best[0]}_{best[1]}" if best and best[2] > 0 else None)
    return [texts[place] for place in places], [reasons[place] for place in places]
