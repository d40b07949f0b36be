"""Roles, kinds of proof and their levels. No queries."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# An e-mail address cannot be longer, and the database keeps none that is.
LONGEST_ADDRESS = 254


class Role(TextChoices):
    """What somebody may do besides what every resident may."""

    CLERK = "clerk", _("Clerk")
    COUNCILLOR = "councillor", _("Councillor")
    OFFICIAL = "official", _("Official")
    MODERATOR = "moderator", _("Moderator")
    ORGANISER = "organiser", _("Organiser")
    ASSISTANT = "assistant", _("Assistant at the counter")
    AUDITOR = "auditor", _("Auditor")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    ADMINISTRATOR = "administrator", _("Administrator")


# Who works for the municipality shows a second factor before a role of theirs is worth anything.
STAFF_ROLES = frozenset(Role.values) - {Role.COUNCILLOR}


# There is one record of a municipality, so whoever reads it does so for the municipality as a whole.
WHOLE_ROLES = frozenset({Role.AUDITOR})


class RoleState(TextChoices):
    """Whether somebody holds a role now. Follows from its days, and is kept nowhere."""

    IN_FORCE = "now", _("In force")
    FUTURE = "future", _("Begins later")
    ENDED = "ended", _("Ended")


class ProofKind(TextChoices):
    """How somebody showed that they live here."""

    DECLARED = "declared", _("Own statement")
    LETTER = "letter", _("Code from a letter")
    LIST = "list", _("On a list of the municipality")
    COUNTER = "counter", _("At the counter")
    BROKER = "broker", _("Signed in with DigiD or the like")
    IMPORTED = "imported", _("Counted in an earlier election")


class ProofLevel(IntegerChoices):
    """How sure a proof is. A portal asks for a level, not for a kind."""

    DECLARED = 1, _("The person says so")
    CONFIRMED = 2, _("The municipality has checked it")
    STRONG = 3, _("The person showed a document or signed in with DigiD or the like")


LEVEL_OF: dict[str, ProofLevel] = {
    ProofKind.DECLARED: ProofLevel.DECLARED,
    ProofKind.LETTER: ProofLevel.CONFIRMED,
    ProofKind.LIST: ProofLevel.CONFIRMED,
    ProofKind.COUNTER: ProofLevel.STRONG,
    ProofKind.BROKER: ProofLevel.STRONG,
    ProofKind.IMPORTED: ProofLevel.CONFIRMED,
}


class Origin(TextChoices):
    """Where a person came from."""

    SIGNED_IN = "signed_in", _("Signed in")
    COUNTER = "counter", _("At the counter")
    LETTER = "letter", _("With a code from a letter")
    BROKER = "broker", _("Signed in with DigiD or the like")
    IMPORTED = "imported", _("Read in from an earlier election")


class KeyKind(TextChoices):
    """What a keyed hash was made of, to recognise somebody who was here before."""

    SUBJECT = "subject", _("Login with DigiD or the like")
    RESIDENT = "resident", _("Name and birth date")
    LETTER = "letter", _("Letter to an address")
    HOME = "home", _("Address")


class SameName(TextChoices):
    """What a clerk found out about somebody whose name and birth date are known at another address."""

    MOVED = "moved", _("It is the same person, who moved house")
    OTHER = "other", _("It is another person, with the same name and date of birth")


class HelpChannel(TextChoices):
    """How an assistant and a person reach each other."""

    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("By phone")
    PAPER = "paper", _("With a form on paper")


class ListPurpose(TextChoices):
    """What a list of residents is for."""

    LETTERS = "letters", _("Send everyone on it a letter with a code")
    OWN_LIST = "own_list", _("Recognise people on it by their e-mail address when they sign in")


class ListKind(TextChoices):
    """What a row of a list is."""

    PEOPLE = "people", _("A person, with name and date of birth")
    ADDRESSES = "addresses", _("An address, without names")


class ListState(TextChoices):
    """Where a list is between being sent in and being used."""

    MAPPING = "mapping", _("Waits for you to say what the columns are")
    CHECKING = "checking", _("Is being checked")
    BROKEN = "broken", _("Cannot be read")
    FAILED = "failed", _("Could not be checked")
    CHECKED = "checked", _("Checked, waits for you")
    IMPORTED = "imported", _("Imported")
    CLEARED = "cleared", _("Used, names and addresses removed")
    DISCARDED = "discarded", _("Thrown away")


# A list that still waits for somebody.
OPEN_LISTS = (ListState.MAPPING, ListState.CHECKING, ListState.CHECKED, ListState.FAILED)


class RunState(TextChoices):
    """Where a batch of letters is."""

    PRINTING = "printing", _("Is being made")
    PRINTED = "printed", _("Ready")
    FAILED = "failed", _("Could not be made")
    REVOKED = "revoked", _("Revoked")


class LetterState(TextChoices):
    """What became of one letter."""

    OPEN = "open", _("Printed, not used yet")
    USED = "used", _("Used")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Replaced by a newer letter")


class ResetReason(TextChoices):
    """Why somebody's second factor was taken away; words of our own, because the record keeps no names."""

    LOST = "lost", _("Everything lost")
    STOLEN = "stolen", _("Stolen")
    BROKEN = "broken", _("Broken")
    REPLACED = "replaced", _("Another phone or computer")


class ConsentPurpose(TextChoices):
    """What somebody can allow or not. Taking part never depends on it."""

    NAME_WITH_PLANS = "name_with_plans", _("Show my name with my plans")
    INVITATIONS = "invitations", _("Invite me to take part in other things")
    RESEARCH = "research", _("Ask me to join research")


@dataclass(frozen=True)
class ConsentText:
    """What somebody agrees to. A text that changes gets the next version; old consents keep theirs."""

    version: int
    text: Promise


CONSENT_TEXTS: dict[str, ConsentText] = {
    ConsentPurpose.NAME_WITH_PLANS: ConsentText(
        1,
        _("Everybody can read your name with the plans that you put up. Without it they read “a resident”."),
    ),
    ConsentPurpose.INVITATIONS: ConsentText(
        1,
        _("We may send you news and invitations about other ways to take part in your municipality."),
    ),
    ConsentPurpose.RESEARCH: ConsentText(
        1,
        _("We may ask you to answer questions for research. You choose each time whether you do."),
    ),
}


class ExportState(TextChoices):
    """Life of a copy of one's data."""

    REQUESTED = "requested", _("Being made")
    READY = "ready", _("Ready to fetch")
    FETCHED = "fetched", _("Fetched")
    EXPIRED = "expired", _("Thrown away")
    FAILED = "failed", _("Could not be made")


OPEN_EXPORTS = (ExportState.REQUESTED, ExportState.READY)
