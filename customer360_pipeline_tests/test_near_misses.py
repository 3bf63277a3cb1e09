"""A name that is nearly right: the error says which one was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer360_pipeline.config import config_from
from customer360_pipeline.errors import ConfigError, did_you_mean
from customer360_pipeline.project import load_project
from customer360_pipeline.sources.contract import source_from


@pytest.mark.parametrize(
    ("name", "said"),
    [("custmer_360", " Did you mean `customer_360`?"), ("Stripe", " Did you mean `stripe`?"), ("zebra", "")],
)
def test_only_a_near_name_is_proposed(name: str, said: str) -> None:
    assert did_you_mean(name, ["stripe", "customer_360", "customer_timeline"]) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"join_keys": "email"}, "join_keys: there is no such key here. Did you mean `join_key`?"),
        ({"publish": {"keep_version": 3}}, "publish.keep_version: there is no such key here. Did you mean "
                                           "`keep_versions`?"),
        ({"keep_versions": 3}, "Did you mean `publish.keep_versions`?"),
        ({"metrics": {"exchange_rates": [{"valid_form": "2026-01-01"}]}},
         "metrics.exchange_rates.0.valid_form: there is no such key here. Did you mean `valid_from`?"),
        ({"attributs": {}}, "Did you mean `attributes`?"),
    ],
)  # fmt: skip
def test_an_unknown_setting_is_led_to_the_known_one(values: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as told:
        config_from(values, "mine.yaml")
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"publish": {"keep_versions": 0}}, "publish.keep_versions: expected 1 or more"),
        ({"active_customer_days": "soon"}, "active_customer_days: expected a whole number"),
        ({"active_customer_days": 2.5}, "active_customer_days: expected a whole number"),
        ({"include_sample_data": "perhaps"}, "include_sample_data: expected true or false"),
        ({"join_key": "mail"}, "join_key: expected 'email', 'user_id', 'customer_id' or 'phone'"),
        ({"asset_name": 5}, "asset_name: expected text"),
        ({"asset_name": "a b"}, "asset_name: must be a plain name"),
        ({"identity": 5}, "identity: expected `name: value` lines below it"),
        ({"metrics": {"exchange_rates": 3}}, "metrics.exchange_rates: expected a list"),
        ({"metrics": {"exchange_rates": [{}]}}, "metrics.exchange_rates.0.currency: is missing"),
        ({"metrics": {"reporting_currency": "usd"}}, "metrics.reporting_currency: expected text of the form"),
    ],
)
def test_a_refused_value_is_told_in_plain_words_with_its_file(values: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as told:
        config_from(values, "mine.yaml")
    text = str(told.value)
    assert text.startswith("mine.yaml: ") and said in text
    assert not any(word in text for word in ("Input should", "Value error", "inputs are", "Field required"))


CONTRACT = {"source": "my", "category": "crm"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"entites": {}}, "entites: there is no such key here. Did you mean `entities`?"),
        ({"entities": {"people": {"shape": "contact", "file": "my.csv"}}},
         "entities.people.file: there is no such key here. Did you mean `files`?"),
        ({"entities": {"people": {"shape": "contact", "files": "my.csv", "fields": {"email": {"frm": "Mail"}}}}},
         "fields.email.frm: there is no such key here. Did you mean `from`?"),
        ({"entities": {"people": {"shape": "contact", "files": "my.csv", "fields": {"emial": "Mail"}}}},
         "entities.people: layout default: emial is no field of the shape contact. Did you mean `email`?"),
        ({"entities": {"people": {"shape": "contact", "files": "my.csv", "fields": {"surname": "Name"}}}},
         "layout default: surname is no field of the shape contact. Its fields: record_id, "),
    ],
)  # fmt: skip
def test_a_mistake_in_a_sources_contract_is_led_to_what_was_meant(values: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as told:
        source_from(CONTRACT | values, "defs/sources/my/defs.yaml")
    assert str(told.value).startswith("defs/sources/my/defs.yaml: ") and said in str(told.value)


@pytest.mark.parametrize(("text", "is_read"), [("attributes:\n", True), ("attributes: [1]\n", False)])
def test_attributes_without_a_setting_are_the_defaults_and_a_list_is_refused(
    tmp_path: Path, text: str, is_read: bool
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    if is_read:
        assert load_project(path) == load_project()
    else:
        with pytest.raises(ConfigError, match=r"mine.yaml: attributes: expected `name: value` lines"):
            load_project(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type: x\nattributes: {}\nmetrics: {reporting_currency: EUR}\n",
         "metrics: stands beside `attributes:`; settings stand below it."),
        ("attributes: {}\nsurces: []\n", "surces: stands beside .* Did you mean `sources`"),
    ],
)  # fmt: skip
def test_a_setting_beside_the_attributes_is_refused_and_not_passed_over(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"mine.yaml: {said}"):
        load_project(path)


def test_an_unknown_setting_like_no_other_gets_no_proposal() -> None:
    with pytest.raises(ConfigError) as told:
        config_from({"zebra": 1, "metrics": {"zebra": 1}}, "mine.yaml")
    assert "Did you mean" not in str(told.value)
