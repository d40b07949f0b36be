"""What stands on record about answers, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(
    actions={
        "feedback.answer_sent": _("Sent an answer"),
        "feedback.answer_arranged": _("Arranged who answers, and before when"),
        "feedback.answers_waived": _("Waived answers that were owed"),
        "feedback.answers_lost": _("Found answers whose message was gone"),
        "feedback.told_in_person": _("Told an answer in person"),
        "feedback.unreached_read": _("Read whom no answer reached"),
        "feedback.reminder_sent": _("Reminded of an answer that is owed"),
    },
    targets={
        "feedback.subject": _("What answers are owed about"),
        "feedback.answer": _("Answer"),
    },
)
