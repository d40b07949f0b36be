"""Who may read, write and facilitate in discussions. The one place that decides it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from backend.core.actor import Actor
from backend.core.errors import require
from backend.identity.states import Role

from .conduct import GIVES_BACK, Act
from .models import Interest, ModerationAction, Objection, Post, Report, Thread
from .states import PostKind, PostState, ThreadState

_GONE = [PostState.WITHDRAWN, PostState.HIDDEN]
_NEVER_PUBLIC = Q(state=PostState.HELD) | Q(state__in=_GONE, version=0)


def visible_threads(actor: Actor) -> QuerySet[Thread]:
    """The threads of this portal whose subject is public."""
    return Thread.objects.filter(portal_id=actor.require_portal()).exclude(state=ThreadState.HIDDEN)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """What stands in visible threads: as text what is shown, as a trace what was hidden or withdrawn.

    What waits for a moderator is there for its writer and for moderators alone, and so is what was withdrawn
    or hidden before anybody could read it. Whoever shows a post shows its text only when `can_read_text`
    says so.
    """
    return _as_far_as_visible(actor, Post.objects.filter(thread__in=visible_threads(actor)))


def visible_posts_in(actor: Actor, thread: Thread) -> QuerySet[Post]:
    """The same within one thread that was found already, without asking for the thread again."""
    if thread.portal_id != actor.portal_id or thread.state == ThreadState.HIDDEN:
        return Post.objects.none()
    return _as_far_as_visible(actor, Post.objects.filter(thread=thread))


def _as_far_as_visible(actor: Actor, posts: QuerySet[Post]) -> QuerySet[Post]:
    if can_moderate(actor):
        return posts
    if actor.person_id is None:
        return posts.exclude(_NEVER_PUBLIC)
    return posts.filter(~_NEVER_PUBLIC | Q(author_id=actor.person_id))


def only_own_posts(actor: Actor, thread: Thread) -> QuerySet[Post]:
    """What this person wrote in a thread and nobody but moderators and they can see."""
    return Post.objects.filter(_NEVER_PUBLIC, thread=thread, author_id=actor.require_person())


def can_read_text(actor: Actor, post: Post) -> bool:
    """Everybody reads what is shown; a writer and moderators also what is held or hidden; nobody what was
    withdrawn."""
    if post.state == PostState.SHOWN:
        return True
    return post.state != PostState.WITHDRAWN and (is_author(actor, post) or can_moderate(actor))


def can_argue(actor: Actor, thread: Thread) -> bool:
    """Everybody who is signed in, as long as the thread is open."""
    return actor.person_id is not None and thread.state == ThreadState.OPEN


def can_reply(actor: Actor, post: Post) -> bool:
    """To everything but a reply: one level is enough to answer, and can be followed on a phone."""
    is_there = post.state == PostState.SHOWN and post.kind != PostKind.REPLY
    return is_there and can_argue(actor, post.thread)


def can_edit(actor: Actor, post: Post) -> bool:
    """One's own text, as long as it stands there. For how long is a matter of the clock."""
    is_there = post.state in {PostState.SHOWN, PostState.HELD}
    return is_there and is_author(actor, post) and can_argue(actor, post.thread)


def can_withdraw(actor: Actor, post: Post) -> bool:
    """One's own text, at any time: also when the discussion is closed, or the text was hidden."""
    return is_author(actor, post) and post.state != PostState.WITHDRAWN


def can_be_convinced(actor: Actor, post: Post) -> bool:
    """By the arguments of others."""
    is_argument = post.kind == PostKind.ARGUMENT and post.state == PostState.SHOWN
    return is_argument and not is_author(actor, post) and can_argue(actor, post.thread)


def can_pin(actor: Actor, post: Post) -> bool:
    is_there = post.state == PostState.SHOWN and post.kind != PostKind.REPLY
    return is_there and can_facilitate(actor, post.thread)


