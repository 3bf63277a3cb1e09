"""The planted people: written by hand, the same at every size and seed, numbers 1 to 20. `sample_data/README.md`
tells their stories; data only here."""

from __future__ import annotations

from typing import Any

FIRST_GENERATED = 21

Row = dict[str, Any]


def _contact(n: int, source: str, record_id: str, first: str | None, last: str | None, **more: Any) -> Row:
    base: Row = {"n": n, "source": source, "record_id": record_id, "first_name": first, "last_name": last}
    base |= {"copy": 0, "copies": 1, "is_deleted": False, "has_moved": False, "country": "US", "currency": "USD"}
    base |= {"created_at": f"2025-03-{n:02d} 09:00:00", "updated_at": f"2026-05-{n:02d} 12:00:00"}
    return base | more


CONTACTS: list[Row] = [
    _contact(1, "hubspot", "900000000001", "Maria", "Keller", email="MARIA.KELLER@Mailhaus.example",
             phone="(202) 455-0101", city="Springfield", region="IL", customer_id=None, email_kind="case"),
    _contact(1, "stripe", "cus_CastMaria01", "Maria", "Keller", email="maria.keller+shop@mailhaus.example",
             email_kind="plus_tag"),
    _contact(1, "crm", "C-MARIA", "Maria", "Keller", email=" maria.keller@mailhaus.example ", company="Keller Foods"),
    _contact(1, "mailchimp", "46000001", None, None, email="maria.keller@mailhaus.example",
             marketing_status="subscribed"),
    _contact(2, "hubspot", "900000000002", "Jonas", "Weber", email="jonas.weber.9931@gmail.com", country="DE",
             email_kind="gmail_dots"),
    _contact(2, "stripe", "cus_CastJonas02", "Jonas", "Weber", email="jonasweber9931@gmail.com", country="DE"),
    _contact(3, "hubspot", "900000000003", "Emma", "Clark", email="emma.clark@postbox.example",
             phone="+13035550133", user_id="usr_emma", street="12 Oak Street", home=3),
    _contact(4, "hubspot", "900000000004", "Noah", "Clark", email="noah.clark@postbox.example",
             phone="303-555-0133", user_id="usr_noah", street="12 Oak Street", home=3, phone_kind="family"),
    _contact(5, "hubspot", "900000000005", "Ana", "Duarte", email="info@duartefoods.example", company="Duarte Foods",
             email_kind="role_mailbox"),
    _contact(6, "salesforce", "0035fCAST000006APA", "Ilse", "Brandt", email="info@duartefoods.example",
             company="Duarte Foods", email_kind="role_mailbox"),
    _contact(7, "hubspot", "900000000007", "Liang", "Chen", user_id="usr_liang"),
    _contact(7, "stripe", "cus_CastLiang07", "Liang", "Chen", email="liang.chen@netpost.test", user_id="usr_liang"),
    _contact(8, "crm", "C-BOB", "Bob", "Hayes", phone="+1 206 455 0188", name_kind="nickname"),
    _contact(8, "stripe", "cus_CastRobert08", "Robert", "Hayes", email="r.hayes@mailhaus.example",
             phone="(206) 455-0188"),
    _contact(9, "stripe", "cus_CastYuki09", "Yuki", "Tanaka", record_kind="deleted"),
    _contact(9, "crm", "C-YUKI", "Yuki", "Tanaka", email="yuki.tanaka@netpost.test", country="JP",
             copies=2),
    _contact(10, "stripe", "cus_CastDalal10", "Dalal", "Al-Sabah", email="dalal@alsabah.example", country="KW",
             currency="KWD"),
    _contact(11, "stripe", "cus_CastTunde11", "Tunde", "Balogun", email="tunde.balogun@netpost.test", country="NG",
             currency="NGN"),
    _contact(12, "salesforce", "0035fCAST000012APA", "Sofía", "Reyes", email="sofia.reyes@postbox.example",
             user_id="usr_sofia", country="MX"),
    _contact(12, "salesforce", "0035fCAST000912APA", "Sofia", "Reyes-Old", email="sofi.reyes.old@postbox.example",
             record_kind="merge_loser", merged_into="0035fCAST000012APA", is_deleted=True, copy=1),
    _contact(12, "stripe", "cus_CastSofia12", "Sofía", "Reyes", email="sofi.reyes.old@postbox.example", country="MX"),
    _contact(13, "hubspot", "900000000013", "Peter", "Novak", email="peter.novak@mailhaus.example",
             record_kind="merge_winner", merged_ids="900000000913", additional_emails="p.novak@oldjob.example",
             local_created="2026-03-08 02:30"),
    _contact(13, "stripe", "cus_CastPeter13", "Peter", "Novak", email="p.novak@oldjob.example"),
    _contact(14, "stripe", "cus_CastGrace14", "Grace", "Osei", email="grace.osei@postbox.example", user_id="usr_grace"),
    _contact(15, "crm", "C-HANNAH", "Hannah", "Brandt", email="hannah.brandt@netpost.test"),
    _contact(16, "stripe", "cus_CastVictor16a", "Victor", "Lang", email="victor.lang@postbox.example",
             phone="+14155550116", user_id="usr_victor_private"),
    _contact(16, "stripe", "cus_CastVictor16b", "Victor", "Lang", email="v.lang@langdesign.example",
             phone="+14155550116", user_id="usr_victor_work", record_kind="second_user", copy=1),
    _contact(17, "hubspot", "900000000017", "Nina", "Petrova", email="nina.p@mailhaus.example", city="Denver",
             job_title="Analyst", phone="+13034550117", updated_at="2025-06-01 12:00:00", name_kind="renamed",
             has_moved=True),
    _contact(17, "salesforce", "0035fCAST000017APA", "Nina", "Larsen", email="nina.p@mailhaus.example", city="Austin",
             job_title="Head of Operations", phone="+15124550117", updated_at="2026-07-01 12:00:00"),
    _contact(18, "hubspot", "900000000018", "Olga", "Marsh", email="test@test.com", phone="0000000000",
             email_kind="placeholder", phone_kind="placeholder"),
    _contact(19, "crm", "C-IVAN", "Ivan", "Marsh", email="test@test.com", phone="0000000000",
             email_kind="placeholder", phone_kind="placeholder"),
    _contact(20, "hubspot", "900000000020", "Lena", "Fuchs", email="lena.fuchs@netpost.test", user_id="usr_lena",
             local_updated="2025-11-02 01:30"),
    _contact(20, "hubspot", "900000000920", "Lena", "Fuchs", email="Lena.Fuchs@NETPOST.test", record_kind="duplicate",
             copy=1),
]  # fmt: skip


