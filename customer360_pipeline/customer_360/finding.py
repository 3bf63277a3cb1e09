"""What a finding of the doctor is, and from when on something counts as wrong."""

from __future__ import annotations

from dataclasses import dataclass

NO_MATCHES, DUPLICATES, MISSING = "Missing matches", "Duplicate customers", "Missing fields"
# Every set of extracts has a few odd values and people kept apart with reason; a larger share is a fault.
CONSIDERABLE = 0.1
# Vetoes are there to keep people apart; where they part most of a source, something that is no user id or birth date
# is read as one. Of a handful nothing can be said.
MOST, HANDFUL = 0.5, 10


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
