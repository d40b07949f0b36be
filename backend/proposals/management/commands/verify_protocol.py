"""Check a published protocol: `python -m backend verify-protocol FILE.json [PREVIOUS.json] [--json]`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from backend.proposals.verify_protocol import verify


class Command(BaseCommand):
    help = (
        "Check the published protocol of a count: its hash, the order of the plans, the winner, the lot and "
        "the outcomes. With the protocol before it, the chain between the two as well. Exit status 0 only "
        "when all is right. The same check stands alone in backend/proposals/verify_protocol.py."
    )
    # A file is checked, not this installation: it works without a database.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the protocol, as JSON")
        parser.add_argument("previous", nargs="?", help="the protocol before it, to check the chain as well")
        parser.add_argument("--json", action="store_true", dest="as_json", help="report as JSON")

    def handle(self, *args: Any, file: str, previous: str | None, as_json: bool, **options: Any) -> None:
        status, report = verify(file, previous, as_json=as_json)
        self.stdout.write(report)
        if status:
            sys.exit(status)
