"""What this app holds about people: what they wrote, what convinced them, and how far they have read."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from backend.core.personal_data import Basis, Held, Purpose, Row, register
from backend.core.retention import Clock

from ..models import Convinced, Post, Revision, Visit
from ..services.leaving import forget_pins, let_texts_go, remove_convictions, remove_visits
from ..states import PostState

CHUNK = 200


def _texts(person_id: int) -> Iterator[Row]:
    rows = Post.objects.all_municipalities().filter(author_id=person_id).select_related("thread__portal")
    for post in rows.order_by("-placed_at", "-pk").iterator(CHUNK):
        yield {
            _("Where"): post.thread.portal.name,
            _("About"): post.thread.title,
            _("Kind"): post.get_kind_display(),
            _("Side"): post.get_side_display(),
            _("Text"): post.text,
            _("State"): post.get_state_display(),
            _("Placed on"): post.placed_at,
            _("Edited on"): post.edited_at,
            _("Name shown with it"): post.author_name,
        }
    # What it said before, as long as others can read that too.
    before = Revision.objects.all_municipalities().filter(post__author_id=person_id)
    for revision in before.select_related("post__thread").order_by("-replaced_at", "-pk").iterator(CHUNK):
        yield {
            _("About"): revision.post.thread.title,
            _("Text before it was edited"): revision.text,
            _("Edited on"): revision.replaced_at,
        }


def _convictions(person_id: int) -> Iterator[Row]:
    rows = Convinced.objects.all_municipalities().filter(person_id=person_id)
    for mark in rows.select_related("post__thread").order_by("-marked_at", "-pk").iterator(CHUNK):
        yield {
            _("About"): mark.post.thread.title,
            # It is of somebody else: only as long as everybody can read it.
            _("Argument"): mark.post.text if mark.post.state == PostState.SHOWN else _("No longer public"),
            _("Marked on"): mark.marked_at,
        }


def _visits(person_id: int) -> Iterator[Row]:
    rows = Visit.objects.all_municipalities().filter(person_id=person_id).select_related("thread")
    for visit in rows.order_by("-visited_at", "-pk").iterator(CHUNK):
        yield {_("About"): visit.thread.title, _("Last read on"): visit.visited_at}


def _pins(person_id: int) -> Iterator[Row]:
    rows = Post.objects.all_municipalities().filter(pinned_by_id=person_id).select_related("thread")
    for post in rows.order_by("pk").iterator(CHUNK):
        yield {_("What"): _("Pinned a text"), _("About"): post.thread.title, _("When"): post.pinned_at}


for held in (
    Held(
        slug="texts",
        purpose=Purpose.TAKING_PART,
        label=_("What you wrote in discussions"),
        why=_("So that people can read it and reply."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("Until you withdraw it. When you leave, your name goes and what is public stays."),
        columns=frozenset({"discussion.post.author"}),
        rows=_texts,
        erase=let_texts_go,
    ),
    Held(
        slug="convictions",
        purpose=Purpose.TAKING_PART,
        label=_("Arguments that convinced you"),
        why=_("To count them. Nobody else sees which."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("Until you take it back, or as long as you have an account."),
        columns=frozenset({"discussion.convinced.person"}),
        rows=_convictions,
        erase=remove_convictions,
    ),
    Held(
        slug="thread_visits",
        purpose=Purpose.TAKING_PART,
        label=_("Up to where you read discussions"),
        why=_("To show you what is new since your last visit."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account."),
        columns=frozenset({"discussion.visit.person"}),
        rows=_visits,
        erase=remove_visits,
    ),
    Held(
        slug="pins",
        purpose=Purpose.WORKING,
        label=_("Texts you pinned in discussions"),
        why=_("So that it is known who put a text above the others."),
        basis=Basis.PUBLIC_TASK,
        clock=Clock.INACTIVE_ACCOUNTS,
        kept=_("As long as you have an account. After that it stays without your name."),
        columns=frozenset({"discussion.post.pinned_by"}),
        rows=_pins,
        erase=forget_pins,
        is_on_page=False,
    ),
):
    register(held)
