"""The words of the interface in every language: gather them, keep translations in step, check and compile.

Babel does what the gettext programs do elsewhere, so that nothing needs to be installed for it (ADR 0007).
English is written in the code itself; every other language has one file below backend/locale.
"""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE_LANGUAGE = "en"
CODE_FOLDERS = ("backend", "panels")
TEMPLATE_FOLDER = "frontend/templates"
TEMPLATE_SUFFIXES = frozenset({".html", ".txt", ".xml", ".svg"})

KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd](?!\w)|\{\w*\}")
# Moments of writing and the version of a tool change without a word having changed.
_RESTLESS_HEADERS = (b'"POT-Creation-Date:', b'"PO-Revision-Date:', b'"Generated-By:')


def file_of(locale_folder: Path, language: str) -> Path:
    return locale_folder / language / "LC_MESSAGES" / "django.po"


def gather(root: Path) -> Catalog:
    """Every text in code and templates that people read in their own language."""
    found = Catalog(fuzzy=False)
    for path, source in _sources(root):
        name = path.relative_to(root).as_posix()
        for line, text, comments, context in extract("python", BytesIO(source), KEYWORDS, ("Translators",)):
            found.add(text, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def _sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            yield path, path.read_bytes()
    for path in sorted((root / TEMPLATE_FOLDER).rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES:
            yield path, _template_as_code(path)


def _template_as_code(path: Path) -> bytes:
    """The translation tags of a template as calls, each on a line that Python can read."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # The rest of a template is blanked out, but its indentation would still be an error in Python.
    return "\n".join(line.lstrip() for line in code.split("\n")).encode()


def read(path: Path, language: str) -> Catalog:
    """The translations in a file; a file that is not there yet holds none."""
    if not path.exists():
        return Catalog(language, fuzzy=False, header_comment=f"# Texts of Meebeslissen: {language}.")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(path: Path, language: str, found: Catalog) -> None:
    """Bring a file in step with the texts found: nothing is guessed, what is no longer used is dropped."""
    catalog = read(path, language)
    catalog.project, catalog.version = "Meebeslissen", ""
    catalog.update(found, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(written, catalog, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().splitlines(keepends=True)
    kept = b"".join(line for line in lines if not line.startswith(_RESTLESS_HEADERS))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(kept.rstrip() + b"\n")


def compile_file(path: Path, language: str) -> None:
    """Write the form that Django reads, beside the file of the translators."""
    written = BytesIO()
    write_mo(written, read(path, language))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".mo").write_bytes(written.getvalue())


def problems(catalog: Catalog, found: Catalog) -> list[str]:
    """What is wrong with the translations, one line for each text, in the order of the texts."""
    texts = [message for message in found if message.id]
    lines = [_problem(text, catalog.get(text.id, text.context)) for text in texts]
    lines += [
        f"no longer used: {_shown(message)}"
        for message in [*catalog, *catalog.obsolete.values()]
        if message.id and found.get(message.id, message.context) is None
    ]
    return [line for line in lines if line]


def _problem(text: Message, translation: Message | None) -> str:
    if translation is None or not all(_forms(translation)):
        return f"not translated: {_shown(text)}"
    if translation.fuzzy:
        return f"marked as uncertain (fuzzy): {_shown(text)}"
    if translation.pluralizable != text.pluralizable:
        return f"one of the two has a plural, the other has not: {_shown(text)}"
    wrong = _wrong_placeholders(text, translation)
    return f"placeholders differ ({', '.join(wrong)}): {_shown(text)}" if wrong else ""


def _wrong_placeholders(text: Message, translation: Message) -> list[str]:
    """Placeholders that a translation invents or forgets. The form for one thing may leave out its number."""
    known = _placeholders(_ids(text))
    *_singular, last = _forms(translation)
    forgotten = _placeholders(_ids(text)[-1:]) - _placeholders([last])
    invented = _placeholders(_forms(translation)) - known
    return sorted(forgotten | invented)


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {placeholder for text in texts for placeholder in _PLACEHOLDER.findall(text)}


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _forms(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str) else list(message.string or [""])


def _shown(message: Message) -> str:
    places = ", ".join(sorted({name for name, _line in message.locations}))
    context = f" [{message.context}]" if message.context else ""
    return f"“{_ids(message)[0]}”{context}" + (f" in {places}" if places else "")
