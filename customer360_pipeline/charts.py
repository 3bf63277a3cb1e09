"""Small charts as SVG: upright bars, lying bars, a map of shares. Pure: figures in, the same text out each time.

Not here: where the figures come from (`pictures.py`, `value_pictures.py`).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from math import ceil, floor, log10

from customer360_pipeline.svg import COLOURS, EDGE, document, label, shortened

WIDTH, TOP, HIGH = 600, 52, 160
# More labels than these do not stand beside each other.
_UPRIGHT = 12
_STYLE = """
.grid{stroke:var(--line);stroke-width:.5;opacity:.5}.axis{stroke:var(--line)}.cell{fill:#0072b2}"""


def as_markdown(svg: str, title: str) -> str:
    """A picture as a markdown image that holds all of it."""
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def bars(labels: Sequence[str], heights: Sequence[float], title: str, unit: str) -> str:
    """An upright bar for each label; `unit` names the axis."""
    return stacked(labels, {"": heights}, title, unit)


def stacked(labels: Sequence[str], series: Mapping[str, Sequence[float]], title: str, unit: str) -> str:
    """An upright bar for each label, of a piece per series: what is below zero hangs down. One series needs no name."""
    highest = [sum(max(height, 0.0) for height in one) for one in zip(*series.values(), strict=True)]
    lowest = [sum(min(height, 0.0) for height in one) for one in zip(*series.values(), strict=True)]
    ticks = _ticks(min(lowest, default=0.0), max(highest, default=0.0))
    left = 62
    wide = (WIDTH - EDGE - left) / max(len(labels), 1)

    def y(value: float) -> float:
        return TOP + HIGH * (ticks[-1] - value) / (ticks[-1] - ticks[0])

    parts = [part for tick in ticks for part in _tick(left, y(tick), tick)]
    parts.append(label("soft", 18, TOP + HIGH / 2, unit, turn=-90))
    bases = [[0.0, 0.0] for _ in labels]
    for (_, heights), fill in zip(series.items(), COLOURS, strict=False):
        for place, height in enumerate(heights):
            base = bases[place][height < 0]
            bases[place][height < 0] = base + height
            x, high = left + wide * (place + 0.1), abs(y(base + height) - y(base))
            parts.append(_bar(x, y(max(base, base + height)), wide * 0.8, high, fill))
    parts.append(f'<path class="axis" d="M{left} {y(0.0):.1f}H{WIDTH - EDGE}"/>')
    turned = len(labels) > _UPRIGHT
    for place, text in enumerate(labels):
        x = left + wide * (place + 0.5)
        parts.append(
            label("soft", x + 4, TOP + HIGH + 12, text, "end", -60)
            if turned
            else label("soft", x, TOP + HIGH + 18, text)
        )
    parts += _legend(series) if len(series) > 1 else []
    return document(WIDTH, TOP + HIGH + (60 if turned else 32), title, _STYLE, parts)


def lying(labels: Sequence[str], lengths: Sequence[float], title: str, unit: str) -> str:
    """A lying bar for each label, from the top, with its figure; for labels of many words."""
    row, left, right = 20, 250, 56
    longest = max([*lengths, 0]) or 1
    parts = []
    for place, (text, length) in enumerate(zip(labels, lengths, strict=True)):
        y, wide = TOP + place * row, (WIDTH - left - right) * length / longest
        parts.append(label("soft", left - 8, y + 12, shortened(text, 40), "end"))
        parts.append(_bar(left, y + 2, wide, row - 5, COLOURS[0]))
        parts.append(label("soft", left + wide + 6, y + 12, f"{length:,}", "start"))
    bottom = TOP + max(len(labels), 1) * row
    parts.append(f'<path class="axis" d="M{left} {TOP}V{bottom}"/>')
    parts.append(label("soft", left, bottom + 16, unit, "start"))
    return document(WIDTH, bottom + 28, title, _STYLE, parts)


def share_map(labels: Sequence[str], rows: Sequence[Mapping[int, float]], title: str, unit: str) -> str:
    """A row of squares per label: the fuller, the nearer its share (0 to 1) is to all; no square where none is known.

    `rows` has the share of each column, counted from 0; `unit` names the columns.
    """
    high, left, right = 9, 76, 76
    columns = max((column for row in rows for column in row), default=0) + 1
    wide = (WIDTH - left - right) / columns
    parts = []
    every = max(len(labels) // 6, 1)
    for place, (text, row) in enumerate(zip(labels, rows, strict=True)):
        y = TOP + place * high
        parts += [_cell(left + column * wide, y, wide - 0.5, high - 0.5, row[column]) for column in sorted(row)]
        parts += [] if place % every else [label("soft", left - 8, y + high, text, "end")]
    bottom = TOP + max(len(rows), 1) * high
    for column in range(0, columns, max(columns // 8, 1)):
        parts.append(label("soft", left + (column + 0.5) * wide, bottom + 14, str(column)))
    parts.append(label("soft", left, bottom + 30, unit, "start"))
    for place, share in enumerate((1.0, 0.75, 0.5, 0.25, 0.0)):
        parts.append(_cell(WIDTH - right + 14, TOP + place * 16, 12, 12, share))
        parts.append(label("soft", WIDTH - right + 32, TOP + 10 + place * 16, f"{share:.0%}", "start"))
    return document(WIDTH, max(bottom, TOP + 80) + 42, title, _STYLE, parts)


def _bar(x: float, y: float, wide: float, high: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"/>'


def _cell(x: float, y: float, wide: float, high: float, share: float) -> str:
    # A share of nothing is still known, so its square is seen.
    opacity = 0.06 + 0.94 * min(max(share, 0.0), 1.0)
    return (
        f'<rect class="cell" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
        f'fill-opacity="{opacity:.2f}"/>'
    )


def _tick(left: float, y: float, value: float) -> Iterator[str]:
    yield f'<path class="grid" d="M{left} {y:.1f}H{WIDTH - EDGE}"/>'
    yield label("soft", left - 6, y + 4, _short(value), "end")


def _legend(series: Mapping[str, Sequence[float]]) -> Iterator[str]:
    step = 84
    for place, (name, fill) in enumerate(zip(series, COLOURS, strict=False)):
        x = WIDTH - EDGE - step * (len(series) - place)
        yield _bar(x, 38, 8, 8, fill)
        yield label("soft", x + 12, 46, name, "start")


def _ticks(lowest: float, highest: float) -> list[float]:
    """Round figures from at most `lowest` to at least `highest`, zero among them, in four to nine even steps."""
    span = (highest - lowest) or 1.0
    magnitude = 10.0 ** floor(log10(span / 4))
    step = next(step for factor in (5, 2, 1) if (step := factor * magnitude) <= span / 4)
    first, last = floor(lowest / step), ceil((highest or (lowest == 0)) / step)
    return [number * step for number in range(first, last + 1)]


def _short(value: float) -> str:
    """A figure of an axis: 1500 is 1.5k."""
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
