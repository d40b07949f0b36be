"""What can go wrong with accounts and proofs, in the words of a resident, each with a way on."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backend.core.errors import DomainError


class AlreadyProved(DomainError):
    """Another account belongs to the same person, as far as anybody can tell."""

    code = "already_proved"
    default_message = _(
        "You took part here before with another account or another letter, so this does not give you a second"
        " vote. Sign in the way you did then. Is that not you? Call us or come by: we can put it right."
    )


class NameKnownElsewhere(DomainError):
    """Said to a clerk: one person who moved, or two of one name? Only asking tells."""

    code = "name_known_elsewhere"
    default_message = _(
        "Somebody with this name and date of birth takes part already, at another address. Ask whether this"
        " is that person. Then say so at “Known at another address”, and send this again."
    )


class LetterOfSomebodyElse(DomainError):
    """Somebody who takes part already used the letter of another person in the same browser."""

    code = "letter_of_somebody_else"
    default_message = _(
        "You take part here already, and this letter is to somebody else. The code was not used. Is it of"
        " somebody you live with? Let them use it in another browser, or on another phone or computer. Is it"
        " yours all the same? Call us."
    )


class HomeAlreadyProved(DomainError):
    """A letter to an address and somebody who lives there: nobody can tell whether they are one person."""

    code = "home_already_proved"
    default_message = _(
        "Somebody at your address took part already. Was that you? Then sign in the way you did then. Was it"
        " somebody you live with? Then come by the counter with a document, so that your vote counts too."
    )


class ProvingImpossible(DomainError):
    """The keys of this installation are not right. The log and check-production tell the operator."""

    status = 503
    code = "proving_impossible"
    default_message = _(
        "We cannot check where you live at this moment. This is our mistake. Nothing was lost. Try again"
        " tomorrow, or call us."
    )


class FormerKeyNeeded(DomainError):
    code = "former_key_needed"
    default_message = _(
        "Some people are still recognised by a former key alone. Keep it until their proofs have ended."
    )


class NotWhileHelping(DomainError):
    """A page about oneself, opened by an assistant who is acting for somebody else."""

    status = 403
    code = "not_while_helping"
    default_message = _(
        "You are helping somebody now, and nobody may open this page in their name. Stop helping first."
        " Then you can use it for yourself."
    )


class TooYoung(DomainError):
    status = 422
    code = "too_young"
    default_message = _("This person has not reached the age that the rules of play ask for.")


class CodeRefused(DomainError):
    """A code from a letter that gives nothing. Each of these costs a try."""

    status = 422
    code = "code_refused"


class CodeMistyped(CodeRefused):
    code = "code_mistyped"
    default_message = _(
        "A code has eight letters and digits, such as ABCD-1234. Look at the letter and type it again."
    )


class CodeUnknown(CodeRefused):
    code = "code_unknown"
    default_message = _(
        "We do not know this code. Look at the letter and type it again. Is it still not right? Then call us."
    )


class CodeUsed(CodeRefused):
    code = "code_used"
    default_message = _(
        "This code was used already. Was that you? Then sign in the way you did then, or call us."
        " Was it somebody else? Call us, and we look into it."
    )


class CodeExpired(CodeRefused):
    code = "code_expired"
    default_message = _("This code no longer works: its last day is past. Call us and ask for a new letter.")


class CodeRevoked(CodeRefused):
    code = "code_revoked"
    default_message = _("The municipality has withdrawn this code. Call us, and we tell you what you can do.")


class CodeReplaced(CodeRefused):
    code = "code_replaced"
    default_message = _(
        "You were sent a newer letter, and this code no longer works. Use the code from the newer letter."
    )


class CodeOfOtherPortal(CodeRefused):
    """Somebody is at another site of the same municipality."""

    code = "code_of_other_portal"

    def __init__(self, *, portal: str, address: str) -> None:
        sentence = _("This letter is for %(portal)s. Go to %(address)s and type the code there.")
        super().__init__(sentence % {"portal": portal, "address": address})


class TooManyTries(DomainError):
    """Too many wrong codes from one place. Waiting always helps."""

    status = 429
    code = "too_many_tries"

    def __init__(self, seconds: int) -> None:
        sentence = ngettext(
            "There were many wrong codes from here. Wait %(seconds)s second and press the button again."
            " Your code is still here.",
            "There were many wrong codes from here. Wait %(seconds)s seconds and press the button again."
            " Your code is still here.",
            seconds,
        )
        super().__init__(sentence % {"seconds": seconds})
        self.seconds = seconds


class FileImportedBefore(DomainError):
    code = "file_imported_before"
    default_message = _("This same file was imported before. Nothing was changed.")


class ListNotReady(DomainError):
    code = "list_not_ready"
    default_message = _("This list is not at that point, or no longer. Nothing was changed. Look again.")


class NamesRemoved(DomainError):
    code = "names_removed"
    default_message = _(
        "The names and addresses of this batch were removed. Send in a list with this addressee again."
    )


class AlreadyRevoked(DomainError):
    code = "already_revoked"
    default_message = _("This letter is no longer valid. Nothing was changed.")


class OwnRole(DomainError):
    """Nobody decides about their own power."""

    code = "own_role"
    default_message = _(
        "You cannot give a role to yourself, or keep one for longer. Another administrator can. Nothing was"
        " changed."
    )


class LastAdministrator(DomainError):
    code = "last_administrator"
    default_message = _(
        "Nobody would be left who can give roles here. First make somebody else administrator. Nothing was"
        " changed."
    )


class RoleOverlaps(DomainError):
    code = "role_overlaps"
    default_message = _(
        "This person has this role here already on some of these days. Choose other days, or change the role"
        " that stands. Nothing was changed."
    )


class RoleOver(DomainError):
    code = "role_over"
    default_message = _("This role has ended already. To give it again, give a new role.")


class AddressInUse(DomainError):
    """Said only to somebody who has shown to read the mail of the address."""

    code = "address_in_use"
    default_message = _(
        "You already have another account with this address. Nothing was changed. Sign in with that address,"
        " or call us to make one account of the two."
    )
