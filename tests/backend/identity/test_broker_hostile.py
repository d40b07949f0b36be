"""A broker that lies, stumbles or hangs: nobody gets in, nothing is kept, and people read what to do."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from backend.identity.models import IdentityKey, Person, ResidencyProof
from backend.identity.oidc.errors import Why
from backend.places.models import Portal
from tests.builders.brokers import THERE, come_back, connected_provider, leave, sign_in
from tests.builders.hostile_provider import (
    Provider,
    Reply,
    as_json,
    key_named,
    public_jwk,
    public_pem,
    running_provider,
)
from tests.builders.web import client_for, url

NOW = int(time.time())
Script = Callable[[Provider], Any]


@pytest.fixture
def provider(west: Portal, settings: Any) -> Iterator[Provider]:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    with connected_provider(west, settings) as running:
        yield running


@pytest.fixture
def browser(west: Portal) -> Client:
    return client_for(None, west)


def nobody_got_in(browser: Client) -> bool:
    kept = [model.objects.count() for model in (Person, SocialAccount, ResidencyProof, IdentityKey)]
    return "_auth_user_id" not in browser.session and kept == [0, 0, 0, 0]


def told_in_the_log(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [json.loads(record.message) for record in caplog.records if '"broker_failed"' in record.message]
    return [line["code"] for line in lines]


@dataclass(frozen=True)
class Lie:
    """What the broker does wrong, and the word for the operator."""

    name: str
    why: Why
    script: Script
    said: str = "do not understand each other"
    status: int = 502
    # Whether it shows before the person has left for the broker.
    is_before: bool = False


def changed(**claims: Any) -> Script:
    return lambda provider: provider.claims.update(claims)


def replies(path: str, reply: Reply) -> Script:
    return lambda provider: provider.replies.update({path: reply})


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "first"})


def signed_with_what_everybody_reads(claims: dict[str, Any]) -> str:
    """HS256 with the public key as its secret, which a careless client takes for RS256 with the same key."""
    jws = jwt.PyJWS()
    jws._algorithms["HS256"].prepare_key = lambda key: key  # type: ignore[method-assign, assignment]
    return jws.encode(json.dumps(claims).encode(), public_pem("first"), "HS256", headers={"kid": "first"})


def signed_by_another(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key_named("second"), algorithm="RS256", headers={"kid": "first"})


def with_another_body(claims: dict[str, Any]) -> str:
    head, _body, signature = jwt.encode(
        claims, key_named("first"), algorithm="RS256", headers={"kid": "first"}
    ).split(".")
    body = jwt.encode({**claims, "sub": "somebody-else"}, "x" * 32, algorithm="HS256").split(".")[1]
    return f"{head}.{body}.{signature}"


def forges(how: Callable[[dict[str, Any]], str]) -> Script:
    return lambda provider: setattr(provider, "forge", how)


def publishes(*keys: dict[str, Any]) -> Script:
    return lambda provider: setattr(provider, "publishes", list(keys))


def refused(error: str, status: int) -> Reply:
    return as_json({"error": error}, status)


METADATA = "/.well-known/openid-configuration"
AGAIN, LATER, SURER = "Start again", "Try again in a few minutes", "not sure enough"
LONG = Reply(200, b'{"a": "' + b"x" * 400_000 + b'"}', {"Content-Type": "application/json"})
AWAY = Reply(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})
SLOW = Reply(200, b"{}", seconds=2)

LIES = [
    Lie("wrong audience", Why.AUDIENCE, changed(aud="somebody-else")),
    Lie("no audience", Why.AUDIENCE, changed(aud=None)),
    Lie("several audiences and no party", Why.AUDIENCE, changed(aud=["meebeslissen", "other"])),
    Lie("another party", Why.AUDIENCE, changed(aud=["meebeslissen", "other"], azp="other")),
    Lie("another party for us alone", Why.AUDIENCE, changed(azp="other")),
    Lie("wrong issuer", Why.ISSUER, changed(iss="https://kwaad.example")),
    Lie(
        "issuer with a slash more",
        Why.ISSUER,
        lambda provider: provider.claims.update(iss=provider.issuer + "/"),
    ),
    Lie("no issuer", Why.ISSUER, changed(iss=None)),
    Lie("wrong nonce", Why.NONCE, changed(nonce="another")),
    Lie("no nonce", Why.NONCE, changed(nonce=None)),
    Lie("nonce of another kind", Why.NONCE, changed(nonce=["x"])),
    Lie("expired", Why.EXPIRED, changed(exp=NOW - 3600), AGAIN, 400),
    Lie("never expires", Why.MALFORMED, changed(exp=None)),
    Lie("expires in words", Why.MALFORMED, changed(exp="tomorrow")),
    Lie("expires at infinity", Why.MALFORMED, changed(exp=float("inf"))),
    Lie("issued in the future", Why.FUTURE, changed(iat=NOW + 3600, exp=NOW + 7200)),
    Lie("issued long ago", Why.TOO_OLD, changed(iat=NOW - 3600)),
    Lie("never issued", Why.MALFORMED, changed(iat=None)),
    Lie("not valid yet", Why.FUTURE, changed(nbf=NOW + 3600)),
    Lie("no subject", Why.SUBJECT, changed(sub=None)),
    Lie("empty subject", Why.SUBJECT, changed(sub="")),
    Lie("subject as a number", Why.SUBJECT, changed(sub=123456782)),
    Lie("endless subject", Why.SUBJECT, changed(sub="x" * 256)),
    Lie("low level", Why.ACR_LOW, changed(acr="laag"), SURER, 403),
    Lie("unknown level", Why.ACR_LOW, changed(acr="superhoog"), SURER, 403),
    Lie("no level", Why.ACR_MISSING, changed(acr=None), SURER, 403),
    Lie("levels", Why.ACR_MISSING, changed(acr=["hoog"]), SURER, 403),
    Lie("access token of another", Why.AT_HASH, changed(at_hash="AAAA")),
    Lie("not signed", Why.ALGORITHM, forges(unsigned)),
    Lie("signed with the public key", Why.ALGORITHM, forges(signed_with_what_everybody_reads)),
    Lie("signed by another", Why.SIGNATURE, forges(signed_by_another)),
    Lie("changed after signing", Why.SIGNATURE, forges(with_another_body)),
    Lie("no token at all", Why.MALFORMED, forges(lambda _claims: "rubbish")),
    Lie("token of another shape", Why.NO_TOKEN, forges(lambda _claims: ["a"])),  # type: ignore[arg-type, return-value]
    Lie("unknown key", Why.UNKNOWN_KEY, publishes(public_jwk("second"))),
    Lie("no keys", Why.UNKNOWN_KEY, publishes()),
    Lie("key without a body", Why.UNKNOWN_KEY, publishes({"kty": "RSA", "kid": "first"})),
    Lie("key for encrypting", Why.UNKNOWN_KEY, publishes(public_jwk("first", use="enc"))),
    Lie("key for another algorithm", Why.UNKNOWN_KEY, publishes(public_jwk("first", alg="PS256"))),
    Lie(
        "two keys of one name",
        Why.UNKNOWN_KEY,
        publishes(public_jwk("first"), public_jwk("second", kid="first")),
    ),
    Lie("short key", Why.UNKNOWN_KEY, lambda provider: setattr(provider, "signs_with", "short")),
    Lie("keys that are none", Why.METADATA, replies("/jwks", as_json({"keys": "no"}))),
    Lie(
        "code refused",
        Why.CODE_REFUSED,
        replies("/token", as_json({"error": "invalid_grant"}, 400)),
        AGAIN,
        400,
    ),
    Lie(
        "our secret refused", Why.CLIENT_REFUSED, replies("/token", as_json({"error": "invalid_client"}, 401))
    ),
    Lie("no tokens", Why.NO_TOKEN, replies("/token", as_json({"token_type": "Bearer"}))),
    Lie("no ID token", Why.NO_TOKEN, replies("/token", as_json({"access_token": "x"}))),
    Lie("huge", Why.TOO_LARGE, replies("/token", LONG)),
    Lie("huge keys", Why.TOO_LARGE, replies("/jwks", LONG)),
    Lie("sends us elsewhere", Why.REDIRECTED, replies("/token", AWAY)),
    Lie("sends us elsewhere for keys", Why.REDIRECTED, replies("/jwks", AWAY)),
    Lie("hangs", Why.UNREACHABLE, replies("/token", SLOW), LATER, 503),
    Lie("breaks", Why.BROKER_FAULT, replies("/token", Reply(500, b"oops")), LATER, 503),
    Lie("keys break", Why.BROKER_FAULT, replies("/jwks", Reply(500, b"oops")), LATER, 503),
    Lie("no JSON", Why.NOT_JSON, replies("/token", Reply(200, b"<html>"))),
    Lie("JSON without end", Why.NOT_JSON, replies("/token", Reply(200, b"[" * 100_000))),
    Lie("JSON of another kind", Why.NOT_JSON, replies("/token", Reply(200, b"[]"))),
    Lie("empty", Why.NOT_JSON, replies("/token", Reply(200, b""))),
    Lie("discovery breaks", Why.BROKER_FAULT, replies(METADATA, Reply(500)), LATER, 503, True),
    Lie("discovery is not there", Why.BROKER_FAULT, replies(METADATA, Reply(404)), LATER, 503, True),
    Lie("discovery hangs", Why.UNREACHABLE, replies(METADATA, SLOW), LATER, 503, True),
    Lie("discovery is huge", Why.TOO_LARGE, replies(METADATA, LONG), is_before=True),
    Lie("discovery is elsewhere", Why.REDIRECTED, replies(METADATA, AWAY), is_before=True),
    Lie("discovery is no JSON", Why.NOT_JSON, replies(METADATA, Reply(200, b"<html>")), is_before=True),
    Lie(
        "discovery of another",
        Why.ISSUER,
        lambda provider: provider.metadata.update(issuer="https://kwaad.example"),
        is_before=True,
    ),
    Lie(
        "tokens from elsewhere",
        Why.METADATA,
        lambda provider: provider.metadata.update(token_endpoint="http://192.0.2.1/token"),
        is_before=True,
    ),
    Lie(
        "a script as door",
        Why.METADATA,
        lambda provider: provider.metadata.update(authorization_endpoint="javascript:alert(1)"),
        is_before=True,
    ),
    Lie(
        "no keys door",
        Why.METADATA,
        lambda provider: provider.metadata.update(jwks_uri=None),
        is_before=True,
    ),
]


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)
def test_nobody_gets_in(
    provider: Provider, browser: Client, caplog: pytest.LogCaptureFixture, lie: Lie
) -> None:
    lie.script(provider)
    answer = browser.post(url("broker_login", "digid")) if lie.is_before else sign_in(browser, provider)
    assert told_in_the_log(caplog) == [str(lie.why)]
    assert answer.status_code == lie.status
    page = answer.content.decode()
    assert lie.said in page
    assert "Sign in with a code by mail" in page
    assert nobody_got_in(browser)


def test_a_broker_that_hangs_is_not_waited_for_by_everybody(provider: Provider, west: Portal) -> None:
    browsers = [client_for(None, west) for _ in range(3)]
    said = [provider.authorise(leave(browser)) for browser in browsers]
    provider.replies["/token"] = SLOW
    statuses = [come_back(browser, words).status_code for browser, words in zip(browsers, said, strict=True)]
    assert statuses == [503] * 3
    assert provider.asked.count("/token") == 1


def test_a_broker_that_is_gone(browser: Client, west: Portal, settings: Any) -> None:
    with running_provider() as provider:
        settings.BROKERS = [provider.broker()]
    answer = browser.post(url("broker_login", "digid"))
    assert answer.status_code == 503
    assert LATER in answer.content.decode()


@pytest.mark.parametrize(
    ("userinfo", "why"),
    [
        ({"sub": "somebody-else", "family_name": "Kwaad"}, Why.SWAPPED),
        ({"family_name": "Kwaad"}, Why.SWAPPED),
    ],
)
def test_names_of_somebody_else(
    provider: Provider,
    browser: Client,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    userinfo: dict[str, Any],
    why: Why,
) -> None:
    settings.BROKERS = [provider.broker(userinfo=True)]
    provider.userinfo = userinfo
    assert sign_in(browser, provider).status_code == 502
    assert told_in_the_log(caplog) == [str(why)]
    assert nobody_got_in(browser)


def test_userinfo_takes_nothing_back_of_what_was_signed(
    provider: Provider, browser: Client, settings: Any
) -> None:
    settings.BROKERS = [provider.broker(userinfo=True)]
    provider.userinfo = {**provider.person, "acr": "hoog"}
    provider.claims = {"acr": "laag"}
    assert sign_in(browser, provider).status_code == 403
    assert nobody_got_in(browser)
    provider.claims = {}
    provider.userinfo = {**provider.person, "address": {"postal_code": THERE, "house_number": 1}}
    assert sign_in(browser, provider).headers["Location"] == "/"
    assert ResidencyProof.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"error": "access_denied"}, 200, "Nothing was changed. You can try again, or choose another way."),
        ({"error": "server_error"}, 502, "do not understand each other"),
        ({"error": "<script>alert(1)</script>"}, 502, "do not understand each other"),
        ({}, 502, "do not understand each other"),
    ],
)
def test_who_stops_there_comes_back_to_a_page_with_a_way_on(
    provider: Provider, browser: Client, said: dict[str, str], status: int, sentence: str
) -> None:
    state = provider.authorise(leave(browser))["state"]
    answer = come_back(browser, {**said, "state": state})
    page = answer.content.decode()
    assert answer.status_code == status
    assert sentence in page
    assert "Try again with DigiD" in page
    assert "alert(1)" not in page
    assert nobody_got_in(browser)


def test_stopping_is_no_failure(
    provider: Provider, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    state = provider.authorise(leave(browser))["state"]
    come_back(browser, {"error": "access_denied", "state": state})
    assert told_in_the_log(caplog) == []


@pytest.mark.parametrize("state", ["", "made-up", "x" * 5_000, "\0"])
def test_a_state_that_was_not_begun_here(provider: Provider, browser: Client, state: str) -> None:
    provider.authorise(leave(browser))
    answer = come_back(browser, {"code": "code-0", "state": state})
    assert answer.status_code == 400
    assert AGAIN in answer.content.decode()
    assert "/token" not in provider.asked
    assert nobody_got_in(browser)


def test_a_state_works_in_the_browser_that_began(provider: Provider, browser: Client, west: Portal) -> None:
    said = provider.authorise(leave(browser))
    thief = client_for(None, west)
    assert come_back(thief, said).status_code == 400
    assert nobody_got_in(thief)


def test_a_state_works_once(provider: Provider, browser: Client, west: Portal) -> None:
    provider.accepts_codes_again = True
    said = provider.authorise(leave(browser))
    assert come_back(browser, said).status_code == 302
    browser.post("/afmelden/")
    assert come_back(browser, said).status_code == 400
    assert "_auth_user_id" not in browser.session


def test_a_state_ends_after_ten_minutes(
    provider: Provider, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, now = provider.authorise(leave(browser)), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert come_back(browser, said).status_code == 400
    assert nobody_got_in(browser)


def test_a_code_of_somebody_else_is_worth_nothing(
    provider: Provider, browser: Client, west: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """Caught on its way and put in the address of one's own sign-in: the challenge does not fit."""
    caught = provider.authorise(leave(client_for(None, west)))
    own = provider.authorise(leave(browser))
    assert come_back(browser, {**own, "code": caught["code"]}).status_code == 400
    assert told_in_the_log(caplog) == [str(Why.CODE_REFUSED)]
    assert nobody_got_in(browser)


