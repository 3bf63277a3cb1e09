"""`customer360 rollback`: show an earlier version again."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "rollback",
        help="make a kept version current again",
        description="Make a kept version current again, after its SHA-256 is verified. The next run publishes after "
        "it; the version left behind stays listed until it is pruned.",
    )
    parser.add_argument(
        "version",
        metavar="VERSION",
        help="a version's name or number, or `previous`: the one that the current version follows",
    )
    parser.add_argument("--home", type=Path, metavar="DIR", help="data directory (default: ./data)")


def run(args: argparse.Namespace) -> int:
    """Move the pointer; 0.

    Raises:
        ConfigError: no such version is kept.
        Busy: a run is publishing.
    """
    from customer360_pipeline.project import home_folder
    from customer360_pipeline.publish.history import rollback

    name = rollback(args.home or home_folder(), args.version)
    print(f"{name} is current. Destinations receive it with the next run's version.")
    return 0
