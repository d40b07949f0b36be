"""What moderation holds about people goes with them, or goes along when two accounts become one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.core import personal_data
from backend.core.actor import Actor
from backend.discussion.conduct import ObjectionOutcome
from backend.discussion.models import Interest, ModerationAction, Objection, Report, Thread
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.objecting import decide_objection
from backend.discussion.services.moderation.people import move_moderation
from backend.identity.services.leaving import leave
from backend.places.models import Portal
from tests.builders.discussions import make_argument, make_thread
from tests.builders.moderation import hidden, make_moderator, objection_to, paused, report_of
from tests.builders.people import make_actor

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def thread(west: Portal) -> Thread:
    return make_thread(west, at=NOW)


def held_about(actor: Actor, slug: str) -> list[str]:
    held = next(one for one in personal_data.registered() if one.slug == slug)
    return [" ".join(str(value) for value in row.values()) for row in held.rows(actor.require_person())]


def test_who_leaves_leaves_no_name_and_no_words_behind(west: Portal, thread: Thread) -> None:
    writer, moderator, second = make_actor(west), make_moderator(west), make_moderator(west)
    post = make_argument(thread, "Jij bent een dief.", at=NOW, writer=writer)
    other = make_argument(thread, "Iets anders.", at=NOW)
    report_of(other, at=NOW, reporter=writer, note="Ik woon ernaast.")
    objection = objection_to(hidden(post, by=moderator, at=NOW), by=writer, at=NOW)
    decide_objection(
        actor=second,
        objection_id=objection.pk,
        outcome=ObjectionOutcome.UPHELD,
        reason="Nagekeken.",
        now=LATER,
    )
    declare_interest(actor=second, thread_public_id=thread.public_id, why="Mijn straat", now=LATER)
    assert "Jij bent een dief." in held_about(writer, "acts_about_you")[0]
    assert "Ik woon ernaast." in held_about(writer, "reports")[0]
    assert "Dat klopt niet." in held_about(writer, "objections")[0]
    assert len(held_about(moderator, "moderating")) == 2
    assert "Mijn straat" in held_about(second, "interests")[0]
    for actor in (writer, moderator, second):
        leave(actor=actor, now=LATER)
    assert list(Report.objects.values_list("reporter", "note")) == [(None, "")]
    assert list(ModerationAction.objects.values_list("moderator", "person", "text")) == [(None, None, "")]
    decided = Objection.objects.values_list("person", "acted_by", "decided_by", "text", "outcome")
    assert list(decided) == [(None, None, None, "", "upheld")]
    assert not Interest.objects.exists()


def test_an_objection_of_who_left_needs_no_decision(west: Portal, thread: Thread) -> None:
    writer = make_actor(west)
    post = make_argument(thread, "Jij bent een dief.", at=NOW, writer=writer)
    objection_to(hidden(post, by=make_moderator(west), at=NOW), by=writer, at=NOW)
    leave(actor=writer, now=LATER)
    assert not Objection.objects.exists()


def test_two_accounts_of_one_person_become_one(west: Portal, thread: Thread) -> None:
    old, new, moderator = make_actor(west), make_actor(west), make_moderator(west)
    both = make_argument(thread, "Door beide gemeld.", at=NOW)
    one = make_argument(thread, "Door een gemeld.", at=NOW)
    for reporter in (old, new):
        report_of(both, at=NOW, reporter=reporter)
    report_of(one, at=NOW, reporter=old)
    pauses = [
        paused(
            make_argument(thread, f"Slecht {number}", at=NOW, writer=actor),
            by=moderator,
            at=NOW + timedelta(hours=number),
        )
        for number, actor in enumerate((new, old))
    ]
    move_moderation(from_person_id=old.require_person(), into_person_id=new.require_person(), now=LATER)
    assert set(Report.objects.values_list("post", "reporter")) == {
        (both.pk, new.person_id),
        (one.pk, new.person_id),
    }
    standing = ModerationAction.objects.filter(person=new.person_id, ended_at=None)
    # The pause that lasts longest goes on.
    assert list(standing) == [pauses[1]]
