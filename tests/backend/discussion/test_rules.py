"""What is a web address in a text, and what only looks like one."""

from __future__ import annotations

import pytest

from backend.discussion.rules import has_web_address


@pytest.mark.parametrize(
    "text",
    [
        "Kijk op www.example.org",
        "voorbeeld.nl",
        "Lees bit.ly/3xyz",
        "Kom naar t.me/kanaal",
        "casino.ru",
        "Speel op casino.ru.",
        "(evil.be)",
        "EVIL.BE",
        "_casino.ru_",
        "-casino.ru",
        "Zie _https://bit.ly/q",
        "xhttps://bit.ly/q",
        "HTTP://EXAMPLE",
        "anything.example/path",
        "x.com",
        "wel@bit.ly/q",
        "https://jan@example.example",
        "café.be",
        "mijn-casino.co.uk",
    ],
)
def test_a_web_address_is_found(text: str) -> None:
    assert has_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "Er zijn o.a. bankjes en b.v. een boom, m.a.w. plek, zie nr.3 en art.12.",
        "I.v.m.de regen, a.u.b. t.o.v. d.m.v. i.p.v. e.d. enz.",
        "Bijv.in de straat, evt.de kade, incl.btw, ca.5 meter, max.30 km/u en 3.5 km.",
        "Mw. dr. ir. De Vries, mr.dr. Jansen, prof.dr.ir. Bakker, drs.ir. Smit, St.Jan",
        "Het is klaar.Nu de rest.De buurt wil het.En ik ook.",
        "Mail naar jan.de.vries@gemeente.nl of jan@mail.co.uk.",
        "en/of, 24/7, 1.000/jaar, 10.30 uur, 12.5/13",
        "Geen adres: v.o.f. X, N.V. Y, B.V. Z, ww. en http",
    ],
)
def test_ordinary_dutch_is_no_web_address(text: str) -> None:
    assert not has_web_address(text)
