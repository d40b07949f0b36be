"""What stands on record about discussions, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

from .conduct import Act, ObjectionOutcome

words.register(
    actions={
        "discussion.argument_placed": _("Gave an argument"),
        "discussion.reply_placed": _("Replied in a discussion"),
        "discussion.question_placed": _("Asked something in a discussion"),
        "discussion.summary_placed": _("Said what they take along from a discussion"),
        "discussion.text_edited": _("Edited a text in a discussion"),
        "discussion.text_withdrawn": _("Withdrew a text in a discussion"),
        "discussion.convincing_marked": _("Marked an argument as convincing"),
        "discussion.convincing_unmarked": _("Took back that an argument is convincing"),
        "discussion.text_pinned": _("Pinned a text"),
        "discussion.text_unpinned": _("Took a pinned text down"),
        **{f"discussion.{act.value}": act.label for act in Act},
        "discussion.reported": _("Reported a text"),
        "discussion.rephrased": _("Wrote a text in other words for a moderator"),
        "discussion.objected": _("Objected to what a moderator did"),
        f"discussion.objection_{ObjectionOutcome.GRANTED}": _("Found an objection right"),
        f"discussion.objection_{ObjectionOutcome.UPHELD}": _("Found an objection not right"),
        "discussion.interest_declared": _("Left a subject to other moderators"),
        "discussion.text_waits_told": _("Told moderators of a text that waits too long"),
        "discussion.objection_waits_told": _("Told moderators of an objection that waits too long"),
    },
    targets={
        "discussion.post": _("Text in a discussion"),
        "discussion.thread": _("Discussion"),
        "discussion.moderationaction": _("Act of a moderator"),
        "discussion.report": _("Report of a text"),
        "discussion.objection": _("Objection"),
    },
)
