"""A customer's records and links as an SVG picture. Pure.

The links that joined the records are a tree, read from left to right; it begins at the record with most links. Every
record and every vetoed link has a row of its own, so that no label meets another; the order is fixed, so that one
customer always gives one picture. Links beside the tree run on the right. Colours follow the reader's light or dark
mode. An address inside a record id is masked: a picture is passed on more easily than a terminal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from customer360_pipeline.identity.explain import Explanation, Link, paths_from
from customer360_pipeline.svg import COLOURS, EDGE, document, label, shortened

BOX, GAP, HIGH, ROW, TOP, LANE = 216, 148, 38, 58, 64, 52
# More links beside the tree than these would be a tangle; they are counted instead.
MAX_BESIDE = 24
STYLE = """
.box{fill:var(--box);stroke:var(--line)}.link{fill:none;stroke:var(--line);stroke-width:1.5}
.beside{fill:none;stroke:var(--line);opacity:.75}.veto{stroke:var(--veto);stroke-dasharray:5 4}
.no{fill:var(--veto);font-size:11px}.pill{fill:var(--bg)}"""


@dataclass
class _Node:
    """A box: a record of the customer, or of another one that a veto keeps apart."""

    name: str
    note: str
    links: tuple[Link, ...] = ()
    parent: _Node | None = None
    is_other: bool = False
    depth: int = 0
    row: float = 0.0

    @property
    def x(self) -> int:
        return EDGE + self.depth * (BOX + GAP)

    @property
    def y(self) -> float:
        return TOP + self.row * ROW


def picture(found: Explanation) -> str:
    """The SVG document of an explained customer."""
    nodes = _laid_out(found)
    beside = _beside(found.links, nodes)
    shown = beside[:MAX_BESIDE]
    right = max(node.x for node in nodes) + BOX
    width = right + EDGE + (LANE * len(shown) + 60 if shown else 0)
    sources = sorted({node.name.partition(":")[0] for node in nodes})
    colour = {source: COLOURS[number % len(COLOURS)] for number, source in enumerate(sources)}
    bottom = TOP + (max(node.row for node in nodes) + 1) * ROW
    records = len(found.records)
    title = f"{found.customer_id}: {records} record{'s' * (records != 1)}"
    parts = [
        *_beside_lines(shown, nodes, right),
        # Vetoes first: where two lines share a way, the link is seen.
        *(line for node in sorted(nodes, key=lambda node: not node.is_other) for line in _connector(node)),
        *(line for node in nodes for line in _box(node, colour)),
        *_legend(colour, bottom + 16, len(beside) - len(shown)),
    ]
    width = max(width, EDGE * 2 + 130 * len(sources), 420)
    return document(width, bottom + 44, title, STYLE, parts)


def _laid_out(found: Explanation) -> list[_Node]:
    """Boxes in the order of drawing, each right of its parent."""
    pairs: dict[frozenset[str], list[Link]] = {}
    for link in found.links:
        pairs.setdefault(frozenset((link.left, link.right)), []).append(link)
    ends = Counter(name for pair in pairs for name in pair)
    root = min((record.name for record in found.records), key=lambda name: (-ends[name], name))
    paths = paths_from(root, found.links)
    nodes: dict[str, _Node] = {}
    for record in sorted(found.records, key=lambda record: (len(paths.get(record.name, ())), record.name)):
        node = nodes[record.name] = _Node(record.name, record.record_type)
        if path := paths.get(record.name):
            last = path[-1]
            other = last.left if last.right == record.name else last.right
            node.parent, node.links = nodes[other], tuple(pairs[frozenset((last.left, last.right))])
            node.depth = node.parent.depth + 1
    return _placed(nodes, _others(found, nodes))


def _placed(nodes: dict[str, _Node], others: Iterable[_Node]) -> list[_Node]:
    children: dict[int, list[_Node]] = {}
    for node in (*nodes.values(), *others):
        if node.parent is not None:
            children.setdefault(id(node.parent), []).append(node)
    placed: list[_Node] = []
    row = 0.0
    # A record without a path (its links were not published) starts a tree of its own.
    waiting = [node for node in reversed(nodes.values()) if node.parent is None]
    while waiting:
        node = waiting.pop()
        below = sorted(children.get(id(node), ()), key=lambda one: (one.is_other, one.links[0].pass_number, one.name))
        node.row = row
        row += 0 if below else 1
        placed.append(node)
        waiting += reversed(below)
    return placed


def _others(found: Explanation, nodes: dict[str, _Node]) -> Iterator[_Node]:
    """A box per pair of records that a veto keeps apart: the record of the other customer."""
    pairs: dict[tuple[str, str, str], list[Link]] = {}
    for link in found.kept_apart:
        own, other = (link.left, link.right) if link.left in nodes else (link.right, link.left)
        pairs.setdefault((own, other, link.other_customer_id or ""), []).append(link)
    for (own, other, customer_id), links in sorted(pairs.items()):
        yield _Node(other, customer_id, tuple(links), nodes[own], True, nodes[own].depth + 1)


def _beside(links: Iterable[Link], nodes: list[_Node]) -> list[tuple[_Node, _Node, list[Link]]]:
    """Links between records that the tree joins otherwise; short ones first, so that they lie inside."""
    place = {node.name: node for node in nodes if not node.is_other}
    pairs: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        pairs.setdefault((link.left, link.right), []).append(link)
    found = [
        (place[left], place[right], joined)
        for (left, right), joined in pairs.items()
        if place[left].parent is not place[right] and place[right].parent is not place[left]
    ]
    return sorted(found, key=lambda item: (abs(item[0].row - item[1].row), item[0].name, item[1].name))


def _beside_lines(beside: list[tuple[_Node, _Node, list[Link]]], nodes: list[_Node], right: int) -> Iterator[str]:
    for lane, (one, two, links) in enumerate(beside):
        start, end = sorted((one, two), key=lambda node: node.row)
        x = right + 24 + lane * LANE
        first, last = start.y + HIGH / 2, end.y + HIGH / 2
        yield (
            f'<path class="beside" d="M{start.x + BOX} {first:.0f}H{x - 10}Q{x} {first:.0f} {x} {first + 10:.0f}'
            f'V{last - 10:.0f}Q{x} {last:.0f} {x - 10} {last:.0f}H{end.x + BOX}"/>'
        )
        rules = _rules(links)
        middle = (first + last) / 2
        wide = 8 + 6 * len(rules)
        yield f'<rect class="pill" x="{x - wide // 2}" y="{middle - 9:.0f}" width="{wide}" height="18"/>'
        yield _label("soft", x, middle + 4, rules)


def _connector(node: _Node) -> Iterator[str]:
    if node.parent is None:
        return
    start, trunk = node.parent.x + BOX, node.parent.x + BOX + (22 if node.is_other else 14)
    y, from_y = node.y + HIGH / 2, node.parent.y + HIGH / 2
    kind = "link veto" if node.is_other else "link"
    bend = f"V{y - 8:.0f}Q{trunk} {y:.0f} {trunk + 8} {y:.0f}" if y > from_y else ""
    yield f'<path class="{kind}" d="M{start} {from_y:.0f}H{trunk}{bend}H{node.x}"/>'
    x = (trunk + node.x) / 2 + 4
    yield _label("soft", x, y - 5, _rules(node.links))
    if node.is_other:
        reasons = sorted({link.reason or "" for link in node.links})
        yield _label("no", x, y + 14, f"but: {', '.join(reasons)}")
    else:
        yield _label("soft", x, y + 14, _passes(node))


def _label(style: str, x: float, y: float, text: str) -> str:
    return label(style, x, y, shortened(text, 22))


def _box(node: _Node, colour: dict[str, str]) -> Iterator[str]:
    source = node.name.partition(":")[0]
    kind = "box veto" if node.is_other else "box"
    name = masked(node.name)
    yield f"<g><title>{escape(name + ' ' + _hover(node))}</title>"
    yield f'<rect class="{kind}" x="{node.x}" y="{node.y:.0f}" width="{BOX}" height="{HIGH}" rx="5"/>'
    yield f'<rect x="{node.x}" y="{node.y:.0f}" width="6" height="{HIGH}" rx="3" fill="{colour[source]}"/>'
    yield f'<text x="{node.x + 14}" y="{node.y + 16:.0f}">{escape(shortened(name, 29))}</text>'
    yield f'<text class="soft" x="{node.x + 14}" y="{node.y + 31:.0f}">{escape(shortened(node.note, 32))}</text></g>'


def _legend(colour: dict[str, str], y: float, hidden: int) -> Iterator[str]:
    for number, (source, fill) in enumerate(colour.items()):
        x = EDGE + number * 130
        yield f'<rect x="{x}" y="{y - 9:.0f}" width="10" height="10" rx="2" fill="{fill}"/>'
        yield f'<text class="soft" x="{x + 16}" y="{y:.0f}">{escape(shortened(source, 16))}</text>'
    if hidden > 0:
        words = f"{hidden} more links between these records are not drawn"
        yield f'<text class="soft" x="{EDGE}" y="{y + 18:.0f}">{words}</text>'


def _rules(links: Iterable[Link]) -> str:
    return " + ".join(dict.fromkeys(link.rule for link in links))


def _passes(node: _Node) -> str:
    scores = [f"score {link.score:+.1f}" for link in node.links if link.score is not None]
    passes = sorted({link.pass_number for link in node.links})
    return scores[0] if scores else f"pass {', '.join(map(str, passes))}"


def _hover(node: _Node) -> str:
    """How the record compares with the one it is joined to, for a reader who points at it."""
    compared = {field: level for link in node.links for field, level in link.compared.items()}
    return f"({node.note}) " + ", ".join(f"{field} {level}" for field, level in compared.items())


def masked(name: str) -> str:
    """A record's name without the address that some sources use as an id."""
    return re.sub(r"([^\s:|@])[^\s:|@]*@", r"\1…@", name)
