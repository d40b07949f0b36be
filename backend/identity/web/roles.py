"""Roles: for administrators the list and the forms, for everyone who does what here."""

from __future__ import annotations

from datetime import time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from backend.audit.services import note_reading
from backend.core.errors import require_found
from backend.core.walltime import moment, on_wall
from backend.core.web.helping import open_to_helpers
from backend.core.web.views import DomainFormView
from backend.places.models import Portal
from backend.places.selectors import portals_of
from backend.places.web.middleware import may_be_kept
from backend.places.web.requests import portal_of

from ..models import RoleAssignment
from ..permissions import administers_municipality, can_give_roles
from ..selectors.roles import get_role, list_roles, state_of, who_does_what
from ..services.roles import NewRole, change_role, end_role, give_role_to_address
from ..states import Role
from .base import DeskMixin, PortalMixin
from .reauthentication import RecentlySignedInMixin
from .role_forms import WHOLE, ChangeRoleForm, EndRoleForm, GiveRoleForm, RoleFilterForm

PAGE_SIZE = 25


class RoleDesk(PortalMixin, DeskMixin):
    """What the pages about roles share, and the one place that says who gets them."""

    def allowed(self) -> bool:
        return can_give_roles(self.actor)


class RolesPage(RoleDesk, TemplateView):
    """Who holds which role, by the address it was given to. Reading it is on record."""

    template_name = "identity/roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = RoleFilterForm(self.request.GET)
        chosen = form.chosen()
        found = list_roles(self.actor, chosen, now=self.now)
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("pagina"))
        note_reading(
            actor=self.actor, action="identity.roles_read", now=self.now, **_as_details(vars(chosen))
        )
        rows = [{"given": given, "state": state_of(given, now=self.now)} for given in page.object_list]
        is_filtered = bool(chosen.role or chosen.state)
        return super().get_context_data(form=form, page=page, rows=rows, is_filtered=is_filtered, **kwargs)


class RoleForm(RoleDesk, RecentlySignedInMixin, DomainFormView):
    """A form about roles, for whoever showed a short while ago that it is them."""

    def finish(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return redirect("roles")


class GiveRole(RoleForm):
    """Give somebody a role, by their e-mail address."""

    template_name = "identity/give_role.html"
    form_class = GiveRoleForm

    @cached_property
    def places(self) -> dict[str, Portal | None]:
        """Where this administrator may give roles."""
        if not administers_municipality(self.actor, now=self.now):
            return {str(self.portal.pk): self.portal}
        portals = portals_of(self.portal.municipality_id)
        return {**{str(portal.pk): portal for portal in portals}, WHOLE: None}

    def get_form_kwargs(self) -> dict[str, Any]:
        whole = _("The whole municipality of %(name)s") % {"name": self.portal.municipality.name}
        places = [(key, portal.name if portal else whole) for key, portal in self.places.items()]
        return {**super().get_form_kwargs(), "places": places}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        only = self.portal.name if len(self.places) == 1 else ""
        return super().get_context_data(only_place=only, **kwargs)

    def act(self, form: GiveRoleForm) -> HttpResponse:
        said = form.cleaned_data
        new = NewRole(
            email=said["email"],
            role=Role(said["role"]),
            portal=self.places[said["place"]],
            reason=said["reason"],
            affiliation=said["affiliation"],
            starts_on=said["starts_on"],
            ends_on=said["ends_on"],
        )
        give_role_to_address(actor=self.actor, new=new, now=self.now)
        # The same words whether the address was known or not.
        return self.finish(_("The role is given. The person gets a message about it."))


class OneRole(RoleForm):
    """A form about a role that was given."""

    def given(self) -> RoleAssignment:
        return get_role(self.actor, self.kwargs["number"], now=self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(given=self.given(), **kwargs)


class ChangeRole(OneRole):
    """Change the last day of a role, or the party or service."""

    template_name = "identity/change_role.html"
    form_class = ChangeRoleForm

    def get_initial(self) -> dict[str, Any]:
        given = self.given()
        return {"ends_on": given.ends_on, "affiliation": given.affiliation}

    def act(self, form: ChangeRoleForm) -> HttpResponse:
        change_role(actor=self.actor, assignment_id=self.given().pk, now=self.now, **form.cleaned_data)
        return self.finish(_("The role is changed. The person gets a message about it."))


class EndRole(OneRole):
    """End a role now, with a reason."""

    template_name = "identity/end_role.html"
    form_class = EndRoleForm

    def act(self, form: EndRoleForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        end_role(actor=self.actor, assignment_id=self.given().pk, reason=reason, now=self.now)
        return self.finish(_("The role has ended. The person gets a message about it."))


@open_to_helpers
@require_safe
def who_does_what_page(request: HttpRequest) -> HttpResponse:
    """Who holds a role at this portal today, for everyone."""
    portal, now = require_found(portal_of(request)), timezone.now()
    holders = who_does_what(portal, now=now)
    groups = [(Role(role).label, list(people)) for role, people in groupby(holders, lambda one: one.role)]
    response = render(request, "identity/who_does_what.html", {"groups": groups})
    if request.GET:
        return response
    midnight = moment(on_wall(now).date() + timedelta(days=1), time(0))
    return may_be_kept(response, seconds=int((midnight - now).total_seconds()))


def _as_details(chosen: dict[str, str]) -> dict[str, int | str]:
    return {f"by_{name}": value for name, value in chosen.items() if value}
