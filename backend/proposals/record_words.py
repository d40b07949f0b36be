"""What stands on record about plans and counts, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(
    actions={
        "proposals.draft_started": _("Began a plan"),
        "proposals.draft_deleted": _("Threw a draft away"),
        "proposals.plan_submitted": _("Put up a plan"),
        "proposals.argument_taken_up": _("Changed a plan by an argument"),
        "proposals.plan_withdrawn": _("Withdrew a plan"),
        "proposals.vote_cast": _("Voted"),
        "proposals.vote_withdrawn": _("Took a vote back"),
        "proposals.votes_taken_back": _("Took back the votes of somebody who left"),
        "proposals.votes_recognised": _("Let votes count that were cast before"),
        "proposals.round_begun": _("Began a round"),
        "proposals.round_counted": _("Counted a round"),
        "proposals.rules_set": _("Changed the rules of play"),
        "proposals.category_added": _("Added a subject"),
        "proposals.meeting_planned": _("Planned a meeting"),
        "proposals.taken_off_agenda": _("Took a plan off the agenda"),
        "proposals.context_given": _("Gave context"),
        "proposals.attendance_chosen": _("Chose whether to come to the meeting"),
        "proposals.outcome_recorded": _("Recorded an outcome"),
        "proposals.people_told": _("Told the people of a plan"),
        "proposals.context_reminder_sent": _("Reminded of the context that is owed"),
        "proposals.outcome_reminder_sent": _("Reminded of the outcome that is owed"),
        "proposals.votes_imported": _("Read in an earlier election"),
        "proposals.discussions_imported": _("Read in an earlier discussion"),
    },
    targets={
        "proposals.plan": _("Plan"),
        "proposals.round": _("Round"),
        "proposals.rules": _("Rules of play"),
        "proposals.category": _("Subject"),
        "proposals.meeting": _("Meeting"),
        "proposals.agendaitem": _("Plan on the agenda"),
        "proposals.outcome": _("Outcome"),
        "proposals.importrun": _("Read in from elsewhere"),
    },
)
