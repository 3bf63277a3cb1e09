"""The component takes the YAML of its users, and refuses the rest with file and line."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from customer360_pipeline.components.customer_360 import Customer360Component
from customer360_pipeline.definitions import defs

BASIC = {"asset_name": "customer_360", "join_key": "email", "include_sample_data": True}
ADVANCED = {
    "asset_name": "customer_360",
    "join_key": "email",
    "secondary_join_keys": "user_id,phone",
    "deduplication_strategy": "most_recent",
    "active_customer_days": 30,
    "include_sample_data": False,
}


@pytest.mark.parametrize("attributes", [BASIC, ADVANCED])
def test_both_documented_configurations_are_accepted(attributes: dict[str, object]) -> None:
    config = Customer360Component.from_attributes_dict(attributes=attributes).config
    assert config.join_key == "email"
    assert config.secondary_join_keys == ("user_id", "phone")
    assert config.include_sample_data is attributes["include_sample_data"]


def test_the_keys_may_also_be_a_list() -> None:
    component = Customer360Component.resolve_from_dict({"secondary_join_keys": ["phone", "user_id"]})
    assert component.config.secondary_join_keys == ("phone", "user_id")


def test_every_asset_has_a_group_an_owner_a_kind_and_a_description() -> None:
    for spec in defs().resolve_all_asset_specs():
        assert spec.description and spec.owners and spec.kinds and spec.group_name, spec.key


def test_the_default_instances_load_and_the_daily_schedule_is_on() -> None:
    schedule = defs().resolve_schedule_def("customer_360_daily_schedule")
    assert schedule.cron_schedule == "0 2 * * *"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_help_does_not_import_dagster() -> None:
    """`customer360 --help` must answer at once; importing Dagster alone takes more than a second."""
    code = "import sys, customer360_pipeline.cli as c; c.parser(); print({'dagster', 'duckdb'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_package_root_is_not_shadowed() -> None:
    """A folder `src/` breaks every look-up of `dg`."""
    assert not (Path(__file__).parents[2] / "src").exists()
