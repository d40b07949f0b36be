"""The command line: `python -m backend COMMAND`, where a dash and an underscore mean the same."""

import os
import sys

from django.core.management import ManagementUtility


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.embedded")
    name, *rest = argv[1:] or ["help"]
    utility = ManagementUtility(["python -m backend", name.replace("-", "_"), *rest])
    utility.prog_name = "python -m backend"
    utility.execute()


if __name__ == "__main__":
    main(sys.argv)
