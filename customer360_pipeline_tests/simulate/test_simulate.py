"""A changed configuration is rehearsed on a published version: what it says, and that nothing else is touched."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.config import Config, config_from
from customer360_pipeline.engine.duckdb import DuckDBEngine
from customer360_pipeline.pipeline import PUBLISHED, run_pipeline
from customer360_pipeline.preview import masked
from customer360_pipeline.project import Project, load_project
from customer360_pipeline.publish.pointer import current_version
from customer360_pipeline.run_context import RunContext
from customer360_pipeline.simulate.compare import Simulation, compare
from customer360_pipeline.simulate.rehearse import rehearse
from customer360_pipeline.simulate.report import as_markdown, summary

# Ann in the CRM and at the till by e-mail. Bob by phone and name. A mailbox of a function on two people's records.
CRM = """contact_id,email,first_name,last_name,phone,user_id
1,ann@example.org,Ann,Lee,,
2,bob@example.org,Bob,Ray,+1 206 455 0188,
3,office@firm.example,Cleo,Dean,,
4,office@firm.example,Cleo,Dean,,
"""
CUSTOMERS = [
    ("cus_ann", "ann@example.org", "Ann Lee", None),
    ("cus_bob", "b.ray@example.net", "Bob Ray", "+12064550188"),
]
PAID = {"cus_ann": (1000, "eur"), "cus_bob": (2500, "usd")}
SHOP = "Number,Mail,Given,Family\n7,bob@example.org,Bob,Ray\n8,new@example.org,Nel,Oak\n"
SHOP_CONTRACT = """
sources:
  shop:
    category: crm
    time_zone: UTC
    entities:
      people:
        shape: contact
        files: shop/people.csv
        required: [record_id]
        fields: {record_id: [Number], email: [Mail], first_name: [Given], last_name: [Family]}
"""


def write(extracts: Path) -> None:
    customers = [
        {"id": id_, "object": "customer", "email": email, "name": name, "phone": phone, "created": 1700000000}
        for id_, email, name, phone in CUSTOMERS
    ]
    charges = [
        {"id": f"ch_{id_}", "object": "charge", "amount": amount, "amount_captured": amount,
         "currency": currency, "customer": id_, "created": 1700000100, "livemode": True, "paid": True, "captured": True,
         "status": "succeeded"}
        for id_, (amount, currency) in PAID.items()
    ]  # fmt: skip
    for name, text in {
        "crm/contacts.csv": CRM,
        "stripe/customers.jsonl": "".join(json.dumps(row | {"livemode": True}) + "\n" for row in customers),
        "stripe/charges.jsonl": "".join(json.dumps(row) + "\n" for row in charges),
        "shop/people.csv": SHOP,
    }.items():
        (extracts / name).parent.mkdir(parents=True, exist_ok=True)
        (extracts / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts and a home in which they are published with the default settings."""
    made = tmp_path_factory.mktemp("simulate")
    write(made / "extracts")
    (made / "extracts" / "exchange_rates.csv").write_text("currency,valid_from,rate\nEUR,2022-01-01,2\n")
    sources = tuple(s for s in load_project().sources if s.source in ("crm", "stripe"))
    run_pipeline(RunContext(Config(), sources, made / "home", made / "extracts", datetime(2026, 1, 2)))
    return made


def simulate(folder: Path, extracts: Path | None = None, **values: Any) -> Simulation:
    sources = tuple(s for s in load_project().sources if s.source in ("crm", "stripe"))
    with rehearse(Project(config_from(values, "test"), sources), folder / "home", extracts) as rehearsal:
        return compare(rehearsal)


def state(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(".lock")
    }


def test_the_same_configuration_changes_nothing(folder: Path) -> None:
    found = simulate(folder)
    assert (found.customers, found.merged, found.split, found.created, found.gone) == ((4, 4), 0, 0, 0, 0)
    assert found.revenue == (Decimal("45.00"), Decimal("45.00"))
    assert found.flows == found.clusters == found.settings == found.notes == ()
    assert all(line.before == line.after for line in found.links)


