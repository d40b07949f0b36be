"""Files that no address leads to: lists that were sent in and batches of letters, below DATA_DIR."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings


def private_folder(*names: str) -> Path:
    """A folder that only this installation's own account may open, made on first use."""
    folder = Path(settings.DATA_DIR)
    for name in ("private", *names):
        folder /= name
        # Level by level: of several at once only the last would get this mode.
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def remove_private_folder(*names: str) -> None:
    """Remove a folder with everything in it. What is gone already is no error."""
    shutil.rmtree(Path(settings.DATA_DIR).joinpath("private", *names), ignore_errors=True)
