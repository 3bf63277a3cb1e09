"""SQL functions of the generator: chance as a function of a number and the seed, and the lists of `names`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customer360_pipeline.sample import names

if TYPE_CHECKING:
    import duckdb

# The sample's last midnight, UTC: nothing in it is later. Runs on it give the same answer with `--as-of` this time.
AS_OF = "2026-11-01 00:00:00"

# Free mail services; `.example` and `.test` are reserved (RFC 2606) and reach nobody.
_MAIL = "gmail.com gmail.com gmail.com gmail.com outlook.com outlook.com mailhaus.example postbox.example netpost.test"

_CHANNELS = (
    ("google", "organic", None), ("google", "cpc", "brand_search"), ("(direct)", "(none)", None),
    ("facebook", "paid_social", "spring_launch"), ("newsletter", "email", "welcome"), ("bing", "organic", None),
    ("partner.example", "referral", None), ("google", "cpc", "competitors"), ("linkedin", "paid_social", "webinar"),
)  # fmt: skip

_AREAS = "202 206 212 303 305 312 404 415 512 617 646 713"


def _list(text: str) -> str:
    return "[" + ", ".join(_text(word.replace("_", " ")) for word in text.split()) + "]"


def _text(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _channels() -> str:
    rows = (f"{{'source': {_text(s)}, 'medium': {_text(m)}, 'campaign': {_text(c)}}}" for s, m, c in _CHANNELS)
    return f"[{', '.join(rows)}]"


def _macros(people: int, seed: int, first_person: int, sessions_per_person: float, accounts: bool) -> dict[str, str]:
    return {
        "people()": str(people),
        "first_person()": str(first_person),
        "sessions_per_person()": str(sessions_per_person),
        # Whether companies buy subscriptions, are worked with, ask for help and use the product.
        "with_accounts()": str(accounts),
        "as_of()": f"TIMESTAMP '{AS_OF}'",
        # 53 bits of a 64-bit hash: every float in [0, 1) that a double can tell apart.
        "u(n, salt)": f"((hash(n, salt, {seed}) >> 11) / 9007199254740992.0)",
        "pick(items, x)": "items[1 + floor(x * len(items))::BIGINT]",
        # Odd multiplier modulo a power of two: no two numbers below 2^40 share a code.
        "code(k)": "translate(printf('%010x', (k * 668265263 + 374761393) % 1099511627776), "
        "'0123456789abcdef', '4Q7wErT1yUiPaSdF')",
        "spell(name)": "regexp_replace(replace(strip_accents(lower(name)), 'ß', 'ss'), '[^a-z]', '', 'g')",
        "heads()": _list(names.SURNAME_HEADS),
        "tails()": _list(names.SURNAME_TAILS),
        "streets()": _list(names.STREETS),
        "jobs()": _list(names.JOB_TITLES),
        "industries()": str(names.INDUSTRIES.split()),
        "mail()": _list(_MAIL),
        "channels()": _channels(),
        "company_name(c)": f"(pick({_list(names.COMPANY_HEADS)}, u(c, 'company head')) || ' ' || "
        f"pick({_list(names.COMPANY_TAILS)}, u(c, 'company tail')) || ' ' || c)",
        "company_domain(c)": "(replace(lower(company_name(c)), ' ', '') || '.example')",
        "exchanges()": str([x for x in range(200, 1000) if x % 100 != 11 and x not in (555, 950, 958, 959)]),
        # The multiplier is coprime to the size of each number space: no two people share a number by chance.
        "us_phone(k)": f"('+1' || {_list(_AREAS)}[1 + k // 7880000] || exchanges()[1 + (k // 10000) % 788] || "
        "printf('%04d', k % 10000))",
        "phone_of(country, prefix, n)": "CASE country WHEN 'US' THEN us_phone((n * 61803401) % 94560000) "
        "WHEN 'KW' THEN prefix || ['94', '96', '97', '99', '66', '55'][1 + (n // 1000000) % 6] || "
        "printf('%06d', (n * 618033) % 1000000) "
        "WHEN 'FR' THEN prefix || (10000000 + (n * 61803401) % 50000000) "
        "ELSE prefix || (10000000 + (n * 61803401) % 90000000) END",
        "misspell(mail, x)": "CASE WHEN x < 0.5 THEN left(mail, 2) || substr(mail, 4, 1) || substr(mail, 3, 1) || "
        "substr(mail, 5) ELSE left(mail, 2) || substr(mail, 4) END",
        "salesforce_sum(id, place)": "substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + "
        + " + ".join(f"(substr(id, place + {i}, 1) BETWEEN 'A' AND 'Z')::INTEGER * {2**i}" for i in range(5))
        + ", 1)",
        "salesforce_id(id)": "(id || salesforce_sum(id, 1) || salesforce_sum(id, 6) || salesforce_sum(id, 11))",
        "guid(kind, k)": "(SELECT concat_ws('-', h[1:8], h[9:12], h[13:16], h[17:20], h[21:32]) "
        "FROM (SELECT md5(kind || k) AS h))",
        "major(amount, currency)": "(amount::DECIMAL(18, 3) * CASE currency WHEN 'JPY' THEN 1 WHEN 'KWD' THEN 0.001 "
        "ELSE 0.01 END)::DECIMAL(18, 3)",
        "record_id(source, k)": "CASE source WHEN 'stripe' THEN 'cus_R' || code(k) || 'x' "
        "WHEN 'hubspot' THEN (151000000000 + k * 13)::VARCHAR WHEN 'crm' THEN 'C-' || lpad(k::VARCHAR, 7, '0') "
        "WHEN 'mailchimp' THEN (47000000 + k)::VARCHAR ELSE salesforce_id('0035f' || code(k)) END",
        "chance(n, source, copy, salt)": "u(n * 64 + source * 8 + copy, salt)",
        # Who is in which source (0 stripe, 1 hubspot, 2 salesforce, 3 crm, 4 mailchimp); nobody is in none.
        "among(n, source)": "chance(n, source, 0, 'has') < [0.5, 0.46, 0.18, 0.14, 0.42][1 + source]",
        "in_source(n, source)": "(among(n, source) OR source = 1 AND NOT among(n, 0) AND NOT among(n, 2) "
        "AND NOT among(n, 3) AND NOT among(n, 4))",
    }


def prepare(
    connection: duckdb.DuckDBPyConnection, people: int, seed: int, first_person: int, sessions: float, accounts: bool
) -> None:
    """Define the functions and load the name lists into `connection`."""
    # Joins stay in the order written: the people are always the outer side, and rows keep their order.
    connection.execute("SET disabled_optimizers = 'join_order'")
    for signature, body in _macros(people, seed, first_person, sessions, accounts).items():
        connection.execute(f"CREATE MACRO {signature} AS {body}")
    start = 0.0
    connection.execute(
        "CREATE TABLE culture (culture VARCHAR, share_from DOUBLE, share_to DOUBLE, country VARCHAR, currency VARCHAR, "
        "phone_prefix VARCHAR, trunk VARCHAR, firsts BIGINT, lasts BIGINT, cities BIGINT)"
    )
    connection.execute("CREATE TABLE first_name (culture VARCHAR, i BIGINT, name VARCHAR, nickname VARCHAR)")
    connection.execute("CREATE TABLE last_name (culture VARCHAR, i BIGINT, name VARCHAR)")
    connection.execute(
        "CREATE TABLE city (culture VARCHAR, i BIGINT, city VARCHAR, region VARCHAR, postal_code VARCHAR)"
    )
    for key, c in names.CULTURES.items():
        firsts, lasts, cities = c.first.split(), c.last.split(), [item.split("|") for item in c.cities.split()]
        share = [key, start, start + c.share, c.country, c.currency, c.phone, c.trunk]
        start = round(start + c.share, 6)
        connection.execute(
            f"INSERT INTO culture VALUES ({', '.join('?' * 10)})", [*share, len(firsts), len(lasts), len(cities)]
        )
        connection.executemany(
            "INSERT INTO first_name VALUES (?, ?, ?, ?)",
            [[key, i, name, names.NICKNAMES.get(name)] for i, name in enumerate(firsts)],
        )
        connection.executemany(
            "INSERT INTO last_name VALUES (?, ?, ?)", [[key, i, x.replace("_", " ")] for i, x in enumerate(lasts)]
        )
        connection.executemany(
            "INSERT INTO city VALUES (?, ?, ?, ?, ?)",
            [[key, i, a, b or None, c.replace("_", " ")] for i, (a, b, c) in enumerate(cities)],
        )