def test_a_code_used_again_is_refused_though_the_broker_takes_it(
    provider: Provider, browser: Client, west: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    """A careless broker gives the same token twice: the nonce is of another sign-in."""
    first = client_for(None, west)
    said = provider.authorise(leave(first))
    nonce = provider.grants[said["code"]].nonce
    come_back(first, said)
    people = Person.objects.count()
    provider.claims = {"nonce": nonce}
    assert sign_in(browser, provider).status_code == 502
    assert told_in_the_log(caplog) == [str(Why.NONCE)]
    assert "_auth_user_id" not in browser.session
    assert Person.objects.count() == people


def test_a_broker_that_answers_for_another_is_noticed(provider: Provider, browser: Client) -> None:
    said = provider.authorise(leave(browser))
    assert come_back(browser, {**said, "iss": "https://kwaad.example"}).status_code == 502
    assert "/token" not in provider.asked
    assert nobody_got_in(browser)
    said = provider.authorise(leave(browser))
    assert come_back(browser, {**said, "iss": provider.issuer}).status_code == 302


@pytest.mark.parametrize("secret", ["another-secret-than-ours"])
def test_a_secret_that_is_not_right(
    provider: Provider, browser: Client, settings: Any, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    settings.BROKERS = [provider.broker(client_secret=secret)]
    assert sign_in(browser, provider).status_code == 502
    assert told_in_the_log(caplog) == [str(Why.CLIENT_REFUSED)]
    assert secret not in caplog.text


@pytest.mark.parametrize("key", ["ec-key", "second"])
def test_a_broker_may_change_its_keys(provider: Provider, west: Portal, key: str) -> None:
    """The new key is not known yet, and asked for once."""
    assert sign_in(client_for(None, west), provider).status_code == 302
    provider.signs_with = key
    provider.asked.clear()
    assert sign_in(client_for(None, west), provider).status_code == 302
    assert provider.asked.count("/jwks") == 1
    provider.asked.clear()
    assert sign_in(client_for(None, west), provider).status_code == 302
    assert provider.asked == ["/token"]


@pytest.mark.parametrize(
    "script",
    [
        lambda provider: provider.header.update(alg="PS256"),
        lambda provider: provider.header.update(kid=None),
        lambda provider: provider.claims.update(aud=["meebeslissen"]),
        lambda provider: provider.claims.update(aud=["meebeslissen", "other"], azp="meebeslissen"),
        lambda provider: provider.claims.update(exp=int(time.time()) - 30),
        lambda provider: provider.claims.update(iat=int(time.time()) + 30, nbf=int(time.time()) + 30),
        lambda provider: provider.claims.update(iat=int(time.time()) - 300, acr="hoog"),
        lambda provider: provider.metadata.update(authorization_endpoint=f"{provider.issuer}/a?x=1"),
        lambda provider: provider.metadata.update(
            token_endpoint_auth_methods_supported=["client_secret_post", "client_secret_basic"]
        ),
        lambda provider: provider.metadata.update(
            token_endpoint_auth_methods_supported=["client_secret_basic"]
        ),
        lambda provider: provider.metadata.update(token_endpoint_auth_methods_supported=["private_key_jwt"]),
    ],
)
def test_what_the_standard_allows_gets_in(provider: Provider, browser: Client, script: Script) -> None:
    script(provider)
    assert sign_in(browser, provider).status_code == 302
    assert Person.objects.count() == 1
