"""Anything moderators, writers and people who report can do, in any order."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backend.core.actor import Actor
from backend.core.errors import DomainError, NotAllowed
from backend.core.tenancy import in_municipality
from backend.discussion.conduct import (
    FROM,
    GIVES_BACK,
    Act,
    ConductRule,
    ObjectionOutcome,
    PauseDays,
    ReportOutcome,
)
from backend.discussion.errors import AlreadyObjected, SomebodyWasFirst, WritingPaused
from backend.discussion.models import ModerationAction, Objection, Post, Report, Thread
from backend.discussion.permissions import can_act_on_post, can_hear, can_read_text
from backend.discussion.selectors.moderation.figures import figures_of
from backend.discussion.selectors.moderation.items import QueueFilter, list_waiting
from backend.discussion.services.arguments import edit_text, place_argument, withdraw_text
from backend.discussion.services.moderation.interests import declare_interest
from backend.discussion.services.moderation.moving import Place, move
from backend.discussion.services.moderation.objecting import decide_objection, object_to
from backend.discussion.services.moderation.pausing import pause_writer
from backend.discussion.services.moderation.rephrasing import rephrase
from backend.discussion.services.moderation.reporting import report
from backend.discussion.services.moderation.texts import (
    ask_to_rephrase,
    hide,
    leave_as_it_is,
    release,
    restore,
)
from backend.discussion.states import PostState, Side
from tests.builders.discussions import make_thread
from tests.builders.moderation import grounds_for, make_moderator
from tests.builders.people import make_actor
from tests.builders.portals import make_portal, visitor_of

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
ACTS = {
    Act.HIDE: hide,
    Act.REPHRASE: ask_to_rephrase,
    Act.RELEASE: release,
    Act.RESTORE: restore,
    Act.LEAVE: leave_as_it_is,
}
# In which state a text is after each act, until its writer or another act changes it.
AFTER = {
    Act.HIDE: PostState.HIDDEN,
    Act.REPHRASE: PostState.HIDDEN,
    Act.RELEASE: PostState.SHOWN,
    Act.RESTORE: PostState.SHOWN,
    Act.LEAVE: PostState.SHOWN,
}
some = st.integers(min_value=0, max_value=30)


class Moderation(RuleBasedStateMachine):
    """Two discussions, three moderators who also write, and two residents."""

    @initialize()
    def begin(self) -> None:
        # Each run undoes what it did.
        self.all_of_it = transaction.atomic()
        self.all_of_it.__enter__()
        self.west = make_portal("west")
        self.scope = in_municipality(self.west.municipality_id)
        self.scope.__enter__()
        self.now = NOW
        self.moderators = [make_moderator(self.west) for _ in range(3)]
        self.residents = [make_actor(self.west) for _ in range(2)]
        self.threads = [make_thread(self.west, at=NOW) for _ in range(2)]
        # What each text is expected to be, as the ones who acted were told.
        self.expected: dict[int, str] = {}
        self.acts: Counter[str] = Counter()
        self.versions: dict[int, int] = {}
        self.number = 0
        for number in range(3):
            self.write(who=3 + number % 2, where=number % 2, has_link=number == 2)

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.all_of_it.__exit__(None, None, None)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=7)
        return self.now

    def people(self) -> list[Actor]:
        return [*self.moderators, *self.residents]

    def some_post(self, number: int) -> Post | None:
        posts = list(Post.objects.order_by("pk").select_related("thread"))
        return posts[number % len(posts)] if posts else None

    # Few texts, so that much happens to each.
    @rule(who=some, where=some, has_link=st.booleans())
    @precondition(lambda self: len(self.expected) < 4)
    def write(self, who: int, where: int, has_link: bool) -> None:
        self.number += 1
        text = f"Tekst {self.number}" + (" www.example.org" if has_link else "")
        actor = self.people()[who % 5]
        try:
            post = place_argument(
                actor=actor,
                thread_public_id=self.threads[where % 2].public_id,
                side=Side.FOR,
                text=text,
                now=self.tick(),
            )
        except WritingPaused:
            assert ModerationAction.objects.filter(
                act=Act.PAUSE, person=actor.person_id, ended_at=None, until__gt=self.now
            ).exists()
            return
        waits = has_link and not actor.roles
        assert post.state == (PostState.HELD if waits else PostState.SHOWN)
        self.expected[post.pk] = post.state

    @rule(who=some, which=some)
    def report_one(self, who: int, which: int) -> None:
        post = self.some_post(which)
        if post is None:
            return
        try:
            report(
                actor=self.people()[who % 5],
                post_public_id=post.public_id,
                rule=ConductRule.INSULT,
                note="",
                now=self.tick(),
            )
        except DomainError:
            return
        assert post.state == PostState.SHOWN

    @rule(who=some, which=some, pick=some, wildness=some, is_late=some)
    def judge(self, who: int, which: int, pick: int, wildness: int, is_late: int) -> None:
        """Mostly something that fits how the text stands, by a moderator; sometimes anything by anybody."""
        post = self.some_post(which)
        if post is None:
            return
        is_wild = wildness == 1
        fitting = [act for act in ACTS if is_wild or post.state in FROM[act]] or list(ACTS)
        act = fitting[pick % len(fitting)]
        able = [one for one in self.moderators if can_act_on_post(one, post)]
        people = self.people() if is_wild or not able else able
        actor = people[who % len(people)]
        grounds = grounds_for(post, reason="Zomaar")
        too_late = is_late == 0
        if too_late:
            grounds = type(grounds)(rule=grounds.rule, reason=grounds.reason, seen="1.1")
        may = can_act_on_post(actor, post)
        try:
            ACTS[act](actor=actor, post_public_id=post.public_id, grounds=grounds, now=self.tick())
        except NotAllowed:
            assert not may
            return
        except SomebodyWasFirst:
            assert may
            return
        assert may
        assert not too_late
        self.acts[act] += 1
        self.expected[post.pk] = AFTER[act]

    @rule(who=some, which=some, pick=some)
    def judge_more(self, who: int, which: int, pick: int) -> None:
        """What moderators do most of the day."""
        self.judge(who=who, which=which, pick=pick, wildness=0, is_late=1)

    @rule(who=some, which=some, first=some, second=some)
    def judge_twice(self, who: int, which: int, first: int, second: int) -> None:
        """The same text again, perhaps by another moderator."""
        self.judge(who=who, which=which, pick=first, wildness=0, is_late=1)
        self.judge(who=who + 1, which=which, pick=second, wildness=0, is_late=1)

    @rule(who=some, which=some, is_elsewhere=st.booleans())
    @precondition(lambda self: self.acts[Act.MOVE] < 4)
    def move_one(self, who: int, which: int, is_elsewhere: bool) -> None:
        post = self.some_post(which)
        if post is None:
            return
        target = next(thread for thread in self.threads if thread.pk != post.thread_id)
        place = Place(
            side=Side.AGAINST if post.side == Side.FOR else Side.FOR,
            address=target.address if is_elsewhere else "",
        )
        try:
            move(
                actor=self.people()[who % 5],
                post_public_id=post.public_id,
                place=place,
                grounds=grounds_for(post),
                now=self.tick(),
            )
        except DomainError:
            return
        self.acts[Act.MOVE] += 1
        if is_elsewhere:
            # Versions are counted by each discussion for itself.
            self.versions.pop(post.pk, None)

    @rule(who=some, which=some)
    @precondition(lambda self: self.acts[Act.PAUSE] < 2)
    def pause(self, who: int, which: int) -> None:
        post = self.some_post(which)
        if post is None:
            return
        try:
            pause_writer(
                actor=self.people()[who % 5],
                post_public_id=post.public_id,
                days=PauseDays.ONE,
                grounds=grounds_for(post),
                now=self.tick(),
            )
        except DomainError:
            return
        self.acts[Act.PAUSE] += 1

    @rule(days=st.integers(min_value=1, max_value=50))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(which=some, is_withdrawn=st.booleans())
    def change_own(self, which: int, is_withdrawn: bool) -> None:
        post = self.some_post(which)
        if post is None:
            return
        writer = next(actor for actor in self.people() if actor.person_id == post.author_id)
        about = {"actor": writer, "post_public_id": post.public_id, "now": self.tick()}
        self.number += 1
        try:
            if is_withdrawn:
                withdraw_text(**about)  # type: ignore[arg-type]  # the same for both
                self.expected[post.pk] = PostState.WITHDRAWN
            else:
                edit_text(text=f"Anders {self.number}", **about)  # type: ignore[arg-type]
        except DomainError:
            return

    @rule(which=some)
    def rephrase_one(self, which: int) -> None:
        asked = list(ModerationAction.objects.filter(act=Act.REPHRASE).order_by("pk"))
        if not asked:
            return
        action = asked[which % len(asked)]
        writer = next(actor for actor in self.people() if actor.person_id == action.person_id)
        self.number += 1
        try:
            rephrase(
                actor=writer,
                action_public_id=action.public_id,
                text=f"Anders {self.number}",
                now=self.tick(),
            )
        except DomainError:
            return
        assert action.post_id is not None
        self.expected[action.post_id] = PostState.HELD

    @rule(which=some)
    def object_to_one(self, which: int) -> None:
        acts = list(ModerationAction.objects.filter(act__in=list(GIVES_BACK)).order_by("pk"))
        if not acts:
            return
        action = acts[which % len(acts)]
        writer = next(actor for actor in self.people() if actor.person_id == action.person_id)
        had = Objection.objects.filter(action=action).exists()
        try:
            object_to(actor=writer, action_public_id=action.public_id, text="Nee", now=self.tick())
        except AlreadyObjected:
            assert had
        except DomainError:
            return

    @rule(who=some, which=some, outcome=st.sampled_from(list(ObjectionOutcome)))
    @precondition(lambda self: Objection.objects.filter(outcome="").exists())
    def decide(self, who: int, which: int, outcome: ObjectionOutcome) -> None:
        waiting = list(Objection.objects.filter(outcome="").select_related("action").order_by("pk"))
        objection = waiting[which % len(waiting)]
        able = [one for one in self.moderators if can_hear(one, objection)]
        people = able if able and which % 3 else self.people()
        actor = people[who % len(people)]
        may = can_hear(actor, objection)
        before = Counter(ModerationAction.objects.values_list("act", flat=True))
        thread_before = objection.action.post.thread_id if objection.action.post else None
        try:
            decide_objection(
                actor=actor,
                objection_id=objection.pk,
                outcome=outcome,
                reason="Nagekeken",
                now=self.tick(),
            )
        except DomainError:
            assert not may
            return
        assert may
        undone = Counter(ModerationAction.objects.values_list("act", flat=True)) - before
        self.acts += undone
        assert outcome == ObjectionOutcome.GRANTED or not undone
        post_id = objection.action.post_id
        if undone[Act.RESTORE] and post_id is not None:
            self.expected[post_id] = PostState.SHOWN
        if undone[Act.MOVE_BACK] and post_id is not None:
            after = Post.objects.values_list("thread_id", flat=True).get(pk=post_id)
            if after != thread_before:
                self.versions.pop(post_id, None)

    @rule(who=some, where=some)
    @precondition(lambda self: self.number > 12)
    def declare(self, who: int, where: int) -> None:
        declare_interest(
            actor=self.moderators[who % 2],
            thread_public_id=self.threads[where % 2].public_id,
            why="Buurt",
            now=self.tick(),
        )

    @invariant()
    def a_text_is_as_the_last_one_who_acted_was_told(self) -> None:
        found = {post.pk: post for post in Post.objects.select_related("thread")}
        for pk, state in self.expected.items():
            assert (
                found[pk].state in {state, PostState.HELD}
                if state == PostState.SHOWN
                else (found[pk].state == state)
            )
            # Edited by its writer into something that waits: only a rule does that.
            if found[pk].state == PostState.HELD:
                assert found[pk].held_because
            visitor = visitor_of(self.west)
            assert can_read_text(visitor, found[pk]) == (found[pk].state == PostState.SHOWN)

    @invariant()
    def hidden_texts_have_one_act_that_stands(self) -> None:
        standing = ModerationAction.objects.filter(act__in=[Act.HIDE, Act.REPHRASE], ended_at=None)
        of_post = Counter(standing.values_list("post_id", flat=True))
        hidden_now = set(Post.objects.filter(state=PostState.HIDDEN).values_list("pk", flat=True))
        assert hidden_now <= set(of_post)
        assert all(of_post[pk] == 1 for pk in hidden_now)

    @invariant()
    def nobody_judged_their_own_act(self) -> None:
        for objection in Objection.objects.exclude(outcome="").select_related("action"):
            own = {objection.action.moderator_id, objection.person_id, objection.action.person_id}
            assert objection.decided_by_id not in own
        for action in ModerationAction.objects.all():
            assert action.moderator_id != action.person_id
            assert action.rule
            assert action.reason

    @invariant()
    def the_public_counts_are_the_acts(self) -> None:
        months = figures_of(self.west)
        counted: Counter[str] = Counter()
        for month in months:
            counted.update(month.by_act)
            assert sum(month.by_rule.values()) == month.total
        assert counted == self.acts
        decided = Counter(Objection.objects.exclude(outcome="").values_list("outcome", flat=True))
        assert sum(month.granted for month in months) == decided["granted"]
        assert sum(month.upheld for month in months) == decided["upheld"]

    @invariant()
    def versions_grow_and_are_of_the_discussion(self) -> None:
        threads = dict(Thread.objects.values_list("pk", "version"))
        for pk, thread_id, version in Post.objects.values_list("pk", "thread_id", "version"):
            assert self.versions.get(pk, 0) <= version <= threads[thread_id]
            self.versions[pk] = version

    @invariant()
    def only_what_waits_stands_in_the_queue_and_every_other_report_is_answered(self) -> None:
        open_reports = set(Report.objects.filter(outcome="").values_list("post_id", flat=True))
        held = set(Post.objects.filter(state=PostState.HELD).values_list("pk", flat=True))
        waiting = {post.pk for post in list_waiting(self.moderators[0], QueueFilter())}
        assert waiting == open_reports | held
        for one in Report.objects.exclude(outcome="").select_related("post"):
            assert one.outcome in ReportOutcome.values


@pytest.mark.slow
@pytest.mark.django_db
def test_moderation_is_right_whatever_people_do() -> None:
    run_state_machine_as_test(
        Moderation,
        settings=settings(max_examples=25, stateful_step_count=40, deadline=None, derandomize=True),
    )
