"""The record for auditors: paging, filtering, saving, and having the chain checked. Ids only, never names."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from backend.core.actor import Actor
from backend.core.errors import NotFound, require
from backend.core.web.requests import actor_of
from backend.core.web.views import SignedInMixin

from .. import words
from ..models import Entry
from ..permissions import can_read_record
from ..selectors.entries import (
    COLUMNS,
    EntryFilter,
    get_page,
    latest_verifications,
    stream_entries,
)
from ..services import ask_for_verification, note_reading
from .forms import LARGEST, EntryFilterForm

VERIFICATIONS_SHOWN = 10


class AuditorPage(SignedInMixin, TemplateView):
    """A page that only auditors get."""

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            require(can_read_record(actor_of(request)))
        return super().dispatch(request, *args, **kwargs)


class RecordPage(AuditorPage):
    """Who did what, newest first, fifty at a time. Looking is on record too."""

    template_name = "audit/record.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = EntryFilterForm(request.GET)
        chosen = form.chosen()
        page = get_page(self.actor, chosen, before=_number(request, "voor"), after=_number(request, "na"))
        note_reading(actor=self.actor, action="audit.read", now=timezone.now(), **_as_details(chosen))
        query = request.GET.copy()
        for name in ("voor", "na", "taal"):
            query.pop(name, None)
        return self.render_to_response(
            self.get_context_data(
                form=form,
                page=page,
                rows=[_shown(entry) for entry in page.entries],
                is_filtered=chosen != EntryFilter(),
                query=query.urlencode(),
            )
        )


class VerificationPage(AuditorPage):
    """How the chain stands: who had it checked when, and what came out. The button has it checked again."""

    template_name = "audit/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        checks = latest_verifications(self.actor, VERIFICATIONS_SHOWN)
        finished = [check for check in checks if check.finished_at is not None]
        return super().get_context_data(
            checks=checks,
            under_way=next((check for check in checks if check.finished_at is None), None),
            latest=finished[0] if finished else None,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ask_for_verification(actor=self.actor, now=timezone.now())
        return redirect("record_check")


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What fits the filters as a file, oldest first: CSV for a spreadsheet, JSON lines for a script."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    require(can_read_record(actor))
    if kind not in KINDS:
        raise NotFound
    content_type, written = KINDS[kind]
    chosen = EntryFilterForm(request.GET).chosen()
    note_reading(actor=actor, action="audit.exported", now=timezone.now(), **_as_details(chosen))
    response = StreamingHttpResponse(
        written(stream_entries(actor, chosen)),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="logboek.{kind}"',
            "Cache-Control": "private, no-store",
        },
    )
    return response


class _Line:
    """A file that gives back what is written in it."""

    def write(self, text: str) -> str:
        return text


def _as_csv(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for number, at, *values, details, seal in rows:
        yield writer.writerow([number, at.isoformat(), *values, json.dumps(details, sort_keys=True), seal])


def _as_json_lines(rows: Iterator[tuple[Any, ...]]) -> Iterator[str]:
    for row in rows:
        named = dict(zip(COLUMNS, row, strict=True))
        yield json.dumps(named, default=datetime.isoformat, ensure_ascii=False) + "\n"


Writing = Callable[[Iterator[tuple[Any, ...]]], Iterator[str]]
KINDS: dict[str, tuple[str, Writing]] = {
    "csv": ("text/csv; charset=utf-8", _as_csv),
    "jsonl": ("application/jsonl; charset=utf-8", _as_json_lines),
}


def _shown(entry: Entry) -> dict[str, Any]:
    """One entry in words. What has none is shown by its code."""
    return {
        "entry": entry,
        "what": words.word_of_action(entry.action),
        "roles": words.words_of_roles(entry.roles),
        "target": words.word_of_target(entry.target_type),
        "details": ", ".join(f"{name}: {value}" for name, value in sorted(entry.details.items())),
    }


def _as_details(chosen: EntryFilter) -> dict[str, int | str]:
    """What was looked for, as it goes on record: days, codes and numbers."""
    wanted = {name: value for name, value in vars(chosen).items() if value not in (None, "")}
    return {f"by_{name}": value if isinstance(value, int) else str(value) for name, value in wanted.items()}


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    return min(int(text), LARGEST) if is_number else None
