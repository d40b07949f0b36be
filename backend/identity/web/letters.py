"""Pages about batches of letters: starting one, how far it is, fetching the file, revoking and replacing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import View

from backend.core.errors import InvalidInput, NotFound

from ..models import LetterRun
from ..selectors.letters import FEWEST_TO_COUNT, count_letters, get_letter_run, get_resident_list
from ..services.letter_printing import PART
from ..services.letters import (
    fetch_file,
    file_of,
    print_again,
    replace_letter,
    revoke_letter,
    revoke_run,
    start_run,
)
from ..states import RunState
from .letter_forms import OneLetterForm, RevokeForm, ValidUntilForm, default_last_day
from .letter_pages import CarefulForm, OrganiserAct, OrganiserMixin, OrganiserPage, looking_again
from .reauthentication import RecentlySignedInMixin


class StartLetters(CarefulForm):
    """Have letters printed for a list."""

    template_name = "identity/letters/start.html"
    form_class = ValidUntilForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this = get_resident_list(actor=self.actor, public_id=self.kwargs["public_id"])
        return super().get_context_data(this=this, part=PART, **kwargs)

    def act(self, form: ValidUntilForm) -> HttpResponse:
        run = start_run(
            actor=self.actor,
            list_public_id=self.kwargs["public_id"],
            valid_until=form.cleaned_data["valid_until"],
            now=self.now,
        )
        return redirect("letter_run", run.public_id)


class RunPage(OrganiserPage):
    """How far a batch is, the file, and how many letters were used: never which."""

    template_name = "identity/letters/run.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        run = get_letter_run(actor=self.actor, public_id=self.kwargs["public_id"])
        path = file_of(run) if run.state == RunState.PRINTED and not run.file_removed_at else None
        context = self.get_context_data(
            run=run,
            percent=100 * run.rows_done // run.rows_total if run.rows_total else 0,
            counts=count_letters(run, now=self.now),
            fewest=FEWEST_TO_COUNT,
            has_file=path is not None,
            is_zip=path is not None and path.suffix == ".zip",
            part=PART,
        )
        response = self.render_to_response(context)
        return looking_again(request, response, is_busy=run.state == RunState.PRINTING)


class LettersFile(OrganiserMixin, RecentlySignedInMixin, View):
    """The file to print. A button and not a link, because every time goes on record.

    Whoever has it can vote for everybody in it, so it is for who showed just now that it is them.
    """

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Where one comes back to after that: the page with the button."""
        run = get_letter_run(actor=self.actor, public_id=public_id)
        return redirect("letter_run", run.public_id)

    def post(self, request: HttpRequest, public_id: str) -> FileResponse:
        path = fetch_file(actor=self.actor, run_public_id=public_id, now=self.now)
        run = get_letter_run(actor=self.actor, public_id=public_id)
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=f"brieven-{run.number}{path.suffix}"
        )
        response.headers["Cache-Control"] = "private, no-store"
        return response


class PrintAgain(OrganiserAct):
    """Go on with a batch that could not be made."""

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        run = print_again(actor=self.actor, run_public_id=public_id, now=self.now)
        return redirect("letter_run", run.public_id)


class RunForm(CarefulForm):
    """A form about one batch."""

    def run(self) -> LetterRun:
        return get_letter_run(actor=self.actor, public_id=self.kwargs["public_id"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.run(), **kwargs)


class OneLetter(RunForm):
    """Replace or revoke one letter by its number."""

    template_name = "identity/letters/one_letter.html"
    form_class = OneLetterForm

    def act(self, form: OneLetterForm) -> HttpResponse:
        said = form.cleaned_data
        run = self.run()
        about = {
            "actor": self.actor,
            "run_public_id": run.public_id,
            "number": said["number"],
            "reason": said["reason"],
            "now": self.now,
        }
        try:
            if said["what"] == "revoke":
                revoke_letter(**about)
                messages.success(self.request, _("The code of this letter no longer works."))
                return redirect("letter_run", run.public_id)
            new = replace_letter(valid_until=default_last_day(), **about)
        except NotFound as error:
            raise InvalidInput(
                _("There is no letter with this number in this batch."), field="number"
            ) from error
        messages.success(self.request, _("The former code no longer works. The new letter is being made."))
        return redirect("letter_run", new.public_id)


class RevokeLetters(RunForm):
    """Let a whole batch stop working."""

    template_name = "identity/letters/revoke.html"
    form_class = RevokeForm

    def act(self, form: RevokeForm) -> HttpResponse:
        run = self.run()
        revoke_run(
            actor=self.actor, run_public_id=run.public_id, reason=form.cleaned_data["reason"], now=self.now
        )
        messages.success(self.request, _("The codes of this batch no longer work."))
        return redirect("letter_run", run.public_id)
