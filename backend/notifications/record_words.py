"""What stands on record about messages, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

words.register(actions={"notifications.channel_chosen": _("Chose how to hear from us")})
