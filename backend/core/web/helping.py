"""Pages that an assistant may use in the name of somebody they help. All others are closed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

V = TypeVar("V", bound=Callable[..., Any])


def open_to_helpers(view: V) -> V:
    """Mark a view that is no class. A class says `open_to_helpers = True`."""
    vars(view)["open_to_helpers"] = True
    return view


def is_open_to_helpers(view: Callable[..., Any]) -> bool:
    """Whether a view was marked. What nobody thought of is closed."""
    page = getattr(view, "view_class", view)
    return bool(getattr(page, "open_to_helpers", False))
