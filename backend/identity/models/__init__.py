"""People, their roles per place, what proves where they live, and who helps them."""

from .assistance import Mandate
from .people import Person, PersonManager
from .privacy import Consent, DataExport
from .proofs import IdentityKey, KnownKey, ResidencyProof
from .retention import CleanUpReport, CleanUpResult, Erasure, RetentionClock
from .roles import RoleAssignment

__all__ = [
    "CleanUpReport",
    "CleanUpResult",
    "Consent",
    "DataExport",
    "Erasure",
    "IdentityKey",
    "KnownKey",
    "Mandate",
    "Person",
    "PersonManager",
    "ResidencyProof",
    "RetentionClock",
    "RoleAssignment",
]
