"""A name that is nearly right: the error says which one was probably meant."""

from __future__ import annotations

import pytest

from customer360_pipeline.config import config_from
from customer360_pipeline.errors import ConfigError, did_you_mean


@pytest.mark.parametrize(
    ("name", "said"),
    [("custmer_360", " Did you mean `customer_360`?"), ("Stripe", " Did you mean `stripe`?"), ("zebra", "")],
)
def test_only_a_near_name_is_proposed(name: str, said: str) -> None:
    assert did_you_mean(name, ["stripe", "customer_360", "customer_timeline"]) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"join_keys": "email"}, "join_keys: Extra inputs are not permitted. Did you mean `join_key`?"),
        ({"publish": {"keep_version": 3}}, "publish.keep_version: Extra inputs are not permitted. Did you mean "
                                           "`keep_versions`?"),
        ({"keep_versions": 3}, "Did you mean `publish.keep_versions`?"),
        ({"publish": {"keep_versions": 0}}, "publish.keep_versions: Input should be greater"),
    ],
)  # fmt: skip
def test_an_unknown_setting_is_led_to_the_known_one(values: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as told:
        config_from(values, "mine.yaml")
    assert said in str(told.value)


def test_an_unknown_setting_like_no_other_gets_no_proposal() -> None:
    with pytest.raises(ConfigError) as told:
        config_from({"zebra": 1, "metrics": {"zebra": 1}}, "mine.yaml")
    assert "Did you mean" not in str(told.value)
