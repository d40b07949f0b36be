"""What stands on record about people, in words."""

from django.utils.translation import gettext_lazy as _

from backend.audit import words

from .states import ProofKind, Role

words.register(
    actions={
        "identity.profile_changed": _("Changed their own name or language"),
        "identity.unused_account_forgotten": _("Forgot an account that nobody signed in to"),
        "identity.role_given": _("Gave a role"),
        "identity.role_changed": _("Changed until when a role is held"),
        "identity.role_ended": _("Ended a role"),
        "identity.roles_read": _("Read the list of roles"),
        f"identity.proved_{ProofKind.DECLARED}": _("Said that they live here"),
        f"identity.proved_{ProofKind.LETTER}": _("Showed with a letter to live here"),
        f"identity.proved_{ProofKind.LIST}": _("Is on a list of residents"),
        f"identity.proved_{ProofKind.COUNTER}": _("Showed a document at the counter"),
        f"identity.proved_{ProofKind.BROKER}": _("Showed with DigiD or the like to live here"),
        f"identity.proved_{ProofKind.IMPORTED}": _("Was read in as a resident"),
    },
    targets={
        "identity.person": _("Person"),
        "identity.roleassignment": _("Role"),
        "identity.residencyproof": _("Proof of living here"),
    },
    roles=dict(Role.choices),
)
