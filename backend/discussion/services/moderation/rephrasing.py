"""Writing a text in other words because a moderator asked for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backend.audit import services as audit
from backend.core import pagecache
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, require, require_found

from ... import permissions
from ...models import ModerationAction, Revision
from ...permissions import own_actions
from ...states import HeldBecause, PostState
from ..threads import hold_post, next_version
from ..writing import fitting
from .pausing import require_not_paused
from .recording import end


@transaction.atomic
def rephrase(*, actor: Actor, action_public_id: str, text: str, now: datetime) -> None:
    """Hand in other words. A moderator reads them before everybody does.

    What it said before is never shown, because that was what was wrong with it. The act of the moderator
    keeps it for an objection. Raises NotFound, NotAllowed, WritingPaused or InvalidInput.
    """
    rows = own_actions(actor).select_related("post")
    action = require_found(rows.filter(public_id=action_public_id).first())
    post = hold_post(actor=actor, public_id=require_found(action.post).public_id)
    action.refresh_from_db(fields=["ended_at"])
    action.post = post
    require(permissions.can_rephrase(actor, action))
    require_not_paused(actor=actor, now=now)
    words = fitting(text)
    if words == post.text:
        raise InvalidInput(
            _("This is the same text as before. Change what the moderator named."), field="text"
        )
    Revision.objects.filter(post=post).delete()
    post.text, post.edited_at = words, now
    post.state, post.held_because = PostState.HELD, HeldBecause.REPHRASED
    if post.version:
        post.version = next_version(post.thread_id)
    post.save(update_fields=["text", "edited_at", "state", "held_because", "version"])
    end(ModerationAction.objects.filter(pk=action.pk), now=now)
    audit.record(actor=actor, action="discussion.rephrased", target=post, at=now)
    pagecache.empty(action.portal_id)
