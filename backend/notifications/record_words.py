"""What stands on record about messages, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(
    actions={
        "notifications.sent_again": _("Had a message sent again"),
        "notifications.failed_sent_again": _("Had everything sent again that failed"),
        "notifications.said_to_have_arrived": _("Said that a message arrived"),
        "notifications.other_way_tried": _("Had another way tried to reach somebody"),
        "notifications.letters_asked_for": _("Had letters made of messages"),
        "notifications.letters_printed": _("Letters of messages were printed"),
        "notifications.letters_fetched": _("Fetched letters of messages to print"),
        "notifications.letters_posted": _("Posted letters of messages"),
        "notifications.letter_returned": _("Said that a letter came back"),
        "notifications.calls_read": _("Read who is to be called, with what to tell them"),
        "notifications.call_reached": _("Told somebody a message by telephone"),
        "notifications.call_not_reached": _("Called somebody who did not answer"),
        "notifications.unsubscribed": _("Stopped a kind of mail with one click"),
        "notifications.contact_details_changed": _("Changed where a letter or a call finds them"),
        "notifications.choice_made": _("Chose how to hear from us"),
        # On record from before people chose for each kind.
        "notifications.channel_chosen": _("Chose how to hear from us"),
        "notifications.newsletter_wanted": _("Asked for the newsletter"),
        "notifications.newsletter_ended": _("Ended the newsletter for themselves"),
        "notifications.newsletter_started": _("Began a newsletter"),
        "notifications.newsletter_changed": _("Changed a newsletter that was not sent yet"),
        "notifications.newsletter_thrown_away": _("Threw away a newsletter that was not sent yet"),
        "notifications.newsletter_tested": _("Sent a newsletter to themselves to look at it"),
        "notifications.newsletter_sent": _("Sent a newsletter"),
        "notifications.newsletter_queued": _("Had the mails of a newsletter wait to go out"),
    },
    targets={"notifications.newsletter": _("Newsletter")},
)
