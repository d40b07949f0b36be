"""What a person does on a page to bring it into a state."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

from playwright.sync_api import Page

Do = Callable[[Page], None]
_numbers = count(1)
MUST = "main form[method=post]"


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
