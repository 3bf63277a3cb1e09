"""Which records are worth comparing: what two of them must have in common, and how many may have it in common.

Each rule is weak alone and misses other pairs than the next one. A rule for which the data have no field finds nothing.
Not here: how the pairs are listed (`blocks.py`, `candidate_pairs.py`, `block_delta.py`), and how they are compared.
"""

from __future__ import annotations

from collections.abc import Iterable

# Rule -> SQL over the columns of identity.block_fields. Records of one value are a block; NULL is in none.
# Where the two names of a person are swapped in one source, `names` still finds them.
RULES = {
    "names": "least(first, last) || '|' || greatest(first, last)",
    "mailbox": "mailbox",
    "birth_date": "birth_year || birth_month || birth_day",
    "last_birth_year": "last || '|' || birth_year",
    "first_birth_year": "first || '|' || birth_year",
    "letters_birth_year": "substr(first, 1, 2) || '|' || substr(last, 1, 2) || '|' || birth_year",
    "last_birthday": "substr(last, 1, 3) || '|' || birth_month || birth_day",
    "zip_birth_month": "zip || '|' || birth_year || birth_month",
    "first_zip": "substr(first, 1, 3) || '|' || zip",
    "last_zip": "substr(last, 1, 3) || '|' || zip",
    "house_street": "house || '|' || substr(street, 1, 4)",
    "first_house_zip": "first || '|' || house || '|' || zip",
    "last_house_zip": "last || '|' || house || '|' || zip",
    "first_street": "first || '|' || street",
    "letters": "substr(first, 1, 3) || '|' || substr(last, 1, 4)",
    "sound": "substr(first, 1, 3) || '|' || sound",
    # Weak ones, for what the others miss: of large data only the rare names stay.
    "first": "first",
    "last": "last",
    "zip": "zip",
    "first_city": "substr(first, 1, 1) || '|' || city",
    "last_city": "substr(last, 1, 1) || '|' || city",
}
# Sorted neighbourhood: rule -> the text that records are sorted by. Its neighbours are compared.
ORDERS = {
    "sorted_last_first": "last || '|' || first",
    "sorted_first_last": "first || '|' || last",
    "sorted_birth_date": "birth_year || birth_month || birth_day || '|' || last",
}
# Keys that several records carry and that may link: read from identity.key_records, of which a record has several.
KEYS = ("email", "email_mailbox", "user_id", "customer_id", "phone")


def block_cap(sizes: Iterable[tuple[int, int]], most_pairs: float, smallest: int, largest: int) -> int:
    """The largest block size for which a rule gives at most `most_pairs` pairs.

    Args:
        sizes: (records in a block, blocks of that size).
        most_pairs: pairs that may be given.
        smallest: the size that is compared whatever it costs.
        largest: the size above which a block says nothing about a person.
    """
    cap, pairs = smallest, 0
    for size, blocks in sorted(sizes):
        pairs += blocks * size * (size - 1) // 2
        if size > largest or (pairs > most_pairs and size > smallest):
            break
        cap = max(cap, size)
    return cap
