"""`make bench`: how fast the platform is in production form, as one table."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from datetime import UTC, datetime

import django

from . import services, table
from .sizes import FULL, QUICK


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data and short: does it all work?")
    options = parser.parse_args()
    began = datetime.now(UTC)
    try:
        with services.installation() as environment:
            os.environ.update(environment)
            django.setup()
            # Models can be loaded only now that the settings of this run are in place.
            bench = importlib.import_module(f"{__package__}.run").Bench(QUICK if options.quick else FULL)
            try:
                bench.run()
            finally:
                # What was measured before something went wrong took time too.
                sys.stdout.write(f"{table.as_markdown(bench.rows)}\n\n")
    except services.Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    seconds = (datetime.now(UTC) - began).total_seconds()
    if options.quick:
        sys.stdout.write(
            "A short run with little data: it shows that everything works, not how fast it is.\n"
        )
    sys.stdout.write(f"Measured on {began:%d %B %Y} with {os.cpu_count()} cores, in {seconds:.0f} seconds.\n")
    # A target that is missed is news, not an error: only what could not be measured is one.
    return 0


if __name__ == "__main__":
    sys.exit(main())
