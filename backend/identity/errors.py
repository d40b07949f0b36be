"""What can go wrong with accounts and proofs, in the words of a resident, each with a way on."""

from django.utils.translation import gettext_lazy as _

from backend.core.errors import DomainError


class AlreadyProved(DomainError):
    """Another account belongs to the same person, as far as anybody can tell."""

    code = "already_proved"
    default_message = _(
        "You took part here before with another account or another letter, so this does not give you a second"
        " vote. Sign in the way you did then. Is that not you? Call us or come by: we can put it right."
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


class TooYoung(DomainError):
    status = 422
    code = "too_young"
    default_message = _("This person has not reached the age that the rules of play ask for.")


class LastAdministrator(DomainError):
    code = "last_administrator"
    default_message = _(
        "You are the last administrator here. Without you nobody can give roles any more. Make somebody else"
        " administrator first. Nothing was changed."
    )
