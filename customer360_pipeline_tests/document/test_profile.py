"""Profiles of the sample's accounts and people: valid by their schema, tied to the tables, private life kept apart."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest

from customer360_pipeline.cli import main
from customer360_pipeline.cli.profile import meant, published
from customer360_pipeline.docs import ROOT
from customer360_pipeline.document.account import account_document
from customer360_pipeline.document.build import build
from customer360_pipeline.document.parts import Document, Figure, Row
from customer360_pipeline.document.person import PERSON
from customer360_pipeline.document.schema import schema
from customer360_pipeline.document.text import sections
from customer360_pipeline.document.why import origin
from customer360_pipeline.errors import ConfigError
from customer360_pipeline.publish.read import open_version


@pytest.fixture(scope="module")
def connection(sample_home: Path) -> Iterator[Any]:
    with open_version(None, sample_home) as opened:
        yield opened


def ids(connection: Any, sql: str) -> list[str]:
    return [row[0] for row in connection.execute(sql).fetchall()]


def checker(kind: str) -> jsonschema.Draft202012Validator:
    content = json.loads((ROOT / f"docs/schemas/{kind}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(content, format_checker=jsonschema.FormatChecker())


def test_every_company_and_every_tenth_account_of_one_fits_the_schema(connection: Any) -> None:
    accounts = connection.execute(
        "SELECT account_id, account_kind FROM account_360 WHERE account_kind = 'company' OR hash(account_id) % 10 = 0"
    ).fetchall()
    assert len(accounts) > 50
    check = checker("account")
    for account_id, kind in accounts:
        document = build(connection, account_document(kind), account_id)
        assert [error.message for error in check.iter_errors(document)] == []
        assert document["accountId"] == account_id


def test_every_fifth_person_fits_the_schema(connection: Any) -> None:
    people = ids(connection, "SELECT customer_id FROM customer_360 WHERE hash(customer_id) % 5 = 0")
    check = checker("person")
    for customer_id in people:
        assert [error.message for error in check.iter_errors(build(connection, PERSON, customer_id))] == []


def test_the_schema_refuses_what_the_document_is_not(connection: Any) -> None:
    (customer_id,) = ids(connection, "SELECT customer_id FROM customer_360 ORDER BY 1 LIMIT 1")
    document = build(connection, PERSON, customer_id)
    document["contactInformation"]["shoeSize"] = 43
    document["supportSummary"]["openTickets"] = "two"
    assert len(list(checker("person").iter_errors(document))) == 2


def test_the_committed_schemas_are_those_of_the_declarations() -> None:
    tables = published()
    for kind, document in (("account", account_document("company")), ("person", PERSON)):
        committed = (ROOT / f"docs/schemas/{kind}.schema.json").read_text(encoding="utf-8")
        assert json.loads(committed) == json.loads(json.dumps(schema(document, tables)))
    assert undescribed(schema(account_document("person"), tables)) == undescribed(
        schema(account_document("company"), tables)
    )


def undescribed(part: Any) -> Any:
    """A schema without its descriptions: the timeline of an account of one is read from another table."""
    if isinstance(part, dict):
        return {name: undescribed(inner) for name, inner in part.items() if name != "description"}
    return part


def test_figures_are_the_columns_of_the_tables(connection: Any) -> None:
    """Nothing is computed on the way: the document's ARR, tickets and score are those an analyst reads."""
    rows = connection.execute(
        "SELECT account_id, current_arr::DOUBLE, open_tickets, health_score::DOUBLE FROM account_360 "
        "WHERE account_kind = 'company' AND current_arr > 0 ORDER BY current_arr DESC LIMIT 5"
    ).fetchall()
    assert len(rows) == 5
    for account_id, arr, tickets, score in rows:
        document = build(connection, account_document("company"), account_id)
        assert document["commercialSummary"]["arr"] == arr
        assert document["supportSummary"]["openTickets"] == tickets
        assert document["healthSummary"]["overallScore"] == score


