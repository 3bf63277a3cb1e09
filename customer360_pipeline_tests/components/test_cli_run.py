"""`customer360 run` on a folder of extracts: what it builds, what it says, and what stands when it fails."""

import os
from pathlib import Path

import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.project import SAMPLE_DATA
from customer360_pipeline.publish.manifest import read_manifest
from customer360_pipeline.publish.pointer import current_version
from customer360_pipeline.publish.read import read_table

CONTACTS = """contact_id,email,first_name,last_name,company
1,Ann@Example.org,Ann,Lee,Acme
2,bob@example.org,Bob,Ray,Acme
"""
CUSTOMER = (
    '{"id": "cus_1", "object": "customer", "email": "ann@example.org", "name": "Ann Lee", '
    '"created": 1700000000, "livemode": true}\n'
)
CHARGE = (
    '{"id": "ch_1", "object": "charge", "amount": 1999, "amount_captured": 1999, "currency": "usd", '
    '"customer": "cus_1", "created": 1700000100, "livemode": true, "paid": true, "captured": true, '
    '"status": "succeeded"}\n'
)
CONFIG = """
asset_name: golden_customers
join_key: email
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
SHOP = "Number,Mail,Given,Family\n7,bob@example.org,Bob,Ray\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of three sources, one of them known from the configuration file alone."""
    made = tmp_path_factory.mktemp("project")
    files = {"crm/contacts.csv": CONTACTS, "stripe/customers.jsonl": CUSTOMER, "stripe/charges.jsonl": CHARGE,
             "shop/people.csv": SHOP}  # fmt: skip
    for name, text in files.items():
        path = made / "extracts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (made / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return made


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Runs the command on the folder; its environment is undone after the test."""
    for name in ("HOME", "EXTRACTS", "CONFIG", "AS_OF"):
        monkeypatch.setenv(f"CUSTOMER360_{name}", "")  # so that what the command sets is undone
    history = folder / "history"
    history.mkdir(exist_ok=True)
    monkeypatch.setenv("DAGSTER_HOME", str(history))

    def command(*more: str) -> int:
        return main(["run", "--extracts", str(folder / "extracts"), "--home", str(folder / "home"), *more])

    return command


def test_a_folder_of_extracts_becomes_a_table(run, folder: Path, capsys) -> None:
    assert run("--config", str(folder / "config.yaml"), "--as-of", "2026-01-02T03:04:05Z") == 0
    said = capsys.readouterr().out
    (left_out,) = [line for line in said.splitlines() if line.startswith("Left out, no files found: ")]
    named = set(left_out.partition(": ")[2].split(", "))
    assert named >= {"ga4", "hubspot", "mailchimp", "marketing", "salesforce", "zendesk", "intercom"}
    assert not named & {"crm", "stripe"}
    assert "2 customers from 4 records" in said
    assert "email 2" in said
    assert "revenue USD  19.990 = customers 19.990 + unattributed 0.000  tied out" in said
    assert ", none failed" in said
    assert f"customer360 show golden_customers --home {folder / 'home'}" in said
    customers = read_table("golden_customers", home=folder / "home").set_index("first_name")
    assert customers.loc["Ann", "total_revenue"] == 19.99
    assert customers.loc["Bob", "record_count"] == 2
    assert (read_table("metadata", home=folder / "home")["as_of"].astype(str) == "2026-01-02 03:04:05").all()
    made = read_manifest(folder / "home" / "published" / str(current_version(folder / "home"))).origin
    assert made.ids_state, "one run built all tables of ids, so the next one may go on from them"


def test_a_refused_file_leaves_the_previous_version_and_says_so(run, folder: Path, capsys) -> None:
    if current_version(folder / "home") is None:  # tests that run in parallel do not share a home
        assert run("--config", str(folder / "config.yaml")) == 0
    before = current_version(folder / "home")
    contacts = folder / "extracts" / "crm" / "contacts.csv"
    whole = contacts.read_bytes()
    contacts.write_bytes(b"")
    try:
        assert run() == 3
    finally:
        contacts.write_bytes(whole)
    said = capsys.readouterr().err
    assert "crm/contacts.csv" in said
    assert f"Readers still see version {before}" in said
    assert current_version(folder / "home") == before


def test_every_refused_file_of_a_run_is_named_in_one_go(run, folder: Path, capsys) -> None:
    """Two files of one source and one of another: a person mends all three before the next run."""
    before = current_version(folder / "home")
    wrong = folder / "refused"
    files = {"crm/contacts.csv": b"", "stripe/customers.jsonl": b"", "stripe/charges.jsonl": b"",
             "hubspot/contacts.csv": b"Record ID,Email\n1,ann@example.org\n"}  # fmt: skip
    for name, content in files.items():
        (wrong / name).parent.mkdir(parents=True, exist_ok=True)
        (wrong / name).write_bytes(content)
    assert run("--extracts", str(wrong)) == 3
    said = capsys.readouterr().err
    refused = [line for line in said.splitlines() if "zero bytes" in line or "empty" in line]
    assert len(refused) == 3 and "hubspot/contacts.csv" not in said
    assert all(name in said for name in ("crm/contacts.csv", "stripe/customers.jsonl", "stripe/charges.jsonl"))
    assert current_version(folder / "home") == before


def test_a_folder_without_any_extract_is_refused_and_names_what_it_passed_over(run, folder: Path, capsys) -> None:
    """One folder too high, or an Excel file: nobody would have been published in the place of everybody."""
    before = current_version(folder / "home")
    wrong = folder / "wrong"
    (wrong / "crm").mkdir(parents=True)
    (wrong / "crm" / "contacts.xlsx").write_text("PK", encoding="utf-8")
    assert run("--extracts", str(wrong)) == 2
    said = capsys.readouterr().err
    assert "no extract of any source" in said and "crm/contacts.xlsx" in said and "stripe/" in said
    assert current_version(folder / "home") == before


def test_a_wrong_setting_is_refused_before_anything_runs(run, folder: Path, capsys) -> None:
    wrong = folder / "wrong.yaml"
    wrong.write_text("join_key: e-mail\nactive_days: 3\n", encoding="utf-8")
    assert run("--config", str(wrong)) == 2
    said = capsys.readouterr().err
    assert "join_key" in said and "active_days" in said and "wrong.yaml" in said


def test_without_sample_data_and_without_extracts_it_says_what_to_pass(run, folder: Path, capsys, monkeypatch) -> None:
    """The advanced example of the component's README, run with nothing else."""
    config = folder / "advanced.yaml"
    config.write_text("include_sample_data: false\n", encoding="utf-8")
    assert main(["run", "--config", str(config), "--home", str(folder / "home")]) == 2
    assert "--extracts DIR" in capsys.readouterr().err


