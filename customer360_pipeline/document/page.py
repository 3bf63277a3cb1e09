"""The page of docs/ about the profile document, and its JSON Schemas, from the declarations."""

from __future__ import annotations

import json
from collections.abc import Mapping

from customer360_pipeline.document.account import account_document
from customer360_pipeline.document.parts import Document, walk
from customer360_pipeline.document.person import PERSON
from customer360_pipeline.document.schema import schema
from customer360_pipeline.engine.table_file import Table

_HEAD = """# Profile

`customer360 profile ID` shows everything the published tables say of one account or person in a terminal; with `--json`
as a document that follows a published JSON Schema: [account](schemas/account.schema.json),
[person](schemas/person.schema.json). It reads one published version and computes nothing: each figure is a column of a
table, named below. A company is named by its account id, its web domain or its whole name, a person by a customer id,
an e-mail address or `SOURCE:RECORD_ID`; a name of several is answered with their ids (exit code 2). Whoever doubts a
figure asks for its source, and runs the command that answers:

```bash
customer360 profile acc_0123456789abcdef --why supportSummary.openTickets
customer360 show tickets --where "account_id = 'acc_0123456789abcdef'"
```

**Kinds.** *observed*: a source says so. *derived*: computed from what sources say by a documented formula
([metrics](metrics/README.md)). *inferred*: another reading is possible; a confidence stands beside it. `provenance` has
the kind of each figure, with its table, column and condition. What nobody knows is `null`, never 0.

**Privacy.** A person's document names the accounts they belong to and shows none of the accounts' figures; an account's
document shows what belongs to the account's records, so that what its people buy at home stays out of it.

"""


def pages(tables: Mapping[str, Table]) -> dict[str, str]:
    """Name below docs/ -> text. `tables` are the published ones, by name without a room.

    Raises:
        KeyError: a declaration names a table or column that no header has.
    """
    text = _HEAD + _part("Account", account_document("company")) + _part("Person", PERSON)
    schemas = {
        f"schemas/{name}.schema.json": json.dumps(schema(document, tables), indent=2) + "\n"
        for name, document in (("account", account_document("company")), ("person", PERSON))
    }
    return {"profile.md": text, **schemas}


def _part(title: str, document: Document) -> str:
    rows = "".join(
        f"| `{path}` | {figure.kind} | `{part.table}.{figure.column}` |\n"
        for path, part, _, figure in walk(document.root)
    )
    return f"## {title}\n\n| Figure | Kind | Column |\n| --- | --- | --- |\n{rows}\n"
