"""Which of many pairs are alike: those whose score reaches the threshold of review. Pure.

Almost none do, and comparing text is what a pair costs. So a pair is compared in steps, numbers first, and only while
the best that the fields not compared yet could say would still take it to the threshold. What is left is scored as it
would have been: the same pairs are found, for half the price.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from customer360_pipeline.identity.fuzzy import levels
from customer360_pipeline.identity.fuzzy.fields import NAMES
from customer360_pipeline.identity.fuzzy.model import strata
from customer360_pipeline.identity.fuzzy.scores import CLIP, MAX_FREQUENCY, Scorer
from customer360_pipeline.identity.fuzzy.shapes import Near
from customer360_pipeline.identity.fuzzy.side_by_side import side_by_side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from customer360_pipeline.identity.fuzzy.learned import Learned
    from customer360_pipeline.identity.fuzzy.prepare import Coded, People
    from customer360_pipeline.identity.fuzzy.shapes import Batches, Pairs, Settings


def near(people: People, learned: Learned, candidates: Batches, group: NDArray[np.int32], settings: Settings) -> Near:
    """The candidate pairs that are alike. A pair's score depends on its two records and on what was learned alone.

    Args:
        candidates: gives the pairs of positions to compare, in batches; each pair once, in any order.
        group: records of one group are not compared.
    """
    import numpy as np

    scorer = Scorer(people, learned, settings.merge, settings.review)
    hopeful = _Hopeful(people, learned, settings.review)
    found = [
        (np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0)),
        *side_by_side(partial(_near, scorer, hopeful, group, settings.review), candidates(), settings.threads),
    ]
    return Near(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _near(
    scorer: Scorer, hopeful: _Hopeful, group: NDArray[np.int32], threshold: float, pairs: Pairs
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """The pairs of two groups that reach the threshold."""
    left, right = pairs
    apart = group[left] != group[right]
    left, right = hopeful.pairs(left[apart], right[apart])
    score = scorer.score(left, right).log_odds
    reached = score >= threshold
    return left[reached], right[reached], score[reached]


class _Hopeful:
    """Leaves out pairs that cannot reach a threshold.

    The log-odds of one person against all other kinds together are at most those against two strangers, which are a
    sum over the fields; so a field that is not compared yet adds at most its best level. What the rarity of values adds
    is at most MAX_FREQUENCY. A shared mailbox name may lift a score to the threshold by itself, so it always stays.
    """

    def __init__(self, people: People, learned: Learned, threshold: float) -> None:
        import numpy as np

        model = learned.model
        self._people, self._sources = people, len(learned.sources)
        # Rounding must never leave out a pair that just reaches the threshold, and scores are clipped.
        self._least = np.float32(threshold - 0.01 if threshold > -CLIP else -np.inf)
        self._weights = {name: w.astype(np.float32) for name, w in zip(NAMES, model.weights(), strict=True)}
        self._prior = (model.log_pairs[:, 0] - model.log_pairs[:, -1]).astype(np.float32)
        self._rarity = [
            (coded, np.maximum(np.append(learned.rarity[name].of(coded), 0), 0).astype(np.float32))
            for coded, name in (
                (people.first, "first_name"), (people.last, "last_name"), (people.postal_code, "postal_code"),
            )
        ]  # fmt: skip

    def pairs(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> Pairs:
        """The pairs that may reach the threshold."""
        people, weights = self._people, self._weights
        sure = _equal(people.local_part, left, right)
        most = self._prior[strata(people.source[left], people.source[right], self._sources)] + self._rarer(left, right)
        most += weights["birth_date"][levels.dates(people, left, right)]
        most += weights["phone"][levels.phone(people, left, right)]
        most += self._best_email(left, right)
        for name, coded in (
            ("middle_name", people.middle),
            ("company", people.company),
            ("job_title", people.job_title),
        ):
            most += self._best(name, coded, left, right)
        most += weights["place"][levels.place(people, left, right)]
        most += weights["address"][levels.address(people, left, right)]
        best_names = self._best("first_name", people.first, left, right)
        best_names += self._best("last_name", people.last, left, right)
        open_ = sure | (most + best_names >= self._least)
        left, right, most, sure = left[open_], right[open_], most[open_], sure[open_]
        first, last = levels.names(people, left, right)
        most += weights["first_name"][first] + weights["last_name"][last]
        open_ = sure | (most >= self._least)
        return left[open_], right[open_]

    def _rarer(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
        """What the rarity of equal values adds at most."""
        import numpy as np

        found = np.zeros(len(left), np.float32)
        for coded, rarity in self._rarity:
            # Of values that differ the place of "not known" is read, which adds nothing.
            found += rarity[np.where(_equal(coded, left, right), coded.codes[left], -1)]
        return np.minimum(found, np.float32(MAX_FREQUENCY))

    def _best(
        self, name: str, coded: Coded, left: NDArray[np.int32], right: NDArray[np.int32], differ_from: int = 2
    ) -> NDArray[np.float32]:
        """The most a field can say of its codes alone; those that differ have at best the level `differ_from`."""
        import numpy as np

        weight = self._weights[name]
        a, b = coded.codes[left], coded.codes[right]
        most = np.where(a == b, weight[1:].max(), weight[differ_from:].max())
        return np.where((a < 0) | (b < 0), np.float32(0), most)

    def _best_email(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.float32]:
        """Mailbox names that differ are at best alike, or say nothing; pairs that share one stay anyway."""
        import numpy as np

        weight = self._weights["email"]
        most = np.maximum(self._best("email", self._people.local_part, left, right, differ_from=3), 0)
        return np.where(_equal(self._people.email, left, right), weight[1], most)


def _equal(coded: Coded, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.bool_]:
    a = coded.codes[left]
    found: NDArray[np.bool_] = (a == coded.codes[right]) & (a >= 0)
    return found
