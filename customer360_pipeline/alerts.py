"""What people are told when a run failed or a check found something, and how it reaches them.

A message names asset, check, figure and link. It holds no value of a record. Not here: when a message is due
(`components/sensors.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from customer360_pipeline.errors import ConfigError, Customer360Error


@dataclass(frozen=True)
class Finding:
    """A failed check. `figure` is what it measured, e.g. "12 rows"."""

    asset: str
    check: str
    figure: str
    asks: str
    is_blocking: bool


@dataclass(frozen=True)
class Alert:
    """One message."""

    level: Literal["failure", "warning"]
    title: str
    body: str


def failure_alert(
    job: str, run_id: str, reasons: Sequence[str], findings: Sequence[Finding], shown: str, ui_url: str
) -> Alert:
    """A run failed. `reasons` say why, step by step; `shown` says what readers see meanwhile."""
    blocking = [finding for finding in findings if finding.is_blocking]
    title = f"customer 360: {blocking[0].check} failed on {blocking[0].asset}" if blocking else f"{job} failed"
    head = f"Run {run_id[:8]} of {job} failed."
    parts = [head, *_lines(findings, ui_url), *reasons, shown, f"{ui_url}/runs/{run_id}"]
    return Alert("failure", title, "\n".join(part for part in parts if part))


def quality_alert(job: str, run_id: str, findings: Sequence[Finding], ui_url: str) -> Alert:
    """A run succeeded and published, and yet some of its checks failed."""
    title = f"customer 360: {findings[0].check} warns on {findings[0].asset}"
    title += f" and {len(findings) - 1} more" if len(findings) > 1 else ""
    parts = [f"Run {run_id[:8]} of {job} published a new version. Checks that do not block found something:"]
    return Alert("warning", title, "\n".join([*parts, *_lines(findings, ui_url), f"{ui_url}/runs/{run_id}"]))


def _lines(findings: Sequence[Finding], ui_url: str) -> list[str]:
    return [
        f"- {f.asset}: {f.check} ({'blocks' if f.is_blocking else 'warns'}): {f.figure}. It asks: {f.asks} "
        f"{ui_url}/assets/{f.asset}?view=checks"
        for f in findings
    ]


def shown_version(home: Path, now: datetime) -> str:
    """What readers see at `now` (naive UTC), in words: the version and its age."""
    from customer360_pipeline.publish.manifest import read_manifest
    from customer360_pipeline.publish.pointer import current_version

    try:
        version = current_version(home)
        if version is None:
            return "Nothing has been published yet."
        as_of = read_manifest(home / "published" / version).origin.as_of
    except Customer360Error:
        return f"What {home / 'published'} shows cannot be read; see `customer360 versions`."
    hours = (now - as_of).total_seconds() / 3600
    if hours < 0:
        age = "a clock that is still to come"
    else:
        age = f"{hours / 24:.1f} days old" if hours >= 48 else f"{hours:.1f} hours old"
    return f"Readers still see version {version}, as of {as_of:%Y-%m-%d %H:%M} UTC: {age}."


def urls_of(names: Sequence[str], environment: Mapping[str, str]) -> list[tuple[str, str]]:
    """(place, apprise URL) of everybody to tell, from environment variables that hold them separated by spaces."""
    return [
        (f"{name}, number {number}", url)
        for name in names
        for number, url in enumerate(environment.get(name, "").split(), 1)
    ]


def send(alert: Alert, urls: Sequence[tuple[str, str]]) -> None:
    """Tell everybody. A URL holds a secret: errors name its place, never the URL.

    Raises:
        ConfigError: an apprise URL is wrong; nobody was told.
        Customer360Error: somebody could not be reached; the others were told.
    """
    import apprise

    targets = []
    for place, url in urls:
        target = apprise.Apprise.instantiate(url)
        if target is None:
            raise ConfigError(f"{place}: no apprise URL. Forms: slack://..., mailtos://... (docs/operations.md)")
        targets.append((place, target))
    kind = apprise.NotifyType.FAILURE if alert.level == "failure" else apprise.NotifyType.WARNING
    message = {"title": alert.title, "body": alert.body, "notify_type": kind, "body_format": apprise.NotifyFormat.TEXT}
    unreached = [place for place, target in targets if not target.notify(**message)]
    if unreached:
        raise Customer360Error(f"The alert did not reach: {'; '.join(unreached)}. Try it: `apprise -b test URL`")
