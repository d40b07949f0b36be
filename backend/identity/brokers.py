"""Connections to brokers (DigiD and the like) as an operator wrote them in a file. Plain values, no Django.

A broker signs people in for a municipality by OpenID Connect. What is wrong with the file is told to the
operator in sentences, all at once; a secret is in none of them.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Without these nobody can tell that a letter and a login are of one person.
NEEDED_TO_PROVE = ("surname", "given_name", "birth_date", "postcode", "house_number")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CBS_CODE = re.compile(r"GM[0-9]{4}")
_SHORTEST_SECRET = 16
_REQUIRED = ("id", "municipality", "name", "issuer", "client_id", "client_secret")


@dataclass(frozen=True, kw_only=True)
class ClaimNames:
    """What a broker calls what it tells of somebody. Empty: it does not tell that."""

    surname: str = ""
    given_name: str = ""
    birth_date: str = ""
    postcode: str = ""
    house_number: str = ""
    addition: str = ""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """One connection of one municipality."""

    id: str
    municipality: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: Sequence[str] = ("openid",)
    # From the least sure way of signing in to the surest.
    acr_values: Sequence[str] = ()
    minimum_acr: str = ""
    claims: ClaimNames = ClaimNames()
    # Whether what it tells of somebody is asked separately, for brokers that put little in the token.
    userinfo: bool = False
    proves_residency: bool = False

    @property
    def accepted_acr(self) -> Sequence[str]:
        """The levels that are sure enough, the minimum first."""
        if not self.minimum_acr:
            return ()
        return self.acr_values[self.acr_values.index(self.minimum_acr) :]

    @property
    def is_on_loopback(self) -> bool:
        return is_on_loopback(self.issuer)


class BrokerMistake(ValueError):
    """What is wrong with one connection, in sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


def is_on_loopback(address: str) -> bool:
    """Whether an address is of this machine itself and not encrypted, as tests have it."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def read_brokers(path: str) -> tuple[list[Broker], list[str]]:
    """The connections of a file and everything that is wrong with it. No file is no connection."""
    if not path:
        return [], []
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [], [f"The file of brokers cannot be read ({type(error).__name__}): {path}"]
    except tomllib.TOMLDecodeError as error:
        return [], [f"The file of brokers is not TOML: {_without_text(error)}"]
    tables = content.get("broker")
    if set(content) != {"broker"} or not isinstance(tables, list) or not tables:
        return [], ["The file of brokers consists of [[broker]] tables and nothing else."]
    brokers: list[Broker] = []
    faults: list[str] = []
    for number, table in enumerate(tables, start=1):
        try:
            brokers.append(broker_from(table))
        except BrokerMistake as mistake:
            faults += [f"Broker {_named(table) or number}: {fault}" for fault in mistake.faults]
    ids = Counter(broker.id for broker in brokers)
    faults += [f"Broker {name}: this id is there twice." for name, times in ids.items() if times > 1]
    return brokers, faults


def _named(table: Any) -> str:
    name = table.get("id") if isinstance(table, dict) else None
    return name if isinstance(name, str) and _SLUG.fullmatch(name) else ""


def broker_from(table: Any, *, may_be_loopback: bool = False) -> Broker:
    """One connection. Raises BrokerMistake with everything that is wrong with it."""
    if not isinstance(table, dict):
        raise BrokerMistake(["it is not a table."])
    values = dict(table)
    secret_file = values.pop("client_secret_file", None)
    faults = [*_unknown(values, Broker, "it"), *_wrong_types(values)]
    names = values.pop("claims", {})
    if not faults:
        faults += _unknown(names, ClaimNames, "claims")
    if faults:
        raise BrokerMistake(faults)
    if secret_file is not None:
        values["client_secret"] = _secret_in(secret_file)
    if missing := [name for name in _REQUIRED if not values.get(name)]:
        raise BrokerMistake([f"{name} is missing." for name in missing])
    broker = Broker(**values, claims=ClaimNames(**names))
    faults = _faults_of_address(broker, may_be_loopback) + _faults_of_levels(broker) + _other_faults(broker)
    if faults:
        raise BrokerMistake(faults)
    return broker


def _unknown(values: Mapping[str, Any], kind: type, where: str) -> list[str]:
    known = {each.name for each in fields(kind)}
    return [f"{where} has no setting called {name}." for name in sorted(set(values) - known)]


def _wrong_types(values: Mapping[str, Any]) -> list[str]:
    faults = []
    for name, value in values.items():
        if name in {"scopes", "acr_values"}:
            right = isinstance(value, list) and all(isinstance(each, str) and each for each in value)
            what = "a list of texts"
        elif name in {"userinfo", "proves_residency"}:
            right, what = isinstance(value, bool), "true or false"
        elif name == "claims":
            right = isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
            what = "a table of texts"
        else:
            right, what = isinstance(value, str), "a text"
        if not right:
            faults.append(f"{name} must be {what}.")
    return faults


def _secret_in(path: Any) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, TypeError, UnicodeDecodeError) as error:
        raise BrokerMistake([f"client_secret_file cannot be read ({type(error).__name__})."]) from None


def _faults_of_address(broker: Broker, may_be_loopback: bool) -> list[str]:
    parts = urlsplit(broker.issuer)
    if parts.scheme != "https" and not (may_be_loopback and broker.is_on_loopback):
        return ["issuer must start with https://."]
    if not parts.hostname or parts.query or parts.fragment or parts.username or parts.password:
        return ["issuer must be an address without a query, a fragment or a name."]
    return []


def _faults_of_levels(broker: Broker) -> list[str]:
    faults = []
    if len(set(broker.acr_values)) != len(broker.acr_values):
        faults.append("acr_values has the same level twice.")
    if broker.minimum_acr and broker.minimum_acr not in broker.acr_values:
        faults.append("minimum_acr is not among acr_values.")
    if broker.acr_values and not broker.minimum_acr:
        faults.append("minimum_acr is missing: say which of acr_values is sure enough.")
    if broker.proves_residency and not broker.acr_values:
        faults.append("acr_values is missing: a login of any level would prove where somebody lives.")
    return faults


def _other_faults(broker: Broker) -> list[str]:
    faults = []
    if not _SLUG.fullmatch(broker.id):
        faults.append("id must be small letters, digits and hyphens, at most 40.")
    if not _CBS_CODE.fullmatch(broker.municipality):
        faults.append("municipality must be a CBS code, such as GM0363.")
    if len(broker.name) > 40:
        faults.append("name is on a button: at most 40 characters.")
    if len(broker.client_secret) < _SHORTEST_SECRET:
        faults.append(f"client_secret has fewer than {_SHORTEST_SECRET} characters.")
    if "openid" not in broker.scopes:
        faults.append("scopes must have openid among them.")
    if broker.proves_residency:
        missing = [name for name in NEEDED_TO_PROVE if not getattr(broker.claims, name)]
        faults += [f"claims.{name} is missing, which proving where somebody lives needs." for name in missing]
    return faults


def _without_text(error: tomllib.TOMLDecodeError) -> str:
    """Where the file is wrong, without what stands there, which may be a secret."""
    found = re.search(r"\(at (line \d+, column \d+|end of document)\)", str(error))
    return found[1] if found else "somewhere in it"
