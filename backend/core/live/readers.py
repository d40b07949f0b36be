"""Who is behind an open page."""

from __future__ import annotations

from dataclasses import dataclass

from ..actor import Actor


@dataclass(frozen=True, slots=True)
class Reader:
    """The one who acts in the session of a page; without a session a visitor."""

    actor: Actor
    session_key: str = ""

    @property
    def people(self) -> frozenset[int]:
        """Everybody whose rights it hangs on: also the assistant of somebody who is helped."""
        return frozenset({self.actor.person_id, self.actor.assistant_id} - {None})  # type: ignore[arg-type]
