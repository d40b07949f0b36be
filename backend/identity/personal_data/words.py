"""What the registrations share."""

from django.utils.translation import gettext_lazy as _

CHUNK = 500
WHILE_HERE = _("As long as you have an account.")