def test_the_sample_does_not_take_the_place_of_own_extracts(run, folder: Path, capsys, monkeypatch) -> None:
    """A decision's `customer360 run`, typed without the folder, published the sample over one's own company."""
    config, home = folder / "config.yaml", folder / "home"
    assert run("--config", str(config)) == 0
    before = current_version(home)
    for name in ("EXTRACTS", "CONFIG"):
        monkeypatch.setenv(f"CUSTOMER360_{name}", "")
    capsys.readouterr()
    assert main(["run", "--home", str(home)]) == 2
    said = capsys.readouterr().err
    again = f"customer360 run --extracts {folder / 'extracts'} --config {config} --home {home}"
    assert f"As the last time: {again}\n" in said
    assert f"on purpose: customer360 run --extracts {SAMPLE_DATA} --home {home}" in said
    assert current_version(home) == before

    merge = ["merge", "ann@example.org", "bob@example.org", "--reason", "r", "--home", str(home)]
    assert main(merge) == 0
    assert f"The next run applies it: {again}\n" in capsys.readouterr().out
    assert main(["decisions", "revoke", "d_1", "--reason", "r", "--home", str(home)]) == 0
    assert f"The next run applies it: {again}\n" in capsys.readouterr().out


def test_help_names_every_command(capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    assert "read the extracts, build and check every table, publish" in capsys.readouterr().out
    assert os.environ.get("CUSTOMER360_CONFIG", "") == ""
