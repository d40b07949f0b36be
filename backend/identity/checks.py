"""What check-production tries of this app: the keys people are recognised by, and the brokers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.utils import timezone

from backend.core import trials

from .brokers import Broker
from .oidc.errors import BrokerFailed, Why
from .oidc.metadata import seconds_apart
from .oidc.tokens import LEEWAY_SECONDS
from .services.keys import missing_keys

_WORDS = {
    Why.UNREACHABLE: "cannot be reached.",
    Why.BROKER_FAULT: "does not give its discovery document or its keys.",
    Why.ISSUER: "calls itself something else than issuer says, be it by one sign.",
    Why.METADATA: "has a discovery document without all addresses, each with https://, or without keys.",
    Why.NOT_JSON: "gives something else than a discovery document.",
    Why.REDIRECTED: "sends us elsewhere for its discovery document or its keys.",
    Why.TOO_LARGE: "gives far more than a discovery document.",
}


def broker_trials() -> Iterator[trials.Trial]:
    remedy = "Compare your file of brokers with what the broker gave you. docs/broker.md explains it."
    for broker in settings.BROKERS:
        yield trials.Trial(f"broker_{broker.id}", partial(_try, broker), remedy)


def _try(broker: Broker) -> None:
    try:
        apart = seconds_apart(broker, now=timezone.now())
    except BrokerFailed as failure:
        raise RuntimeError(f"Broker {broker.id} {_WORDS.get(failure.why, str(failure.why))}") from None
    if apart is not None and apart > LEEWAY_SECONDS:
        raise RuntimeError(
            f"The clock of broker {broker.id} is {apart:.0f} seconds from ours. So its tokens look expired or"
            " too new. Let both follow a time server (NTP)."
        )


def _keys_are_complete() -> None:
    if missing := missing_keys():
        raise RuntimeError(f"{missing} keys that people were recognised by are not in the settings.")


def key_trials() -> list[trials.Trial]:
    remedy = "Put the former keys back in MEEBESLISSEN_IDENTITY_KEYS. Nobody can show where they live now."
    return [trials.Trial("identity_keys_complete", _keys_are_complete, remedy)]


trials.register(broker_trials)
trials.register(key_trials)
