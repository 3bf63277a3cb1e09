"""Sensors: who is told of failed runs and of findings, and runs whose process is gone. They decide when, not what."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from customer360_pipeline.alerts import Alert, Finding, failure_alert, quality_alert, send, shown_version, urls_of
from customer360_pipeline.components.reaper import reap
from customer360_pipeline.config import AlertsConfig
from customer360_pipeline.project import home_folder

RUNNING = dg.DefaultSensorStatus.RUNNING


def sensors(config: AlertsConfig) -> list[dg.SensorDefinition]:
    """All sensors, on by default. They cost nothing where nobody is to be told."""

    @dg.run_failure_sensor(
        name="alert_on_failed_run", default_status=RUNNING, description="Tells who is to be told that a run failed."
    )
    def failed(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run, instance = context.dagster_run, context.instance
        shown = shown_version(home_folder(), datetime.now(UTC).replace(tzinfo=None))
        found, reasons = findings(instance, run.run_id), failures(instance, run.run_id)
        return _tell(config, failure_alert(run.job_name, run.run_id, reasons, found, shown, config.ui_url))

    @dg.run_status_sensor(
        name="alert_on_findings", run_status=dg.DagsterRunStatus.SUCCESS, default_status=RUNNING,
        description="Tells of checks that failed without blocking.",
    )  # fmt: skip
    def found(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        warned = findings(context.instance, run.run_id)
        if not warned:
            return dg.SkipReason("No check failed.")
        return _tell(config, quality_alert(run.job_name, run.run_id, warned, config.ui_url))

    @dg.sensor(
        name="fail_runs_without_process", minimum_interval_seconds=60, default_status=RUNNING,
        description="Marks runs as failed whose process is gone, so that the next one may start.",
    )  # fmt: skip
    def orphans(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return dg.SkipReason(f"{len(reap(context.instance))} run(s) marked as failed.")

    return [failed, found, orphans]


def _tell(config: AlertsConfig, alert: Alert) -> dg.SkipReason | None:
    urls = urls_of(config.urls_env, os.environ)
    if not urls:
        return dg.SkipReason(f"Nobody is told: {' and '.join(config.urls_env)} is not set. See docs/operations.md")
    send(alert, urls)
    return None


def findings(instance: dg.DagsterInstance, run_id: str) -> list[Finding]:
    """The failed checks of a run, blocking ones first."""
    found = []
    for data in _checks(instance, run_id):
        if not data.passed:
            figure = data.metadata.get("failed_rows")
            rows = f"{figure.value:,} row(s)" if isinstance(figure, dg.IntMetadataValue) else "failed"
            blocking = data.severity == dg.AssetCheckSeverity.ERROR
            asset = data.asset_key.to_user_string()
            found.append(Finding(asset, data.check_name, rows, data.description or "see the check.", blocking))
    return sorted(found, key=lambda finding: (not finding.is_blocking, finding.asset, finding.check))


def _checks(instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.AssetCheckEvaluation]:
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    for record in records:
        event = record.event_log_entry.dagster_event
        assert event is not None
        yield event.asset_check_evaluation_data


def failures(instance: dg.DagsterInstance, run_id: str) -> Sequence[str]:
    """Why steps failed: our own words where we gave them, else the kind of the error alone."""
    reasons = []
    for record in instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records:
        event = record.event_log_entry.dagster_event
        assert event is not None
        data = event.step_failure_data
        ours = data.user_failure_data.description if data.user_failure_data else None
        kind = data.error.cls_name if data.error else "unknown"
        reasons.append(f"{event.step_key}: {ours or kind}")
    return reasons
