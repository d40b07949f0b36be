"""What happened in a discussion that its subject needs to know."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """About one text in a thread. `person_id` is who wrote it, or nobody any more."""

    thread_id: int
    post_id: int
    person_id: int | None


@dataclass(frozen=True, kw_only=True)
class PostPlaced(PostEvent):
    """Somebody wrote something. It may still wait for a moderator: they are owed an answer all the same."""


@dataclass(frozen=True, kw_only=True)
class PostWithdrawn(PostEvent):
    """Somebody took back what they wrote. `is_last`: they have nothing else standing in this thread."""

    is_last: bool


@dataclass(frozen=True, kw_only=True)
class PersonPaused(Event):
    """A moderator paused somebody: they cannot write at this portal for some days."""

    person_id: int
    portal_id: int