def test_a_key_taken_away_splits_and_moves_the_money(folder: Path) -> None:
    """Without the phone Bob is two people; what he paid goes with the Stripe record."""
    found = simulate(folder, secondary_join_keys=["user_id"])
    assert (found.customers, found.split, found.merged, found.moved_records) == ((4, 5), 1, 0, 1)
    assert found.revenue == (Decimal("45.00"), Decimal("45.00"))
    assert (found.moved_revenue, len(found.flows)) == (Decimal("25.00"), 1)
    [cluster] = found.clusters
    assert (cluster.kind, cluster.records, cluster.moved, cluster.revenue) == ("split", 2, 1, Decimal("25.00"))
    assert cluster.before[0] in cluster.after
    [reason] = cluster.reasons
    assert reason.startswith("phone +1•••88 joined; from now on no link of this rule [secondary_join_keys: ")
    assert {(line.rule, line.before, line.after) for line in found.links} == {("email", 1, 1), ("phone", 1, 0)}


def test_rates_of_the_extracts_are_taken_over_unless_the_configuration_has_others(folder: Path) -> None:
    """Ann pays 10 euro here, which only the extracts' own file can convert."""
    from customer360_pipeline.errors import ConfigError

    other = {"exchange_rates": [{"currency": "GBP", "valid_from": "2022-01-01", "rate": 1}]}
    with pytest.raises(ConfigError, match=r"exchange_rates.csv .* --extracts DIR"):
        simulate(folder, metrics=other)
    assert simulate(folder, folder / "extracts", metrics=other).revenue == (Decimal("45.00"), Decimal("45.00"))


def test_a_blocked_value_set_free_merges_and_names_the_setting(folder: Path) -> None:
    """office@ is a function's mailbox; without the list its two records are one customer."""
    found = simulate(folder, identity={"role_mailboxes": ["info"]})
    assert (found.customers, found.merged, found.split) == ((4, 3), 1, 0)
    [cluster] = found.clusters
    assert (cluster.kind, cluster.moved, cluster.revenue) == ("merged", 1, Decimal(0))
    [reason] = cluster.reasons
    assert reason.startswith("email office@f••• joins; until now blocked (role_mailbox, 2 records)")
    assert "[identity.role_mailboxes: " in reason


