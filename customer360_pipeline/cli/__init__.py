"""The command `customer360`: finds its subcommands, runs one, and words its errors.

A subcommand is a module of this package with `register(subparsers)` and `run(args) -> int`. Heavy imports
belong into `run`, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Sequence
from errno import ENOSPC

from customer360_pipeline.errors import Customer360Error

EPILOG = """examples:
  customer360 run                                   build everything from sample_data
  customer360 run --extracts ./extracts             ... from your own extracts
  customer360 show customer_360 --limit 5           look at the result

environment:
  CUSTOMER360_HOME       data directory (default ./data)
  CUSTOMER360_EXTRACTS   folder of extracts, as --extracts
  CUSTOMER360_CONFIG     configuration file, as --config

exit codes: 0 done, 1 a problem named in the message, 2 wrong arguments or settings, 3 an extract was refused,
4 a blocking check failed, 5 another run is at work, 130 interrupted (Ctrl-C or SIGTERM).
"""


# What DuckDB says of a column or table that is not there.
_LACKING = ("BinderException", "CatalogException")


def parser() -> argparse.ArgumentParser:
    """The parser with every subcommand of this package."""
    main_parser = argparse.ArgumentParser(
        prog="customer360",
        description="Build and use the customer 360: one row per real customer, tied out to its sources.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main_parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    subparsers = main_parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        command = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(command, "register"):
            command.register(subparsers)
            subparsers.choices[list(subparsers.choices)[-1]].set_defaults(run=command.run)
    return main_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; the process's exit code."""
    try:
        return _main(argv)
    except KeyboardInterrupt:
        print("customer360: interrupted; the published version stands.", file=sys.stderr)
        return 130


def _main(argv: Sequence[str] | None) -> int:
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except Customer360Error as error:
        if args.debug:
            raise
        print(f"customer360: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader (`| head`) has gone; a second complaint at exit would help nobody
        sys.stderr.close()
        return 0
    except SystemExit as error:
        # What Rich makes of a reader that has gone.
        if isinstance(error.__context__, BrokenPipeError):
            return 0
        raise
    except Exception as error:
        if args.debug:
            raise
        if _is_full_disk(error):
            print("customer360: no space left where the output or the data directory lies.", file=sys.stderr)
            return 1
        if type(error).__name__ in _LACKING:
            print(
                "customer360: the published version lacks a table or column that this command reads, as one of another "
                "release may. The next run makes a new one; "
                f"`customer360 --debug {args.command} ...` shows what it lacks.",
                file=sys.stderr,
            )
            return 1
        print(
            f"customer360: unexpected {type(error).__name__}. Its words may quote personal values; "
            f"`customer360 --debug {args.command} ...` shows them.",
            file=sys.stderr,
        )
        return 1


def _is_full_disk(error: Exception) -> bool:
    """Of a file that was written, or of Dagster's history, which SQLite holds."""
    return (isinstance(error, OSError) and error.errno == ENOSPC) or "database or disk is full" in str(error)