def _charge(n: int, key: str, amount: int, currency: str = "USD", **more: Any) -> Row:
    base: Row = {"n": n, "charge_id": f"ch_Cast_{key}", "k": n, "amount": amount, "currency": currency}
    base |= {"status": "succeeded", "paid": True, "captured": True, "livemode": True, "form": "api"}
    base |= {"amount_refunded": 0, "created_at": f"2025-09-{n:02d} 15:00:00"}
    return base | more


CHARGES: list[Row] = [
    _charge(1, "maria_1", 12000, customer_id="cus_CastMaria01", amount_refunded=2000, refund_kind="partial"),
    _charge(1, "maria_2", 5000, "EUR", customer_id="cus_CastMaria01"),
    _charge(2, "jonas", 4000, "EUR", customer_id="cus_CastJonas02", created_at="2024-06-01 10:00:00"),
    _charge(7, "liang", 9900, customer_id="cus_CastLiang07"),
    _charge(8, "robert", 2500, customer_id="cus_CastRobert08", created_at="2023-05-01 10:00:00", form="dashboard_new"),
    _charge(9, "yuki", 12800, "JPY", customer_id="cus_CastYuki09", billing_email="yuki.tanaka@netpost.test"),
    _charge(10, "dalal", 5120, "KWD", customer_id="cus_CastDalal10"),
    _charge(11, "tunde", 1500000, "NGN", customer_id="cus_CastTunde11"),
    _charge(12, "sofia", 7000, customer_id="cus_CastSofia12"),
    _charge(
        13,
        "peter",
        3000,
        customer_id="cus_CastPeter13",
        created_at="2022-08-01 10:00:00",
        form="dashboard_old",
        amount_refunded=1000,
        refund_kind="partial",
    ),
    _charge(14, "grace_lost", 10000, customer_id="cus_CastGrace14", dispute_status="lost"),
    _charge(14, "grace_won", 8000, customer_id="cus_CastGrace14", dispute_status="won"),
    _charge(14, "grace_refund_failed", 6000, customer_id="cus_CastGrace14", refund_kind="failed"),
    _charge(14, "grace_declined", 5000, customer_id="cus_CastGrace14", status="failed", paid=False, captured=False),
    _charge(14, "grace_authorised", 4000, customer_id="cus_CastGrace14", captured=False),
    _charge(14, "grace_test", 999900, customer_id="cus_CastGrace14", livemode=False),
    _charge(15, "hannah_guest", 4500, receipt_email="HANNAH.BRANDT@netpost.test", name="Hannah Brandt"),
    _charge(16, "victor_private", 1000, customer_id="cus_CastVictor16a"),
    _charge(16, "victor_work", 2000, customer_id="cus_CastVictor16b"),
]

