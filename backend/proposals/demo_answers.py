"""An answer that a made-up official owes, so that there is one to write."""

from __future__ import annotations

from datetime import datetime

from backend.core.errors import require_found
from backend.feedback.selectors.owed import find_standing
from backend.feedback.services.subjects import NewAgreement, arrange_answer
from backend.identity.demo import demo_person
from backend.places.models import Portal

from .demo_discussions import acting_as
from .models import Plan
from .services.announcements import SUBJECT

PLAN = "Veilig oversteken bij de school"
WHY = "Dit gaat over de inrichting van de straat. Mehmet weet daar het meest van."


def owe(portal: Portal, *, now: datetime) -> None:
    """The clerk asks the official to answer everybody who contributed to one plan."""
    plan = Plan.objects.get(portal=portal, title=PLAN)
    standing = require_found(find_standing(subject_type=SUBJECT, subject_id=plan.pk))
    new = NewAgreement(owner_id=demo_person("ambtenaar").pk, due_on=standing.due_on, reason=WHY)
    arrange_answer(
        actor=acting_as(portal, "griffier", now),
        portal=portal,
        public_id=standing.public_id,
        new=new,
        now=now,
    )
