"""Channels and the life of a message. No queries."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    EMAIL = "email", _("By mail, and on my page")
    PAGE = "page", _("Only on my page")


class Delivery(TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    ON_PAGE = "on_page", _("On the person's page")
    FAILED = "failed", _("Could not be sent")
    UNCERTAIN = "uncertain", _("Not known whether it arrived")


class NewsletterState(TextChoices):
    """Life of a newsletter. It is sent once."""

    DRAFT = "draft", _("Draft")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
