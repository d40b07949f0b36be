"""Letters with messages: having them printed, saying that they were posted, and what came back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from backend.core.web.requests import actor_of
from backend.identity.web.base import DeskForm, DeskMixin, PortalMixin, PortalPage
from backend.identity.web.letter_pages import looking_again

from ..permissions import can_post
from ..selectors import get_batch, letters_waiting, list_batches
from ..services.post import ask_for_batch, fetch_letters, file_of, say_posted, say_returned

BATCHES_SHOWN = 20


class PosterMixin(DeskMixin):
    def allowed(self) -> bool:
        return can_post(actor_of(self.request))  # type: ignore[attr-defined]  # a mixin of views


class ReturnedForm(forms.Form):
    number = forms.IntegerField(
        label=gettext_lazy("Number on the letter"),
        help_text=gettext_lazy("It stands at the top on the right."),
        min_value=1,
        max_value=2**63 - 1,
    )


class Post(PosterMixin, DeskForm):
    """What waits, the batches, and a field for a letter that came back."""

    template_name = "notifications/post.html"
    form_class = ReturnedForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            waiting=letters_waiting(self.actor).count(),
            batches=list_batches(self.actor)[:BATCHES_SHOWN],
            **kwargs,
        )

    def act(self, form: ReturnedForm) -> HttpResponse:
        say_returned(actor=self.actor, number=form.cleaned_data["number"], now=self.now)
        return self.finish(_("The letter is noted as come back."), "post_desk")


class MakeLetters(PosterMixin, PortalMixin, View):
    """Have what waits printed."""

    def post(self, request: HttpRequest) -> HttpResponse:
        batch = ask_for_batch(actor=self.actor, now=self.now)
        return redirect("post_batch", batch.public_id)


class Batch(PosterMixin, PortalPage):
    """One batch: the file to print, and the button that says that it was posted."""

    template_name = "notifications/batch.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        batch = get_batch(self.actor, self.kwargs["public_id"])
        is_ready = batch.printed_at is not None and batch.posted_at is None
        context = self.get_context_data(batch=batch, has_file=is_ready and file_of(batch).exists())
        return looking_again(request, self.render_to_response(context), is_busy=batch.printed_at is None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        say_posted(actor=self.actor, public_id=self.kwargs["public_id"], now=self.now)
        messages.success(request, _("The letters are noted as posted. The file is removed."))
        return redirect("post_desk")


class BatchFile(PosterMixin, PortalMixin, View):
    """The file to print. A button and not a link, because every time goes on record."""

    def post(self, request: HttpRequest, public_id: str) -> FileResponse:
        path = fetch_letters(actor=self.actor, public_id=public_id, now=self.now)
        response = FileResponse(path.open("rb"), as_attachment=True, filename="brieven.pdf")
        response.headers["Cache-Control"] = "private, no-store"
        return response