REFUNDS: list[Row] = [
    {"n": 1, "refund_id": "re_Cast_maria", "charge_id": "ch_Cast_maria_1", "currency": "USD", "amount": 2000,
     "status": "succeeded", "form": "api", "created_at": "2025-09-10 15:00:00"},
    # The Dashboard's payments file alone tells of this refund; the API export of refunds began later.
    {"n": 13, "refund_id": "re_Cast_peter", "charge_id": "ch_Cast_peter", "currency": "USD", "amount": 1000,
     "status": "succeeded", "form": "dashboard_old", "created_at": "2022-08-09 15:00:00"},
    {"n": 14, "refund_id": "re_Cast_grace", "charge_id": "ch_Cast_grace_refund_failed", "currency": "USD",
     "amount": 6000, "status": "failed", "form": "api", "created_at": "2025-09-20 15:00:00"},
]  # fmt: skip

DISPUTES: list[Row] = [
    {"n": 14, "dispute_id": f"dp_Cast_grace_{status}", "charge_id": f"ch_Cast_grace_{status}", "currency": "USD",
     "amount": amount, "status": status, "livemode": True, "created_at": "2025-10-05 15:00:00"}
    for status, amount in (("lost", 10000), ("won", 8000))
]  # fmt: skip


def _session(n: int, device: str, user_id: str | None, started_at: str, pages: int) -> list[Row]:
    """A session with `pages` page views, from a search."""
    base: Row = {"n": n, "device_id": device, "user_id": user_id, "session_id": 1758000000 + n, "source": "google"}
    base |= {"medium": "organic", "first_source": "google", "first_medium": "organic", "country": "US"}
    names = ["session_start"] + ["page_view"] * pages
    page = "https://shop.example/"
    return [
        base | {"e": e, "event_name": name, "page": page, "occurred_at": f"{started_at}:{e:02d}"}
        for e, name in enumerate(names)
    ]


WEB: list[Row] = [
    # One tablet, two people: sessions belong to whoever is logged in, the anonymous one to nobody.
    *_session(3, "777000001.1640995200", "usr_emma", "2025-09-16 07:00", 3),
    *_session(4, "777000001.1640995200", "usr_noah", "2025-09-17 07:00", 2),
    *[row | {"session_id": 1758999999} for row in _session(3, "777000001.1640995200", None, "2025-09-18 07:00", 1)],
    # A device with one user: the session before the login is the same person's.
    *_session(7, "777000007.1640995200", None, "2025-09-01 08:00", 1),
    *[
        row | {"session_id": 1758000107}
        for row in _session(7, "777000007.1640995200", "usr_liang", "2025-09-02 08:00", 4)
    ],
]

# Late: the first touch stands after later ones in the file.
MARKETING: list[Row] = [
    {"n": 1, "k": 2, "email": "maria.keller@mailhaus.example", "event_type": "visit", "source": "google",
     "medium": "cpc", "campaign": "brand_search", "occurred_at": "2025-04-01 10:00:00", "copies": 1},
    {"n": 1, "k": 1, "email": "Maria.Keller@mailhaus.example", "event_type": "visit", "source": "facebook",
     "medium": "paid_social", "campaign": "spring_launch", "occurred_at": "2025-02-27 10:00:00", "copies": 1},
]  # fmt: skip

TABLES = {
    "contact": CONTACTS, "charge": CHARGES, "refund": REFUNDS, "dispute": DISPUTES, "web_cast": WEB,
    "marketing": MARKETING,
}  # fmt: skip
