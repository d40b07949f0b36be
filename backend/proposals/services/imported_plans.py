"""The projects of an election that was held elsewhere, as plans and categories of a portal."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import slugify

from backend.core.plain import one_line
from backend.feedback import services as feedback
from backend.places.models import Portal
from backend.places.selectors import areas_of

from ..models import Category, Plan, Rules
from ..pabulib import Election, Project
from ..states import PlanState
from .plans import TEXT_LENGTH, TITLE_LENGTH, subject_of
from .threads import open_thread_of

CATEGORY_LENGTH = 60
SLUG_LENGTH = 50


def add_plans(*, portal: Portal, election: Election, rules: Rules, now: datetime) -> int:
    """Put every project up for votes, without a proposer. How many there are now. Runs in a transaction."""
    categories = _categories(portal, election)
    areas = {area.name.casefold(): area.pk for area in areas_of(portal.district_id)}
    plans = [
        Plan(
            municipality_id=portal.municipality_id,
            portal=portal,
            state=PlanState.COMPETING,
            title=shortened(one_line(project.title), TITLE_LENGTH),
            what=_what(project),
            category=categories.get(shortened(project.category, CATEGORY_LENGTH)),
            area_id=areas.get(project.neighbourhood.casefold()),
            source_reference=project.reference,
            created_at=now,
            changed_at=now,
            submitted_at=now,
        )
        for project in election.projects
    ]
    for plan in plans:
        open_thread_of(plan, now=now)
    Plan.objects.bulk_create(plans)
    feedback.open_subjects(subjects=(subject_of(plan, rules, now) for plan in plans), now=now)
    return len(plans)


def shortened(text: str, length: int) -> str:
    """The beginning of a text, with a mark that there is more when there is."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _what(project: Project) -> str:
    """The description, below the whole title when the title itself had to be shortened."""
    whole_title = project.title if len(project.title) > TITLE_LENGTH else ""
    return shortened("\n\n".join(part for part in (whole_title, project.description) if part), TEXT_LENGTH)


def _categories(portal: Portal, election: Election) -> dict[str, Category]:
    """The portal's categories by their names in the file. Those it does not have yet are added at the end."""
    existing = list(Category.objects.filter(portal=portal))
    by_name = {
        name.casefold(): category for category in existing for name in (category.name_en, category.name_nl)
    }
    slugs = {category.slug for category in existing}
    position = max((category.position for category in existing), default=0)
    found: dict[str, Category] = {}
    for name in dict.fromkeys(shortened(project.category, CATEGORY_LENGTH) for project in election.projects):
        if not name:
            continue
        category = by_name.get(name.casefold())
        if category is None:
            position += 1
            category = Category.objects.create(
                municipality_id=portal.municipality_id,
                portal=portal,
                slug=_free_slug(name, slugs),
                name_nl=name,
                name_en=name,
                position=position,
            )
            by_name[name.casefold()] = category
            slugs.add(category.slug)
        found[name] = category
    return found


def _free_slug(name: str, taken: set[str]) -> str:
    slug = slugify(name)[:SLUG_LENGTH].strip("-") or "category"
    number = 1
    free = slug
    while free in taken:
        number += 1
        free = f"{slug[: SLUG_LENGTH - 5]}-{number}"
    return free
