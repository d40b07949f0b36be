"""Every page in every state it can be in, and how a person gets to see it so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Page

from .signing_in import by_code, just_now, long_ago

Do = Callable[[Page], None]
_numbers = count(1)
MUST = "main form[method=post]"
BROKERED = "makelaar.localhost"


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


def wrong_letter(page: Page) -> None:
    page.locator("[name=number]").fill("999999999")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("kwam terug|came back")).click()


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


def confirm_without_address(page: Page) -> None:
    fill_in_document(page, surname=f"Zonder{'x' * next(_numbers)}")
    for seen in ("document_seen", "lives_here"):
        page.locator(f"[name={seen}]").check()
    send(page)


def help_somebody(page: Page) -> None:
    """After this the same visitor acts for somebody else on every page of this portal."""
    page.goto(page.url.replace("helpen", "balie"))
    confirm_without_address(page)
    page.locator("[name=asked]").check()
    send(page)


def leave_while_helping(page: Page) -> None:
    if not page.locator(".helping").is_visible():
        help_somebody(page)
    page.goto(re.sub(r"(localhost:\d+)/.*", r"\1/werk/", page.url))


def choose_attendance(page: Page) -> None:
    page.locator("[name=attendance]").first.check()
    send(page)


def wrong_letter_code(page: Page) -> None:
    page.locator("[name=code]").fill("ZZZZ-ZZZ0")
    send(page)


def too_many_letter_codes(page: Page) -> None:
    """The same wrong code, until one has to wait."""
    for _ in range(6):
        wrong_letter_code(page)


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


def give_role(page: Page) -> None:
    page.locator("[name=email]").fill(f"nieuwe-rol{next(_numbers)}@example.org")
    page.locator("[name=role]").first.check()
    page.locator("[name=place]").first.check()
    page.locator("[name=affiliation]").fill(
        "Bewonerspartij voor een hemelwaterafvoerbestendig Wilhelminapark"
    )
    page.locator("[name=reason]").fill("Gekozen op 18 maart.")
    send(page)


def end_in_the_past(page: Page) -> None:
    page.locator("[name=ends_on]").fill("2020-01-01")
    send(page)


def ask_for_check(page: Page) -> None:
    """Once is enough: while a check is under way nobody can ask for another."""
    if page.locator(MUST).count():
        send(page)


def wrong_password(page: Page) -> None:
    page.locator("[name=login]").fill(f"iemand{next(_numbers)}@example.org")
    page.locator("[name=password]").fill("niet dit wachtwoord")
    send(page)
    page.locator(".error-summary").wait_for()


def fill_in_wrongly(name: str, text: str) -> Do:
    def do(page: Page) -> None:
        page.locator(f"[name={name}]").fill(text)
        page.locator(MUST).first.evaluate("(form) => { form.noValidate = true; }")
        with page.expect_navigation():
            page.locator(f"form:has([name={name}]) button.nl-button--primary").click()
        page.locator(".error-summary").wait_for()

    return do


def ask_for_code_to_confirm(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button[value=send]").click()
    page.locator("[name=code]").wait_for()


def ask_for_new_address(page: Page) -> None:
    page.locator("[name=email]").fill(f"nieuw{next(_numbers)}@example.org")
    send(page)
    page.locator("[name=code]").wait_for()


def wrong_code_for_new_address(page: Page) -> None:
    ask_for_new_address(page)
    fill_in_wrongly("code", "VERKEERD")(page)


def follow(address_ends: str) -> Do:
    def do(page: Page) -> None:
        with page.expect_navigation():
            page.locator(f"main a[href$='{address_ends}']").first.click()

    return do


def freshly(name: str, path: str, who: str, do: Do | None = None, status: int = 200) -> Shown:
    """A page for who signed in a short while ago."""
    return Shown(name, path, who, just_now(who, do), status)


# Nobody at first, in a browser of their own: the code signs them in.
BY_CODE = "nobody, until a code"
SAFETY = "/mijn/aanmelden/"
AGAIN = "/aanmelden/opnieuw/"
SIGNING_IN = [
    Shown("sign in with a password", "/aanmelden/wachtwoord/"),
    Shown("sign in with a wrong password", "/aanmelden/wachtwoord/", do=wrong_password),
    Shown("one more step", "/aanmelden/tweede-stap/", BY_CODE, by_code("raadslid@example.org")),
    Shown(
        "one more step with a wrong code",
        "/aanmelden/tweede-stap/",
        BY_CODE,
        by_code("raadslid@example.org", fill_in_wrongly("code", "000000")),
    ),
    Shown("second step needed", "/werk/", BY_CODE, by_code("kantoor1@example.org")),
    Shown("safety of staff without a second step", SAFETY, BY_CODE, by_code("kantoor2@example.org")),
    Shown("safety", SAFETY, "fatima"),
    Shown("safety with everything", SAFETY, "raadslid"),
    Shown("second step", f"{SAFETY}tweede-stap/", "fatima"),
    Shown("is it you", AGAIN, "raadslid", long_ago(AGAIN)),
    Shown("is it you by code", f"{AGAIN}code/", "fatima"),
    Shown("is it you by code sent", f"{AGAIN}code/", "fatima", ask_for_code_to_confirm),
    Shown("is it you by wrong code", f"{AGAIN}code/", "fatima", fill_in_wrongly("code", "VERKEERD"), 422),
    Shown("is it you by password", f"{AGAIN}wachtwoord/", "joop"),
    Shown("is it you by wrong password", f"{AGAIN}wachtwoord/", "joop", fill_in_wrongly("password", "x")),
    Shown("is it you by app", f"{AGAIN}app/", "raadslid"),
    Shown("is it you by wrong app", f"{AGAIN}app/", "raadslid", fill_in_wrongly("code", "000000")),
    Shown("is it you by passkey", f"{AGAIN}passkey/", "raadslid"),
    freshly("address", f"{SAFETY}adres/", "fatima"),
    freshly("address missing", f"{SAFETY}adres/", "fatima", send_empty, 422),
    freshly("address with a code", f"{SAFETY}adres/", "fatima", ask_for_new_address),
    freshly("address with a wrong code", f"{SAFETY}adres/", "fatima", wrong_code_for_new_address, 422),
    freshly("password none yet", f"{SAFETY}wachtwoord/", "fatima"),
    freshly("password too short", f"{SAFETY}wachtwoord/", "fatima", fill_in_wrongly("password", "x"), 422),
    freshly("password another", f"{SAFETY}wachtwoord/", "joop"),
    freshly("password away", f"{SAFETY}wachtwoord/weg/", "joop"),
    freshly("app", f"{SAFETY}app/", "fatima"),
    freshly("app with a wrong code", f"{SAFETY}app/", "fatima", fill_in_wrongly("code", "000000")),
    freshly("app away", f"{SAFETY}app/weg/", "raadslid"),
    freshly("passkey", f"{SAFETY}passkey/", "fatima"),
    freshly("passkey named", SAFETY, "raadslid", follow("/naam/")),
    freshly("passkey away", SAFETY, "raadslid", follow("/weg/")),
    freshly("recovery codes none", f"{SAFETY}herstelcodes/", "fatima"),
    freshly("recovery codes", f"{SAFETY}herstelcodes/", "raadslid"),
    freshly("recovery codes shown", f"{SAFETY}herstelcodes/", "raadslid", send),
    Shown("devices", "/mijn/apparaten/", "fatima"),
]


def send_empty_objection(page: Page) -> None:
    page.locator(MUST).first.evaluate("(form) => { form.noValidate = true; }")
    with page.expect_navigation():
        page.locator(f"{MUST} button.nl-button--secondary").first.click()


def choose_broker(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[action='/aanmelden/via/digid/'] button").click()


def ask_for_newsletter(page: Page) -> None:
    page.locator("[name=email]").fill(f"abonnee{next(_numbers)}@example.org")
    send(page)


def follow_own_text(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main a[href*='/tekst/']").first.click()


DRAFT = "/werk/nieuwsbrief/{newsletter}/"
NEWSLETTERS = [
    Shown("newsletter", "/nieuwsbrief/"),
    Shown("newsletter without address", "/nieuwsbrief/", do=send_empty, status=422),
    Shown("newsletter asked for", "/nieuwsbrief/", do=ask_for_newsletter),
    Shown("newsletter that one gets", "/nieuwsbrief/", "fatima"),
    Shown("newsletter with one button", "/nieuwsbrief/", "raadslid", hostname="leeg.localhost"),
    Shown("newsletter to confirm", "/nieuwsbrief/bevestigen/{subscriber_asked}/"),
    Shown("newsletter confirmed", "/nieuwsbrief/bevestigen/{subscriber}/"),
    Shown("newsletter to stop", "/nieuwsbrief/afmelden/{subscriber}/"),
    Shown("newsletter stopped", "/nieuwsbrief/afmelden/bestaatniet/"),
    Shown("newsletters", "/nieuwsbrieven/"),
    Shown("newsletters none", "/nieuwsbrieven/", hostname="leeg.localhost"),
    Shown("newsletter that was sent", "/nieuwsbrieven/{newsletter_sent}/"),
    Shown("newsletters to write", "/werk/nieuwsbrief/", "griffier"),
    Shown("newsletters to write none", "/werk/nieuwsbrief/", "griffier", hostname="leeg.localhost"),
    Shown("new newsletter", "/werk/nieuwsbrief/nieuw/", "griffier"),
    Shown("new newsletter empty", "/werk/nieuwsbrief/nieuw/", "griffier", send_empty, 422),
    Shown("newsletter draft", DRAFT, "griffier"),
    Shown("newsletter sent with numbers", "/werk/nieuwsbrief/{newsletter_sent}/", "griffier"),
    Shown("newsletter words", f"{DRAFT}woorden/", "griffier"),
    Shown("newsletter items", f"{DRAFT}kiezen/", "griffier"),
    Shown("newsletter text", f"{DRAFT}tekst/", "griffier"),
    Shown("newsletter text empty", f"{DRAFT}tekst/", "griffier", send_empty, 422),
    Shown("newsletter text to change", DRAFT, "griffier", follow_own_text),
    Shown("newsletter preview", f"{DRAFT}voorbeeld/", "griffier"),
    Shown("newsletter to send", f"{DRAFT}versturen/", "griffier"),
    Shown("newsletter to throw away", f"{DRAFT}weggooien/", "griffier"),
    Shown(
        "newsletter that cannot change",
        "/werk/nieuwsbrief/{newsletter_sent}/woorden/",
        "griffier",
        status=409,
    ),
]

DESK, OWN = "/werk/modereren/", "/mijn/modereren/"
MODERATION = [
    Shown("moderation figures", "/moderatie/"),
    Shown("moderation figures none", "/moderatie/", hostname="leeg.localhost"),
    Shown("report a text", "/tekst/{reported}/melden/", "joop"),
    Shown("report a text missing", "/tekst/{reported}/melden/", "joop", send_empty, 422),
    Shown("moderation queue", DESK, "moderator"),
    Shown("moderation queue of page 2", f"{DESK}?pagina=2", "moderator"),
    Shown("moderation queue filtered", f"{DESK}?wat=reported&regel=insult", "moderator"),
    Shown("moderation queue without result", f"{DESK}?regel=privacy", "moderator"),
    Shown("moderation of a held text", f"{DESK}tekst/{{held_text}}/", "moderator"),
    Shown("moderation of a reported text", f"{DESK}tekst/{{reported}}/", "moderator"),
    Shown("moderation of a hidden text", f"{DESK}tekst/{{hidden_text}}/", "moderator"),
    Shown("moderation left to others", f"{DESK}tekst/{{left_to_others}}/", "moderator"),
    Shown("hide a text", f"{DESK}tekst/{{reported}}/verbergen/", "moderator"),
    Shown("hide a text missing", f"{DESK}tekst/{{reported}}/verbergen/", "moderator", send_empty, 422),
    Shown("hide a hidden text", f"{DESK}tekst/{{hidden_text}}/verbergen/", "moderator"),
    Shown("ask to rephrase a text", f"{DESK}tekst/{{reported}}/herschrijven/", "moderator"),
    Shown("let a text through", f"{DESK}tekst/{{held_text}}/doorlaten/", "moderator"),
    Shown("leave a text", f"{DESK}tekst/{{reported}}/laten-staan/", "moderator"),
    Shown("show a text again", f"{DESK}tekst/{{hidden_text}}/tonen/", "moderator"),
    Shown("remove former texts", f"{DESK}tekst/{{held_text}}/vroeger-wissen/", "moderator"),
    Shown("move a text", f"{DESK}tekst/{{held_text}}/verplaatsen/", "moderator"),
    Shown("pause a writer", f"{DESK}tekst/{{held_text}}/pauzeren/", "moderator"),
    Shown("close a discussion", f"{DESK}gesprek/{{moderated}}/sluiten/", "moderator"),
    Shown("open a discussion again", f"{DESK}gesprek/{{closed_by_moderator}}/openen/", "moderator"),
    Shown("moderation done", f"{DESK}gedaan/", "moderator"),
    Shown("moderation done filtered", f"{DESK}gedaan/?wat=move", "moderator"),
    Shown("pauses", f"{DESK}pauzes/", "moderator"),
    Shown("pauses none", f"{DESK}pauzes/", "moderator", hostname="leeg.localhost"),
    Shown("end a pause", f"{DESK}pauze/{{pause}}/beeindigen/", "moderator"),
    Shown("objections", f"{DESK}bezwaren/", "tweede-moderator"),
    Shown("objection", f"{DESK}bezwaar/{{objection}}/", "tweede-moderator"),
    Shown("objection missing", f"{DESK}bezwaar/{{objection}}/", "tweede-moderator", send_empty, 422),
    Shown("objection to one's own act", f"{DESK}bezwaar/{{objection}}/", "moderator"),
    Shown("objection decided", f"{DESK}bezwaar/{{objection_decided}}/", "tweede-moderator"),
    Shown("interests", f"{DESK}belang/", "moderator"),
    Shown("interests none", f"{DESK}belang/", "tweede-moderator"),
    Shown("declare an interest", f"{DESK}belang/{{moderated}}/", "moderator"),
    Shown("my text hidden", f"{OWN}{{hid}}/", "fatima"),
    Shown("my text hidden, objection missing", f"{OWN}{{hid}}/", "fatima", send_empty_objection, 422),
    Shown("my text hidden long ago", f"{OWN}{{too_late}}/", "fatima"),
    Shown("my objection waits", f"{OWN}{{objected}}/", "fatima"),
    Shown("my objection answered", f"{OWN}{{answered}}/", "fatima"),
    Shown("my text to rephrase", f"{OWN}{{asked_again}}/", "fatima"),
    Shown("rephrase my text", f"{OWN}{{asked_again}}/herschrijven/", "fatima"),
]

PAGES = [
    *SIGNING_IN,
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
    Shown("discussion as visitor", "/gesprek/{talk}/"),
    Shown("discussion as resident", "/gesprek/{talk}/", "fatima", unfold),
    Shown("discussion for the first time", "/gesprek/{talk}/", "joop"),
    Shown("discussion as councillor", "/gesprek/{talk}/", "raadslid"),
    Shown("discussion as moderator", "/gesprek/{talk}/", "moderator"),
    Shown("discussion of page 2", "/gesprek/{talk}/?volgorde=nieuw&pagina=2"),
    Shown("discussion with only what is new", "/gesprek/{talk}/?sinds=5", "fatima"),
    Shown("discussion closed", "/gesprek/{closed_talk}/", "fatima"),
    Shown("discussion with nothing yet", "/gesprek/{quiet_talk}/", "joop"),
    Shown("discussion with nothing yet as visitor", "/gesprek/{quiet_talk}/"),
    Shown("texts of the council", "/gesprek/{talk}/raad/"),
    Shown("texts of the council none", "/gesprek/{quiet_talk}/raad/"),
    Shown("text as visitor", "/tekst/{said}/"),
    Shown("text of page 2", "/tekst/{said}/?pagina=2", "joop"),
    Shown("text of one's own", "/tekst/{own}/", "fatima"),
    Shown("text that waits", "/tekst/{held}/", "fatima"),
    Shown("text withdrawn", "/tekst/{taken_back}/"),
    Shown("text before it was edited", "/tekst/{own}/geschiedenis/"),
    *MODERATION,
    Shown("argue for", "/gesprek/{talk}/voor/", "joop"),
    Shown("argue against with nothing", "/gesprek/{talk}/tegen/", "joop", send_empty, 422),
    Shown("ask a question", "/gesprek/{talk}/vraag/", "raadslid"),
    Shown("take along with nothing", "/gesprek/{talk}/neem-mee/", "raadslid", send_empty, 422),
    Shown("reply", "/tekst/{asked}/reageren/", "joop"),
    Shown("edit a text", "/tekst/{own}/bewerken/", "fatima"),
    Shown("withdraw a text", "/tekst/{own}/intrekken/", "fatima"),
    Shown("convincing", "/tekst/{said}/overtuigend/", "joop"),
    Shown("rules for discussions", "/spelregels/gesprek/"),
    Shown("plan that changed", "/plannen/{changed}/"),
    Shown("plan that changed after voting", "/plannen/{changed}/", "fatima"),
    Shown("plan that changed as proposer", "/plannen/{changed}/", "joop"),
    Shown("versions", "/plannen/{changed}/versies/"),
    Shown("versions none yet", "/plannen/{competing}/versies/"),
    Shown("take up", "/plannen/{changed}/overnemen/{argument}/", "joop"),
    Shown("take up with nothing", "/plannen/{changed}/overnemen/{argument}/", "joop", send_empty, 422),
    Shown("my votes with a change", "/mijn/stemmen/", "fatima"),
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
    Shown("my messages none", "/mijn/berichten/", "fatima", hostname="leeg.localhost"),
    Shown("my settings", "/mijn/instellingen/", "fatima"),
    Shown("my settings with mistakes", "/mijn/instellingen/", "fatima", send_empty, 422),
    Shown("how I hear", "/mijn/bereikbaar/", "fatima"),
    Shown("my settings saved", "/mijn/instellingen/", "raadslid", save_first),
    Shown("my data", "/mijn/gegevens/", "fatima"),
    Shown("my data unfolded", "/mijn/gegevens/", "joop", unfold),
    Shown("my consents", "/mijn/toestemmingen/", "joop"),
    Shown("my consents none", "/mijn/toestemmingen/", "nieuw", take_back_consent),
    Shown("my copy", "/mijn/gegevens/kopie/", "joop"),
    freshly("my copy failed", "/mijn/gegevens/kopie/", "raadslid"),
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
    Shown("desk of what did not arrive", "/werk/berichten/", "griffier"),
    Shown("desk with everything arrived", "/werk/berichten/", "griffier", hostname="leeg.localhost"),
    Shown("stopping mail", "/afmelden/{unsubscribe}/"),
    Shown("stopping mail done", "/afmelden/{unsubscribe}/", do=send),
    Shown("desk post", "/werk/post/", "organisator"),
    Shown("desk post none yet", "/werk/post/", "organisator", hostname="leeg.localhost"),
    Shown("desk post with a wrong number", "/werk/post/", "organisator", wrong_letter, 422),
    Shown("desk post being made", "/werk/post/{post_making}/?stil=1", "organisator"),
    Shown("desk post printed", "/werk/post/{post_printed}/", "organisator"),
    Shown("desk post posted", "/werk/post/{post_posted}/", "organisator"),
    Shown("desk calls", "/werk/bellen/", "griffier"),
    Shown("desk calls none", "/werk/bellen/", "griffier", hostname="leeg.localhost"),
    Shown("desk counter", "/werk/balie/", "griffier"),
    Shown("desk counter with mistakes", "/werk/balie/", "griffier", send_empty, 422),
    Shown("desk counter done", "/werk/balie/", "griffier", confirm_at_counter),
    Shown("desk helping", "/werk/helpen/", "griffier"),
    Shown("desk helping with mistakes", "/werk/helpen/", "griffier", send_empty, 422),
    Shown("desk helping somebody just confirmed", "/werk/balie/", "balie", confirm_without_address),
    Shown("list while helping", "/werk/helpen/", "balie", help_somebody, hostname="leeg.localhost"),
    Shown("closed while helping", "/werk/helpen/", "balie", leave_while_helping, 403, "leeg.localhost"),
    Shown("who helped me", "/mijn/hulp/", "balie", hostname="leeg.localhost"),
    Shown("who helped me nobody", "/mijn/hulp/", "raadslid"),
    Shown("join with an account already", "/mijn/koppelen/", "fatima"),
    Shown("desk of the privacy officer", "/werk/", "privacy"),
    Shown("desk retention", "/werk/bewaren/", "privacy", unfold),
    # Several municipalities share this site, so the operator sets the clocks.
    Shown("desk clock that is shared", "/werk/bewaren/messages/", "privacy", status=403),
    Shown("desk taking off", "/werk/{planned}/van-agenda/", "griffier"),
    Shown("desk taking off without reason", "/werk/{planned}/van-agenda/", "griffier", send_empty, 422),
    Shown("desk context", "/werk/{planned}/context/", "ambtenaar"),
    Shown("desk context without text", "/werk/{planned}/context/", "ambtenaar", send_empty, 422),
    Shown("desk outcome", "/werk/{planned}/uitkomst/", "raadslid"),
    Shown("desk outcome with mistakes", "/werk/{planned}/uitkomst/", "raadslid", send_empty, 422),
    Shown("desk of the administrator", "/werk/", "beheer"),
    Shown("who does what", "/wie-doet-wat/"),
    Shown("promises", "/beloften/"),
    Shown("promises none yet", "/beloften/", hostname="leeg.localhost"),
    Shown("promise answered", "/beloften/{answer_given}/"),
    Shown("promise waived", "/beloften/{waived}/"),
    Shown("promise agreed anew", "/beloften/{owed}/"),
    Shown("promise late", "/beloften/{late}/"),
    Shown("my answers", "/mijn/antwoorden/", "joop", unfold),
    Shown("my answers none", "/mijn/antwoorden/", "fatima", hostname="leeg.localhost"),
    Shown("answers owed", "/werk/antwoorden/", "raadslid"),
    Shown("answers owed to the clerk", "/werk/antwoorden/?staat=te-laat", "griffier"),
    Shown("answers owed none", "/werk/antwoorden/", "raadslid", hostname="leeg.localhost"),
    Shown("answer as it stands", "/werk/antwoorden/{answer_given}/stand/", "griffier"),
    Shown("answer still collecting", "/werk/antwoorden/{late}/stand/", "raadslid"),
    Shown("answer to write", "/werk/antwoorden/{owed}/", "raadslid"),
    Shown("answer with nothing in it", "/werk/antwoorden/{late}/", "raadslid", send_empty, 422),
    Shown("answer to look at", "/werk/antwoorden/{owed}/bekijken/", "raadslid"),
    Shown("answer to arrange", "/werk/antwoorden/{owed}/afspraak/", "griffier"),
    Shown("answer arranged without reason", "/werk/antwoorden/{owed}/afspraak/", "griffier", send_empty, 422),
    Shown("answers to waive", "/werk/antwoorden/{owed}/afzien/", "griffier"),
    Shown("answers waived without reason", "/werk/antwoorden/{owed}/afzien/", "griffier", send_empty, 422),
    Shown("people not reached", "/werk/antwoorden/niet-bereikt/", "griffier", unfold),
    Shown("people not reached none", "/werk/antwoorden/niet-bereikt/", "griffier", hostname="leeg.localhost"),
    Shown("person to tell", "/werk/antwoorden/niet-bereikt/{unreached}/verteld/", "griffier"),
    Shown(
        "person told in no way",
        "/werk/antwoorden/niet-bereikt/{unreached}/verteld/",
        "griffier",
        send_empty,
        422,
    ),
    Shown("person to give up", "/werk/antwoorden/niet-bereikt/{unreached}/afzien/", "griffier"),
    Shown("roles", "/werk/rollen/", "beheer"),
    Shown("roles filtered", "/werk/rollen/?rol=clerk&staat=now", "beheer"),
    Shown("roles none found", "/werk/rollen/?staat=future", "beheer"),
    Shown("role to give", "/werk/rollen/geven/", "beheer"),
    Shown("role to give with mistakes", "/werk/rollen/geven/", "beheer", send_empty, 422),
    Shown("role given", "/werk/rollen/geven/", "beheer", give_role),
    Shown("role to change", "/werk/rollen/{role}/", "beheer"),
    Shown("role to change to the past", "/werk/rollen/{role}/", "beheer", end_in_the_past, 422),
    Shown("role to end", "/werk/rollen/{role}/beeindigen/", "beheer"),
    Shown("role to end without reason", "/werk/rollen/{role}/beeindigen/", "beheer", send_empty, 422),
    Shown("record", "/werk/logboek/", "controle"),
    Shown("record filtered", "/werk/logboek/?rol=clerk&van=2020-01-01", "controle"),
    Shown("record of a next page", "/werk/logboek/?voor=60", "controle"),
    Shown("record with nothing found", "/werk/logboek/?wie=999999999", "controle"),
    Shown("record with a mistake", "/werk/logboek/?wat=bestaatniet", "controle"),
    Shown("record checked", "/werk/logboek/controle/", "controle"),
    Shown("record being checked", "/werk/logboek/controle/", "controle", ask_for_check),
    Shown("record that does not fit", "/werk/logboek/controle/", "controle", hostname="elders.localhost"),
    Shown("daily heads", "/logboek/"),
    Shown("daily heads none yet", "/logboek/", hostname="elders.localhost"),
    *NEWSLETTERS,
    Shown("use a code", "/brief/"),
    Shown("use a code signed in", "/brief/?next=/mijn/stem-telt/", "nieuw"),
    Shown("use a code without one", "/brief/", do=send_empty, status=422),
    Shown("use a code that is unknown", "/brief/", do=wrong_letter_code, status=422),
    Shown("use a code too often", "/brief/", do=too_many_letter_codes, status=429),
    Shown("letters", "/werk/brieven/", "organisator"),
    Shown("letters none yet", "/werk/brieven/", "organisator", hostname="leeg.localhost"),
    Shown("letters sending in a list", "/werk/brieven/lijst/", "organisator"),
    Shown("letters sending in nothing", "/werk/brieven/lijst/", "organisator", send_empty, 422),
    Shown("letters columns", "/werk/brieven/lijst/{list_mapping}/kolommen/", "organisator"),
    Shown(
        "letters columns missing",
        "/werk/brieven/lijst/{list_mapping}/kolommen/",
        "organisator",
        send_empty,
        422,
    ),
    Shown("letters list being checked", "/werk/brieven/lijst/{list_checking}/?stil=1", "organisator"),
    Shown("letters list broken", "/werk/brieven/lijst/{list_broken}/", "organisator"),
    Shown("letters list failed", "/werk/brieven/lijst/{list_failed}/", "organisator"),
    Shown("letters list checked", "/werk/brieven/lijst/{list_checked}/", "organisator"),
    Shown("letters list with nothing right", "/werk/brieven/lijst/{list_wrong}/", "organisator"),
    Shown("letters list imported", "/werk/brieven/lijst/{list_imported}/", "organisator"),
    Shown("letters list used", "/werk/brieven/lijst/{list_used}/", "organisator"),
    Shown("letters own list", "/werk/brieven/lijst/{list_own}/", "organisator"),
    freshly("letters to be made", "/werk/brieven/lijst/{list_imported}/brieven/", "organisator"),
    freshly(
        "letters without a last day",
        "/werk/brieven/lijst/{list_imported}/brieven/",
        "organisator",
        send_empty,
        422,
    ),
    Shown("letters being made", "/werk/brieven/{run_printing}/?stil=1", "organisator"),
    Shown("letters failed", "/werk/brieven/{run_failed}/", "organisator"),
    Shown("letters failed long ago", "/werk/brieven/{run_late}/", "organisator"),
    Shown("letters ready", "/werk/brieven/{run_printed}/", "organisator"),
    Shown("letters of a replacement", "/werk/brieven/{run_small}/", "organisator"),
    Shown("letters revoked", "/werk/brieven/{run_revoked}/", "organisator"),
    freshly("letters one of them", "/werk/brieven/{run_printed}/een-brief/", "organisator"),
    freshly(
        "letters one without a number",
        "/werk/brieven/{run_printed}/een-brief/",
        "organisator",
        send_empty,
        422,
    ),
    freshly("letters revoking", "/werk/brieven/{run_printed}/intrekken/", "organisator"),
    freshly(
        "letters revoking without a reason",
        "/werk/brieven/{run_printed}/intrekken/",
        "organisator",
        send_empty,
        422,
    ),
    Shown("not allowed", "/werk/", "fatima", status=403),
    Shown("not found", "/plannen/bestaatniet/", status=404),
    Shown("sign in with a broker", "/aanmelden/", hostname=BROKERED),
    Shown("broker out of reach", "/aanmelden/", do=choose_broker, status=503, hostname=BROKERED),
    Shown("broker too late", "/aanmelden/via/digid/terug/", status=400, hostname=BROKERED),
    Shown("broker too late signed in", "/aanmelden/via/digid/terug/", "nieuw", None, 400, BROKERED),
    Shown("prove with a broker", "/mijn/stem-telt/", "nieuw", hostname=BROKERED),
    Shown("broker told too little", "/aanmelden/gelukt/missing/", "nieuw", hostname=BROKERED),
    Shown("broker says elsewhere", "/aanmelden/gelukt/elsewhere/", "nieuw", hostname=BROKERED),
    Shown(
        "broker and a housemate", "/aanmelden/gelukt/home-taken/?next=/agenda/", "nieuw", hostname=BROKERED
    ),
    Shown("portals", "/portalen/"),
    Shown("front page", "/", hostname="localhost"),
    Shown("front page not found", "/niets/", hostname="localhost", status=404),
]