def test_every_figure_says_where_it_is_from_and_is_found_there(connection: Any) -> None:
    (account_id,) = ids(
        connection,
        "SELECT account_id FROM account_360 WHERE account_kind = 'company' ORDER BY people_count DESC, 1 LIMIT 1",
    )
    document = build(connection, account_document("company"), account_id)
    for path, source in document["provenance"].items():
        assert source["kind"] in ("observed", "derived", "inferred"), path
        connection.execute(f"SELECT {source['column']} FROM {source['table']} WHERE {source['where']}").fetchall()
        if "rowsTable" in source:
            connection.execute(f"SELECT 1 FROM {source['rowsTable']} WHERE {source['rowsWhere']}").fetchall()


def test_a_company_shows_nothing_of_its_peoples_private_accounts(connection: Any) -> None:
    """Events of the timeline belong to records of the account, also where a person has a private account too."""
    shared = ids(connection, "SELECT DISTINCT account_id FROM account_people WHERE is_related ORDER BY 1")
    assert shared
    for account_id in shared[:20]:
        kind = ids(connection, f"SELECT account_kind FROM account_360 WHERE account_id = '{account_id}'")[0]
        shown = build(connection, account_document(kind), account_id)["timeline"]
        others = connection.execute(
            "SELECT source, event_type, event_id FROM customer_timeline WHERE account_id <> ? AND customer_id IN "
            "(SELECT customer_id FROM account_people WHERE account_id = ?)",
            [account_id, account_id],
        ).fetchall()
        assert {(e["source"], e["type"], e["id"]) for e in shown if e["type"] != "meeting"}.isdisjoint(others)


