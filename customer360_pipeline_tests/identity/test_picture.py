"""The picture of a customer: every record and veto once, labels apart, the same for any order, no address in it."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from customer360_pipeline.identity.explain import Explanation, Link, Record, paths_from
from customer360_pipeline.identity.picture import MAX_BESIDE, masked, picture

SVG = "{http://www.w3.org/2000/svg}"


def link(left: str, right: str, rule: str = "email", pass_number: int = 1, other: str | None = None) -> Link:
    status, reason = ("vetoed", "first_name") if other else ("accepted", None)
    return Link(left, right, rule, pass_number, status, reason, '{"email": "equal"}', other)


def explained(names: list[str], links: list[Link], vetoes: tuple[Link, ...] = ()) -> Explanation:
    paths = paths_from(names[0], links)
    records = tuple(Record(name, "contact", None, paths.get(name, ())) for name in names)
    return Explanation("c_1", records, (), vetoes, (), tuple(links))


LINKS = [link("crm:1", "crm:2"), link("crm:1", "crm:2", "user_id", 2), link("crm:1", "stripe:guest:ann@x.com")]
VETO = link("crm:1", "hubspot:9", other="c_2")


def texts(svg: str) -> list[tuple[float, float, str]]:
    return [
        (float(t.attrib["x"]), float(t.attrib["y"]), t.text or "")
        for t in ElementTree.fromstring(svg).iter(f"{SVG}text")
    ]


def test_records_links_and_vetoes_are_drawn_and_labelled() -> None:
    svg = picture(explained(["crm:1", "crm:2", "stripe:guest:ann@x.com"], LINKS, (VETO,)))
    words = [text for *_, text in texts(svg)]
    assert words[0] == "c_1: 3 records"
    assert {"crm:1", "crm:2", "stripe:guest:a…@x.com", "hubspot:9", "c_2"} <= set(words)
    assert {"email + user_id", "pass 1, 2", "but: first_name"} <= set(words)
    dashed = [path for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if "veto" in path.attrib["class"]]
    assert len(dashed) == 1 and "ann@" not in svg


def test_a_customer_of_one_record_and_links_beside_the_tree() -> None:
    assert "c_1: 1 record<" in picture(explained(["crm:1"], []))
    names = [f"crm:{number:02}" for number in range(12)]
    everybody = [link(left, right) for left, right in combinations(names, 2)]
    svg = picture(explained(names, everybody))
    assert svg.count('class="beside"') == MAX_BESIDE
    assert f"{len(everybody) - 11 - MAX_BESIDE} more links" in svg


def test_addresses_in_ids_are_masked() -> None:
    assert masked("stripe:guest:ann.lee@x.com") == "stripe:guest:a…@x.com"
    assert masked("ga4:device|ann@x.com") == "ga4:device|a…@x.com"
    assert masked("crm:7") == "crm:7"


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.data(), st.randoms(use_true_random=False))
def test_any_customer_gives_one_picture_whose_labels_do_not_meet(
    size: int, data: st.DataObject, shuffle: random.Random
) -> None:
    names = [f"crm:{number:02}" for number in range(size)]
    parents = [data.draw(st.integers(0, number - 1)) for number in range(1, size)]
    links = [link(names[parent], names[number]) for number, parent in enumerate(parents, 1)]
    vetoes = tuple(link(name, f"hubspot:{name}", other="c_2") for name in names[::3])
    svg = picture(explained(names, links, vetoes))
    places = [place[:2] for place in texts(svg)]
    assert len(places) == len(set(places))
    boxes = [r for r in ElementTree.fromstring(svg).iter(f"{SVG}rect") if "box" in r.attrib.get("class", "")]
    assert len({(box.attrib["x"], box.attrib["y"]) for box in boxes}) == len(boxes) == size + len(vetoes)
    shuffle.shuffle(names)
    shuffled = explained(sorted(names), sorted(links, key=lambda _: shuffle.random()), vetoes[::-1])
    assert picture(shuffled) == svg
