"""Where the staff of a portal writes newsletters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.core.errors import InvalidInput, require_found
from backend.identity.web import base

from ..errors import AlreadySent, NewsletterChanged
from ..models import Newsletter
from ..permissions import can_write_newsletters
from ..rendering import words_of_draft
from ..selectors.newsletters import (
    blocks_of,
    deliveries_of,
    get_newsletter,
    list_drafts,
    list_published,
    offers_for,
    parts_of,
    recipients_of,
)
from ..selectors.subscriptions import subscribers
from ..services.newsletter_sending import send_newsletter, send_test
from ..services.newsletters import (
    NewsletterWords,
    add_items,
    add_text,
    change_text,
    change_words,
    move_block,
    remove_block,
    start_newsletter,
    throw_newsletter_away,
)
from ..states import NewsletterState
from .newsletter_forms import TextForm, WordsForm

PAGE_SIZE = 20


class WritersMixin(base.PortalMixin, base.DeskMixin):
    """Pages for who writes newsletters."""

    def allowed(self) -> bool:
        return can_write_newsletters(self.actor)

    def newsletter(self) -> Newsletter:
        return get_newsletter(actor=self.actor, public_id=self.kwargs["public_id"])

    def draft(self) -> Newsletter:
        """The draft of this address. What was sent is on a page of its own."""
        newsletter = self.newsletter()
        if newsletter.state != NewsletterState.DRAFT:
            raise AlreadySent
        return newsletter

    def back(self, message: str = "") -> HttpResponse:
        """To the page of the draft."""
        if message:
            messages.success(self.request, message)
        return redirect("newsletter_draft", self.kwargs["public_id"])


class WritersPage(WritersMixin, base.PortalPage):
    """A page that shows something to who writes."""


class WritersForm(WritersMixin, base.PortalForm):
    """A page on which who writes does one thing with a draft."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(newsletter=self.draft(), **kwargs)


class NewsletterDesk(WritersPage):
    """Drafts, and what was sent with its numbers."""

    template_name = "notifications/desk/newsletters.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        pages = Paginator(list_published(self.actor), PAGE_SIZE)
        return super().get_context_data(
            drafts=list(list_drafts(self.actor)),
            page=pages.get_page(self.request.GET.get("pagina")),
            subscribers=subscribers(self.portal.pk, at=self.now).count(),
            **kwargs,
        )


class NewNewsletter(WritersMixin, base.PortalForm):
    template_name = "notifications/desk/new_newsletter.html"
    form_class = WordsForm

    def act(self, form: WordsForm) -> HttpResponse:
        new = start_newsletter(actor=self.actor, portal=self.portal, words=_words(form), now=self.now)
        return redirect("newsletter_draft", new.public_id)


class NewsletterDraft(WritersPage):
    """A draft with its parts and what can be done with it, or the numbers of what was sent."""

    def get_template_names(self) -> list[str]:
        return [f"notifications/desk/{'newsletter' if self.is_draft else 'sent_newsletter'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newsletter = self.newsletter()
        self.is_draft = newsletter.state == NewsletterState.DRAFT
        parts = parts_of(newsletter)
        return super().get_context_data(
            newsletter=newsletter,
            blocks=blocks_of(newsletter),
            withdrawn={block.pk for block in parts.withdrawn},
            deliveries=deliveries_of(newsletter) if not self.is_draft else {},
            recipients=recipients_of(newsletter),
            **kwargs,
        )


class ChangeWords(WritersForm):
    template_name = "notifications/desk/newsletter_words.html"
    form_class = WordsForm

    def get_initial(self) -> dict[str, Any]:
        draft = self.draft()
        return {"subject": draft.subject, "intro": draft.intro}

    def act(self, form: WordsForm) -> HttpResponse:
        change_words(actor=self.actor, public_id=self.kwargs["public_id"], words=_words(form), now=self.now)
        return self.back()


class AddItems(WritersForm):
    """Tick what goes in: plans, outcomes and meetings."""

    template_name = "notifications/desk/newsletter_items.html"
    form_class = forms.Form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offers=offers_for(self.draft(), now=self.now), **kwargs)

    def act(self, form: forms.Form) -> HttpResponse:
        chosen = [value.partition(":") for value in self.request.POST.getlist("item")]
        add_items(
            actor=self.actor,
            public_id=self.kwargs["public_id"],
            chosen=[(slug, reference) for slug, _colon, reference in chosen],
            now=self.now,
        )
        return self.back()


