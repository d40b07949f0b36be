"""Real passkeys in a real browser: made, shown as a second step, signed in with, and removed."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import CDPSession, expect

from backend.core.tenancy import in_municipality
from backend.identity.models import Person
from backend.identity.states import Role
from backend.places.models import Portal
from tests.builders.people import make_person

from .conftest import NewVisitor
from .signing_in import make_stale
from .site import aside
from .visitors import Visitor, mailed_code

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The part of a phone that keeps passkeys, and asks for a finger."""

    def __init__(self, visitor: Visitor) -> None:
        self.cdp: CDPSession = visitor.context.new_cdp_session(visitor.page)
        self.cdp.send("WebAuthn.enable")
        added = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.id = added["authenticatorId"]

    def recognise(self, *, owner: bool) -> None:
        """Whether the finger on it is that of its owner."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": owner})

    def passkeys(self) -> int:
        answer = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return len(answer["credentials"])


def sign_in_by_code(visitor: Visitor, email: str, path: str = "/mijn/") -> None:
    visitor.go(path)
    visitor.page.locator("[name=email]").fill(email)
    visitor.button("Send me a code").click()
    visitor.page.locator("[name=code]").wait_for()
    visitor.page.locator("[name=code]").fill(mailed_code(email))
    visitor.button("Sign in").click()
    visitor.page.wait_for_load_state()


def sign_out(visitor: Visitor) -> None:
    visitor.go("/afmelden/")
    visitor.button("Sign out").click()
    visitor.page.wait_for_load_state()


def make_clerk(portal: Portal, email: str) -> Person:
    with in_municipality(portal.municipality_id):
        return make_person(portal, email=email, roles=[Role.CLERK], at=timezone.now())


def add_passkey(visitor: Visitor, name: str) -> None:
    visitor.page.locator("[name=name]").fill(name)
    visitor.button("Make a passkey").click()
    visitor.page.wait_for_url("**/herstelcodes/**")


@pytest.fixture
def clerk(portal: Portal) -> Person:
    return aside(make_clerk, portal, f"clerk@{portal.slug}.example.org")


def test_a_clerk_makes_a_passkey_and_works_with_it(visit: NewVisitor, clerk: Person) -> None:
    visitor, email = visit(), str(clerk.email)
    device, page = Device(visitor), visitor.page
    sign_in_by_code(visitor, email, "/werk/")
    expect(visitor.heading("A second step at signing in")).to_be_visible()
    visitor.button("Add a passkey").click()
    add_passkey(visitor, "Mijn telefoon")
    assert device.passkeys() == 1
    visitor.button("Show me new codes").click()
    expect(page.locator(".secret")).to_have_count(10)
    visitor.button("I have kept them").click()
    expect(visitor.heading("Desk")).to_be_visible()

    sign_out(visitor)
    # The passkey alone is enough: it asked for the finger of its owner.
    visitor.go("/aanmelden/?next=/werk/")
    visitor.button("Sign in with a passkey").click()
    expect(visitor.heading("Desk")).to_be_visible()

    sign_out(visitor)
    # And it is the second step after a code.
    sign_in_by_code(visitor, email, "/werk/")
    expect(visitor.heading("One more step")).to_be_visible()
    visitor.button("Use my passkey").click()
    expect(visitor.heading("Desk")).to_be_visible()


def test_a_passkey_confirms_before_it_is_removed(visit: NewVisitor, clerk: Person) -> None:
    visitor = visit()
    Device(visitor)
    sign_in_by_code(visitor, str(clerk.email), "/mijn/aanmelden/passkey/")
    add_passkey(visitor, "")
    make_stale(visitor.page)
    visitor.go("/mijn/aanmelden/")
    expect(visitor.page.get_by_text("Passkey 1", exact=True)).to_be_visible()
    visitor.page.get_by_role("link", name=re.compile("Remove it")).click()
    expect(visitor.heading("Is it you?")).to_be_visible()
    visitor.page.get_by_role("link", name="With your passkey").click()
    visitor.button("Use my passkey").click()
    visitor.button("Remove this passkey").click()
    expect(visitor.page.get_by_text("The passkey is removed.")).to_be_visible()
    assert aside(lambda: Authenticator.objects.filter(user=clerk).count()) == 0


def test_without_the_finger_of_its_owner_a_passkey_does_nothing(visit: NewVisitor, clerk: Person) -> None:
    visitor = visit()
    device = Device(visitor)
    sign_in_by_code(visitor, str(clerk.email), "/mijn/aanmelden/passkey/")
    add_passkey(visitor, "Telefoon")
    sign_out(visitor)
    device.recognise(owner=False)
    visitor.go("/aanmelden/")
    visitor.button("Sign in with a passkey").click()
    expect(visitor.page.locator("[data-passkey-message]")).to_contain_text("nothing was changed")
    visitor.go("/mijn/")
    expect(visitor.page.locator("[name=email]")).to_be_visible()


def test_a_passkey_works_at_its_own_portal_only(visit: NewVisitor, clerk: Person, portal: Portal) -> None:
    visitor = visit()
    Device(visitor)
    sign_in_by_code(visitor, str(clerk.email), "/mijn/aanmelden/passkey/")
    add_passkey(visitor, "Telefoon")
    visitor.go("/mijn/aanmelden/")
    expect(visitor.page.get_by_text(f"works at {portal.hostname}")).to_be_visible()


def test_without_scripts_there_are_other_ways(visit: NewVisitor, clerk: Person) -> None:
    visitor = visit(scripts=False)
    visitor.go("/aanmelden/")
    expect(visitor.page.get_by_text("Sign in with a passkey")).to_be_hidden()
    expect(visitor.page.get_by_role("link", name="Sign in with a password")).to_be_visible()
    sign_in_by_code(visitor, str(clerk.email), "/mijn/aanmelden/passkey/")
    expect(visitor.page.get_by_text("A passkey needs scripts")).to_be_visible()
    visitor.page.locator(".no-scripts-only a").click()
    expect(visitor.heading("Link an app")).to_be_visible()
