"""Who is told, of what: against a real mail server and a real web server on loopback."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest
from aiosmtpd.controller import Controller

from customer360_pipeline.alerts import Alert, Finding, failure_alert, quality_alert, send, shown_version, urls_of
from customer360_pipeline.components.sensors import failures, findings, sensors
from customer360_pipeline.config import AlertsConfig
from customer360_pipeline.errors import ConfigError, Customer360Error

UI = "http://127.0.0.1:3000"
MONEY = Finding("metrics/revenue", "assert_1", "3 row(s)", "total_revenue >= 0", is_blocking=True)
DRIFT = Finding("sources/drift", "columns", "1 row(s)", "columns as the contract says", is_blocking=False)


class WebServer:
    """Keeps what was posted to it: (path, JSON)."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict]] = []
        posts = self.posts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posts.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def web() -> Iterator[WebServer]:
    made = WebServer()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()


def test_a_failure_names_asset_check_figure_link_and_what_readers_see() -> None:
    alert = failure_alert("customer_360_daily", "0123456789", ["extract_stripe: refused"], [MONEY], "Still v1.", UI)
    assert alert.level == "failure"
    assert alert.title == "customer 360: assert_1 failed on metrics/revenue"
    assert alert.body.splitlines() == [
        "Run 01234567 of customer_360_daily failed.",
        "- metrics/revenue: assert_1 (blocks): 3 row(s). It asks: total_revenue >= 0 "
        "http://127.0.0.1:3000/assets/metrics/revenue?view=checks",
        "extract_stripe: refused",
        "Still v1.",
        "http://127.0.0.1:3000/runs/0123456789",
    ]


def test_a_finding_that_does_not_block_is_a_warning() -> None:
    alert = quality_alert("customer_360_daily", "0123456789", [DRIFT, DRIFT], UI)
    assert (alert.level, alert.title) == ("warning", "customer 360: columns warns on sources/drift and 1 more")
    assert "published a new version" in alert.body


def test_the_age_of_what_is_shown(small) -> None:
    assert shown_version(small.home, datetime(2026, 1, 4)) == "Nothing has been published yet."
    small.run(**{"customer360/as_of": "2026-01-01T02:00:00"})
    shown = shown_version(small.home, datetime(2026, 1, 4, 14))
    assert shown.endswith("as of 2026-01-01 02:00 UTC: 3.5 days old.")
    assert "2.0 hours old" in shown_version(small.home, datetime(2026, 1, 1, 4))
    ahead = shown_version(small.home, datetime(2026, 1, 1))
    assert ahead.endswith("as of 2026-01-01 02:00 UTC: a clock that is still to come.")


def test_urls_come_from_every_named_variable() -> None:
    places = urls_of(("A", "UNSET", "B"), {"A": "json://x json://y", "B": "json://z"})
    assert places == [("A, number 1", "json://x"), ("A, number 2", "json://y"), ("B, number 1", "json://z")]


def test_mail_arrives(free_port) -> None:
    letters: list[bytes] = []

    class Keeper:
        async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
            letters.append(envelope.content)
            return "250 OK"

    port = free_port()
    server = Controller(Keeper(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        url = f"mailto://127.0.0.1:{port}?from=pipeline@example.org&to=team@example.org"
        send(Alert("failure", "assert_1 failed", "3 row(s) of metrics/revenue"), [("A, number 1", url)])
    finally:
        server.stop()
    letter = b"".join(letters)
    assert b"assert_1 failed" in letter and b"team@example.org" in letter


def test_a_webhook_and_slack_are_posted_to(web, monkeypatch) -> None:
    from apprise.plugins.slack import NotifySlack

    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://{web.url}/services")
    token = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    urls = [("A, number 1", f"json://{web.url}/hook"), ("A, number 2", f"slack://{token}/#data")]
    send(Alert("warning", "title", "metrics/revenue: 3 row(s)"), urls)
    (hook, message), (slack, posted) = web.posts
    assert (hook, message["title"], message["message"]) == ("/hook", "title", "metrics/revenue: 3 row(s)")
    assert slack == f"/services/{token}"
    assert posted["channel"] == "#data"
    assert "metrics/revenue: 3 row(s)" in json.dumps(posted)


def test_who_cannot_be_reached_is_named_by_place_and_the_others_are_told(web) -> None:
    """A URL holds a password: it may not stand in a log."""
    urls = [("A, number 1", "json://user:hunter2@127.0.0.1:1/"), ("A, number 2", f"json://{web.url}/")]
    with pytest.raises(Customer360Error, match="A, number 1") as caught:
        send(Alert("failure", "t", "b"), urls)
    assert "hunter2" not in str(caught.value) and len(web.posts) == 1
    with pytest.raises(ConfigError, match="A, number 1"):
        send(Alert("failure", "t", "b"), [("A, number 1", "nonsense")])


def _sensor(name: str) -> dg.SensorDefinition:
    return next(sensor for sensor in sensors(AlertsConfig()) if sensor.name == name)


def test_a_failed_run_is_told_with_the_age_of_what_is_shown(small, web, monkeypatch) -> None:
    monkeypatch.setenv("CUSTOMER360_ALERT_URLS", f"json://{web.url}/")
    small.run(**{"customer360/as_of": "2026-01-01T02:00:00"})
    result = small.breaking().run()
    context = dg.build_run_status_sensor_context(
        sensor_name="alert_on_failed_run",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=small.instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    _sensor("alert_on_failed_run")(context)
    [(_, message)] = web.posts
    assert message["title"] == "customer 360: rows failed on customer_360/customer_360"
    assert "3 row(s)" in message["message"]
    assert "as of 2026-01-01 02:00 UTC" in message["message"]
    assert f"{UI}/runs/{result.run_id}" in message["message"]


def test_without_an_address_nobody_is_told_and_the_tick_says_so(small, monkeypatch) -> None:
    monkeypatch.delenv("CUSTOMER360_ALERT_URLS", raising=False)
    result = small.breaking().run()
    context = dg.build_run_status_sensor_context(
        sensor_name="alert_on_failed_run",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=small.instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    skipped = _sensor("alert_on_failed_run")(context)
    assert "CUSTOMER360_ALERT_URLS is not set" in str(skipped)


def test_findings_and_reasons_are_read_from_the_event_log(small) -> None:
    good, bad = small.run(), small.breaking().run()
    assert findings(small.instance, good.run_id) == []
    [found] = findings(small.instance, bad.run_id)
    assert (found.asset, found.check, found.figure) == ("customer_360/customer_360", "rows", "3 row(s)")
    assert found.asks == "assert_1: total_revenue < 0 (nobody pays)"
    assert [reason.split(":")[0] for reason in failures(small.instance, bad.run_id)] == ["customer_360__customer_360"]