class AddText(WritersForm):
    template_name = "notifications/desk/newsletter_text.html"
    form_class = TextForm

    def act(self, form: TextForm) -> HttpResponse:
        add_text(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now, **form.cleaned_data)
        return self.back()


class ChangeText(WritersForm):
    template_name = "notifications/desk/newsletter_text.html"
    form_class = TextForm

    def get_initial(self) -> dict[str, Any]:
        own = (block for block in blocks_of(self.draft()) if not block.source)
        block = require_found(next((each for each in own if each.pk == self.kwargs["block_id"]), None))
        return {"title": block.title, "text": block.text}

    def act(self, form: TextForm) -> HttpResponse:
        change_text(
            actor=self.actor,
            public_id=self.kwargs["public_id"],
            block_id=self.kwargs["block_id"],
            now=self.now,
            **form.cleaned_data,
        )
        return self.back()


class ChangeBlock(WritersMixin, base.PortalPage):
    """The buttons at a part: higher, lower, out."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.draft()
        part = {"actor": self.actor, "now": self.now, **kwargs}
        action = request.POST.get("action")
        if action == "remove":
            remove_block(**part)
            return self.back(_("The part was taken out."))
        if action not in {"up", "down"}:
            raise InvalidInput(_("Press one of the buttons at a part."))
        move_block(by=-1 if action == "up" else 1, **part)
        return self.back()


class PreviewNewsletter(WritersPage):
    """The mail and the page as they would be now."""

    template_name = "notifications/desk/newsletter_preview.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newsletter = self.newsletter()
        return super().get_context_data(
            newsletter=newsletter,
            words=words_of_draft(newsletter, language=get_language() or "nl"),
            blocks=parts_of(newsletter).shown,
            **kwargs,
        )


class TestNewsletter(WritersMixin, base.PortalPage):
    """The button that sends a draft to oneself."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        send_test(actor=self.actor, language=get_language() or "nl", now=self.now, **kwargs)
        return self.back(_("The newsletter is on its way to you alone. It can take a minute."))


class SendNewsletter(WritersForm):
    """A last look: to how many it goes, and what is public no more."""

    template_name = "notifications/desk/newsletter_send.html"
    form_class = forms.Form
    was_changed = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        parts = parts_of(context["newsletter"])
        return {
            **context,
            "blocks": parts.shown,
            "recipients": subscribers(self.portal.pk, at=self.now).count(),
            "was_changed": self.was_changed,
            "withdrawn": parts.withdrawn,
        }

    def act(self, form: forms.Form) -> HttpResponse:
        seen = _moment(self.request.POST.get("gezien", ""))
        try:
            send_newsletter(actor=self.actor, public_id=self.kwargs["public_id"], seen=seen, now=self.now)
        except AlreadySent:
            # The other click did it.
            return self.back()
        except NewsletterChanged:
            # Then the page comes back with the new text in sight.
            self.was_changed = True
            raise
        return self.back(_("Done. The newsletter goes out by itself now."))


class ThrowNewsletterAway(WritersForm):
    template_name = "notifications/desk/newsletter_away.html"
    form_class = forms.Form

    def act(self, form: forms.Form) -> HttpResponse:
        throw_newsletter_away(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        messages.success(self.request, _("The draft was thrown away."))
        return redirect("newsletter_desk")


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _words(form: WordsForm) -> NewsletterWords:
    return NewsletterWords(subject=form.cleaned_data["subject"], intro=form.cleaned_data["intro"])
