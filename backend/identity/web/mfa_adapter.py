"""Second factors as allauth sees them, under the name of the portal and with our keys."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.core.qr import qr_svg

from ..models import Person
from ..services.secrets import lock, unlock


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """What people see of it, and how its secrets are kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Look again, and fill in the newest one."),
    }

    def _get_site_name(self) -> str:
        portal = getattr(self.request, "portal", None)
        return portal.name if portal else "Meebeslissen"

    def get_totp_label(self, user: Person) -> str:
        return user.name_or_email

    def build_totp_svg(self, url: str) -> str:
        return qr_svg(url)

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:
        """A name for who gives none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, object]:
        entity: dict[str, object] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.name_or_email, "display_name": user.name_or_email}
