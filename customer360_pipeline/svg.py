"""What every SVG picture shares: the document, its colours in light and dark mode, its title, its texts. Pure.

Not here: what is drawn (`charts.py`, `identity/picture.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

# Okabe and Ito's colours, told apart by colour-blind readers and on both backgrounds.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b0a000", "#888888")
EDGE = 24
_STYLE = """
svg{--bg:#fff;--ink:#1f2328;--soft:#59636e;--line:#8c959f;--box:#f6f8fa;--veto:#cf222e}
@media(prefers-color-scheme:dark){
svg{--bg:#0d1117;--ink:#e6edf3;--soft:#9198a1;--line:#6e7681;--box:#161b22;--veto:#ff7b72}}
text{font:12px system-ui,sans-serif;fill:var(--ink)}.soft{font-size:11px;fill:var(--soft)}
.title{font-size:15px;font-weight:600}"""


def document(width: int, height: float, title: str, style: str, parts: Iterable[str]) -> str:
    """An SVG document of `width` x `height` pixels with a title; `style` is CSS besides the common one."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" '
        f'viewBox="0 0 {width} {height:.0f}" role="img" aria-label={quoteattr(title)}>\n'
        f'<style>{_STYLE}{style}</style>\n<rect width="100%" height="100%" style="fill:var(--bg)"/>\n'
        f'<text class="title" x="{EDGE}" y="32">{escape(title)}</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def label(style: str, x: float, y: float, text: str, anchor: str = "middle", turn: int = 0) -> str:
    """A text at a place, which its `anchor` (start, middle, end) stands on; turned by some degrees around it."""
    turned = f' transform="rotate({turn} {x:.0f} {y:.0f})"' if turn else ""
    return f'<text class="{style}" text-anchor="{anchor}" x="{x:.0f}" y="{y:.0f}"{turned}>{escape(text)}</text>'


def shortened(text: str, size: int) -> str:
    """A text of at most `size` characters; what is left out is shown as left out."""
    return text if len(text) <= size else f"{text[: size - 1]}…"
