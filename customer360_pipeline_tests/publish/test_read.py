"""Published tables as data frames, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

import customer360_pipeline
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.publish.version import PublishedVersion


def test_the_three_forms(publish_rows: object, context: object) -> None:
    publish_rows()  # type: ignore[operator]
    read = customer360_pipeline.read_table
    assert read("customer_360")["total_revenue"].sum() == pytest.approx(7.6)
    assert read("customer_360", as_="polars")["total_revenue"].sum() == Decimal("7.60")
    table = read("customer_360", as_="arrow", where="email LIKE 'ada%'", columns=["email", "customer_id"])
    assert table.to_pylist() == [{"email": "ada@example.com", "customer_id": "c_1"}]


def test_an_earlier_version(publish_rows: object) -> None:
    first: PublishedVersion = publish_rows()  # type: ignore[operator]
    publish_rows([("c_9", "nine@example.com", "9")], [("stripe", "s9", "c_9")])  # type: ignore[operator]
    read = customer360_pipeline.read_table
    assert [len(read("customer_360", version=v)) for v in (None, "current", "previous", "1", "v1", first.name)] == [
        1, 1, 2, 2, 2, 2,
    ]  # fmt: skip
    with pytest.raises(ConfigError, match=r"No version `7` is kept. Kept: v000001"):
        read("customer_360", version="7")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"table": "customers"},
            r"No published table `customers`. Did you mean `customer_360`\? Tables: customer_360, ",
        ),
        ({"columns": ["mail"]}, r"customer_360 has no column mail. Did you mean `email`\? Columns: customer_id, email"),
        ({"as_": "spark"}, "one of pandas, polars, arrow"),
        (
            {"where": "mail = 'x'"},
            r"where: customer_360 has no column mail. Did you mean `email`\? Columns: customer_id, email, "
            "total_revenue. Condition: mail",
        ),
        ({"where": "customer_360.foo = 1"}, "where: customer_360 has no column foo. Columns: customer_id, "),
        ({"where": "upper_case(email) = 'X'"}, "where: Scalar Function with name upper_case does not exist. Condition"),
        ({"where": "email >"}, 'where: syntax error at or near ">". Condition: email >'),
        ({"where": "true; DROP TABLE customer_360"}, "more than one statement"),
        ({"where": "true) UNION SELECT (1"}, "where: syntax error"),
        ({"where": "email::INTEGER = 1"}, "a value does not have the type"),
        ({"where": "email IN (SELECT content FROM read_text('/etc/hostname'))"}, "where: "),
    ],
)
def test_refused(publish_rows: object, arguments: dict[str, object], message: str) -> None:
    publish_rows()  # type: ignore[operator]
    with pytest.raises(ConfigError, match=message.replace("(", r"\(")) as caught:
        customer360_pipeline.read_table(**{"table": "customer_360", **arguments})
    assert " Error: " not in str(caught.value)
    assert "ada@example.com" not in str(caught.value)


def test_nothing_published_says_what_to_do(context: object) -> None:
    with pytest.raises(ConfigError, match=r"nothing is published yet. Run: customer360 run"):
        customer360_pipeline.read_table("customer_360")
