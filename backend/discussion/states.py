"""Life of a thread and of what people write in it. No queries, no clock."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ThreadState(TextChoices):
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed: everybody can read it, nobody can add to it")
    HIDDEN = "hidden", _("Not public")


class PostKind(TextChoices):
    ARGUMENT = "argument", _("Argument")
    REPLY = "reply", _("Reply")
    QUESTION = "question", _("Question of a councillor")
    SUMMARY = "summary", _("What a councillor takes along")


class Side(TextChoices):
    """Neither is for replies, for what councillors write, and for remarks read in from elsewhere."""

    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    NEITHER = "neither", _("Neither for nor against")


class PostState(TextChoices):
    SHOWN = "shown", _("Public")
    HELD = "held", _("Waits for a moderator")
    HIDDEN = "hidden", _("Hidden by a moderator")
    WITHDRAWN = "withdrawn", _("Withdrawn by who wrote it")


MOVES: Mapping[PostState, frozenset[PostState]] = {
    PostState.HELD: frozenset({PostState.SHOWN, PostState.HIDDEN, PostState.WITHDRAWN}),
    PostState.SHOWN: frozenset({PostState.HIDDEN, PostState.WITHDRAWN, PostState.HELD}),
    # Back to a moderator when its writer was asked to rephrase it, and did.
    PostState.HIDDEN: frozenset({PostState.SHOWN, PostState.WITHDRAWN, PostState.HELD}),
    PostState.WITHDRAWN: frozenset(),
}


class HeldBecause(TextChoices):
    """Why a text waits for a moderator before anybody reads it. Each is a rule that anybody can check."""

    NEW_ACCOUNT = "new_account", _("It is among the first texts of a new account")
    LINK = "link", _("It has a web address in it")
    REPEAT = "repeat", _("It repeats a text of the same person")
    MANY = "many", _("The same person placed many texts in a short time")
    REPHRASED = "rephrased", _("It was rephrased because a moderator asked for it")


class Sort(TextChoices):
    """In which order arguments stand."""

    CONVINCING = "overtuigend", _("Most convincing first")
    NEW = "nieuw", _("Newest first")
    REPLIES = "reacties", _("Most replies first")
