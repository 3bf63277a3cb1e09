"""What a finding of the doctor is, and from when on something counts as wrong."""

from __future__ import annotations

from dataclasses import dataclass

NO_MATCHES, DUPLICATES, MISSING = "No matches found", "Duplicate customers", "Missing fields"
# Every set of extracts has a few odd values and people kept apart with reason; a larger share is a fault.
CONSIDERABLE = 0.1


@dataclass(frozen=True)
class Finding:
    """One sentence on one of the questions.

    Args:
        question: NO_MATCHES, DUPLICATES or MISSING.
        text: the sentence.
        advice: what to do, or where to look; empty when there is nothing.
        is_problem: something is wrong; else it is information.
        is_detail: only for who asks for all.
    """

    question: str
    text: str
    advice: str = ""
    is_problem: bool = False
    is_detail: bool = False