def test_money_has_its_currency_in_the_document_and_in_the_terminal(
    sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    [(customer_id,)] = connection.execute("SELECT MIN(customer_id) FROM customer_360").fetchall()
    assert build(connection, PERSON, customer_id)["reportingCurrency"] == "USD"
    assert main(["profile", customer_id, "--home", str(sample_home)]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("Z, money in USD")
    with duckdb.connect() as earlier:
        earlier.execute("CREATE TABLE metadata AS SELECT 'v1' AS version, TIMESTAMP '2026-01-01' AS as_of")
        content = build(earlier, Document("Nobody", "", Row("metadata", "TRUE", {"of": Figure("version")}), {}), "-")
    assert content["reportingCurrency"] is None


def test_a_profile_in_a_terminal_has_the_eight_sections(
    sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (account_id,) = ids(
        connection,
        "SELECT account_id FROM account_360 WHERE account_kind = 'company' ORDER BY people_count DESC, 1 LIMIT 1",
    )
    assert main(["profile", account_id, "--home", str(sample_home)]) == 0
    text = capsys.readouterr().out
    titles = re.findall(r"^(\d) (.+)$", text, re.MULTILINE)
    assert [title for _, title in titles] == list(account_document("company").sections)
    assert len(titles) == 8


@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_a_company_is_found_by_domain_and_by_name_in_any_case(
    change: Any, sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    account_id, domain, name = connection.execute(
        "SELECT account_id, domain, customer_name FROM account_360 WHERE account_kind = 'company' "
        "AND domain IS NOT NULL ORDER BY 1 LIMIT 1"
    ).fetchone()
    for wanted in (domain, f"www.{domain}", name):
        assert main(["profile", change(wanted), "--home", str(sample_home)]) == 0
        assert capsys.readouterr().out.startswith(f"Account profile {account_id}, ")


def test_an_id_is_found_in_capitals(sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]) -> None:
    [ids] = connection.execute(
        "SELECT (SELECT MIN(account_id) FROM account_360), (SELECT MIN(customer_id) FROM customer_360)"
    ).fetchall()
    for title, wanted in zip(("Account", "Person"), ids, strict=True):
        assert main(["profile", wanted.upper(), "--home", str(sample_home)]) == 0
        assert capsys.readouterr().out.startswith(f"{title} profile {wanted}, ")


def test_companies_of_one_name_are_listed_by_id(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect() as memory:
        memory.execute(
            "CREATE TABLE account_360 AS SELECT * FROM (VALUES ('acc_1', 'company', 'Acme Ltd', 'acme.example'), "
            "('acc_2', 'company', 'ACME ltd', NULL), ('acc_3', 'person', 'Acme Ltd', NULL), "
            "('acc_4', 'company', 'Acme', NULL)) AS t(account_id, account_kind, customer_name, domain)"
        )
        with pytest.raises(ConfigError, match=r"2 companies .*: acc_1 \(acme\.example\), acc_2\. Name one"):
            meant(memory, "acme ltd")
        assert meant(memory, "acme")[0] == "acc_4"
        assert meant(memory, "ACME.example")[0] == "acc_1"


def test_nobody_is_met_with_all_one_may_name(sample_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "No such company", "--home", str(sample_home)]) == 2
    said = capsys.readouterr().err
    assert "an account_id (acc_...), a company's domain or name" in said and "No such company" not in said


def test_nothing_is_shown_in_two_sections(connection: Any) -> None:
    (account_id,) = ids(
        connection, "SELECT account_id FROM account_360 WHERE account_kind = 'company' ORDER BY 1 LIMIT 1"
    )
    document = account_document("company")
    shown = dict(sections(document, build(connection, document, account_id)))
    labels = {title: [line.label for line in lines] for title, lines in shown.items()}
    assert {"Contract", "Pipeline"} <= set(labels["Account"])
    assert "ARR" in labels["Subscription and billing"]
    assert not {"Contract", "Pipeline"} & set(labels["Subscription and billing"])


@pytest.mark.parametrize(("escalations", "said"), [(0, "none"), (None, "unknown: no help desk was read")])
def test_what_is_not_there_is_none_or_unknown_for_a_reason(connection: Any, escalations: Any, said: str) -> None:
    account_id, *_ = ids(
        connection,
        "SELECT account_id FROM account_360 WHERE account_kind = 'company' AND active_escalations = 0 ORDER BY 1",
    )
    document = account_document("company")
    content = build(connection, document, account_id)
    content["supportSummary"]["activeEscalations"] = escalations
    lines = {line.label: line for line in dict(sections(document, content))["Support"]}
    assert lines["Active escalation"].text == said


def test_whoever_doubts_a_figure_reaches_its_rows_in_two_commands(
    sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (account_id, tickets) = connection.execute(
        "SELECT account_id, open_tickets FROM account_360 WHERE open_tickets > 0 ORDER BY open_tickets DESC, 1 LIMIT 1"
    ).fetchone()
    assert main(["profile", account_id, "--why", "supportSummary.openTickets", "--home", str(sample_home)]) == 0
    said = capsys.readouterr().out
    assert f"supportSummary.openTickets: {tickets} (derived)" in said
    command = next(line for line in said.splitlines() if line.startswith("customer360 show tickets"))
    assert main([*shlex.split(command)[1:], "--format", "json", "--home", str(sample_home)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert sum(row["status"] == "open" for row in rows) == tickets


def test_a_person_is_found_by_address_and_a_misspelt_figure_is_met_with_the_right_one(
    sample_home: Path, connection: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (email,) = ids(connection, "SELECT email FROM customer_360 WHERE email LIKE 'maria.keller@%'")
    assert main(["profile", email, "--json", "--home", str(sample_home)]) == 0
    assert json.loads(capsys.readouterr().out)["contactInformation"]["email"] == email
    assert main(["profile", email, "--why", "commercialSummary.totalRevenu", "--home", str(sample_home)]) == 2
    assert "commercialSummary.totalRevenue" in capsys.readouterr().err
    assert main(["profile", "acc_nobody", "--home", str(sample_home)]) == 2


def test_every_figure_leads_to_commands_that_read_rows_of_the_same_home(connection: Any) -> None:
    """Figures of lists and of dimensions too."""
    account = "SELECT account_id FROM account_360 WHERE account_kind = 'company' AND open_opportunities > 0 ORDER BY 1"
    customer = "SELECT customer_id FROM customer_360 WHERE total_orders > 0 ORDER BY 1"
    tables, company = published(), account_document("company")
    for document, name in ((company, ids(connection, account)[0]), (PERSON, ids(connection, customer)[0])):
        content = build(connection, document, name)
        assert len(content["provenance"]) > 80
        for path in content["provenance"]:
            for command in origin(document, content, path, tables, " --home there").commands:
                words = shlex.split(command)
                assert words[:2] == ["customer360", "show"] and words[-2:] == ["--home", "there"]
                asked = dict(zip(words[3::2], words[4::2], strict=True))
                columns, where = asked.get("--columns", "*"), asked.get("--where", "true")
                connection.execute(f"SELECT {columns} FROM {words[2]} WHERE {where}")
        if document is company:
            assert content["provenance"]["healthSummary.dimensions.usage.score"]["where"].endswith(
                "dimension = 'usage'"
            )
