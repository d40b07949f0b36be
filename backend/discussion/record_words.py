"""What stands on record about discussions, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

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
    },
    targets={"discussion.post": _("Text in a discussion"), "discussion.thread": _("Discussion")},
)
