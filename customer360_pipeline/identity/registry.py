"""Which customer keeps which known id. Pure: arrays in, arrays out, no database and no clock.

Each known id goes where most of its records went, so an id never follows a minority. The records that had it in the
version before are asked first: one that was away and returns takes no id from a customer that stayed as it was. Of the
ids that come to a customer one stays, the others lead to it. Where ids are made or stored does not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer]

NONE = -1


@dataclass(frozen=True)
class Assignment:
    """Who is who after a run. Customers are called by their smallest node, known ids by their number; -1 is none.

    Args:
        customers: every customer, ascending.
        number: beside it, the known id it carries; -1: it needs a new one.
        origin: beside it, the known id that most of its records had; -1: none of its records was known.
        home: per known id, the customer that holds most of its records, those of the version before first; -1: none of
            its records is here.
        arrived: per known id, how many of its records are at its home.
        carrier: per known id, the customer that carries it; -1: none.
    """

    customers: Ints
    number: Ints
    origin: Ints
    home: Ints
    arrived: Ints
    carrier: Ints


def assign(
    customer: Ints,
    last: Ints,
    is_present: NDArray[np.bool_],
    former_node: Ints,
    former_number: Ints,
    is_living: NDArray[np.bool_],
) -> Assignment:
    """Give known ids to customers.

    First, by the id that each record had last: an id is at home where most of these records are, and a customer keeps
    the id at home there that brings most records. Then a customer without an id takes back a dormant one whose former
    records it mostly holds: that is how an undone merge gives both customers their old ids again.

    Args:
        customer: per record, its customer, named by its smallest record.
        last: per record, the number of the known id it had last (where that id was merged, what it leads to).
        is_present: per record, whether the version before holds it: it had its last id there.
        former_node, former_number: records and ids they once had and have no more, in pairs.
        is_living: per known id, whether it names a customer of the version before. Ids are numbered by age: of two
            ids that bring equally many records the living one stays, then the older.
    """
    import numpy as np

    nodes, ids = len(customer), len(is_living)
    known, dormant, settled = last != NONE, ~is_living[former_number], _settled(customer, last, ids)
    open_ = known & ~settled
    pairs = _Pairs(customer[open_], last[open_], is_present[open_], nodes)
    former = _Pairs(customer[former_node[dormant]], former_number[dormant], np.zeros(dormant.sum(), bool), nodes)
    of_known, of_former = (np.bincount(customer[nodes_], minlength=nodes) for nodes_ in (known, former_node[dormant]))
    # Of two equal parts of a split customer the one that did not come in by a merge keeps the id.
    home, arrived = pairs.homes(ids, of_former, of_known)
    number = pairs.winners(home, is_living, nodes)
    origin = pairs.winners(None, is_living, nodes)
    home[last[settled]] = customer[settled]
    arrived[last[settled]] = of_known[customer[settled]]
    number[customer[settled]] = origin[customer[settled]] = last[settled]
    # Neither an id whose last records are elsewhere nor a customer that has its id takes part in the second round.
    former_home, _ = former.homes(ids, of_known, of_former)
    without_id = np.append(number == NONE, False)
    former_home[(home != NONE) | ~without_id[former_home]] = NONE
    number = np.where(number == NONE, former.winners(former_home, is_living, nodes), number)
    customers = np.flatnonzero(np.bincount(customer))
    number = number[customers]
    carrier = np.full(len(is_living), NONE, dtype=np.int64)
    carrier[number[number != NONE]] = customers[number != NONE]
    return Assignment(customers, number, origin[customers], home, arrived, carrier)


def _settled(customer: Ints, last: Ints, ids: int) -> NDArray[np.bool_]:
    """Per record, whether all records of its customer had one id, and nobody else had it: nearly everybody."""
    import numpy as np

    id_of, customer_of = np.full(len(customer), NONE, np.int64), np.full(ids + 1, NONE, np.int64)
    id_of[customer], customer_of[last] = last, customer
    differs = (last == NONE) | (id_of[customer] != last) | (customer_of[last] != customer)
    open_customer, open_id = np.zeros(len(customer), np.bool_), np.zeros(ids + 1, np.bool_)
    open_customer[customer[differs]] = open_id[last[differs]] = True
    return ~(open_customer[customer] | open_id[last])


def follow(leads_to: Ints) -> Ints:
    """Where each number leads in the end; a number that leads to itself is an end. No circles may be in it."""
    import numpy as np

    while not np.array_equal(leads_to, further := leads_to[leads_to]):
        leads_to = further
    return leads_to


class _Pairs:
    """Customers and known ids that have records in common, and how many; ordered by id, then customer.

    `present` counts those of them that the version before holds.
    """

    def __init__(self, customer: Ints, number: Ints, is_present: NDArray[np.bool_], nodes: int) -> None:
        import numpy as np

        width = max(nodes, 1)
        keys, place, self.records = np.unique(
            number.astype(np.int64) * width + customer, return_inverse=True, return_counts=True
        )
        self.present = np.bincount(place, weights=is_present, minlength=len(keys)).astype(np.int64)
        self.number, self.customer = keys // width, keys % width

    def homes(self, ids: int, *fewest: Ints) -> tuple[Ints, Ints]:
        """Per id: the customer with most of its records, those present first, and how many they are in all.

        Ties by `fewest`, then the smaller customer.
        """
        import numpy as np

        ties = tuple(measure[self.customer] for measure in reversed(fewest))
        first = _firsts(self.number, (self.customer, *ties, -self.records, -self.present))
        home, arrived = np.full(ids, NONE, dtype=np.int64), np.zeros(ids, dtype=np.int64)
        home[self.number[first]] = self.customer[first]
        arrived[self.number[first]] = self.records[first]
        return home, arrived

    def winners(self, home: Ints | None, is_living: NDArray[np.bool_], nodes: int) -> Ints:
        """Per node: the id at home there with most records, those present first, then a living one, then the oldest.

        -1 where none is.

        Without `home`, of all ids of its records.
        """
        import numpy as np

        at_home = np.arange(len(self.number)) if home is None else np.flatnonzero(home[self.number] == self.customer)
        number, customer = self.number[at_home], self.customer[at_home]
        best = _firsts(customer, (number, ~is_living[number], -self.records[at_home], -self.present[at_home]))
        winner = np.full(nodes, NONE, dtype=np.int64)
        winner[customer[best]] = number[best]
        return winner


def _firsts(groups: Ints, order: tuple[Ints, ...]) -> Ints:
    """Positions of the first row of each group; `order` lists the sort keys, the weightiest last.

    Only groups of several rows are sorted: almost every customer has one known id, and every id one customer.
    """
    import numpy as np

    if not len(groups):
        return np.empty(0, dtype=np.int64)
    several = np.bincount(groups)[groups] > 1
    rows = np.flatnonzero(several)
    rows = rows[np.lexsort((*(key[rows] for key in order), groups[rows]))]
    leads = np.ones(len(rows), dtype=bool)
    leads[1:] = groups[rows][1:] != groups[rows][:-1]
    return np.concatenate([np.flatnonzero(~several), rows[leads]])
