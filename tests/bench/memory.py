"""How much memory the process of a measurement holds, and has held at most."""

from __future__ import annotations

from pathlib import Path

PEAK = "VmHWM"


def memory_of_this_process(what: str = PEAK) -> int:
    """Bytes, by the name that Linux has for it. What `getrusage` says as the peak begins with the size of the
    process that started this one."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:"))