def test_a_simulation_counts_what_diff_counts_once_it_is_run_in_the_same_words(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """office@ set free joins two people, and without the phone Bob falls apart."""
    changed = {"identity": {"role_mailboxes": ["info"]}, "secondary_join_keys": "user_id"}
    said = {name: count for name, _, count, _ in summary(simulate(folder, **changed))}
    home = tmp_path / "home"
    shutil.copytree(folder / "home", home)
    sources = tuple(s for s in load_project().sources if s.source in ("crm", "stripe"))
    config = config_from(changed, "test")
    run_pipeline(RunContext(config, sources, home, folder / "extracts", datetime(2026, 1, 3)))
    assert main(["diff", "--home", str(home)]) == 0
    lines = capsys.readouterr().out.splitlines()
    for words, count in (("added", 0), ("gone", 0), ("merged from several", 1), ("split into several", 1)):
        assert said[f"customers {words}"] == str(count)
        assert any(line.split()[: len(words.split()) + 1] == [*words.split(), str(count)] for line in lines), words


def test_a_value_blocked_from_now_on_splits(folder: Path) -> None:
    found = simulate(folder, identity={"placeholder_values": ["ann@example.org"]})
    [cluster] = found.clusters
    assert (found.split, cluster.revenue) == (1, Decimal("20.00"))
    assert cluster.reasons[0].startswith("email ann@example.org joined; from now on blocked (placeholder, 2 records)")


def test_nothing_is_published_and_the_work_database_stays_as_it_was(folder: Path) -> None:
    before = state(folder / "home")
    simulate(folder, secondary_join_keys=["user_id"], identity={"default_phone_region": "GB"})
    assert state(folder / "home") == before
    assert not (folder / "home" / "simulations").exists()


def test_a_new_source_must_be_read_and_its_people_are_created(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole set of sources is the project's; the file adds one, which bridges to Bob and brings a new person."""
    changed = folder / "changed.yaml"
    changed.write_text(SHOP_CONTRACT, encoding="utf-8")
    where = ["simulate", "--config", str(changed), "--home", str(folder / "home")]
    assert main(where) == 2
    assert "--extracts DIR" in capsys.readouterr().err
    before = state(folder / "home")
    assert main([*where, "--extracts", str(folder / "extracts"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["customers"], found["created"], found["gone"], found["merged"]) == ([4, 5], 1, 0, 0)
    assert found["revenue"] == ["45.00", "45.00"]
    assert any("shop" in note for note in found["notes"])
    assert state(folder / "home") == before


def test_extracts_that_changed_are_read_again_and_said_so(folder: Path, tmp_path: Path) -> None:
    write(tmp_path)
    shutil.copy(folder / "extracts" / "exchange_rates.csv", tmp_path)
    (tmp_path / "crm" / "contacts.csv").write_text(CRM.replace("ann@example.org", "anna@example.net"), encoding="utf-8")
    found = simulate(folder, tmp_path)
    assert found.split == 1
    assert "Read again from the extracts: crm." in found.notes
    assert any("crm are not those of the version" in note for note in found.notes)


def test_no_value_of_a_record_is_told(folder: Path) -> None:
    text = as_markdown(simulate(folder, secondary_join_keys=["user_id"], join_key="user_id"))
    assert "Most changed customers" in text
    assert not [secret for secret in ("bob@", "ann@", "4550188", "Ray", "Lee") if secret in text]


def test_a_work_database_that_is_not_the_version_is_not_trusted(folder: Path, tmp_path: Path) -> None:
    """A run that failed half-way left tables of other settings; and nothing is said of a home without a version."""
    from customer360_pipeline.errors import ConfigError

    shutil.copytree(folder / "home", tmp_path / "home")
    with DuckDBEngine(tmp_path / "home" / "work.duckdb") as engine:
        engine.execute(f"DROP TABLE {PUBLISHED}")
    with pytest.raises(ConfigError, match="crm, stripe are not those of the published version"):
        simulate(tmp_path)
    assert simulate(tmp_path, folder / "extracts").split == 0
    with pytest.raises(ConfigError, match="nothing is published"):
        simulate(tmp_path / "empty")


def test_the_asset_shows_the_markdown_and_is_in_no_job(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from customer360_pipeline.components.simulation import NAME, simulation_asset
    from customer360_pipeline.publish.lock import home_lock

    changed = folder / "fewer.yaml"
    changed.write_text("secondary_join_keys: user_id\n", encoding="utf-8")
    monkeypatch.setenv("CUSTOMER360_HOME", str(folder / "home"))
    config = {"ops": {NAME: {"config": {"config_file": str(changed), "extracts": str(folder / "extracts")}}}}
    before = current_version(folder / "home")
    result = dg.materialize([simulation_asset()], run_config=config)
    [made] = result.asset_materializations_for_node(NAME)
    assert "phone +1•••88 joined" in str(made.metadata["simulation"].value)
    assert made.metadata["customers split into several"].value == 1
    assert current_version(folder / "home") == before
    with home_lock(folder / "home"):  # part of a run that holds the home itself
        assert dg.materialize([simulation_asset()], run_config=config).success


@pytest.mark.parametrize(
    ("kind", "value", "blocked", "shown"),
    [
        ("email", "ann@example.org", None, "email a•••@e•••"),
        ("email", "office@firm.example", "role_mailbox", "email office@f•••"),
        ("email", "test@test.com", "placeholder", "email test@test.com"),
        ("phone", "+12064550188", None, "phone +1•••88"),
        ("phone", "911", None, "phone •••"),
        ("user_id", "usr_12345", "too_many_records", "user_id us•••"),
        ("user_id", "u1", None, "user_id •••"),
    ],
)
def test_masks(kind: str, value: str, blocked: str | None, shown: str) -> None:
    assert masked(kind, value, blocked) == shown
