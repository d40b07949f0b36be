"""People, their roles per place, what proves where they live, and who helps them."""

from .assistance import Mandate
from .people import Person, PersonManager
from .proofs import IdentityKey, KnownKey, ResidencyProof
from .roles import RoleAssignment, in_force, over, to_come

__all__ = [
    "IdentityKey",
    "KnownKey",
    "Mandate",
    "Person",
    "PersonManager",
    "ResidencyProof",
    "RoleAssignment",
    "in_force",
    "over",
    "to_come",
]
