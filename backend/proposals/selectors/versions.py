"""How a plan read before, and because of which arguments it changed."""

from __future__ import annotations

from django.db.models import F, QuerySet

from ..models import Plan, PlanVersion


def list_versions(plan: Plan) -> QuerySet[PlanVersion]:
    """The versions of a plan that changed, the newest first; of one that never did there are none.

    `argument` is the public id of the argument that was taken up, as long as it exists.
    """
    versions = PlanVersion.objects.filter(plan=plan).annotate(argument=F("adopted__public_id"))
    return versions.order_by("-number")
