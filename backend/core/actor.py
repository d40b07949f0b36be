"""Who is acting: a visitor, a person with roles, or the system with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf a service writes or a selector reads.

    Roles are those in force now at this portal. `withheld_roles` are those that wait for a second factor:
    they allow nothing, and tell a page only where to lead the person. `reason`
    is filled for work without a person only.
    When an assistant helps somebody, `person_id` is the one who is helped and `assistant_id` who types.
    """

    municipality_id: int | None
    portal_id: int | None = None
    person_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    reason: str = ""
    assistant_id: int | None = None
    mandate_id: int | None = None
    withheld_roles: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def visitor(cls, *, municipality_id: int | None, portal_id: int | None = None) -> Actor:
        return cls(municipality_id=municipality_id, portal_id=portal_id)

    @classmethod
    def system(cls, reason: str, *, municipality_id: int | None = None) -> Actor:
        """Work nobody asked for at this moment, such as closing a month. The reason goes on record."""
        return cls(municipality_id=municipality_id, reason=reason)

    @property
    def is_system(self) -> bool:
        return bool(self.reason)

    @property
    def acting_id(self) -> int | None:
        """Whose hands did it: the assistant's when there is one."""
        return self.assistant_id or self.person_id

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def require_portal(self) -> int:
        """The id of the portal that is acted on, or NotFound outside one."""
        if self.portal_id is None:
            raise NotFound
        return self.portal_id

    def require_person(self) -> int:
        """The id of the signed-in person, or NotAllowed for visitors and the system."""
        if self.person_id is None:
            raise NotAllowed
        return self.person_id
