"""The Dutch texts are complete, short, and free of the words that residents stumble over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from backend.core import translation

WORDS_IN_A_SENTENCE = 20
BANNED_WORDS = Path(settings.ROOT) / "docs" / "banned-words.md"
DUTCH = translation.file_of(Path(settings.LOCALE_PATHS[0]), "nl")

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{[\w:.]*\}")
_IN_A_QUESTION = " (not in a question)"


def dutch_texts(*, letters: bool | None = None) -> Iterator[str]:
    """All texts; or those of letters alone, or all but those."""
    for message in translation.read(DUTCH, "nl"):
        if message.id and letters in {None, message.context == "letter"}:
            yield from [message.string] if isinstance(message.string, str) else (message.string or ())


def sentences(text: str) -> list[str]:
    """A text in sentences; what is filled in later counts as one word."""
    return re.split(r"(?<=[.!?…])\s+|\n+", _PLACEHOLDER.sub("dit", text).strip())


def words(sentence: str) -> list[str]:
    return re.findall(r"\w[\w'’.:/-]*", sentence)


def banned_words(page: str) -> dict[str, re.Pattern[str]]:
    """Every word of the first column of the tables, and every abbreviation, as something to look for."""
    cells = re.findall(r"^\| ([^|]+?) \|", page, flags=re.MULTILINE)
    rows = [cell for cell in cells if cell != "not" and not cell.startswith("-")]
    abbreviations = re.search(r"Write them out: ([^#]+)", page)
    rows += [re.sub(r"\s+", " ", abbreviations[1]).rstrip().removesuffix(".")] if abbreviations else []
    return {word: _pattern(word) for row in rows for word in row.split(", ")}


def _pattern(word: str) -> re.Pattern[str]:
    spelled = re.escape(word.removesuffix(_IN_A_QUESTION).rstrip("."))
    unless_asked = r"(?![^.!?]*\?)" if word.endswith(_IN_A_QUESTION) else ""
    return re.compile(rf"(?<!\w){spelled}(?!\w){unless_asked}", re.IGNORECASE)


def too_long(texts: Iterator[str] | list[str]) -> list[str]:
    found = (sentence for text in texts for sentence in sentences(text))
    return [sentence for sentence in found if len(words(sentence)) > WORDS_IN_A_SENTENCE]


def not_plain(texts: Iterator[str] | list[str]) -> list[str]:
    banned = banned_words(BANNED_WORDS.read_text(encoding="utf-8"))
    return [f"{word}: {text}" for text in texts for word, seen in banned.items() if seen.search(text)]


def test_every_text_is_translated_and_sure() -> None:
    assert translation.problems(translation.read(DUTCH, "nl"), translation.gather(Path(settings.ROOT))) == []


def test_no_sentence_is_longer_than_somebody_can_hold() -> None:
    assert too_long(dutch_texts()) == []


def test_no_banned_word_is_used() -> None:
    assert not_plain(dutch_texts()) == []


def test_residents_are_spoken_to_in_one_way() -> None:
    """“Je” on the screen, and “u” in letters."""
    formal, close = (re.compile(rf"(?<!\w)({said})(?!\w)", re.IGNORECASE) for said in ("u|uw", "je|jij|jouw"))
    assert [text for text in dutch_texts(letters=False) if formal.search(text)] == []
    assert [text for text in dutch_texts(letters=True) if close.search(text)] == []
    assert [text for text in dutch_texts(letters=True) if formal.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Indien je dit wilt, stem dan.",
        "Klik hier voor het plan.",
        "Dit is het plan welke won.",
        "Kom op tijd, i.v.m. de vergadering.",
        "Stuur de stukken z.s.m.",
    ],
)
def test_a_banned_word_is_found(text: str) -> None:
    assert not_plain([text])


def test_a_word_is_banned_only_where_it_is_office_language() -> None:
    assert not_plain(["Welke commissie vergadert?", "Het toeval beslist.", "Een tooltje voor de tuin."]) == []


def test_a_long_sentence_is_found() -> None:
    twenty = " ".join(["woord"] * 19) + " %(number)s."
    assert too_long([f"{twenty} {twenty}"]) == []
    assert len(too_long([f"Kort. En {twenty}"])) == 1
