"""Pages about lists of residents: sending one in, its columns, what a check found, confirming."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backend.core.errors import require_found
from backend.places.selectors import districts_of

from ..errors import FileImportedBefore
from ..lists.findings import Broken, Finding, UnreadableList
from ..models import ResidentList
from ..selectors.letters import (
    SHOWN_FINDINGS,
    findings_of,
    first_findings,
    get_resident_list,
    list_letter_runs,
    list_resident_lists,
)
from ..services.letters import residents_without_letter
from ..services.lists import (
    NewList,
    check_again,
    choose_columns,
    confirm_list,
    discard_list,
    has_source,
    send_in_list,
    sentence_of,
)
from ..states import ListPurpose, ListState
from .letter_forms import ColumnsForm, ListForm
from .letter_pages import OrganiserAct, OrganiserForm, OrganiserPage, looking_again

DEFAULT_AGE = 16


class LettersDesk(OrganiserPage):
    """Every list and every batch of this portal."""

    template_name = "identity/letters/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lists=list_resident_lists(self.actor), runs=list_letter_runs(self.actor), **kwargs
        )


class SendInList(OrganiserForm):
    """A list comes in. Nothing of it is imported yet."""

    template_name = "identity/letters/send_in_list.html"
    form_class = ListForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "districts": districts_of(self.portal.municipality_id)}

    def get_initial(self) -> dict[str, Any]:
        return {
            "minimum_age": DEFAULT_AGE,
            "district_id": self.portal.district_id,
            "purpose": ListPurpose.LETTERS,
        }

    def act(self, form: ListForm) -> HttpResponse:
        said = form.cleaned_data
        new = NewList(**{name: said[name] for name in NewList.__dataclass_fields__})
        try:
            this = send_in_list(
                actor=self.actor, portal=self.portal, new=new, pieces=said["file"].chunks(), now=self.now
            )
        except FileImportedBefore as error:
            messages.info(self.request, str(error))
            return redirect("letters_desk")
        if this.state != ListState.MAPPING:
            return redirect("resident_list", this.public_id)
        return redirect("list_columns", this.public_id)


class ListColumns(OrganiserForm):
    """Which column holds what. What was recognised stands there already."""

    template_name = "identity/letters/list_columns.html"
    form_class = ColumnsForm

    def this(self) -> ResidentList:
        this = get_resident_list(actor=self.actor, public_id=self.kwargs["public_id"])
        is_open = this.state in {ListState.MAPPING, ListState.CHECKED, ListState.BROKEN}
        return require_found(this if is_open and has_source(this) else None)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "this": self.this()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(this=self.this(), **kwargs)

    def act(self, form: ColumnsForm) -> HttpResponse:
        this = choose_columns(
            actor=self.actor, public_id=self.kwargs["public_id"], columns=form.columns(), now=self.now
        )
        return redirect("resident_list", this.public_id)


class ListPage(OrganiserPage):
    """Where a list is: being checked, what was found, or what came of it."""

    template_name = "identity/letters/list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        this = get_resident_list(actor=self.actor, public_id=self.kwargs["public_id"])
        if this.state == ListState.MAPPING:
            return redirect("list_columns", this.public_id)
        context = self.get_context_data(
            this=this,
            percent=_percent(this.rows_done, this.rows_total),
            broken=_broken(this),
            findings=first_findings(actor=self.actor, this=this),
            most_findings=SHOWN_FINDINGS,
            may_print=_may_print(this),
        )
        response = self.render_to_response(context)
        return looking_again(request, response, is_busy=this.state == ListState.CHECKING)


class ConfirmList(OrganiserAct):
    """Import what the check found to be right."""

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        try:
            this = confirm_list(actor=self.actor, public_id=public_id, now=self.now)
        except FileImportedBefore as error:
            messages.info(request, str(error))
            return redirect("resident_list", public_id)
        messages.success(request, _("The list is imported."))
        return redirect("resident_list", this.public_id)


class CheckListAgain(OrganiserAct):
    """Have a list checked again after that went wrong here."""

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        this = check_again(actor=self.actor, public_id=public_id, now=self.now)
        return redirect("resident_list", this.public_id)


class DiscardList(OrganiserAct):
    """Throw a list away that was not imported."""

    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        discard_list(actor=self.actor, public_id=public_id, now=self.now)
        messages.success(request, _("The list is thrown away. Nothing of it was kept."))
        return redirect("letters_desk")


class ListFindings(OrganiserAct):
    """Everything that is wrong with a list, as CSV, for whoever sent it in."""

    def get(self, request: HttpRequest, public_id: str) -> StreamingHttpResponse:
        this = get_resident_list(actor=self.actor, public_id=public_id)
        found = findings_of(actor=self.actor, this=this)
        response = StreamingHttpResponse(_as_csv(found), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{_("mistakes")}-{public_id}.csv"'
        response.headers["Cache-Control"] = "private, no-store"
        return response


def _as_csv(found: Iterator[Finding]) -> Iterator[bytes]:
    """With the mark that makes Excel read UTF-8. All words are ours, so no cell can be a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([_("Row"), _("Column"), _("What is wrong")])
    yield "\ufeff".encode()
    for finding in found:
        writer.writerow([finding.row, finding.column_label, finding.sentence])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def _percent(done: int, total: int) -> int:
    return 100 * done // total if total else 0


def _broken(this: ResidentList) -> str:
    if this.state != ListState.BROKEN:
        return ""
    return sentence_of(UnreadableList(Broken(this.broken), this.broken_row))


def _may_print(this: ResidentList) -> bool:
    is_for_letters = this.state == ListState.IMPORTED and this.purpose == ListPurpose.LETTERS
    return is_for_letters and residents_without_letter(this).exists()
