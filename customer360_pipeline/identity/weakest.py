"""Where a customer would part if it had to: at its weakest link. Pure.

Links are compared, not weighed. What holds two records together is judged by its earliest pass (what people and
sources say, then the configured keys in order, likeness last), then by how many rules join the two, the score of a
likeness, and on how many fields the two agree. Of links that are equally weak one is cut: the one with the fewest other
links beside it, then the one that takes fewest records away, then the first by the records' names. So a customer falls
into two parts, the same ones every time, and not into as many as it has look-alike links.
"""

from __future__ import annotations

from collections.abc import Sequence

from customer360_pipeline.identity.explain import Link

Strength = tuple[int, int, float, int]


def weakest_split(
    records: Sequence[str], links: Sequence[Link]
) -> tuple[tuple[tuple[str, ...], ...], tuple[Link, ...]]:
    """The two parts a customer falls into at its weakest link, and the links between them, which would be cut.

    Args:
        records: the customer's records.
        links: its accepted links.

    Returns:
        Parts in the order of their first records; one part only for a customer of one record. Where the records are not
        held together by links at all, there are more than two parts and nothing is cut.
    """
    pairs: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        pairs.setdefault((min(link.left, link.right), max(link.left, link.right)), []).append(link)
    strengths = {pair: strength(found) for pair, found in pairs.items()}
    tree = _strongest_tree(records, strengths)
    if not tree:
        return (tuple(sorted(records)),), ()
    weakest = min(strengths[pair] for pair in tree)
    candidates = [pair for pair in tree if strengths[pair] == weakest]
    found = []
    for pair in candidates:
        parts = _parts(records, [other for other in tree if other != pair])
        part_of = {record: number for number, part in enumerate(parts) for record in part}
        cut = tuple(link for link in links if part_of[link.left] != part_of[link.right])
        found.append(((len(cut), min(map(len, parts)), pair), parts, cut))
    return min(found)[1:]


def strength(links: Sequence[Link]) -> Strength:
    """How strongly its links hold a pair of records together; greater is stronger."""
    # A level may be followed by its weight.
    levels = [str(level).split()[0] for link in links for level in link.compared.values()]
    agreement = sum(-1 if level == "different" else 1 for level in levels)
    decided = any(link.rule == "decision" for link in links)
    return (
        1 if decided else -min(link.pass_number for link in links),
        len({link.rule for link in links}),
        max((link.score or 0.0 for link in links), default=0.0),
        agreement,
    )


def _strongest_tree(records: Sequence[str], strengths: dict[tuple[str, str], Strength]) -> list[tuple[str, str]]:
    """The links that hold the records together, each the strongest there is (Kruskal)."""
    root = {record: record for record in records}

    def find(record: str) -> str:
        while root[record] != record:
            record = root[record]
        return record

    tree = []
    for pair in sorted(strengths, key=lambda pair: (tuple(-part for part in strengths[pair]), pair)):
        left, right = find(pair[0]), find(pair[1])
        if left != right:
            root[max(left, right)] = min(left, right)
            tree.append(pair)
    return tree


def _parts(records: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    beside: dict[str, set[str]] = {record: set() for record in records}
    for left, right in pairs:
        beside[left].add(right)
        beside[right].add(left)
    parts: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for record in sorted(records):
        if record not in seen:
            part, waiting = {record}, [record]
            while waiting:
                new = beside[waiting.pop()] - part
                part |= new
                waiting += new
            seen |= part
            parts.append(tuple(sorted(part)))
    return tuple(parts)