def can_facilitate(actor: Actor, thread: Thread) -> bool:
    """Ask, say what one takes along, and pin: councillors, with their name and party in sight."""
    return actor.has_role(Role.COUNCILLOR) and can_argue(actor, thread)


def can_moderate(actor: Actor) -> bool:
    return actor.has_role(Role.MODERATOR)


def is_author(actor: Actor, post: Post) -> bool:
    return actor.person_id is not None and post.author_id == actor.person_id


def visible_actions(actor: Actor) -> QuerySet[ModerationAction]:
    """All that moderators did at this portal, for moderators alone."""
    require(can_moderate(actor))
    return ModerationAction.objects.filter(portal_id=actor.require_portal())


def own_actions(actor: Actor) -> QuerySet[ModerationAction]:
    """What moderators did to this person. Closing a discussion is done to everybody who wrote in it."""
    actions = ModerationAction.objects.filter(portal_id=actor.require_portal())
    if actor.person_id is None:
        return actions.none()
    mine = Post.objects.filter(author_id=actor.person_id).values("thread_id")
    return actions.filter(
        Q(person_id=actor.person_id) | Q(act__in=[Act.CLOSE, Act.REOPEN], thread_id__in=mine)
    ).exclude(act=Act.LEAVE)


def visible_objections(actor: Actor) -> QuerySet[Objection]:
    """Objections at this portal, for moderators alone."""
    require(can_moderate(actor))
    return Objection.objects.filter(action__portal_id=actor.require_portal())


def can_report(actor: Actor, post: Post) -> bool:
    """Everybody who is signed in, about what others wrote and everybody can read. Also during a pause."""
    return actor.person_id is not None and post.state == PostState.SHOWN and not is_author(actor, post)


def has_interest(actor: Actor, thread_id: int | None) -> bool:
    """Whether a moderator said to have something to do with the subject of a discussion."""
    if thread_id is None or actor.person_id is None:
        return False
    return Interest.objects.filter(thread_id=thread_id, moderator_id=actor.person_id).exists()


def can_act_on_thread(actor: Actor, thread: Thread) -> bool:
    """Moderators without an interest in the subject."""
    return can_moderate(actor) and not has_interest(actor, thread.pk)


def can_act_on_post(actor: Actor, post: Post) -> bool:
    """Moderators who neither wrote the text nor reported it, and have no interest in the subject."""
    if not can_moderate(actor) or is_author(actor, post) or has_interest(actor, post.thread_id):
        return False
    return not Report.objects.filter(post=post, reporter_id=actor.person_id).exists()


def can_end_pause(actor: Actor, pause: ModerationAction) -> bool:
    """Moderators, but nobody for themselves."""
    return (
        can_moderate(actor)
        and pause.person_id != actor.person_id
        and not has_interest(actor, pause.thread_id)
    )


def can_hear(actor: Actor, objection: Objection) -> bool:
    """Another moderator than the one who acted, with nothing to do with it themselves."""
    action = objection.action
    own = {action.moderator_id, action.person_id, objection.acted_by_id, objection.person_id}
    if not can_moderate(actor) or actor.person_id in own:
        return False
    if action.post is not None:
        return can_act_on_post(actor, action.post)
    return not has_interest(actor, action.thread_id)


def can_object(actor: Actor, action: ModerationAction) -> bool:
    """Whoever an act took something from. Whether it is in time, the service says."""
    takes_something = action.act in GIVES_BACK and action.undoes_id is None
    if actor.person_id is None or not takes_something or action.moderator_id == actor.person_id:
        return False
    if action.act == Act.CLOSE and action.thread is not None:
        return Post.objects.filter(thread=action.thread, author_id=actor.person_id).exists()
    return action.person_id == actor.person_id


def can_rephrase(actor: Actor, action: ModerationAction) -> bool:
    """The writer of a text that a moderator asked to write in other words, until they did."""
    if action.act != Act.REPHRASE or action.ended_at is not None or action.post is None:
        return False
    return action.post.state == PostState.HIDDEN and is_author(actor, action.post)
