"""One's own messages and settings, and the page with sent mail of an installation for trying out."""

from __future__ import annotations

from dataclasses import asdict
from email import message_from_bytes, policy
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from backend.core.errors import NotFound
from backend.core.web.requests import actor_of
from backend.core.web.views import DomainFormView, SignedInMixin
from backend.identity.services.people import set_profile
from backend.identity.web.requests import mandate_of, person_of

from ..rendering import words_of
from ..selectors import choices_of, details_of, visible_messages
from ..services import keep_settings, mark_read
from .forms import ReachForm, SettingsForm

PAGE_SIZE = 20
MAILS_SHOWN = 50


class MyMessages(SignedInMixin, TemplateView):
    """Everything one was told here, newest first. Looking at it marks nothing; the button does."""

    open_to_helpers = True
    template_name = "notifications/my_messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(visible_messages(actor_of(self.request)), PAGE_SIZE).get_page(
            self.request.GET.get("pagina")
        )
        language = get_language() or "nl"
        told = [(message, words_of(message, language=language)) for message in page.object_list]
        is_helped = mandate_of(self.request) is not None
        return super().get_context_data(page=page, told=told, is_helped=is_helped, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mark_read(actor=actor_of(request), now=timezone.now())
        return redirect("my_messages")


class MyReach(SignedInMixin, DomainFormView):
    """How and where one wants to hear from us. Also for whoever helps: it shows no mail address."""

    open_to_helpers = True
    template_name = "notifications/my_reach.html"
    form_class: type[ReachForm] = ReachForm

    def get_initial(self) -> dict[str, Any]:
        actor = actor_of(self.request)
        chosen = {kind.value: choice.value for kind, choice in choices_of(actor).items()}
        return chosen | asdict(details_of(actor))

    def get_form_kwargs(self) -> dict[str, Any]:
        actor = actor_of(self.request)
        return super().get_form_kwargs() | {"has_work": bool(actor.roles or actor.withheld_roles)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(saved=self.request.GET.get("bewaard") == "1", **kwargs)

    def act(self, form: ReachForm) -> HttpResponse:
        keep_settings(
            actor=actor_of(self.request), choices=form.choices(), details=form.details(), now=timezone.now()
        )
        return redirect(self.request.path + "?bewaard=1")


class MySettings(MyReach):
    """The same with name and language, for oneself alone."""

    open_to_helpers = False
    template_name = "notifications/my_settings.html"
    form_class = SettingsForm

    def get_initial(self) -> dict[str, Any]:
        person = person_of(self.request)
        return super().get_initial() | {"name": person.name, "language": person.language}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if not person_of(self.request).is_name_shown:
            form.fields["name"].help_text = _("Not shown with your plans, because you chose so.")
        return form

    def act(self, form: ReachForm) -> HttpResponse:
        answer = super().act(form)
        set_profile(
            actor=actor_of(self.request),
            name=form.cleaned_data["name"],
            language=form.cleaned_data["language"],
            now=timezone.now(),
        )
        return answer


def sent_mail(request: HttpRequest) -> HttpResponse:
    """The mail this installation sent, as a page, because it has no mail server. Does not exist elsewhere."""
    if not settings.MAIL_PAGE:
        raise NotFound
    folder = Path(str(settings.MAIL_FOLDER))
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    mails = []
    for content in islice((content for file in files for content in _mails_in(file)), MAILS_SHOWN):
        mail = message_from_bytes(content, policy=policy.default)
        body = mail.get_body(("plain",))
        mails.append(
            {"to": mail["To"], "subject": mail["Subject"], "text": body.get_content() if body else ""}
        )
    return render(request, "notifications/sent_mail.html", {"mails": mails})


def _mails_in(file: Path) -> list[bytes]:
    """A file holds what went over one line, with a rule below each mail. The last one comes first."""
    parts = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    return [part for part in reversed(parts) if part.strip()]
