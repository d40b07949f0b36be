"""People, their roles per place, what proves where they live, and who helps them."""

from .assistance import Mandate
from .letters import Letter, LetterRun
from .lists import ColumnChoice, ListedResident, ResidentList
from .people import Person, PersonManager
from .privacy import Consent, DataExport
from .proofs import IdentityKey, KnownKey, ResidencyProof
from .retention import CleanUpReport, CleanUpResult, Erasure, RetentionClock
from .roles import RoleAssignment, in_force, over, to_come

__all__ = [
    "CleanUpReport",
    "CleanUpResult",
    "ColumnChoice",
    "Consent",
    "DataExport",
    "Erasure",
    "IdentityKey",
    "KnownKey",
    "Letter",
    "LetterRun",
    "ListedResident",
    "Mandate",
    "Person",
    "PersonManager",
    "ResidencyProof",
    "ResidentList",
    "RetentionClock",
    "RoleAssignment",
    "in_force",
    "over",
    "to_come",
]
