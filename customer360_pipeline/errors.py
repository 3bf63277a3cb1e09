"""The errors a person at the keyboard meets. Each names the thing, the place and the next step.

No personal value may stand in a message: name the file, line, column and rule instead.
"""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that a mistyped one is nearest to, as a sentence after a blank; empty: none is near."""
    from difflib import get_close_matches

    by_lower = {one.lower(): one for one in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return f" Did you mean `{by_lower[near[0]]}`?" if near else ""


class Customer360Error(Exception):
    """A problem that the person running the pipeline can act on. Exit code 1, message without a traceback."""

    exit_code = 1


class ConfigError(Customer360Error):
    """A setting, a source map or an argument is wrong. Exit code 2."""

    exit_code = 2


class FileRefused(Customer360Error):
    """An extract as a whole cannot be trusted; the previous published version stands. Exit code 3."""

    exit_code = 3


class AuditFailed(Customer360Error):
    """A blocking check failed; nothing was published. Exit code 4."""

    exit_code = 4


class Busy(Customer360Error):
    """Another run holds the home directory. Exit code 5."""

    exit_code = 5
