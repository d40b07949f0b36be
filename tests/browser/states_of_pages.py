"""Every page in every state it can be in, and how a person gets to see it so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Page

Do = Callable[[Page], None]
_numbers = count(1)
MUST = "main form[method=post]"


@dataclass(frozen=True)
class Shown:
    """A page as somebody sees it. Who is nobody for a visitor; places in the path are those of the world."""

    name: str
    path: str
    who: str = "nobody"
    do: Do | None = None
    status: int = 200
    hostname: str = "west.localhost"


def send_empty(page: Page) -> None:
    """Send the first form with nothing in it, as an old browser would."""
    page.locator(MUST).first.evaluate(
        """(form) => {
          form.noValidate = true;
          for (const field of form.elements) {
            if (field.type === "hidden") continue;
            if (field.type === "radio" || field.type === "checkbox") field.checked = false;
            else if (field.tagName !== "BUTTON") field.value = "";
          }
        }"""
    )
    send(page)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator(f"{MUST} button.nl-button--primary").first.click()


def too_long(page: Page) -> None:
    page.locator("[name=title]").evaluate("(field) => { field.value = 'lang '.repeat(50); }")
    page.locator(MUST).first.evaluate("(form) => { form.noValidate = true; }")
    send(page)


def ask_for_code(page: Page) -> None:
    """Each time for another address: nobody gets many codes in a short time."""
    other = page.locator("form:has([value^='/aanmelden/']) button")
    if other.is_visible():
        other.click()
    page.locator("[name=email]").fill(f"iemand{next(_numbers)}@example.org")
    send(page)


def wrong_code(page: Page) -> None:
    ask_for_code(page)
    page.locator("[name=code]").fill("VERKEERD")
    send(page)
    page.locator(".error-summary").wait_for()


def open_menu(page: Page) -> None:
    button = page.locator(".page-header__menu-button")
    if button.is_visible():
        button.click()


def resemble(page: Page) -> None:
    page.locator("[name=title]").press_sequentially("Een pannakooi")
    page.locator("#resembling-live section").wait_for()


def open_map(page: Page) -> None:
    page.locator("details[data-map] > summary").click()
    page.locator(".leaflet-container").wait_for()


def point_out(page: Page) -> None:
    open_map(page)
    page.locator("[data-pick-middle]").click()


def fill_in_document(page: Page, *, surname: str) -> None:
    """Who somebody is, as their document says."""
    said = {
        "surname": surname,
        "given_name": "Sam",
        "birth_date": "1990-05-05",
        "postcode": "1055 TK",
        "house_number": "12",
    }
    for name, text in said.items():
        page.locator(f"[name={name}]").fill(text)


def confirm_at_counter(page: Page) -> None:
    page.locator("[name=email]").fill("nog-iemand@example.org")
    fill_in_document(page, surname=f"Niemand{'x' * next(_numbers)}")
    for seen in ("document_seen", "lives_here"):
        page.locator(f"[name={seen}]").check()
    send(page)


def choose_attendance(page: Page) -> None:
    page.locator("[name=attendance]").first.check()
    send(page)


def unfold(page: Page) -> None:
    page.locator("main details").evaluate_all("(all) => { for (const one of all) one.open = true; }")


def take_back_consent(page: Page) -> None:
    button = page.locator(f"{MUST} button.nl-button--secondary")
    if button.count():
        with page.expect_navigation():
            button.first.click()


def ask_for_copy(page: Page) -> None:
    """There is one at a time: who asked before sees that one."""
    if page.locator(MUST).count():
        send(page)


def save_first(page: Page) -> None:
    send(page)


PAGES = [
    Shown("list", "/"),
    Shown("list with the menu open", "/", do=open_menu),
    Shown("list of page 2", "/?pagina=2"),
    Shown("list filtered", "/?zoek=boom&volgorde=new"),
    Shown("list without result", "/?zoek=bestaatniet"),
    Shown("list of all states", "/?staat=alle"),
    Shown("list with nothing yet", "/", hostname="leeg.localhost"),
    Shown("list signed in", "/", "fatima"),
    Shown("list of a clerk with the menu open", "/", "griffier", open_menu),
    Shown("list with the map open", "/", do=open_map),
    Shown("list with hidden votes", "/", hostname="anders.localhost"),
    Shown("plan with hidden votes", "/plannen/{hidden}/", hostname="anders.localhost"),
    Shown("my word counts", "/mijn/stem-telt/", "nieuw", hostname="anders.localhost"),
    Shown("my word not given", "/mijn/stem-telt/", "nieuw", send_empty, 422, "anders.localhost"),
    Shown("plan as visitor", "/plannen/{competing}/"),
    Shown("plan as resident", "/plannen/{competing}/", "fatima"),
    Shown("plan as proposer", "/plannen/{competing}/", "joop"),
    Shown("plan just put up", "/plannen/{competing}/?ontvangen=1", "joop"),
    Shown("plan after voting", "/plannen/{pictured}/", "fatima"),
    Shown("plan just voted for", "/plannen/{pictured}/?ontvangen=1", "fatima"),
    Shown("plan voted for but not verified", "/plannen/{pictured}/?ontvangen=1", "nieuw"),
    Shown("plan with long words", "/plannen/{long}/"),
    Shown("plan as draft", "/plannen/{draft}/", "joop"),
    Shown("plan withdrawn", "/plannen/{withdrawn}/", "joop"),
    Shown("plan lapsed", "/plannen/{lapsed}/"),
    Shown("plan taken off", "/plannen/{taken_off}/"),
    Shown("plan decided", "/plannen/{decided}/"),
    Shown("plan on the agenda", "/plannen/{tied}/"),
    Shown("plan on the agenda as proposer", "/plannen/{planned}/", "joop"),
    Shown("vote", "/plannen/{competing}/stem/", "griffier"),
    Shown("vote taken back", "/plannen/{pictured}/stem/terug/", "fatima"),
    Shown("new plan", "/plannen/nieuw/", "joop"),
    Shown("new plan resembling", "/plannen/nieuw/", "joop", resemble),
    Shown("new plan without title", "/plannen/nieuw/", "joop", send_empty, 422),
    Shown("edit", "/plannen/{draft}/bewerken/", "joop"),
    Shown("edit pointing out a place", "/plannen/{draft}/bewerken/", "joop", point_out),
    Shown("edit with a mistake", "/plannen/{draft}/bewerken/", "joop", too_long, 422),
    Shown("last look", "/plannen/{draft}/indienen/", "joop"),
    Shown("last look refused", "/plannen/{unfinished}/indienen/", "joop", send, 422),
    Shown("throw away", "/plannen/{draft}/weggooien/", "joop"),
    Shown("withdraw plan", "/plannen/{competing}/intrekken/", "joop"),
    Shown("prepare", "/plannen/{planned}/voorbereiden/", "joop"),
    Shown("prepare without a choice", "/plannen/{planned}/voorbereiden/", "joop", send_empty, 422),
    Shown("prepared", "/plannen/{planned}/voorbereiden/", "joop", choose_attendance),
    Shown("my page", "/mijn/", "joop"),
    Shown("my votes", "/mijn/stemmen/", "fatima"),
    Shown("my votes not counting", "/mijn/stemmen/", "nieuw"),
    Shown("my votes none", "/mijn/stemmen/", "raadslid"),
    Shown("my plans", "/mijn/plannen/", "joop"),
    Shown("my plans none", "/mijn/plannen/", "fatima"),
    Shown("my vote counts", "/mijn/stem-telt/", "fatima"),
    Shown("my vote does not count", "/mijn/stem-telt/", "nieuw"),
    Shown("my messages", "/mijn/berichten/", "joop"),
    Shown("my messages none", "/mijn/berichten/", "raadslid", None),
    Shown("my settings", "/mijn/instellingen/", "fatima"),
    Shown("my settings saved", "/mijn/instellingen/", "raadslid", save_first),
    Shown("my data", "/mijn/gegevens/", "fatima"),
    Shown("my data unfolded", "/mijn/gegevens/", "joop", unfold),
    Shown("my consents", "/mijn/toestemmingen/", "joop"),
    Shown("my consents none", "/mijn/toestemmingen/", "nieuw", take_back_consent),
    Shown("my copy", "/mijn/gegevens/kopie/", "joop"),
    Shown("my copy being made", "/mijn/gegevens/kopie/", "nieuw", ask_for_copy),
    Shown("my copy ready", "/mijn/gegevens/kopie/", "fatima"),
    Shown("my copy to fetch", "/mijn/gegevens/kopie/{copy}/", "fatima"),
    Shown("leave", "/mijn/weggaan/", "joop"),
    Shown("leave without a tick", "/mijn/weggaan/", "joop", send_empty, 422),
    Shown("left", "/weggegaan/"),
    Shown("rules", "/spelregels/"),
    Shown("rules none yet", "/spelregels/", hostname="leeg.localhost"),
    Shown("counts", "/tellingen/"),
    Shown("counts none", "/tellingen/", hostname="leeg.localhost"),
    Shown("protocol without winner", "/tellingen/1/"),
    Shown("protocol", "/tellingen/2/"),
    Shown("protocol with a tie", "/tellingen/6/"),
    Shown("agenda", "/agenda/"),
    Shown("agenda empty", "/agenda/", hostname="leeg.localhost"),
    Shown("meeting", "/agenda/{meeting}/"),
    Shown("sign in", "/aanmelden/"),
    Shown("sign in without address", "/aanmelden/", do=send_empty),
    Shown("sign in with a code", "/aanmelden/", do=ask_for_code),
    Shown("sign in with a wrong code", "/aanmelden/", do=wrong_code),
    Shown("sign out", "/afmelden/", "raadslid"),
    Shown("closed account", "/aanmelden/gesloten/"),
    Shown("desk of the clerk", "/werk/", "griffier"),
    Shown("desk of the official", "/werk/", "ambtenaar"),
    Shown("desk of the councillor", "/werk/", "raadslid"),
    Shown("desk empty", "/werk/", "griffier", hostname="leeg.localhost"),
    Shown("desk subjects", "/werk/onderwerpen/", "griffier"),
    Shown("desk subjects with mistakes", "/werk/onderwerpen/", "griffier", send_empty, 422),
    Shown("desk rules", "/werk/spelregels/", "griffier"),
    Shown("desk rules with mistakes", "/werk/spelregels/", "griffier", send_empty, 422),
    Shown("desk meeting", "/werk/vergadering/", "griffier"),
    Shown("desk meeting with mistakes", "/werk/vergadering/", "griffier", send_empty, 422),
    Shown("desk counter", "/werk/balie/", "griffier"),
    Shown("desk counter with mistakes", "/werk/balie/", "griffier", send_empty, 422),
    Shown("desk counter done", "/werk/balie/", "griffier", confirm_at_counter),
    Shown("desk of the privacy officer", "/werk/", "privacy"),
    Shown("desk retention", "/werk/bewaren/", "privacy", unfold),
    Shown("desk retention set", "/werk/bewaren/messages/", "privacy", send),
    Shown("desk clock", "/werk/bewaren/messages/", "privacy"),
    Shown("desk clock with a mistake", "/werk/bewaren/messages/", "privacy", send_empty, 422),
    Shown("desk taking off", "/werk/{planned}/van-agenda/", "griffier"),
    Shown("desk taking off without reason", "/werk/{planned}/van-agenda/", "griffier", send_empty, 422),
    Shown("desk context", "/werk/{planned}/context/", "ambtenaar"),
    Shown("desk context without text", "/werk/{planned}/context/", "ambtenaar", send_empty, 422),
    Shown("desk outcome", "/werk/{planned}/uitkomst/", "raadslid"),
    Shown("desk outcome with mistakes", "/werk/{planned}/uitkomst/", "raadslid", send_empty, 422),
    Shown("not allowed", "/werk/", "fatima", status=403),
    Shown("not found", "/plannen/bestaatniet/", status=404),
    Shown("portals", "/portalen/"),
    Shown("front page", "/", hostname="localhost"),
    Shown("front page not found", "/niets/", hostname="localhost", status=404),
]
