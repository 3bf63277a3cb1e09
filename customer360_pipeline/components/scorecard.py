"""The scorecard of planted traps as an asset check: says something only where the extracts hold their truth."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from customer360_pipeline.components.metadata import check_spec

NAME = "planted_traps"
_ASKS = (
    "On generated extracts: of the people in each planted trap at most quality.max_trap_merge_ratio are merged with "
    "somebody else."
)


def scorecard_spec(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """The declaration of the check."""
    return check_spec(asset, NAME, _ASKS, blocking=False)


def scorecard_result(asset: dg.AssetKey, version: Path, extracts: Path, limit: float) -> dg.AssetCheckResult:
    """Score the version just published; passes without a word where there is no truth to score it against."""
    from customer360_pipeline.sample.scorecard import as_markdown, has_truth, scorecard

    if not has_truth(extracts):
        text = "The extracts were not generated: there is no truth to score against."
        return dg.AssetCheckResult(asset_key=asset, check_name=NAME, passed=True, description=text)
    card = scorecard(version, extracts)
    worse = [trap for trap in card if trap.wrong > limit * trap.cases]
    found = "; ".join(f"{trap.trap}: {trap.text}" for trap in worse)
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=NAME,
        passed=not worse,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{_ASKS} Found: {found}." if worse else _ASKS,
        metadata={"scorecard": dg.MetadataValue.md(as_markdown(card)), "traps": len(card)},
    )
