"""What is printed: readable by a screen reader, the same every time, and unmoved by hostile text."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.pdf import MISSING, TEMPLATES, render_pdf
from backend.core.qr import qr_svg

AT = datetime(2027, 1, 31, 23, 0, tzinfo=UTC)
LINK = "https://west.example.nl/plannen/bcdfg23456"
HOSTILE = [
    '#import "@preview/x:1.0.0": *',
    "#panic()",
    "]] #sys.inputs }} {{",
    "\\u{1f600} \\ \\\\ \\n",
    "$ sum_(i=0)^n $ @label <label> *bold* _italic_ `raw`",
    "= No heading\n- no list\n/ no: term",
    "<script>alert(1)</script> &amp; \" ' %s {0}",
    "// no comment /* nor this */",
    "https://example.nl/path",
]


def poster(**other: object) -> dict[str, Any]:
    return {
        "portal": "Stem van West",
        "title": "Een groene speelplek",
        "what": "Bomen die schaduw geven.",
        "closing": "Stemmen kan tot en met 31 januari 2027.",
        "link": LINK,
        "qr": qr_svg(LINK),
        "words": {
            "kicker": "Plan voor de buurt",
            "vote": "Stem op dit plan",
            "how": "Scan de code, of ga naar:",
            "help": "Hulp nodig? Bel 14 020.",
            "qr": "QR-code met het adres van dit plan",
        },
        **other,
    }


PROTOCOL_WORDS = (
    "page plans place plan votes not_counted_short count outcome no_plans not_counted nobody_left_out"
    " tie no_tie rules check check_how hash previous_hash no_previous"
)


def protocol(*, plans: int = 3, **other: object) -> dict[str, Any]:
    return {
        "portal": "Stem van West",
        "title": "Telling van januari 2027",
        "summary": "Plan 1 kreeg de meeste stemmen: 6.688.",
        "facts": [["Stemmen kon van", "1 januari 2027"]],
        "plans": [
            {
                "place": str(number),
                "title": f"Plan nummer {number}",
                "reference": str(37826 + number),
                "votes": str(6689 - number),
                "share": (6689 - number) / 6688,
                "not_counted": "2",
                "count": "1",
                "outcome": "Op de agenda" if number == 1 else "Doet weer mee",
                "won": number == 1,
            }
            for number in range(1, plans + 1)
        ],
        "not_counted": [["Jonger dan 16 jaar", "1"]],
        "tie": {"explanation": "Drie plannen stonden gelijk.", "order": ["Plan B", "Plan A"]},
        "rules": [["Minimum", "Geen"]],
        "lot": [["Toezegging", "ec" * 32]],
        "hash": "96" * 32,
        "previous_hash": "41" * 32,
        "words": {name: f"w-{name}" for name in PROTOCOL_WORDS.split()},
        **other,
    }


def rendered(template: str, data: dict[str, Any], *, title: str = "Een titel") -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_pdf(template, data, language="nl", title=title, created_at=AT)))


def root_of(pdf: pypdf.PdfReader) -> Any:
    return pdf.trailer["/Root"]


def text_of(pdf: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


def squeezed(text: str) -> str:
    """Without spaces and breaks: a line may break where it likes."""
    return "".join(text.replace("\u200b", "").split())


def elements(pdf: pypdf.PdfReader) -> Iterator[dict[str, Any]]:
    """The tags that a screen reader walks through, in order."""
    waiting: list[Any] = [root_of(pdf)["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += reversed(element)
        elif isinstance(element, dict):
            if "/S" in element:
                yield element
            if "/K" in element:
                waiting.append(element["/K"])


def tags(pdf: pypdf.PdfReader) -> Counter[str]:
    return Counter(str(element["/S"]) for element in elements(pdf))


@pytest.mark.parametrize(("template", "data"), [("poster", poster()), ("protocol", protocol())])
def test_a_screen_reader_can_read_it(template: str, data: dict[str, Any]) -> None:
    pdf = rendered(template, data, title="Plan – é")
    root = root_of(pdf)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Plan – é"
    assert pdf.metadata.creation_date == AT
    assert tags(pdf)["/H1"] == 1


def test_every_letter_comes_with_the_file() -> None:
    pages: list[Any] = list(rendered("protocol", protocol()).pages)
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert "/ToUnicode" in font


def test_the_same_input_gives_the_same_bytes() -> None:
    once, again = (render_pdf("poster", poster(), language="nl", title="x", created_at=AT) for _ in range(2))
    assert once == again
    assert once != render_pdf("poster", poster(title="Anders"), language="nl", title="x", created_at=AT)


def test_the_poster_shows_everything_on_one_page() -> None:
    pdf = rendered("poster", poster())
    assert len(pdf.pages) == 1
    page: Any = pdf.pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    data = poster()
    shown = squeezed(text_of(pdf))
    for text in (data["portal"], data["title"], data["what"], data["closing"], *data["words"].values()):
        if text != data["words"]["qr"]:
            assert squeezed(text) in shown
    assert "west.example.nl/plannen/bcdfg23456" in shown
    links = [note.get_object()["/A"]["/URI"] for note in page["/Annots"]]
    assert set(links) == {LINK}
    figures = [element for element in elements(pdf) if element["/S"] == "/Figure"]
    assert [figure["/Alt"] for figure in figures] == ["QR-code met het adres van dit plan"]


@pytest.mark.parametrize(
    "text", ["woord " * 3000, "x" * 10_000, "Gemeenteraadsverkiezingen " * 400, "\n" * 500 + "einde"]
)
def test_a_far_too_long_text_stays_on_the_poster(text: str) -> None:
    pdf = rendered("poster", poster(title=text, what=text))
    assert len(pdf.pages) == 1
    assert "Stemopditplan" in squeezed(text_of(pdf))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_as_it_was_typed(text: str) -> None:
    pdf = rendered("poster", poster(title=text, what=text, portal=text), title=text)
    assert squeezed(text_of(pdf)).count(squeezed(text)) == 3
    assert tags(pdf) == tags(rendered("poster", poster()))
    assert pdf.metadata is not None
    assert pdf.metadata.title is not None
    assert squeezed(pdf.metadata.title) == squeezed(text)
    plans = protocol(plans=1)
    plans["plans"][0]["title"] = text
    assert squeezed(text) in squeezed(text_of(rendered("protocol", plans)))


def test_signs_that_cannot_be_printed_become_a_square() -> None:
    text = squeezed(
        text_of(rendered("poster", poster(title="Meer 🌳 bomen 👩‍👩‍👧 你", what="\ufeffa\x00b\x1b\ud800c")))
    )
    assert f"Meer{MISSING}bomen{MISSING}{MISSING}{MISSING}{MISSING}" in text
    assert "abc" in text


def test_languages_of_the_neighbourhood_are_printed() -> None:
    for words in ("Hoş geldiniz, Iğdır ş", "Żółta łódź", "Добро пожаловать", "Καλώς ήρθατε", "Sugbɔ Ɛ ŋ"):
        assert squeezed(words) in squeezed(text_of(rendered("poster", poster(what=words))))
    assert MISSING not in text_of(rendered("poster", poster(what="أهلا وسهلا")))


def test_signs_that_turn_the_direction_are_left_out() -> None:
    assert "\u202e" not in text_of(rendered("poster", poster(title="\u202egnis")))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert len(rendered("poster", poster(title=text, what=text, portal=text), title=text).pages) == 1


def test_the_protocol_is_a_table_with_headings_that_return_on_every_page() -> None:
    pdf = rendered("protocol", protocol(plans=58))
    found = tags(pdf)
    assert (found["/Table"], found["/THead"], found["/TH"], found["/TR"]) == (1, 1, 6, 59)
    assert found["/TD"] == 58 * 6
    text = text_of(pdf)
    assert len(pdf.pages) > 2
    for number, page in enumerate(pdf.pages, start=1):
        assert f"w-page {number} / {len(pdf.pages)}" in page.extract_text()
    assert all(f"Plan nummer {number}" in text for number in range(1, 59))
    assert "6688" in text
    assert squeezed("96" * 32) in squeezed(text)
    assert squeezed("41" * 32) in squeezed(text)
    assert text.index("Plan B") < text.index("Plan A")
    assert "w-no_tie" not in text


def test_a_list_that_was_cut_short_says_so() -> None:
    text = text_of(rendered("protocol", protocol(more="And 9,500 plans with fewer votes.")))
    assert "And 9,500 plans with fewer votes." in text


def test_a_month_without_anything_to_tell_says_so() -> None:
    quiet = protocol(plans=0, not_counted=[], tie=None, previous_hash="")
    text = text_of(rendered("protocol", quiet))
    for word in ("w-no_plans", "w-nobody_left_out", "w-no_tie", "w-no_previous"):
        assert word in text


def test_the_colours_of_the_house_style_are_used() -> None:
    def colours(pdf: pypdf.PdfReader) -> bytes:
        contents = pdf.pages[0].get_contents()
        assert contents is not None
        return contents.get_data()

    assert colours(rendered("poster", poster())) != colours(rendered("poster", poster(accent="#9c1c3f")))


def test_translations_may_arrive_late_and_objects_may_not_arrive_at_all() -> None:
    assert "Nothing was changed" in text_of(
        rendered("poster", poster(what=gettext_lazy("Nothing was changed")))
    )
    with pytest.raises(TypeError, match="cannot hold object"):
        rendered("poster", poster(what=object()))


def test_the_print_templates_bring_nothing_from_elsewhere() -> None:
    for template in TEMPLATES.glob("*.typ"):
        assert "@preview" not in template.read_text()
