"""Printing in a process of its own. What typst takes it keeps, and a thousand letters would take gigabytes.

`python -m backend.core.pdf_alone` reads the work from its input and writes one PDF. It needs no settings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from .pdf import TEMPLATES, render_pdf

ROOT = TEMPLATES.parents[2]
# Five hundred letters take some tens of seconds. Whoever takes this long has stopped.
LONGEST_SECONDS = 600.0


class PrintingFailed(RuntimeError):
    """Nothing was printed. What it was about is not repeated: it may hold names and codes."""


def render_pdf_alone(
    template: str,
    data: Mapping[str, object],
    *,
    language: str,
    title: str,
    created_at: datetime,
    to: Path,
    seconds: float = LONGEST_SECONDS,
) -> None:
    """Print to a file as `render_pdf` does, and give the memory back. Raises PrintingFailed."""
    work = {
        "template": template,
        "data": data,
        "language": language,
        "title": title,
        "created_at": created_at.isoformat(),
        "to": str(to),
    }
    # By its input and not by its arguments, which everybody on the machine can read.
    try:
        done = subprocess.run(  # noqa: S603  (our own module, with nothing of anybody else on the command line)
            [sys.executable, "-m", __name__],
            input=json.dumps(work).encode(),
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise PrintingFailed(f"printing {template} took longer than {seconds:g} seconds") from None
    if done.returncode:
        raise PrintingFailed(f"printing {template} ended with {done.returncode}")


def main() -> None:
    work = json.load(sys.stdin.buffer)
    made = render_pdf(
        work["template"],
        work["data"],
        language=work["language"],
        title=work["title"],
        created_at=datetime.fromisoformat(work["created_at"]),
    )
    Path(work["to"]).write_bytes(made)


if __name__ == "__main__":
    main()
