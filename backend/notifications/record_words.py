"""What stands on record about messages, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(
    actions={
        "notifications.choice_made": _("Chose how to hear from us"),
        # On record from before people chose for each kind.
        "notifications.channel_chosen": _("Chose how to hear from us"),
    }
)
