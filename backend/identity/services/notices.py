"""Mail about safety: what changed about signing in, to the person themselves, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import structlog
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.places.models import Portal

log = structlog.get_logger(__name__)


class Notice(NamedTuple):
    """The subject of a mail, and the sentence that says what happened."""

    subject: Promise
    sentence: Promise


# By the names that allauth has for them; the last ones are ours.
NOTICES: Mapping[str, Notice] = {
    "mfa/email/webauthn_added": Notice(
        _("A passkey was added"), _("From now on somebody can sign in to your account with a new passkey.")
    ),
    "mfa/email/webauthn_removed": Notice(
        _("A passkey was removed"), _("Nobody can sign in to your account with that passkey any more.")
    ),
    "mfa/email/totp_activated": Notice(
        _("An app for codes was added"),
        _("From now on signing in to your account asks for a code from that app."),
    ),
    "mfa/email/totp_deactivated": Notice(
        _("The app for codes was removed"),
        _("Signing in to your account no longer asks for a code from that app."),
    ),
    "mfa/email/recovery_codes_generated": Notice(
        _("New recovery codes were made"), _("The recovery codes you had before do not work any more.")
    ),
    "account/email/password_set": Notice(
        _("A password was chosen"), _("Your account now has a new password.")
    ),
    "password_removed": Notice(
        _("The password was removed"), _("Nobody can sign in to your account with a password any more.")
    ),
    "account/email/email_changed": Notice(
        _("Your e-mail address was changed"),
        _("From now on your account has another e-mail address. This one is no longer used."),
    ),
    "second_factor_reset": Notice(
        _("Your second step at signing in was taken away"),
        _(
            "The operator of this site did this, because it was asked for. You are signed out everywhere."
            " Your passkeys, app and recovery codes no longer work. You can set them up again on your page."
        ),
    ),
}


def send_notice(kind: str, *, email: str, language: str, portal: Portal | None) -> None:
    """Mail one notice. That it could not be sent undoes nothing; the log says so without saying who."""
    notice = NOTICES[kind]
    with translation.override(language):
        body = render_to_string("email/safety_notice.txt", {"sentence": notice.sentence, "portal": portal})
        message = EmailMessage(
            subject=str(notice.subject),
            body=body,
            to=[email],
            headers={"Auto-Submitted": "auto-generated"},
        )
    try:
        message.send()
    except Exception as error:
        log.warning("safety_notice_failed", kind=kind, error=type(error).__name__)
