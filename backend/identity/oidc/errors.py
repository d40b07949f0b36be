"""What can go wrong between a broker and us: one word each for the operator, a kind for the person."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What the person can do about it."""

    CANCELLED = "cancelled"
    START_AGAIN = "start_again"
    LATER = "later"
    SURER = "surer"
    BROKEN = "broken"
    WAIT = "wait"


class Why(StrEnum):
    """What happened, as it stands in the log. docs/broker.md says what to do about each."""

    CANCELLED = "cancelled"
    REFUSED = "refused_by_broker"
    # A state that was used, that is too old, or that began in another browser or at another portal.
    STATE = "state_unknown"
    TOO_OFTEN = "too_many_failures"
    UNREACHABLE = "unreachable"
    BROKER_FAULT = "broker_fault"
    TOO_LARGE = "answer_too_large"
    REDIRECTED = "answer_redirects"
    NOT_JSON = "answer_not_json"
    METADATA = "metadata_incomplete"
    CODE_REFUSED = "code_refused"
    CLIENT_REFUSED = "client_refused"
    NO_TOKEN = "token_missing"  # noqa: S105  (a word, no secret)
    MALFORMED = "token_malformed"
    ALGORITHM = "algorithm_not_allowed"
    UNKNOWN_KEY = "key_unknown"
    SIGNATURE = "signature_wrong"
    ISSUER = "issuer_wrong"
    AUDIENCE = "audience_wrong"
    NONCE = "nonce_wrong"
    EXPIRED = "token_expired"
    TOO_OLD = "token_too_old"
    FUTURE = "token_from_the_future"
    AT_HASH = "access_token_of_another"
    SUBJECT = "subject_missing"
    SWAPPED = "subject_swapped"
    ACR_MISSING = "acr_missing"
    ACR_LOW = "acr_too_low"


_KINDS = {
    Why.CANCELLED: Kind.CANCELLED,
    Why.STATE: Kind.START_AGAIN,
    Why.CODE_REFUSED: Kind.START_AGAIN,
    Why.EXPIRED: Kind.START_AGAIN,
    Why.TOO_OFTEN: Kind.WAIT,
    Why.UNREACHABLE: Kind.LATER,
    Why.BROKER_FAULT: Kind.LATER,
    Why.ACR_LOW: Kind.SURER,
    Why.ACR_MISSING: Kind.SURER,
}


class BrokerFailed(Exception):
    """Signing in by a broker ended here. Nothing that the broker told is in it, so it may be logged."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why

    @property
    def kind(self) -> Kind:
        return _KINDS.get(self.why, Kind.BROKEN)
