"""Charts: bars as high as their figures, labels beside them, the same text each time, nothing of a name as markup."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.charts import HIGH, TOP, WIDTH, as_markdown, bars, lying, share_map, stacked

SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def boxes(svg: str) -> list[Box]:
    """x, y, width and height of every rectangle but the background."""
    found = [node.attrib for node in ElementTree.fromstring(svg).iter(f"{SVG}rect")][1:]
    return [(float(box["x"]), float(box["y"]), float(box["width"]), float(box["height"])) for box in found]


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_bar_is_as_high_as_its_figure_and_axes_are_named() -> None:
    svg = bars(["1", "2", "3+"], [2000, 500, 0], "Records", "customers")
    assert [high for *_, high in boxes(svg)] == [HIGH, HIGH / 4, 0]
    assert {"Records", "customers", "1", "2", "3+", "0", "500", "1k", "1.5k", "2k"} == set(texts(svg))


def test_pieces_stand_on_each_other_and_losses_hang_below_the_line() -> None:
    svg = stacked(["2026-01"], {"new": [30], "churn": [-10], "expansion": [10]}, "ARR", "EUR")
    new, churn, expansion = boxes(svg)[:3]
    line = TOP + HIGH * 40 / 50
    assert [(y, high) for _, y, _, high in (new, churn, expansion)] == [
        (pytest.approx(line - 96), 96),
        (pytest.approx(line), 32),
        (pytest.approx(line - 128), 32),
    ]
    assert {"new", "churn", "expansion", "-10"} <= set(texts(svg))


def test_a_lying_bar_shows_its_figure() -> None:
    svg = lying(["crm + payments", "crm"], [1200, 300], "Known to", "customers")
    assert {"crm + payments", "1,200", "300", "customers"} <= set(texts(svg))
    (_, _, longest, _), (_, _, other, _) = boxes(svg)
    assert longest == pytest.approx(4 * other, abs=0.2)


def test_a_map_has_a_square_for_each_share_known_and_five_that_explain_it() -> None:
    svg = share_map(["2026-01", "2026-02"], [{0: 1.0, 1: 0.5}, {0: 0.0}], "Retention", "months since")
    opacities = [
        node.attrib["fill-opacity"] for node in ElementTree.fromstring(svg).iter(f"{SVG}rect") if "class" in node.attrib
    ]
    assert opacities[:3] == ["1.00", "0.53", "0.06"] and len(opacities) == 3 + 5
    assert {"2026-01", "2026-02", "100%", "0%", "months since"} <= set(texts(svg))


def test_a_picture_without_rows_is_a_picture() -> None:
    for svg in (
        bars([], [], "t", "u"),
        lying([], [], "t", "u"),
        share_map([], [], "t", "u"),
        stacked([], {}, "t", "u"),
    ):
        assert "t" in texts(svg)


def test_names_are_text_not_markup() -> None:
    evil = "<script>&\"'"
    for svg in (
        bars([evil], [1], evil, evil),
        lying([evil], [1], evil, evil),
        share_map([evil], [{0: 1.0}], evil, evil),
    ):
        assert "<script" not in svg and texts(svg).count(evil) >= 2
    assert stacked(["a"], {evil: [1], "b": [2]}, "t", "u").count("&lt;script") == 1


def test_markdown_holds_the_whole_picture() -> None:
    head, _, data = as_markdown(bars(["a"], [1], "A", "u"), "A").removesuffix(")").partition("base64,")
    assert head == "![A](data:image/svg+xml;"
    assert base64.b64decode(data).decode() == bars(["a"], [1], "A", "u")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e12, 1e12) | st.integers(-3, 3)] * 2), max_size=30))
def test_every_bar_lies_inside_the_picture(rows: list[tuple[float, float]]) -> None:
    series = {"a": [one for one, _ in rows], "b": [other for _, other in rows]}
    svg = stacked([str(place) for place in range(len(rows))], series, "t", "u")
    for x, y, wide, high in boxes(svg):
        assert 0 <= x <= x + wide <= WIDTH + 0.1 and 0 <= y <= y + high <= TOP + HIGH + 0.2
